// The search index of one resource.
//
// Format of `packed_keys`: entries of 10 bytes, sorted:
//   parameter slot : uint16, big endian   (parameter number * 2, + 1 for the upper bound of a
//   range) value          : int64, big endian, sign bit flipped so that bytes sort like numbers
// A value is a 64-bit hash (token, reference, uri), microseconds (date) or an order-preserving
// image of a double (number, quantity). Strings are not packed: they are found by folded text.
//
// The index narrows; the fetched body decides (search.cpp checks each candidate exactly), so that a
// hash collision can cost time but never a wrong answer.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "fhir/search_values.h"
#include "store/resource.h"

namespace wardlight::store {

struct Slot {
    std::uint16_t value;
    static Slot lower(fhir::ParameterNumber p) {
        return {static_cast<std::uint16_t>(static_cast<unsigned>(p) * 2)};
    }
    static Slot upper(fhir::ParameterNumber p) {
        return {static_cast<std::uint16_t>(static_cast<unsigned>(p) * 2 + 1)};
    }
};

inline constexpr std::size_t kPackedEntryBytes = 10;

[[nodiscard]] std::int64_t token_key(std::string_view system,
                                     std::string_view code);     // system|code
[[nodiscard]] std::int64_t code_key(std::string_view code);      // any system
[[nodiscard]] std::int64_t system_key(std::string_view system);  // any code
[[nodiscard]] std::int64_t reference_key(std::string_view type, std::string_view id);
[[nodiscard]] std::int64_t reference_id_key(std::string_view id);  // type not given
[[nodiscard]] std::int64_t uri_key(std::string_view uri);
[[nodiscard]] std::int64_t number_key(double value);

/// Fills packed_keys, global_keys and global_strings of `out`.
void index_resource(const json::Value& resource, PreparedResource& out);

/// Smallest / largest value in a slot, or nothing when the slot is empty.
struct SlotValues {
    std::string_view entries;  // a run of packed entries of that slot
    [[nodiscard]] std::size_t size() const { return entries.size() / kPackedEntryBytes; }
    [[nodiscard]] std::int64_t operator[](std::size_t index) const;
};
[[nodiscard]] SlotValues values_in_slot(std::string_view packed_keys, Slot slot);

/// True when the parameter has rows of its own across patients, so that a search needs no scan.
[[nodiscard]] bool is_globally_indexed(fhir::TypeNumber type,
                                       const fhir::SearchParameter& parameter);

}  // namespace wardlight::store
