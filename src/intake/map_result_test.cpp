#include <doctest/doctest.h>
#include <fmt/format.h>

#include "base/text.h"
#include "fhir/analyte.h"
#include "intake/intake_test.h"

using namespace wardlight;
using namespace wardlight::intake;

namespace {

std::string oru(std::string_view body, std::string_view at = "20261120103000") {
    return fmt::format("MSH|^~\\&|LIMS|WSH|W|W|{0}||ORU^R01|{0}|P|2.4\rPID|1||1^^^WSH^MR\r{1}", at,
                       body);
}

}  // namespace

TEST_CASE("the time of a result is its collection; anything else is marked") {
    struct Case {
        std::string_view body, time, tag;
    };
    const Case cases[] = {
        {"OBR|1||F|UE|||20261120080000|||||||20261120090000\rOBX|1|NM|CREA^^L||80|umol/"
         "L|||||F|||20261120083000\r",
         "2026-11-20T08:00:00+00:00", ""},
        {"OBR|1||F|UE|||20261120080000\rOBX|1|NM|CREA^^L||80|umol/"
         "L|||||F\rSPM|1|||SER|||||||||||||20261120074500\r",
         "2026-11-20T07:45:00+00:00", ""},
        {"OBR|1||F|UE\rOBX|1|NM|CREA^^L||80|umol/L|||||F|||20261120083000\r",
         "2026-11-20T08:30:00+00:00", ""},
        {"OBR|1||F|UE|||20261120\rOBX|1|NM|CREA^^L||80|umol/L|||||F\r", "2026-11-20", ""},
        {"OBR|1||F|UE||||||||||20261120090000\rOBX|1|NM|CREA^^L||80|umol/L|||||F\r",
         "2026-11-20T09:00:00+00:00", "time-from-received"},
        {"OBR|1||F|UE\rOBX|1|NM|CREA^^L||80|umol/L|||||F\r", "2026-11-20T10:30:00.000Z",
         "time-from-message"},
        // A vital sign has its own time.
        {"OBR|1||F|OBS|||20261120080000\rOBX|1|NM|RR^^L||18|/min|||||F|||20261120083000\r",
         "2026-11-20T08:30:00+00:00", ""},
    };
    for (const Case& one : cases) {
        CAPTURE(one.body);
        IntakeFixture hospital;
        hospital.take(oru(one.body));
        const json::Value observation = hospital.only("Observation");
        CHECK(observation["effectiveDateTime"].text() == one.time);
        CHECK(observation["meta"]["tag"][0]["code"].text() == one.tag);
    }
}

TEST_CASE("a result is replaced by its correction and withdrawn by W or D, value kept to be seen") {
    for (const std::string_view status : {"W", "D"}) {
        IntakeFixture hospital;
        hospital.take(oru("OBR|1||F|UE|||20261120080000\rOBX|1|NM|CREA^^L||200|umol/L|||||F\r",
                          "20261120100000"));
        hospital.take(oru("OBR|1||F|UE|||20261120080000\rOBX|1|NM|CREA^^L||97|umol/L|||||C\r",
                          "20261120110000"));
        CHECK(hospital.only("Observation")["valueQuantity"]["value"].text() == "97");
        CHECK(hospital.only("Observation")["status"].text() == "corrected");
        hospital.take(oru(
            fmt::format(
                "OBR|1||F|UE|||20261120080000\rNTE|1||Wrong sample\rOBX|1|NM|CREA^^L||||||||{}\r",
                status),
            "20261120120000"));
        const json::Value withdrawn = hospital.only("Observation");
        CHECK(withdrawn["status"].text() == "entered-in-error");
        CHECK(withdrawn["valueQuantity"]["value"].text() == "97");
        CHECK(withdrawn["note"][0]["text"].text() == "Wrong sample");
    }
}

