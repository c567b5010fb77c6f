#include "fhir/search_values.h"

#include <doctest/doctest.h>

using namespace wardlight;
using namespace wardlight::fhir;

namespace {

SearchValues values(const char* resource, const char* code) {
    const json::Value parsed = *json::parse(resource);
    const SearchParameter* parameter =
        find_parameter(*type_number(parsed["resourceType"].text()), code);
    REQUIRE(parameter);
    return search_values(parsed, *parameter);
}

constexpr const char* kObservation = R"({"resourceType":"Observation","id":"o","status":"final",
  "code":{"coding":[{"system":"http://loinc.org","code":"2160-0"},{"code":"CREA"}],"text":"Creatinine"},
  "subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-11-21T10:00:00Z",
  "valueQuantity":{"value":150.0,"unit":"umol/L","system":"http://unitsofmeasure.org","code":"umol/L"}})";

constexpr const char* kPatient =
    R"({"resourceType":"Patient","id":"p1","name":[{"family":"Chan","given":["Mei-ling"]}],
  "telecom":[{"system":"phone","value":"1"},{"system":"email","value":"a@b"}],"deceasedDateTime":"2026-01-01",
  "generalPractitioner":[{"reference":"Organization/o1"}],
  "extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-extensions-Patient-mothersMaidenName","valueString":"Lee"}]})";

}  // namespace

TEST_CASE("tokens come with their system") {
    const auto code = values(kObservation, "code");
    REQUIRE(code.tokens.size() == 3);
    CHECK(code.tokens[0].system == "http://loinc.org");
    CHECK(code.tokens[1].system.empty());
    CHECK(code.tokens[2].text == "Creatinine");
    CHECK(values(kObservation, "_id").tokens[0].code == "o");
}

TEST_CASE("where() keeps what it names") {
    CHECK(values(kPatient, "phone").tokens.at(0).code == "1");
    CHECK(values(kPatient, "email").tokens.at(0).code == "a@b");
    CHECK(values(kPatient, "telecom").tokens.size() == 2);
    CHECK(values(kObservation, "patient").references.at(0).id == "p1");
    CHECK(values(R"({"resourceType":"Observation","subject":{"reference":"Group/g"}})", "patient")
              .empty());
}

TEST_CASE("names, extensions, deceased and quantities") {
    CHECK(values(kPatient, "name").strings.size() == 2);
    CHECK(values(kPatient, "family").strings.at(0) == "Chan");
    CHECK(values(kPatient, "mothersMaidenName").strings.at(0) == "Lee");
    CHECK(values(kPatient, "deceased").tokens.at(0).code == "true");
    CHECK(values(kObservation, "value-quantity").numbers.at(0).low == 150.0);
    CHECK(values(kObservation, "value-quantity").numbers.at(0).code == "umol/L");
}

TEST_CASE("references in every written form") {
    CHECK(parse_reference("Patient/1").type == "Patient");
    CHECK(parse_reference("https://h/fhir/Patient/1/_history/3").id == "1");
    CHECK(parse_reference("urn:uuid:0-1").type.empty());
    CHECK(parse_reference("#contained").type.empty());
    CHECK(parse_reference("Nothing/1").type.empty());
}

TEST_CASE("a resource knows its patient") {
    CHECK(patient_of(*json::parse(kObservation)) == "p1");
    CHECK(patient_of(*json::parse(kPatient)) == "p1");
    CHECK(patient_of(*json::parse(R"({"resourceType":"Organization","id":"x"})")).empty());
}

TEST_CASE("a decimal stands for the interval of its precision") {
    const auto range = implicit_range("5.40");
    CHECK(range.low == doctest::Approx(5.395));
    CHECK(range.high == doctest::Approx(5.405));
    CHECK(implicit_range("1e2").low == doctest::Approx(50));
}
