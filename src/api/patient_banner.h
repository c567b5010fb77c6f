// What identifies a patient on every screen (after NHS CUI Patient Banner): no clinical data in it.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace wardlight::api {

/// The "Banner" of docs/api/openapi.json from a Patient resource. Unknown is null, never a guess.
[[nodiscard]] json::Value banner(const json::Value& patient);

/// Whether two banners could be taken for each other in one list: same family name, or the same
/// given name with family names that begin alike.
[[nodiscard]] bool are_names_similar(const json::Value& banner, const json::Value& other);

}  // namespace wardlight::api
