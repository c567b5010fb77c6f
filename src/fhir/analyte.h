// Which measurement an Observation is, whatever coding it came with. Feeds map their local codes to
// one of these codes (intake), rules and screens ask for the analyte. Source: LOINC 2.7x and SNOMED
// CT UK Edition names; creatinine as in docs/clinical/aki.md. A hospital's laboratory must confirm
// its own codes before go-live.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

namespace wardlight::fhir {

inline constexpr std::string_view kLoinc = "http://loinc.org";
inline constexpr std::string_view kSnomed = "http://snomed.info/sct";
/// For what neither LOINC nor SNOMED CT names as a measurement ("air-or-oxygen", "spo2-scale").
inline constexpr std::string_view kWardlightObservation = "urn:wardlight:observation";

/// Version of the table behind analyte_of().
inline constexpr std::string_view kAnalyteTableVersion = "2026.1";

/// "creatinine", "potassium", "respiratory_rate", ...; nothing when the concept is none of ours.
/// Urine, dialysate and point-of-care codes are deliberately absent.
[[nodiscard]] std::optional<std::string_view> analyte_of(const json::Value& codeable_concept);
[[nodiscard]] std::optional<std::string_view> analyte_of(std::string_view system,
                                                         std::string_view code);

/// "http://loinc.org|14682-9,http://loinc.org|2160-0": for a search by code; empty for an unknown
/// analyte.
[[nodiscard]] std::string search_codes(std::string_view analyte);

/// The coding a feed's local code is mapped to.
struct StandardCoding {
    std::string_view system;
    std::string_view code;
    std::string_view display;
};
[[nodiscard]] std::optional<StandardCoding> standard_coding(std::string_view analyte);

}  // namespace wardlight::fhir
