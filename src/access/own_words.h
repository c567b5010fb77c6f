// What people write in their own words: why they open a record, why an account is recovered, what
// they call a device. Pure; thread-safe.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace wardlight::access {

/// Of valid UTF-8. Characters, not bytes: ten Chinese characters say as much as ten letters, and
/// more.
[[nodiscard]] std::size_t count_characters(std::string_view text);

/// A reason: 10 to 500 characters. Error `invalid`.
[[nodiscard]] Result<> check_own_words(std::string_view text, const char* where);

}  // namespace wardlight::access
