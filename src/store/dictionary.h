// Compression dictionaries of stored bodies (body.h), by number. One that was ever released stays
// here for good: without it what was written with it cannot be read.
#pragma once

#include <array>
#include <cstddef>

namespace wardlight::store {

inline constexpr std::size_t kDictionary1Bytes = 16'384;
extern const std::array<unsigned char, kDictionary1Bytes> kDictionary1;

}  // namespace wardlight::store
