// Reads CBOR as authenticators write it: the CTAP2 canonical form, a subset of RFC 8949 in which
// every value has one encoding. What is not in that form is refused, so that nothing two readers
// could understand differently gets to where keys and signatures are checked: definite and
// shortest lengths only, no tags, no floats, keys sorted and unique, nothing left over.
// Sources: CTAP 2.1, section 8; RFC 8949. Pure functions; thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace wardlight::access::cbor {

inline constexpr std::size_t kBytesMost = 64U << 10;
inline constexpr int kDepthMost = 4;  ///< arrays and maps within one another (CTAP2)

enum class Kind { integer, bytes, text, array, map, boolean, null };

/// One value. Texts and bytes are views into what was read, which must outlive it.
struct Value {
    Kind kind = Kind::null;
    std::int64_t integer = 0;  ///< of an integer; 1 for true
    std::string_view bytes;    ///< of bytes or text
    std::vector<Value> items;  ///< of an array; of a map, key and value in turn

    [[nodiscard]] bool is(Kind wanted) const { return kind == wanted; }
    /// The value of a map's key; nullptr when there is none, and for what is no map.
    [[nodiscard]] const Value* find(std::string_view key) const;
    [[nodiscard]] const Value* find(std::int64_t key) const;
    /// Pairs of a map.
    [[nodiscard]] std::size_t pairs() const { return is(Kind::map) ? items.size() / 2 : 0; }
};

/// The one value that `bytes` are. Error `invalid` with the reason and the byte where it stands
/// ("byte 12"), `too_large` beyond kBytesMost.
[[nodiscard]] Result<Value> parse(std::string_view bytes);

/// The value at the beginning, and how many bytes it takes: where something follows.
struct First {
    Value value;
    std::size_t length = 0;
};
[[nodiscard]] Result<First> parse_first(std::string_view bytes);

}  // namespace wardlight::access::cbor
