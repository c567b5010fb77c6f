// NEWS2 as data: points per measured value, plausible ranges, and what each band asks for.
// Source: Royal College of Physicians, National Early Warning Score (NEWS) 2, December 2017,
// charts 1 to 4. Plausible ranges are ours (docs/clinical/news2.md) and need local sign-off.
#pragma once

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>

namespace wardlight::clinical {

inline constexpr std::string_view kNews2RuleId = "rcp-news2";
inline constexpr std::string_view kNews2RuleVersion = "2017-12/1";

/// Values from..until (both included) score `points`.
struct ScoreBand {
    int from;
    int until;
    int points;
};

namespace news2_table {
inline constexpr int kLowest = std::numeric_limits<int>::min();
inline constexpr int kHighest = std::numeric_limits<int>::max();

inline constexpr std::array kRespiration = std::to_array<ScoreBand>(
    {{kLowest, 8, 3}, {9, 11, 1}, {12, 20, 0}, {21, 24, 2}, {25, kHighest, 3}});

inline constexpr std::array kSaturationScale1 =
    std::to_array<ScoreBand>({{kLowest, 91, 3}, {92, 93, 2}, {94, 95, 1}, {96, kHighest, 0}});

inline constexpr std::array kSaturationScale2OnAir =
    std::to_array<ScoreBand>({{kLowest, 83, 3}, {84, 85, 2}, {86, 87, 1}, {88, kHighest, 0}});

inline constexpr std::array kSaturationScale2OnOxygen =
    std::to_array<ScoreBand>({{kLowest, 83, 3},
                              {84, 85, 2},
                              {86, 87, 1},
                              {88, 92, 0},
                              {93, 94, 1},
                              {95, 96, 2},
                              {97, kHighest, 3}});
/// From here up scale 2 depends on whether the patient breathes oxygen.
inline constexpr int kScale2DependsOnOxygenFrom = 93;

inline constexpr int kOxygenPoints = 2;

inline constexpr std::array kSystolic = std::to_array<ScoreBand>(
    {{kLowest, 90, 3}, {91, 100, 2}, {101, 110, 1}, {111, 219, 0}, {220, kHighest, 3}});

inline constexpr std::array kPulse = std::to_array<ScoreBand>(
    {{kLowest, 40, 3}, {41, 50, 1}, {51, 90, 0}, {91, 110, 1}, {111, 130, 2}, {131, kHighest, 3}});

inline constexpr int kNotAlertPoints = 3;  // new confusion, voice, pain, unresponsive

/// In tenths of a degree Celsius.
inline constexpr std::array kTemperature = std::to_array<ScoreBand>(
    {{kLowest, 350, 3}, {351, 360, 1}, {361, 380, 0}, {381, 390, 1}, {391, kHighest, 2}});

template <std::size_t N>
constexpr bool covers_every_value(const std::array<ScoreBand, N>& bands) {
    if (bands.front().from != kLowest || bands.back().until != kHighest) return false;
    for (std::size_t i = 1; i < N; ++i)
        if (bands[i].from != bands[i - 1].until + 1) return false;
    return true;
}
static_assert(covers_every_value(kRespiration) && covers_every_value(kSaturationScale1) &&
              covers_every_value(kSaturationScale2OnAir) &&
              covers_every_value(kSaturationScale2OnOxygen) && covers_every_value(kSystolic) &&
              covers_every_value(kPulse) && covers_every_value(kTemperature));

/// Outside these a value is an artefact or a slip of the pen: invalid, never scored.
struct PlausibleRange {
    int from;
    int until;
};
inline constexpr PlausibleRange kPlausibleRespiration{0, 99};
inline constexpr PlausibleRange kPlausibleSaturation{1, 100};
inline constexpr PlausibleRange kPlausibleSystolic{0, 370};
inline constexpr PlausibleRange kPlausiblePulse{0, 350};
inline constexpr PlausibleRange kPlausibleTemperature{200, 465};

inline constexpr int kMediumFrom = 5;
inline constexpr int kHighFrom = 7;
inline constexpr int kRedPoints = 3;
inline constexpr int kYoungestYears = 16;
}  // namespace news2_table

}  // namespace wardlight::clinical
