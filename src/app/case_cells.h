// Reads the cells of one case: text to value, or an error that names the column and never the
// value.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "clinical/decimal.h"

namespace wardlight::app {

/// The cells of one row in the order of the rule's input columns, trimmed.
using CaseCells = std::vector<std::string_view>;

inline tl::unexpected<Error> bad_cell(std::string_view column, std::string message) {
    return fail(ErrorCode::invalid, std::move(message), std::string(column));
}

/// Empty: no value. Comparators and anything but a plain number are errors.
inline Result<std::optional<clinical::Decimal>> optional_decimal(std::string_view column,
                                                                 std::string_view cell) {
    if (cell.empty()) return std::nullopt;
    const auto value = clinical::parse_decimal(cell);
    if (!value) return bad_cell(column, "is not a number");
    return value;
}

}  // namespace wardlight::app
