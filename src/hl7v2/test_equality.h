// When two of the values that are read count as the same: only tests ask.
#pragma once

#include <tuple>

#include "hl7v2/acknowledgement.h"
#include "hl7v2/data_types.h"
#include "hl7v2/message.h"

namespace wardlight::hl7v2 {

inline auto parts_of(const Delimiters& d) {
    return std::tie(d.field, d.component, d.repetition, d.escape, d.subcomponent, d.truncation);
}
inline auto parts_of(const ErrorLocation& at) {
    return std::tie(at.segment, at.sequence, at.field, at.repetition, at.component,
                    at.subcomponent);
}
inline auto parts_of(const Hd& hd) {
    return std::tie(hd.namespace_id, hd.universal_id, hd.universal_id_type);
}
inline auto parts_of(const NumericValue& value) {
    return std::tie(value.comparator, value.number, value.separator, value.second_number);
}

template <class T>
    requires requires(const T& value) { parts_of(value); }
bool operator==(const T& a, const T& b) {
    return parts_of(a) == parts_of(b);
}
inline bool operator==(const Ei& a, const Ei& b) {
    return a.id == b.id && a.authority == b.authority;
}

}  // namespace wardlight::hl7v2
