// Age in completed years on the day a specimen was collected.
// Someone born on 29 February has their birthday on 1 March in other years.
#pragma once

#include <chrono>
#include <optional>

namespace wardlight::clinical {

/// nullopt if a date does not exist or the birth is after the collection.
constexpr std::optional<int> completed_years(std::chrono::year_month_day birth,
                                             std::chrono::year_month_day on) {
    if (!birth.ok() || !on.ok() || on < birth) return std::nullopt;
    const int years = static_cast<int>(on.year()) - static_cast<int>(birth.year());
    const bool before_birthday =
        on.month() < birth.month() || (on.month() == birth.month() && on.day() < birth.day());
    return before_birthday ? years - 1 : years;
}

}  // namespace wardlight::clinical
