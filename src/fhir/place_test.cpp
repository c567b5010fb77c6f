#include "fhir/place.h"

#include <doctest/doctest.h>

using namespace wardlight;

TEST_CASE("only active places count, each at its level") {
    const auto place = fhir::place_of(*json::parse(R"({"resourceType":"Encounter","location":[
      {"status":"completed","location":{"reference":"Location/a","display":"AMU"},"physicalType":{"coding":[{"code":"wa"}]}},
      {"status":"active","location":{"reference":"Location/b","display":"7B"},"physicalType":{"coding":[{"code":"wa"}]}},
      {"status":"active","location":{"display":"12"},"physicalType":{"coding":[{"code":"bd"}]}}]})"));
    CHECK(place.ward == "7B");
    CHECK(place.ward_reference == "Location/b");
    CHECK(place.bed == "12");
    CHECK(place.room.empty());
    CHECK(fhir::place_of(*json::parse(R"({"resourceType":"Encounter"})")).ward.empty());
}
