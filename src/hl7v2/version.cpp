#include "hl7v2/version.h"

#include <charconv>

#include "base/text.h"

namespace wardlight::hl7v2 {

std::optional<Version> parse_version(std::string_view text) {
    text = trim(text);
    const char* at = text.data();
    const char* const end = at + text.size();
    const auto number = [&](int& value) {
        const auto [next, error] = std::from_chars(at, end, value);
        const bool ok = error == std::errc{} && value >= 0;
        if (ok) at = next;
        return ok;
    };
    const auto dot = [&] {
        if (at == end || *at != '.') return false;
        ++at;
        return true;
    };
    Version version;
    if (!number(version.major) || !dot() || !number(version.minor)) return std::nullopt;
    if (dot() && !number(version.patch)) version.patch = 0;
    return version;
}

std::optional<Version> version_of(const Message& message) {
    return parse_version(message.text("MSH-12"));
}

}  // namespace wardlight::hl7v2
