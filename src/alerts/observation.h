// An Observation as the rules need it: exact numbers with their unit and time, and whether it
// counts. Liberal in what it reads (any coding of a known analyte, ranges as text), strict in what
// it believes: what cannot be read stays unknown. No allocation limits; pure functions.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "clinical/aki.h"
#include "clinical/units.h"
#include "json/value.h"

namespace wardlight::alerts {

/// Tags (meta.tag) by which the feeds' mapping says that the time is not that of collection.
inline constexpr std::string_view kTimeFromReceived = "time-from-received";
inline constexpr std::string_view kTimeFromMessage = "time-from-message";

struct ReadObservation {
    std::string id;
    bool is_first_version = false;  // nothing can be based on an older one
    PatientId patient;
    std::string analyte;  // fhir::analyte_of, or empty
    std::string code;     // the sender's own code where there is one
    std::string name;
    std::string status;
    std::optional<clinical::Reading> reading;
    std::string value_text;  // as reported, with its comparator, or the text of a coded value
    std::string value_code;  // of a coded value
    std::string unit_text;
    clinical::Unit unit = clinical::Unit::unknown;
    std::optional<Instant> taken;
    clinical::TimeSource time_source = clinical::TimeSource::collected;
    std::string interpretation;  // "HH", or several joined by "~"
    std::optional<clinical::Decimal> low;
    std::optional<clinical::Decimal> high;
    bool is_haemolysed = false;

    /// Final, corrected or amended.
    [[nodiscard]] bool has_usable_status() const;
};

[[nodiscard]] ReadObservation read_observation(const json::Value& observation);

/// As the app shows an amount.
[[nodiscard]] json::Value amount_of(const ReadObservation& observation);
[[nodiscard]] json::Value amount_of(std::string_view value_text, std::string_view unit);

[[nodiscard]] std::string text_of(clinical::Decimal value);
[[nodiscard]] std::string text_of(const clinical::Reading& reading);

}  // namespace wardlight::alerts
