#include <doctest/doctest.h>
#include <fmt/format.h>

#include "fhir/place.h"
#include "intake/intake_test.h"

using namespace wardlight;
using namespace wardlight::intake;

namespace {

std::string adt(std::string_view trigger, std::string_view at,
                std::string_view place = "7B^2^04^WSH", std::string_view more = "") {
    return fmt::format(
        "MSH|^~\\&|PAS|WSH|W|W|{1}||ADT^{0}|{0}{1}|P|2.4\rEVN|{0}|{1}\r"
        "PID|1||1^^^WSH^MR||Okafor^Ada||19480203|F\r"
        "PV1|1|I|{2}||||||||||||||||V1^^^WSH^VN\r{3}",
        trigger, at, place, more);
}

json::Value encounter_after(std::initializer_list<std::string> messages) {
    IntakeFixture hospital;
    for (const std::string& message : messages) hospital.take(message);
    return hospital.only("Encounter");
}

json::Value patient_after(std::initializer_list<std::string> pids) {
    IntakeFixture hospital;
    int minute = 10;
    for (const std::string& pid : pids) {
        hospital.take(fmt::format("MSH|^~\\&|PAS|WSH|W|W|2026112010{0}00||ADT^A08|{0}|P|2.4\r{1}\r",
                                  minute++, pid));
    }
    return hospital.only("Patient");
}

}  // namespace

TEST_CASE("each event leaves the visit in its state") {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"A01", "in-progress"},      {"A02", "in-progress"}, {"A03", "finished"},
        {"A04", "in-progress"},      {"A05", "planned"},     {"A06", "in-progress"},
        {"A07", "in-progress"},      {"A08", "in-progress"}, {"A09", "in-progress"},
        {"A10", "in-progress"},      {"A11", "cancelled"},   {"A12", "in-progress"},
        {"A13", "in-progress"},      {"A14", "planned"},     {"A15", "in-progress"},
        {"A16", "in-progress"},      {"A21", "onleave"},     {"A22", "in-progress"},
        {"A23", "entered-in-error"}, {"A25", "in-progress"}, {"A26", "in-progress"},
        {"A27", "cancelled"},        {"A28", "in-progress"}, {"A31", "in-progress"},
        {"A32", "in-progress"},      {"A33", "in-progress"}, {"A38", "cancelled"},
        {"A51", "in-progress"},      {"A52", "in-progress"}, {"A53", "onleave"},
        {"A54", "in-progress"},      {"A55", "in-progress"}, {"A60", "in-progress"},
        {"A61", "in-progress"},      {"A62", "in-progress"},
    };
    for (const auto& [trigger, status] : cases) {
        CAPTURE(trigger);
        CHECK(encounter_after({adt(trigger, "20261120100000")})["status"].text() == status);
    }
}

TEST_CASE("a cancelled discharge opens the same visit again") {
    const json::Value open = encounter_after(
        {adt("A01", "20261120100000"), adt("A03", "20261120110000"), adt("A13", "20261120120000")});
    CHECK(open["status"].text() == "in-progress");
    CHECK(open["period"]["end"].is_null());
    const json::Value over =
        encounter_after({adt("A01", "20261120100000"), adt("A03", "20261120110000")});
    CHECK(over["period"]["end"].text() == "2026-11-20T11:00:00.000Z");
    CHECK(fhir::place_of(over).ward.empty());
}

TEST_CASE("an update after the discharge does not open the visit again, a transfer does") {
    CHECK(encounter_after({adt("A03", "20261120110000"), adt("A08", "20261120120000")})["status"]
              .text() == "finished");
    CHECK(encounter_after({adt("A03", "20261120110000"), adt("A02", "20261120120000")})["status"]
              .text() == "in-progress");
}

TEST_CASE("an older message that arrives late does not move the patient back") {
    const json::Value encounter = encounter_after({adt("A01", "20261120100000", "AMU^1^01^WSH"),
                                                   adt("A02", "20261120120000", "7A^1^02^WSH"),
                                                   adt("A08", "20261120110000", "AMU^1^01^WSH")});
    CHECK(fhir::place_of(encounter).ward == "7A");
}

