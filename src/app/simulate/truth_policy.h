// The policy the ground truth is computed by, in one place: when an alert should be told to
// somebody. It is written from the published rules and shares no code and no table with the
// product, so that a run compares two independent readings. docs/simulate.md explains each line.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "app/simulate/codes.h"

namespace wardlight::simulate::policy {

using std::chrono::hours;

// Any rule: a sample or round older than this when it arrives changes the record but rings nobody.
inline constexpr hours kTooOldToTell{72};

// AKI: NHS England algorithm, NHS/PSA/D/2014/010. Not told on these wards, nor for people on
// dialysis or in palliative care (by diagnosis); nor again in the same episode unless the stage is
// higher. An episode lasts until no sample has a stage for more than kEpisodeGapDays.
inline constexpr std::array<std::string_view, 2> kKidneyWards = {"5C", "ICU"};
inline constexpr std::string_view kDialysisDiagnosis = "Z99.2";
inline constexpr std::string_view kPalliativeDiagnosis = "Z51.5";
inline constexpr std::int64_t kEpisodeGapDays = 7;
inline constexpr int kRecentDays = 7;     // reference value 1: lowest of 0..7 calendar days
inline constexpr int kHistoryDays = 365;  // reference value 2: median of 8..365
inline constexpr hours kRiseWindow{48};
inline constexpr std::int64_t kRiseMilli = 26'000;     // more than
inline constexpr std::int64_t kStage3Milli = 354'000;  // more than, adults
inline constexpr int kAdult = 18;

// NEWS2: Royal College of Physicians, 2017. Told when a round first reaches a band (single red 3,
// 5, 7), a higher one than told before in the episode, or a total at least kScoreRise above the one
// last told, within kScoreRiseWindow and at 5 or more. A round with parts missing is judged by the
// least it can be: what is already urgent is told, what is not is no score. An episode ends with a
// complete round below 5 without a red 3. A round overtaken by a newer one is not told.
inline constexpr int kYoungestForNews = 16;
inline constexpr int kScoreRise = 2;
inline constexpr hours kScoreRiseWindow{24};

// Critical results: RCPath G158 (2017), where that gives no number hospitals' published lists
// (Royal Melbourne, Barnsley). A limit `at` a number is itself critical,
// `below` and `above` it is not. A result is not told again within kRepeatDays of the last one told
// of its analyte unless it is on the other side, further beyond the limit, or differs by more than
// kDeltaPercent. What the laboratory declares (HH, LL, AA) counts as critical whatever the number.
struct CriticalLimit {
    Analyte analyte;
    std::optional<std::int64_t> low;   // this and lower
    std::optional<std::int64_t> high;  // this and higher
};
inline constexpr auto kNone = std::nullopt;
constexpr std::int64_t at(std::int64_t milli) {
    return milli;
}
constexpr std::int64_t below(std::int64_t milli) {
    return milli - 1;
}
constexpr std::int64_t above(std::int64_t milli) {
    return milli + 1;
}
inline constexpr std::array<CriticalLimit, 11> kCriticalLimits = {{
    {Analyte::sodium, at(120'000), at(155'000)},
    {Analyte::potassium, at(2'500), at(6'500)},
    {Analyte::urea, kNone, at(30'000)},
    {Analyte::creatinine, kNone, at(354'000)},
    {Analyte::glucose, at(2'500), at(25'000)},
    {Analyte::calcium_adjusted, at(1'800), at(3'500)},
    {Analyte::magnesium, at(400), above(2'000)},
    {Analyte::phosphate, at(300), kNone},
    {Analyte::haemoglobin, below(70'000), above(200'000)},
    {Analyte::platelets, below(50'000), above(1'000'000)},
    {Analyte::c_reactive_protein, kNone, at(300'000)},
}};
inline constexpr std::int64_t kRepeatDays = 7;
inline constexpr int kDeltaPercent = 20;

}  // namespace wardlight::simulate::policy
