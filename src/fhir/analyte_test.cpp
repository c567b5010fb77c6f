#include "fhir/analyte.h"

#include <doctest/doctest.h>

using namespace wardlight;
using namespace wardlight::fhir;

TEST_CASE("an analyte is known by any of its codings") {
    CHECK(
        analyte_of(*json::parse(
            R"({"coding":[{"system":"urn:local","code":"CREA"},{"system":"http://loinc.org","code":"2160-0"}]})")) ==
        "creatinine");
    CHECK(analyte_of(kLoinc, "8867-4") == "pulse");
}

TEST_CASE("a code counts only in its own system, and text is not a code") {
    CHECK_FALSE(analyte_of("urn:local", "2160-0"));
    CHECK_FALSE(analyte_of(*json::parse(R"({"text":"creatinine"})")));
    // Creatinine in urine must never reach the kidney injury rule.
    CHECK_FALSE(analyte_of(kLoinc, "2161-8"));
    CHECK_FALSE(analyte_of(kLoinc, "14683-7"));
}

TEST_CASE("every code of an analyte is searched") {
    CHECK(search_codes("pulse") == "http://loinc.org|8867-4");
    CHECK(search_codes("oxygen_saturation") == "http://loinc.org|59408-5,http://loinc.org|2708-6");
    CHECK(search_codes("nothing").empty());
    CHECK(standard_coding("creatinine")->code == "14682-9");
    CHECK_FALSE(standard_coding("nothing"));
}