TEST_CASE("a cancelled transfer puts the patient back where PV1-3 says") {
    const json::Value encounter = encounter_after({adt("A01", "20261120100000", "AMU^1^01^WSH"),
                                                   adt("A02", "20261120110000", "7A^1^02^WSH"),
                                                   adt("A12", "20261120120000", "AMU^1^01^WSH")});
    CHECK(fhir::place_of(encounter).ward == "AMU");
}

TEST_CASE("what a laboratory repeats of the visit does not overrule patient administration") {
    IntakeFixture hospital;
    hospital.take(adt("A01", "20261120100000", "7A^1^02^WSH"));
    hospital.take(
        "MSH|^~\\&|LIMS|WSH|W|W|20261120120000||ORU^R01|1|P|2.4\rPID|1||1^^^WSH^MR||OKAFOR^A||1948|"
        "U\r"
        "PV1|1|O|CLINIC^^^WSH||||||||||||||||V1^^^WSH^VN|||||||||||||||||||||||||||20261120\r"
        "OBR|1||F1|UE\rOBX|1|NM|CREA^^L||80|umol/L|||||F\r");
    const json::Value encounter = hospital.only("Encounter");
    CHECK(fhir::place_of(encounter).ward == "7A");
    CHECK(encounter["class"]["code"].text() == "IMP");
    CHECK(encounter["status"].text() == "in-progress");
    CHECK(hospital.only("Patient")["gender"].text() == "female");
    CHECK(hospital.only("Patient")["birthDate"].text() == "1948-02-03");
}

TEST_CASE("an unknown patient in a result is a stub until patient administration knows him") {
    IntakeFixture hospital;
    hospital.take(
        "MSH|^~\\&|LIMS|WSH|W|W|20261120120000||ORU^R01|1|P|2.4\rPID|1||1^^^WSH^MR||Okafor^Ada\r"
        "OBR|1||F1|UE\rOBX|1|NM|CREA^^L||80|umol/L|||||F\r");
    CHECK(hospital.only("Patient")["meta"]["tag"][0]["code"].text() == "stub");
    CHECK(hospital.only("Patient")["name"][0]["family"].text() == "Okafor");
    hospital.take(adt("A01", "20261120100000"));
    CHECK(hospital.only("Patient")["meta"]["tag"].is_null());
}

TEST_CASE("an empty field changes nothing, \"\" deletes") {
    const json::Value patient =
        patient_after({"PID|1||1^^^WSH^MR||Okafor^Ada||19480203|F|||1 Old Road^^Leeds",
                       "PID|1||1^^^WSH^MR||Okafor^Ada||||||\"\""});
    CHECK(patient["birthDate"].text() == "1948-02-03");
    CHECK(patient["gender"].text() == "female");
    CHECK(patient["address"].is_null());
}

TEST_CASE("who has died is said by date, by flag, or by the feed's disposition") {
    CHECK(patient_after(
              {"PID|1||1^^^WSH^MR||||||||||||||||||||||||||20261120093000|Y"})["deceasedDateTime"]
              .text() == "2026-11-20T09:30:00+00:00");
    CHECK(patient_after({"PID|1||1^^^WSH^MR|||||||||||||||||||||||||||Y"})["deceasedBoolean"]
              .as_bool());
    CHECK(patient_after({"PID|1||1^^^WSH^MR|||||||||||||||||||||||||||N"})["deceasedBoolean"]
              .is_bool());
    CHECK(patient_after({"PID|1||1^^^WSH^MR"})["deceasedBoolean"].is_null());
    IntakeFixture hospital;
    hospital.profile.death_dispositions = {"4"};
    std::string discharge = adt("A03", "20261120110000");
    discharge.insert(discharge.rfind('\r'), std::string(17, '|') + "4");
    hospital.take(discharge);
    CHECK(hospital.only("Patient")["deceasedBoolean"].as_bool());
}

TEST_CASE("an invalid NHS number is left out with a warning, the patient is still taken in") {
    IntakeFixture hospital;
    const Applied applied = hospital.take(
        "MSH|^~\\&|PAS|WSH|W|W|20261120100000||ADT^A28|1|P|2.4\rPID|1||1^^^WSH^MR~9434765918^^^NHS^"
        "NH\r");
    CHECK(applied.warnings == std::vector<std::string>{"nhs_number_invalid"});
    CHECK(hospital.only("Patient")["identifier"].size() == 1);
}

