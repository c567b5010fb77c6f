#include "fhir/definitions.h"

#include <doctest/doctest.h>

using namespace wardlight::fhir;

TEST_CASE("every R4 resource type has a number and a name") {
    CHECK(generated::kResourceTypeCount == 146);
    for (std::size_t i = 0; i < generated::kResourceTypeCount; ++i) {
        const auto number = type_number(generated::kResourceTypes[i]);
        REQUIRE(number);
        CHECK(type_name(*number) == generated::kResourceTypes[i]);
    }
    CHECK_FALSE(type_number("Patients"));
    CHECK_FALSE(type_number(""));
}

TEST_CASE("stored numbers stay what they are") {
    // A change here would make existing data files unreadable.
    CHECK(static_cast<int>(*type_number("Account")) == 0);
    CHECK(static_cast<int>(*type_number("Patient")) == 102);
    CHECK(static_cast<int>(*type_number("VisionPrescription")) == 145);
    CHECK(static_cast<int>(find_parameter(*type_number("Observation"), "code")->number) == 71);
    CHECK(generated::kParameterCodeCount == 455);
}

TEST_CASE("a choice element is searched under each of its JSON members") {
    const SearchParameter* date = find_parameter(*type_number("Observation"), "date");
    REQUIRE(date);
    std::string members;
    for (const ValuePath& path : date->paths) members += path.steps[0].member + " ";
    CHECK(members == "effectiveDateTime effectivePeriod effectiveTiming effectiveInstant ");
}

TEST_CASE("the patient compartment is known") {
    CHECK(is_in_patient_compartment(*type_number("Patient")));
    CHECK(is_in_patient_compartment(*type_number("Observation")));
    CHECK_FALSE(is_in_patient_compartment(*type_number("Organization")));
    CHECK(find_parameter(*type_number("Observation"), "subject")->is_patient_link);
    CHECK_FALSE(find_parameter(*type_number("Observation"), "code")->is_patient_link);
    CHECK(find_parameter(*type_number("Observation"), "patient")->is_owner_link);
    CHECK(find_parameter(*type_number("Coverage"), "patient")->is_owner_link);
    CHECK_FALSE(find_parameter(*type_number("Observation"), "performer")->is_owner_link);
    CHECK_FALSE(find_parameter(*type_number("Device"), "patient")->is_owner_link);
    // May name several patients.
    CHECK_FALSE(find_parameter(*type_number("Provenance"), "patient")->is_owner_link);
}

TEST_CASE("ids follow the FHIR rule") {
    CHECK(is_valid_id("a-1.B"));
    CHECK(is_valid_id(std::string(64, 'x')));
    CHECK_FALSE(is_valid_id(std::string(65, 'x')));
    CHECK_FALSE(is_valid_id(""));
    CHECK_FALSE(is_valid_id("a/b"));
    CHECK_FALSE(is_valid_id("a_b"));
}
