// The search index of one resource.
//
// Format of `packed_keys`: entries of 10 bytes, sorted:
//   parameter slot : uint16, big endian   (parameter number * 2, + 1 for the upper slot)
//   value          : int64, big endian, sign bit flipped so that bytes sort like numbers
//
//   | type             | lower slot                     | upper slot                            |
//   |------------------|--------------------------------|---------------------------------------|
//   | token            | code, whatever its system      | system and code                       |
//   | reference        | id, whatever its type; or uri  | type and id; identifier as for tokens |
//   | uri              | uri                            |                                       |
//   | date             | from, microseconds             | until                                 |
//   | number, quantity | low, order-preserving          | high                                  |
//
// Everything but dates and numbers is a 64-bit hash. Strings are not packed: they are found by
// folded text. Two tables follow from the packed keys: global_key (across patients, lower slots of
// is_globally_indexed() parameters) and chart_key (what a patient has of a code, in order of time).
//
// The index narrows; the fetched body decides wherever a hash collision could give a wrong answer.
//
// A change of what is written here needs a new kIndexVersion: stores are then indexed again when
// they are opened.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "fhir/search_values.h"
#include "store/resource.h"

namespace wardlight::store {

inline constexpr int kIndexVersion = 2;

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
                                     std::string_view code);  // system|code
[[nodiscard]] std::int64_t code_key(std::string_view code);   // any system
[[nodiscard]] std::int64_t reference_key(std::string_view type, std::string_view id);
[[nodiscard]] std::int64_t reference_id_key(std::string_view id);  // type not given
[[nodiscard]] std::int64_t uri_key(std::string_view uri);
[[nodiscard]] std::int64_t number_key(double value);
[[nodiscard]] std::int64_t patient_key(const PatientId& patient);

/// Fills packed_keys and global_strings of `out`.
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

struct GlobalKey {
    std::uint16_t slot;
    std::int64_t value;
    auto operator<=>(const GlobalKey&) const = default;
};
/// The rows of global_key that belong to packed keys; sorted.
[[nodiscard]] std::vector<GlobalKey> global_keys(fhir::TypeNumber type,
                                                 std::string_view packed_keys);

/// Types whose resources have rows in chart_key: a patient's, with a code and a date.
[[nodiscard]] bool is_charted(fhir::TypeNumber type);

struct ChartKey {
    std::int64_t code;
    std::int64_t at;
    auto operator<=>(const ChartKey&) const = default;
};
/// `at` of what has no date, several, or one that covers more than kChartSpan: it may be from any
/// time.
inline constexpr std::int64_t kChartAnyTime = INT64_MIN;
inline constexpr auto kChartSpan = std::chrono::hours(48);
/// The rows of chart_key that belong to packed keys; sorted.
[[nodiscard]] std::vector<ChartKey> chart_keys(fhir::TypeNumber type, std::string_view packed_keys);

}  // namespace wardlight::store
