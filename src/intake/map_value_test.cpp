#include "intake/map_value.h"

#include <doctest/doctest.h>

#include "intake/intake_test.h"

using namespace wardlight;
using namespace wardlight::intake;

namespace {

/// The Observation that one OBX becomes.
json::Value observation_of(std::string_view obx, std::string_view obr_status = "F") {
    IntakeFixture hospital;
    hospital.take(
        "MSH|^~\\&|LIMS|WSH|W|W|20261120103000||ORU^R01|1|P|2.4\rPID|1||1^^^WSH^MR\r"
        "OBR|1||F1|UE^Urea and electrolytes^L|||20261120090000||||||||||||||||||" +
        std::string(obr_status) + "\r" + std::string(obx) + "\r");
    return hospital.only("Observation");
}

/// The member that holds the value, as JSON.
std::string value_in(const json::Value& observation) {
    for (const json::Member& member : observation.members()) {
        if (member.first.starts_with("value") || member.first == "component" ||
            member.first == "dataAbsentReason")
            return member.first + " " + json::serialize(member.second);
    }
    return {};
}

}  // namespace

TEST_CASE("OBX-5 becomes the value its type says, digit for digit") {
    const std::string umol =
        R"("unit":"umol/L","system":"http://unitsofmeasure.org","code":"umol/L")";
    const std::string absent =
        R"(dataAbsentReason {"coding":[{"system":"http://terminology.hl7.org/CodeSystem/data-absent-reason","code":"unknown"}]})";
    const std::pair<std::string, std::string> cases[] = {
        {"OBX|1|NM|CREA^^L||150|umol/L|||||F", "valueQuantity {\"value\":150," + umol + "}"},
        {"OBX|1|NM|CREA^^L||150.00|umol/L|||||F", "valueQuantity {\"value\":150.00," + umol + "}"},
        {"OBX|1|NM|CREA^^L|| 007.50 |umol/L|||||F", "valueQuantity {\"value\":7.50," + umol + "}"},
        {"OBX|1|NM|CREA^^L||<20|umol/L|||||F",
         "valueQuantity {\"value\":20,\"comparator\":\"<\"," + umol + "}"},
        {"OBX|1|SN|CREA^^L||>^1500|umol/L|||||F",
         "valueQuantity {\"value\":1500,\"comparator\":\">\"," + umol + "}"},
        {"OBX|1|SN|CREATININE||103.4", "valueQuantity {\"value\":103.4}"},
        {"OBX|1|SN|X^^L||^1^:^128",
         R"(valueRatio {"numerator":{"value":1},"denominator":{"value":128}})"},
        {"OBX|1|SN|X^^L||^1^-^5", R"(valueRange {"low":{"value":1},"high":{"value":5}})"},
        {"OBX|1|SN|X^^L||^2^+", "valueString \"^2^+\""},
        // A number sent as text is a number where one is expected.
        {"OBX|1|ST|CREA^^L||150|umol/L|||||F", "valueQuantity {\"value\":150," + umol + "}"},
        {"OBX|1|ST|X^^L||150|||||F", "valueString \"150\""},
        {"OBX|1|NM|CREA^^L||haemolysed|umol/L|||||F", "valueString \"haemolysed\""},
        {"OBX|1|ST|X^^L||A^B & C", "valueString \"A^B & C\""},
        {"OBX|1|TX|X^^L||one~two", "valueString \"one\\ntwo\""},
        {"OBX|1|CWE|X^^L||260373001^Detected^SCT",
         R"(valueCodeableConcept {"coding":[{"system":"http://snomed.info/sct","code":"260373001","display":"Detected"}],"text":"Detected"})"},
        {"OBX|1|DT|X^^L||20240615", "valueDateTime \"2024-06-15\""},
        {"OBX|1|TM|X^^L||1130", "valueTime \"11:30:00\""},
        {"OBX|1|XTN|X^^L||(020) 7946 0000", "valueString \"(020) 7946 0000\""},
        {"OBX|1||CREA^^L||150|umol/L|||||F", "valueQuantity {\"value\":150," + umol + "}"},
        {"OBX|1|NM|CREA^^L||\"\"|umol/L|||||F", absent},
        {"OBX|1|NM|CREA^^L|||umol/L|||||F", absent},
    };
    for (const auto& [obx, expected] : cases) {
        CAPTURE(obx);
        CHECK(value_in(observation_of(obx)) == expected);
    }
}

TEST_CASE("several values in one OBX are components, so that none is mistaken for the value") {
    const json::Value observation = observation_of("OBX|1|NM|X^^L||27~25|%|||||F");
    CHECK(observation["valueQuantity"].is_null());
    REQUIRE(observation["component"].size() == 2);
    CHECK(observation["component"][1]["valueQuantity"]["value"].text() == "25");
}

TEST_CASE("reference ranges keep their text and give their limits") {
    struct Case {
        std::string_view text, low, high;
    };
    const Case cases[] = {
        {"59-104", "59", "104"},
        {"59 - 104", "59", "104"},
        {"(59-104)", "59", "104"},
        {"3.50-5.30", "3.50", "5.30"},
        {">7.2", "7.2", ""},
        {"<7.2", "", "7.2"},
        {"<=7.2", "", "7.2"},
        {"\xE2\x89\xA5"
         "4",
         "4", ""},
        {"59\xE2\x80\x93"
         "104",
         "59", "104"},
        {"59 to 104", "59", "104"},
        {"-2--1", "-2", "-1"},
        {"59-104 umol/L", "59", "104"},
        {"negative", "", ""},
        {"M 59-104 F 45-84", "", ""},
        {"1-2-3", "", ""},
    };
    hl7v2::Cwe unit;
    unit.code = "umol/L";
    for (const Case& one : cases) {
        CAPTURE(one.text);
        const json::Value range = to_reference_range(one.text, unit);
        CHECK(range["text"].text() == one.text);
        CHECK(range["low"]["value"].text() == one.low);
        CHECK(range["high"]["value"].text() == one.high);
    }
    CHECK(to_reference_range("", unit).is_null());
}

TEST_CASE("every result status has its meaning") {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"O", "registered"},
        {"I", "registered"},
        {"S", "preliminary"},
        {"R", "preliminary"},
        {"P", "preliminary"},
        {"F", "final"},
        {"N", "final"},
        {"U", "final"},
        {"V", "final"},
        {"B", "final"},
        {"A", "amended"},
        {"C", "corrected"},
        {"X", "cancelled"},
        {"D", "entered-in-error"},
        {"W", "entered-in-error"},
        {"?", "unknown"},
    };
    for (const auto& [code, status] : cases) {
        CAPTURE(code);
        CHECK(observation_of("OBX|1|NM|CREA^^L||150|umol/L|||||" + std::string(code))["status"]
                  .text() == status);
    }
    // Nothing said: the report's status, else final.
    CHECK(observation_of("OBX|1|NM|CREA^^L||150|umol/L", "P")["status"].text() == "preliminary");
    CHECK(observation_of("OBX|1|NM|CREA^^L||150|umol/L", "")["status"].text() == "final");
}

TEST_CASE("the laboratory's critical flags come through as they are") {
    for (const std::string_view flag : {"HH", "LL", "AA", "H", "L", "A", "N", "U", ">"}) {
        const json::Value observation =
            observation_of("OBX|1|NM|CREA^^L||150|umol/L||" + std::string(flag) + "|||F");
        CHECK(observation["interpretation"][0]["coding"][0]["code"].text() == flag);
    }
    const json::Value two = observation_of("OBX|1|NM|CREA^^L||150|umol/L||HH~U|||F");
    CHECK(two["interpretation"].size() == 2);
    const json::Value local = observation_of("OBX|1|NM|CREA^^L||150|umol/L||PANIC|||F");
    CHECK(local["interpretation"][0]["text"].text() == "PANIC");
}