TEST_CASE("a status sent without its value leaves the value, whichever comes first") {
    const std::string value =
        oru("OBR|1||F|UE\rOBX|1|NM|CREA^^L||80|umol/L|||||P\r", "20261120100000");
    const std::string status = oru("OBR|1||F|UE\rOBX|1|NM|CREA^^L||||||||U\r", "20261120110000");
    for (const bool reversed : {false, true}) {
        IntakeFixture hospital;
        hospital.take(reversed ? status : value);
        hospital.take(reversed ? value : status);
        CHECK(hospital.only("Observation")["status"].text() == "final");
        CHECK(hospital.only("Observation")["valueQuantity"]["value"].text() == "80");
    }
}

TEST_CASE("an old version that is sent again does not replace the correction") {
    IntakeFixture hospital;
    const std::string issued = "|||||||||||||||20261120100000";
    const std::string later = "|||||||||||||||20261120110000";
    hospital.take(
        oru("OBR|1||F|UE|||20261120080000" + issued + "\rOBX|1|NM|CREA^^L||200|umol/L|||||F\r",
            "20261120100000"));
    hospital.take(
        oru("OBR|1||F|UE|||20261120080000" + later + "\rOBX|1|NM|CREA^^L||97|umol/L|||||C\r",
            "20261120110000"));
    hospital.take(
        oru("OBR|1||F|UE|||20261120080000" + issued + "\rOBX|1|NM|CREA^^L||200|umol/L|||||F\r",
            "20261120150000"));
    CHECK(hospital.only("Observation")["valueQuantity"]["value"].text() == "97");
}

TEST_CASE("lines of text are one text, parts of a document are one document") {
    IntakeFixture hospital;
    hospital.take(
        oru("OBR|1||F|XR^Chest X-ray^L||||||||||||||||||||RAD|F\r"
            "OBX|1|TX|REP^Report^L||No focal\rOBX|2|TX|REP^Report^L||consolidation.~Normal heart.\r"
            "OBX|3|ED|PDF^Report^L||LIMS^Application^PDF^Base64^SGVs\r"
            "OBX|4|ED|PDF^Report^L||LIMS^Application^PDF^Base64^bG8=\r"));
    const json::Value text = hospital.only("Observation");
    CHECK(text["valueString"].text() == "No focal\nconsolidation.\nNormal heart.");
    CHECK(text["category"][0]["coding"][0]["code"].text() == "imaging");
    const json::Value form = hospital.only("DiagnosticReport")["presentedForm"];
    REQUIRE(form.size() == 1);
    CHECK(form[0]["contentType"].text() == "application/pdf");
    CHECK(from_base64(form[0]["data"].text()) == "Hello");
}

TEST_CASE("one code several times in a report stays several results") {
    IntakeFixture hospital;
    hospital.take(
        oru("OBR|1||F|GTT|||20261120080000\rOBX|1|NM|GLU^^L||5.1|mmol/L|||||F|||20261120080000\r"
            "OBX|2|NM|GLU^^L||9.8|mmol/L|||||F|||20261120090000\rOBX|3|NM|GLU^^L||9.9|mmol/"
            "L|||||F|||20261120090000\r"));
    CHECK(hospital.all("Observation").size() == 3);
    CHECK(hospital.only("DiagnosticReport")["result"].size() == 3);
    std::size_t at_nine = 0;
    for (const json::Value& one : hospital.all("Observation"))
        at_nine += one["effectiveDateTime"].text() == "2026-11-20T09:00:00+00:00";
    CHECK(at_nine == 2);
}

TEST_CASE("a blood pressure in one value becomes systolic and diastolic") {
    for (const std::string_view obx :
         {"OBX|1|ST|5^BP^FDC||140/90|mmHg|||||F", "OBX|1|SN|BP^^L||^140^/^90|mmHg|||||F"}) {
        IntakeFixture hospital;
        hospital.take(oru("OBR|1||R|OBS|||20261120080000\r" + std::string(obx) + "\r"));
        std::string found;
        for (const std::string_view analyte : {"systolic", "diastolic"}) {
            for (const json::Value& one : hospital.all("Observation")) {
                if (fhir::analyte_of(one["code"]) == analyte)
                    found += std::string(one["valueQuantity"]["value"].text()) + " ";
            }
        }
        CHECK(found == "140 90 ");
        CHECK(
            hospital.take(oru("OBR|1||R|OBS|||20261120080000\r" + std::string(obx) + "\r")).kind ==
            SourceKind::obs);
    }
}

