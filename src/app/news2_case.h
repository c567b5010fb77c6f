// One row of a NEWS2 table: cells in, the rule's result columns out.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "app/case_cells.h"

namespace wardlight::app {

inline constexpr std::array<std::string_view, 9> kNews2InputColumns{
    "id", "rr", "spo2", "scale", "on_o2", "sbp", "pulse", "acvpu", "temp"};
inline constexpr std::array<std::string_view, 5> kNews2ResultColumns{
    "total", "red", "band", "min_monitoring", "incomplete"};

/// Of an incomplete set `total` is the least the score can be, and band and monitoring are given
/// only if they are already urgent: "low" is never said while something is unknown.
Result<std::vector<std::string>> evaluate_news2_case(const CaseCells& cells);

}  // namespace wardlight::app
