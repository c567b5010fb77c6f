#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

#include "intake/intake_test.h"

using namespace wardlight;
using namespace wardlight::intake;

namespace {

std::string header(std::string_view type, std::string_view at) {
    return fmt::format("MSH|^~\\&|PAS|WSH|W|W|{0}||{1}|C{0}|P|2.4\rEVN||{0}\r", at, type);
}
std::string result(std::string_view mrn, std::string_view at, std::string_view filler,
                   std::string_view value, std::string_view status = "F") {
    return fmt::format(
        "MSH|^~\\&|LIMS|WSH|W|W|{1}||ORU^R01|L{1}|P|2.4\rPID|1||{0}^^^WSH^MR\r"
        "OBR|1||{2}|UE|||20261120080000\rOBX|1|NM|CREA^Creatinine^L||{3}|umol/L|||||{4}\r",
        mrn, at, filler, value, status);
}
std::string merge(std::string_view survivor, std::string_view retired, std::string_view at) {
    return header("ADT^A40", at) +
           fmt::format("PID|1||{}^^^WSH^MR||Okafor^Ada\rMRG|{}^^^WSH^MR\r", survivor, retired);
}

std::string patient_of(std::string_view mrn) {
    return "Patient/" + patient_id("WSH", mrn);
}

std::vector<std::string> subjects(IntakeFixture& hospital) {
    std::vector<std::string> out;
    for (const json::Value& one : hospital.all("Observation"))
        out.emplace_back(one["subject"]["reference"].text());
    std::sort(out.begin(), out.end());
    return out;
}

}  // namespace

TEST_CASE("a merge moves everything to the survivor and says what it moved") {
    IntakeFixture hospital;
    hospital.take(result("1", "20261120090000", "F1", "80"));
    hospital.take(result("2", "20261120100000", "F2", "200"));
    const Applied applied = hospital.take(merge("1", "2", "20261120110000"));
    CHECK(subjects(hospital) == std::vector<std::string>(2, patient_of("1")));
    std::size_t moved = 0;
    for (const auto& key : applied.changed) moved += fhir::type_name(key.type) == "Observation";
    CHECK(moved == 1);
    for (const json::Value& patient : hospital.all("Patient")) {
        if ("Patient/" + std::string(patient["id"].text()) == patient_of("2")) {
            CHECK_FALSE(patient["active"].as_bool(true));
            CHECK(patient["link"][0]["type"].text() == "replaced-by");
            CHECK(patient["link"][0]["other"]["reference"].text() == patient_of("1"));
        } else {
            CHECK(patient["active"].as_bool());
            CHECK(patient["link"][0]["type"].text() == "replaces");
            CHECK(patient["identifier"][1]["value"].text() == "2");
            CHECK(patient["identifier"][1]["use"].text() == "old");
        }
    }
}

TEST_CASE("what comes for the retired number after the merge belongs to the survivor") {
    IntakeFixture hospital;
    hospital.take(merge("1", "2", "20261120110000"));
    hospital.take(result("2", "20261120120000", "F2", "200"));
    CHECK(subjects(hospital) == std::vector<std::string>{patient_of("1")});
}

TEST_CASE(
    "a correction under the survivor's number replaces the result that came under the old one") {
    IntakeFixture hospital;
    hospital.take(result("2", "20261120100000", "F2", "200"));
    const std::string before(hospital.only("Observation")["id"].text());
    hospital.take(merge("1", "2", "20261120110000"));
    hospital.take(result("1", "20261120120000", "F2", "97", "C"));
    const json::Value observation = hospital.only("Observation");
    CHECK(observation["id"].text() == before);
    CHECK(observation["valueQuantity"]["value"].text() == "97");
    CHECK(observation["status"].text() == "corrected");
    CHECK(hospital.only("DiagnosticReport")["result"][0]["reference"].text() ==
          "Observation/" + before);
}

TEST_CASE("an unlink gives back what the merge took") {
    IntakeFixture hospital;
    hospital.take(result("1", "20261120090000", "F1", "80"));
    hospital.take(result("2", "20261120100000", "F2", "200"));
    const std::string before = hospital.everything();
    hospital.take(merge("1", "2", "20261120110000"));
    CHECK(hospital.everything() != before);
    hospital.take(header("ADT^A37", "20261120120000") + "PID|1||1^^^WSH^MR\rPID|2||2^^^WSH^MR\r");
    CHECK(subjects(hospital) ==
          std::vector<std::string>{std::min(patient_of("1"), patient_of("2")),
                                   std::max(patient_of("1"), patient_of("2"))});
    for (const json::Value& patient : hospital.all("Patient")) {
        CHECK(patient["active"].as_bool());
        CHECK(patient["link"].is_null());
    }
}

