// Names of the segments and fields that matter here, for people who look at a message. Thread-safe.
// Source: HL7 v2.8 chapters 2, 3, 4, 6, 7, 9.
#pragma once

#include <cstddef>
#include <string_view>

namespace wardlight::hl7v2 {

/// "patient identification" for PID; empty when unknown.
[[nodiscard]] std::string_view segment_name(std::string_view id);

/// "patient name" for PID-5; empty when unknown.
[[nodiscard]] std::string_view field_name(std::string_view segment, std::size_t field);

/// Whether the field holds a point in time.
[[nodiscard]] bool is_time_field(std::string_view segment, std::size_t field);

}  // namespace wardlight::hl7v2
