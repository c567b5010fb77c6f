// Where a patient is, from the Encounter: one active Encounter.location entry per level, told apart
// by physicalType (http://terminology.hl7.org/CodeSystem/location-physical-type).
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace wardlight::fhir {

inline constexpr std::string_view kPhysicalTypeSystem =
    "http://terminology.hl7.org/CodeSystem/location-physical-type";

struct Place {
    std::string ward;  // empty: not known
    std::string room;
    std::string bed;
    std::string facility;
    std::string ward_reference;  // "Location/..."
};

[[nodiscard]] Place place_of(const json::Value& encounter);

}  // namespace wardlight::fhir