TEST_CASE("a feed that re-uses its order numbers can say so") {
    const std::string first =
        oru("OBR|1||F|UE|||20251120080000\rOBX|1|NM|CREA^^L||80|umol/L|||||F\r", "20251120100000");
    const std::string second =
        oru("OBR|1||F|UE|||20261120080000\rOBX|1|NM|CREA^^L||200|umol/L|||||F\r", "20261120100000");
    for (const ResultIdentity identity : {ResultIdentity::filler, ResultIdentity::filler_and_day,
                                          ResultIdentity::filler_and_time}) {
        IntakeFixture hospital;
        hospital.profile.result_identity = identity;
        hospital.take(first);
        const auto second_warnings = hospital.take(second).warnings;
        const bool is_reused = identity == ResultIdentity::filler;
        CHECK(second_warnings == (is_reused ? std::vector<std::string>{"order_number_reused"}
                                            : std::vector<std::string>{}));
        CHECK(hospital.all("Observation").size() == (identity == ResultIdentity::filler ? 1 : 2));
    }
}

TEST_CASE("a message as bare as the public simulators send is taken in") {
    IntakeFixture hospital;
    hospital.take(
        "MSH|^~\\&|SIMULATION|SOUTH RIVERSIDE|||20240331003200||ORU^R01|||2.5\rPID|1||125412916\r"
        "OBR|1||||||20240331003200\rOBX|1|SN|CREATININE||127.5695463720204\r");
    const json::Value observation = hospital.only("Observation");
    CHECK(fhir::analyte_of(observation["code"]) == "creatinine");
    CHECK(observation["valueQuantity"]["value"].text() == "127.5695463720204");
    CHECK(observation["status"].text() == "final");
}

