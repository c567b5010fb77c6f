// One row of an AKI table: cells in, the rule's result columns out.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "app/case_cells.h"
#include "base/time.h"

namespace wardlight::app {

inline constexpr std::array<std::string_view, 8> kAkiInputColumns{
    "id", "age", "sex", "llri", "ulri", "c1_umol_l", "collected", "history"};
inline constexpr std::array<std::string_view, 3> kAkiResultColumns{"stage", "flag", "comment"};

Result<std::vector<std::string>> evaluate_aki_case(const CaseCells& cells, const TimeZone& zone);

}  // namespace wardlight::app
