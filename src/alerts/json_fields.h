// Reading and writing the few kinds of field that the kept JSON of this folder is made of. An
// absent value is an absent member.
#pragma once

#include <optional>
#include <string>

#include "base/ids.h"
#include "base/time.h"
#include "json/value.h"

namespace wardlight::alerts {

inline json::Value text_or_null(const std::string& text) {
    return text.empty() ? json::Value() : json::Value(text);
}
template <class Tag>
json::Value id_or_null(const Id<Tag>& id) {
    return text_or_null(id.value);
}
/// Microseconds, so that what is read back is exactly what was written.
inline json::Value instant_or_null(const std::optional<Instant>& at) {
    return at ? json::Value(to_micros(*at)) : json::Value();
}

inline std::string text_in(const json::Value& object, std::string_view key) {
    return std::string(object[key].text());
}
inline std::optional<Instant> instant_in(const json::Value& object, std::string_view key) {
    const auto micros = object[key].as_integer();
    return micros ? std::optional(from_micros(*micros)) : std::nullopt;
}
inline std::int64_t integer_in(const json::Value& object, std::string_view key) {
    return object[key].as_integer().value_or(0);
}

}  // namespace wardlight::alerts
