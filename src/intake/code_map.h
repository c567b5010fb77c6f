// Local names of measurements -> the analytes of fhir/analyte.h. A standard code in the message
// always outranks a local name: a result that says it is LOINC 2161-8 (urine) is never taken for
// serum creatinine because its local code is CREA. Names of blood tests count only when neither
// specimen nor panel say otherwise. Thread-safe.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "fhir/analyte.h"
#include "hl7v2/data_types.h"

namespace wardlight::intake {

/// Version of the built-in table of local names.
inline constexpr std::string_view kCodeMapVersion = "2026.1";

/// Codes of one feed: folded local code -> analyte; "" means: leave this code alone.
using CodeMap = std::map<std::string, std::string, std::less<>>;

/// Upper case, without blanks, dots, hyphens and underscores: "Resp. Rate" -> "RESPRATE".
[[nodiscard]] std::string fold_code(std::string_view text);

/// What is known about where a value comes from.
struct Setting {
    std::string_view specimen;  // SPM-4 or OBR-15, code or text
    std::string_view panel;     // OBR-4 code and text
    std::string_view section;   // OBR-24
    std::string_view unit;      // OBX-6
};

struct Measurement {
    std::string_view analyte;  // of fhir/analyte.h
    bool is_vital_sign = false;
    /// The sender's own standard code where there is one, else the analyte's.
    std::string system;
    std::string code;
    std::string display;
};

/// Which measurement an OBX-3 is; nothing when it is none of ours or in doubt.
[[nodiscard]] std::optional<Measurement> identify(const hl7v2::Cwe& code, const Setting& setting,
                                                  const CodeMap& feed_codes);

/// The same for a known analyte: its coding for this unit, and whether it is a vital sign.
[[nodiscard]] std::optional<Measurement> measurement_of(std::string_view analyte,
                                                        std::string_view unit);

/// True for analytes whose value is a number, so that "5.1" sent as text is one.
[[nodiscard]] bool is_numeric(std::string_view analyte);

}  // namespace wardlight::intake
