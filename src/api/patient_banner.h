// What identifies a patient on every screen (after NHS CUI Patient Banner): no clinical data in it.
#pragma once

#include <string>
#include <string_view>

#include "json/value.h"

namespace wardlight::api {

/// The "Banner" of docs/api/openapi.json from a Patient resource. Unknown is null, never a guess.
[[nodiscard]] json::Value banner(const json::Value& patient);

/// A name as it sounds in a hurry: folded once, compared with everybody's in a list.
struct FoldedName {
    std::string family;
    std::string family_start;
    std::string given;
};
[[nodiscard]] FoldedName folded_name(const json::Value& banner);

/// Whether two people could be taken for each other in one list: same family name, or the same
/// given name with family names that begin alike.
[[nodiscard]] bool are_similar(const FoldedName& one, const FoldedName& other);

}  // namespace wardlight::api