TEST_CASE("a chain of merges ends at its last survivor, whichever link is told first") {
    for (const bool reversed : {false, true}) {
        IntakeFixture hospital;
        hospital.take(result("1", "20261120090000", "F1", "80"));
        std::vector<std::string> links{merge("2", "1", "20261120100000"),
                                       merge("3", "2", "20261120110000")};
        if (reversed) std::reverse(links.begin(), links.end());
        for (const std::string& link : links) hospital.take(link);
        CHECK(subjects(hospital) == std::vector<std::string>{patient_of("3")});
    }
}

TEST_CASE("a merge in a circle: the newest statement says who survives") {
    IntakeFixture hospital;
    hospital.take(result("1", "20261120090000", "F1", "80"));
    hospital.take(merge("2", "1", "20261120100000"));
    hospital.take(merge("1", "2", "20261120110000"));
    CHECK(subjects(hospital) == std::vector<std::string>{patient_of("1")});
}

TEST_CASE("every event that names an old number merges it") {
    for (const std::string_view event :
         {"A18", "A30", "A34", "A36", "A39", "A40", "A43", "A46", "A47"}) {
        CAPTURE(event);
        IntakeFixture hospital;
        hospital.take(result("2", "20261120090000", "F1", "80"));
        hospital.take(header("ADT^" + std::string(event), "20261120100000") +
                      "PID|1||1^^^WSH^MR\rMRG|2^^^WSH^MR\r");
        CHECK(subjects(hospital) == std::vector<std::string>{patient_of("1")});
    }
}

TEST_CASE("two result versions of one order number for two patients stay apart") {
    // Order numbers are used again: the second must not overwrite the first patient's result.
    IntakeFixture hospital;
    hospital.take(result("1", "20261120090000", "F1", "80"));
    hospital.take(result("2", "20261120100000", "F1", "200"));
    CHECK(hospital.all("Observation").size() == 2);
    CHECK(subjects(hospital).front() != subjects(hospital).back());
}

TEST_CASE("a moved visit takes its results along, others stay") {
    IntakeFixture hospital;
    const auto with_visit = [](std::string message, std::string_view visit) {
        message.insert(message.find("OBR|"),
                       fmt::format("PV1|1|I|7B^1^1^WSH||||||||||||||||{}^^^WSH^VN\r", visit));
        return message;
    };
    hospital.take(with_visit(result("1", "20261120090000", "F1", "80"), "V1"));
    hospital.take(with_visit(result("1", "20261120091000", "F2", "90"), "V2"));
    hospital.take(header("ADT^A45", "20261120100000") +
                  "PID|1||2^^^WSH^MR\rMRG|1^^^WSH^MR||||V1^^^WSH^VN\r");
    for (const json::Value& observation : hospital.all("Observation")) {
        const bool is_moved = observation["valueQuantity"]["value"].text() == "80";
        CHECK(observation["subject"]["reference"].text() == patient_of(is_moved ? "2" : "1"));
    }
    for (const json::Value& encounter : hospital.all("Encounter")) {
        const bool is_moved = encounter["identifier"][0]["value"].text() == "V1";
        CHECK(encounter["subject"]["reference"].text() == patient_of(is_moved ? "2" : "1"));
    }
}

TEST_CASE("a result under the national number alone finds its patient, unless two claim it") {
    const std::string by_nhs =
        "MSH|^~\\&|EOBS|WSH|W|W|20261120100000||ORU^R01|1|P|2.4\rPID|1||943 476 5919^^^NHS^NH\r"
        "OBR|1||1|R|||20261120100000\rOBX|1|NM|TEMP^^L||38.2|Cel|||||F\r";
    const auto known = [](std::string_view mrn, std::string_view at) {
        return header("ADT^A08", at) + fmt::format("PID|1||{}^^^WSH^MR~9434765919^^^NHS^NH\r", mrn);
    };
    IntakeFixture hospital;
    hospital.take(by_nhs);
    CHECK(subjects(hospital).front() == "Patient/" + patient_id("NHS", "9434765919"));
    hospital.take(known("1", "20261120110000"));
    CHECK(subjects(hospital).front() == patient_of("1"));
    hospital.take(known("2", "20261120120000"));
    CHECK(subjects(hospital).front() == "Patient/" + patient_id("NHS", "9434765919"));
    hospital.take(merge("1", "2", "20261120130000"));
    CHECK(subjects(hospital).front() == patient_of("1"));
}

TEST_CASE("a merge that names nobody to merge is refused with its place") {
    IntakeFixture hospital;
    const auto refused =
        hospital.try_take(header("ADT^A40", "20261120100000") + "PID|1||1^^^WSH^MR\rMRG|\r");
    REQUIRE_FALSE(refused);
    CHECK(reason_code(refused.error()) == "merge_source_missing");
    CHECK(refused.error().where == "MRG-1");
    CHECK(hospital.all("Patient").empty());
}
