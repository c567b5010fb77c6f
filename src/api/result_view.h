// Laboratory results as the app shows them: latest and previous per analyte, series, flags. Numbers
// are the texts the laboratory sent.
#pragma once

#include <string>
#include <vector>

#include "json/value.h"

namespace wardlight::api {

/// "Amount": {text, number, unit, comparator} of a Quantity; null when there is no value.
[[nodiscard]] json::Value amount(const json::Value& quantity);

/// "ResultValue" of a laboratory Observation.
[[nodiscard]] json::Value result_value(const json::Value& observation);

/// What groups results into one analyte: "a.<analyte>" where we know it, else a stable code of
/// system and code (or text). Goes into addresses; holds no patient data.
[[nodiscard]] std::string analyte_code(const json::Value& observation);
[[nodiscard]] std::string analyte_name(const json::Value& observation);

/// When the specimen was taken, as text that sorts; empty when unknown.
[[nodiscard]] std::string taken_at(const json::Value& observation);

/// "Analyte" list from a patient's laboratory observations; `hero` is the code of the analyte to
/// show first.
[[nodiscard]] json::Value analytes(const std::vector<json::Value>& observations,
                                   std::string_view hero);

/// Observations of one analyte, oldest first.
[[nodiscard]] std::vector<const json::Value*> series(const std::vector<json::Value>& observations,
                                                     std::string_view code);

}  // namespace wardlight::api
