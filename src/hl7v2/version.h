// The HL7 version a message says it follows (MSH-12), comparable. Thread-safe.
#pragma once

#include <compare>
#include <optional>
#include <string_view>

#include "hl7v2/message.h"

namespace wardlight::hl7v2 {

struct Version {
    int major = 2;
    int minor = 0;
    int patch = 0;
    friend auto operator<=>(const Version&, const Version&) = default;
};

/// "2.5.1", "2.5" or "2.4 something"; nullopt when it does not begin with two numbers.
[[nodiscard]] std::optional<Version> parse_version(std::string_view text);
[[nodiscard]] std::optional<Version> version_of(const Message& message);

}  // namespace wardlight::hl7v2
