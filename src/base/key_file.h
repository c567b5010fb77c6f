// A secret key in a file of its own, kept beside the data but not in it.
#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace wardlight {

/// Reads a key of `length` bytes, or makes it from random bytes (mode 0600, on disk before it is
/// used) when there is none. `invalid`: others than the owner may read it; `corrupt`: another
/// length.
[[nodiscard]] Result<std::string> load_or_create_key(const std::filesystem::path& file,
                                                     std::size_t length);

}  // namespace wardlight