TEST_CASE("ten thousand results in one message are ten thousand results") {
    std::string body = "OBR|1||F|BIG|||20261120080000\r";
    for (int i = 1; i <= 10'000; ++i) body += fmt::format("OBX|{0}|NM|T{0}^^L||{0}|u|||||F\r", i);
    IntakeFixture hospital;
    const Applied applied = hospital.take(oru(body));
    CHECK(applied.changed.size() == 10'002);
    CHECK(hospital.only("DiagnosticReport")["result"].size() == 10'000);
}

TEST_CASE("a report's comment is repeated at its results up to the limit") {
    const auto notes = [](std::size_t size) {
        IntakeFixture hospital;
        const Applied applied =
            hospital.take(oru("OBR|1||F|UE\rNTE|1||" + std::string(size, 'x') +
                              "\rOBX|1|NM|A^^L||1|u|||||F\rOBX|2|NM|B^^L||1|u|||||F\r"));
        CHECK(hospital.only("DiagnosticReport")["conclusion"].text().size() == size);
        return std::pair(hospital.all("Observation")[0]["note"].size(), applied.warnings);
    };
    CHECK(notes(500'000) == std::pair(std::size_t{1}, std::vector<std::string>{}));
    CHECK(notes(500'001) ==
          std::pair(std::size_t{0}, std::vector<std::string>{"report_comment_not_repeated"}));
}

TEST_CASE("orders follow their life, and their results find them") {
    const auto orm = [](std::string_view control, std::string_view at,
                        std::string_view status = "") {
        return fmt::format(
            "MSH|^~\\&|EPR|WSH|W|W|{1}||ORM^O01|{1}|P|2.4\rPID|1||1^^^WSH^MR\r"
            "ORC|{0}|P1|||{2}||||{1}|||D1^Okoro^B\rOBR|1|P1||UE^Urea and electrolytes^L\r",
            control, at, status);
    };
    IntakeFixture hospital;
    hospital.take(orm("NW", "20261120080000"));
    CHECK(hospital.only("ServiceRequest")["status"].text() == "active");
    hospital.take(
        "MSH|^~\\&|LIMS|WSH|W|W|20261120100000||ORU^R01|1|P|2.4\rPID|1||1^^^WSH^MR\r"
        "ORC|RE|P1|F1\rOBR|1|P1|F1|UE^U and "
        "E^L|||20261120090000||||||||||||||||||F\rOBX|1|NM|K^^L||4|mmol/L|||||F\r");
    const json::Value request = hospital.only("ServiceRequest");
    CHECK(request["status"].text() == "completed");
    CHECK(request["code"]["text"].text() == "Urea and electrolytes");
    CHECK(hospital.only("DiagnosticReport")["basedOn"][0]["reference"].text() ==
          "ServiceRequest/" + std::string(request["id"].text()));
    hospital.take(orm("SC", "20261120110000", "IP"));
    CHECK(hospital.only("ServiceRequest")["status"].text() == "active");
    hospital.take(orm("OC", "20261120120000"));
    CHECK(hospital.only("ServiceRequest")["status"].text() == "revoked");
    hospital.take(orm("HR", "20261120113000"));
    CHECK(hospital.only("ServiceRequest")["status"].text() == "revoked");
}

TEST_CASE("documents: text and attachment, addendum, replacement, cancellation") {
    const auto mdm = [](std::string_view trigger, std::string_view at, std::string_view number,
                        std::string_view parent, std::string_view obx) {
        return fmt::format(
            "MSH|^~\\&|EPR|WSH|W|W|{1}||MDM^{0}|{1}|P|2.4\rPID|1||1^^^WSH^MR\r"
            "TXA|1|DS|TX|{1}||||||||{2}|{3}||||AU\r{4}",
            trigger, at, number, parent, obx);
    };
    IntakeFixture hospital;
    hospital.take(
        mdm("T02", "20261120080000", "D1", "",
            "OBX|1|TX|DS^Discharge summary||Line one\rOBX|2|TX|DS^Discharge summary||Line two\r"
            "OBX|3|ED|DS^Scan||EPR^Application^PDF^Base64^SGVsbG8=\r"));
    const json::Value first = hospital.only("DocumentReference");
    CHECK(first["status"].text() == "current");
    CHECK(first["docStatus"].text() == "final");
    CHECK(first["content"].size() == 2);
    CHECK(from_base64(first["content"][1]["attachment"]["data"].text()) == "Line one\nLine two");
    hospital.take(
        mdm("T10", "20261120090000", "D2", "D1", "OBX|1|TX|DS^Discharge summary||Better\r"));
    std::string states;
    for (const json::Value& one : hospital.all("DocumentReference"))
        states += std::string(one["masterIdentifier"]["value"].text()) + "=" +
                  std::string(one["status"].text()) + " ";
    CHECK(states.find("D1=superseded") != std::string::npos);
    CHECK(states.find("D2=current") != std::string::npos);
    hospital.take(mdm("T11", "20261120100000", "D2", "", ""));
    std::size_t wrong = 0;
    for (const json::Value& one : hospital.all("DocumentReference")) {
        wrong += one["status"].text() == "entered-in-error";
        CHECK(one["content"].size() > 0);
    }
    CHECK(wrong == 1);
}

TEST_CASE("a measurement repeated in every ADT message is one measurement, the newest") {
    IntakeFixture hospital;
    for (const std::string_view at : {"20261120100000", "20261120110000"}) {
        hospital.take(fmt::format(
            "MSH|^~\\&|PAS|WSH|W|W|{0}||ADT^A08|{0}|P|2.4\rEVN|A08|{0}\rPID|1||1^^^WSH^MR\r"
            "OBX|1|NM|WEIGHT^^L||{1}|kg|||||F\r",
            at, at.substr(8, 2)));
    }
    CHECK(hospital.only("Observation")["valueQuantity"]["value"].text() == "11");
    CHECK(hospital.only("Observation")["category"][0]["coding"][0]["code"].text() == "exam");
}