TEST_CASE("beds are swapped, a bed is closed, a person is deleted and comes back") {
    IntakeFixture hospital;
    hospital.take(
        "MSH|^~\\&|PAS|WSH|W|W|20261120100000||ADT^A17|1|P|2.4\rEVN|A17|20261120100000\r"
        "PID|1||1^^^WSH^MR\rPV1|1|I|7A^1^01^WSH||||||||||||||||V1\r"
        "PID|2||2^^^WSH^MR\rPV1|2|I|7A^1^02^WSH||||||||||||||||V2\r");
    CHECK(hospital.all("Encounter").size() == 2);
    hospital.take("MSH|^~\\&|PAS|WSH|W|W|20261120100000||ADT^A20|2|P|2.4\rNPU|7A^1^01^WSH|C\r");
    std::size_t closed = 0;
    for (const json::Value& place : hospital.all("Location"))
        closed += place["operationalStatus"]["code"].text() == "C";
    CHECK(closed == 1);
    IntakeFixture other;
    other.take("MSH|^~\\&|PAS|WSH|W|W|20261120100000||ADT^A29|1|P|2.4\rPID|1||1^^^WSH^MR\r");
    CHECK_FALSE(other.only("Patient")["active"].as_bool(true));
    other.take("MSH|^~\\&|PAS|WSH|W|W|20261120110000||ADT^A28|2|P|2.4\rPID|1||1^^^WSH^MR\r");
    CHECK(other.only("Patient")["active"].as_bool());
}

TEST_CASE("an allergy changes, and only an explicit deletion takes it away") {
    IntakeFixture hospital;
    hospital.take(adt("A01", "20261120100000", "7A", "AL1|1|DA|PEN^Penicillin^L|SV|Rash~Wheeze\r"));
    hospital.take(adt("A08", "20261120110000", "7A"));
    const json::Value allergy = hospital.only("AllergyIntolerance");
    CHECK(allergy["clinicalStatus"]["coding"][0]["code"].text() == "active");
    CHECK(allergy["criticality"].text() == "high");
    CHECK(allergy["reaction"].size() == 2);
    hospital.take(adt("A60", "20261120120000", "7A", "IAM|1|DA|PEN^Penicillin^L|SV||D\r"));
    CHECK(hospital.only("AllergyIntolerance")["verificationStatus"]["coding"][0]["code"].text() ==
          "entered-in-error");
}

TEST_CASE("what cannot be taken in is refused with a code and a place") {
    struct Case {
        std::string_view message, code, where;
    };
    const Case cases[] = {
        {"MSH|^~\\&|A|B|C|D|20261120100000||ADT^A01|1|P|2.4\r", "patient_missing", "PID"},
        {"MSH|^~\\&|A|B|C|D|20261120100000||ADT^A01|1|P|2.4\rPID|1\r", "patient_identifier_missing",
         "PID-3"},
        {"MSH|^~\\&|A|B|C|D|20261120100000||ADT^A99|1|P|2.4\rPID|1||1\r", "unsupported_message",
         "MSH-9.2"},
        {"MSH|^~\\&|A|B|C|D|20261120100000||SIU^S12|1|P|2.4\rPID|1||1\r", "unsupported_message",
         "MSH-9.1"},
        {"MSH|^~\\&|A|B|C|D|20261120100000||ORU^R01|1|P|2.4\rOBR|1||F\r", "patient_missing", "PID"},
        {"MSH|^~\\&|A|B|C|D|20261120100000||MDM^T02|1|P|2.4\rPID|1||1\r", "document_missing",
         "TXA"},
        {"MSH|^~\\&|A|B|C|D|20261120100000||MDM^T02|1|P|2.4\rPID|1||1\rTXA|1|DS\r",
         "document_number_missing", "TXA-12"},
        {"MSH|^~\\&|A|B|C|D|20261120100000||ADT^A45|1|P|2.4\rPID|1||1\rMRG|2\r",
         "visit_number_missing", "MRG-5"},
        {"MSH|^~\\&|A|B|C|D|20261120100000||ADT^A24|1|P|2.4\rPID|1||1\r", "second_patient_missing",
         "PID"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.message);
        IntakeFixture hospital;
        const auto refused = hospital.try_take(one.message);
        REQUIRE_FALSE(refused);
        CHECK(reason_code(refused.error()) == one.code);
        CHECK(refused.error().where == one.where);
    }
}
