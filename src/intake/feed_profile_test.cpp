#include "intake/feed_profile.h"

#include <doctest/doctest.h>

#include "intake/intake_test.h"

using namespace wardlight;
using namespace wardlight::intake;

TEST_CASE("a profile says what differs from a well-behaved feed") {
    const auto profile = parse_profile(R"(
id = "lims"
label = "Laboratory"
zone = "Asia/Hong_Kong"
character_set = "8859/1"
patient_authority = "WSH"
patient_authorities = ["WSH", "WSX"]
result_source = "LAB"
result_identity = "filler_and_day"
observation_time = "observation_first"
facility = "WSH"
death_dispositions = ["4"]
[authority_aliases]
"WSH PAS" = "WSH"
[identifier_systems]
WSH = "https://example.org/mrn"
[flags]
HI = "H"
[default_units]
creatinine = "umol/L"
[codes]
XCR1 = "creatinine"
"UK" = ""
)");
    REQUIRE_MESSAGE(profile, (profile ? "" : profile.error().message));
    CHECK(profile->id == "lims");
    CHECK(profile->zone.name() == "Asia/Hong_Kong");
    CHECK(profile->result_identity == ResultIdentity::filler_and_day);
    CHECK(profile->codes.at("XCR1") == "creatinine");

    IntakeFixture hospital;
    hospital.profile = *profile;
    hospital.take(
        "MSH|^~\\&|X|Y|W|W|20261120103000||ORU^R01|1|P|2.4\rPID|1||1^^^WSH PAS^MR\r"
        "OBR|1||F|UE|||20261120090000\rOBX|1|NM|XCR1||150|||HI|||F\r");
    const json::Value observation = hospital.only("Observation");
    CHECK(observation["code"]["coding"][0]["code"].text() == "14682-9");
    CHECK(observation["valueQuantity"]["code"].text() == "umol/L");
    CHECK(observation["interpretation"][0]["coding"][0]["code"].text() == "H");
    CHECK(observation["effectiveDateTime"].text() == "2026-11-20T09:00:00+08:00");
    CHECK(hospital.only("Patient")["identifier"][0]["system"].text() == "https://example.org/mrn");
}

TEST_CASE("a wrong profile is refused with the place") {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"zone = \"Mars/Olympus\"", "zone, line 1"},
        {"\n\nlabel = 5", "label, line 3"},
        {"surprise = true", "surprise, line 1"},
        {"result_identity = \"luck\"", "result_identity, line 1"},
        {"observation_time = \"luck\"", "observation_time, line 1"},
        {"default_category = \"vital-signs\"", "default_category, line 1"},
        {"death_dispositions = \"4\"", "death_dispositions, line 1"},
        {"[codes]\nX = \"unobtainium\"", "codes.X, line 1"},
        {"[default_units]\nunobtainium = \"g\"", "default_units.unobtainium, line 1"},
        {"[flags]\nHI = 3", "flags.HI, line 2"},
        {"revision = 1000000", "revision, line 1"},
        {"revision = -1", "revision, line 1"},
        {"zone = ", "line 1"},
        {"id = \"\"", "id"},
        {{"label = \"a\"\n[\0x]", 15}, "line 2"},
    };
    for (const auto& [text, where] : cases) {
        CAPTURE(text);
        const auto profile = parse_profile(text);
        REQUIRE_FALSE(profile);
        CHECK(profile.error().where == where);
    }
}

TEST_CASE("a profile that names no zone is read in the hospital's") {
    CHECK(parse_profile("label = \"Laboratory\"", "Asia/Hong_Kong")->zone.name() ==
          "Asia/Hong_Kong");
    CHECK(parse_profile("zone = \"Europe/London\"", "Asia/Hong_Kong")->zone.name() ==
          "Europe/London");
}

TEST_CASE("a message mapped again under a higher revision replaces what it said before") {
    IntakeFixture hospital;
    const std::string message =
        "MSH|^~\\&|X|Y|W|W|20261120103000||ORU^R01|1|P|2.4\rPID|1||1^^^WSH^MR\r"
        "OBR|1||F|UE|||20261120090000\rOBX|1|NM|XCR1||150|umol/L|||||F\r";
    hospital.take(message);
    CHECK(hospital.only("Observation")["code"]["coding"].size() == 1);
    hospital.profile.codes["XCR1"] = "creatinine";
    hospital.profile.revision = 1;
    hospital.take(message);
    CHECK(hospital.only("Observation")["code"]["coding"][0]["code"].text() == "14682-9");
    hospital.profile.codes.clear();
    hospital.profile.revision = 0;
    hospital.take(message);
    CHECK(hospital.only("Observation")["code"]["coding"][0]["code"].text() == "14682-9");
}
