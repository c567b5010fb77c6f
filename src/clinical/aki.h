// The NHS England acute kidney injury warning: one creatinine, this person's earlier ones, a stage.
// Compares exactly, on the values as reported: 150/100 is 1.5 and warns, 149.9/100 does not.
// The stage is a warning; the diagnosis is a clinician's.
// Pure function: no clock, no zone (calendar days come in as numbers), no allocation, no exception;
// safe from any thread, and the same code runs on the phone as WebAssembly.
// Source: NHS England Patient Safety Alert NHS/PSA/D/2014/010 (2014), KDIGO 2012 beside it.
// Every choice of precision is explained in docs/clinical/aki.md.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "clinical/creatinine_reference.h"
#include "clinical/decimal.h"

namespace wardlight::clinical {

inline constexpr std::string_view kAkiRuleId = "nhs-england-aki";
inline constexpr std::string_view kAkiRuleVersion = "2014-010/1";

using Moment = std::chrono::sys_time<std::chrono::microseconds>;

/// Where the time of a result came from; anything but the collection time lowers its quality.
enum class TimeSource : std::uint8_t { collected, received_by_laboratory, message };

/// One serum or plasma creatinine that counts (see `creatinine_status_counts`), in its newest
/// version.
struct Creatinine {
    Reading micromoles_per_litre;
    Moment collected;
    /// Days since 1970-01-01 of the hospital's calendar date at `collected`.
    std::int64_t local_day = 0;
    TimeSource time_source = TimeSource::collected;
};

struct AkiInput {
    Creatinine index;
    /// Earlier results in any order. Later ones, the index itself and those older than 365 days are
    /// ignored.
    std::span<const Creatinine> history;
    /// Completed years on the day of collection; nullopt: unknown, the adult rule with a flag.
    std::optional<int> age_years;
    Sex sex = Sex::unknown;
    /// The laboratory's own limits in µmol/L; where missing the table by age and sex is used.
    std::optional<Decimal> lower_limit;
    std::optional<Decimal> upper_limit;
    /// Whether a result exactly 48 h 00 min earlier counts for the 48 h rise.
    bool exactly_48_hours_counts = true;
};

enum class AkiStatus : std::uint8_t {
    computed,
    invalid_index,     // zero or negative: nothing was computed
    scratch_too_small  // the caller's fault: scratch must hold one entry per history entry
};

enum class RangeFlag : std::uint8_t { none, low, high };
enum class AkiComment : std::uint8_t { none, aki_or_ckd_repeat, rise_repeat };
enum class RatioSource : std::uint8_t { none, lowest_of_7_days, median_of_8_to_365_days };

/// Reasons to trust an answer less; shown with it. A set of bits.
enum AkiQuality : std::uint32_t {
    kApproximateIndex = 1U << 0,        // "<20" or ">1500" taken as 20, 1500
    kApproximateBaseline = 1U << 1,     // a value compared with had a comparator
    kUnknownBirthDate = 1U << 2,        // adult rule applied
    kUnknownSex = 1U << 3,              // widest interval applied, if the laboratory sent none
    kLimitsFromTable = 1U << 4,         // a limit came from our table, not from the laboratory
    kInfantLimitsFromTable = 1U << 5,   // and the person is below one year
    kLaterResultsIgnored = 1U << 6,     // history held results after the index
    kSameTimeIgnored = 1U << 7,         // history held the index's own specimen
    kDuplicatesIgnored = 1U << 8,       // one specimen came more than once
    kConflictingDuplicates = 1U << 9,   // ... with different values; the lowest was used
    kInvalidHistoryIgnored = 1U << 10,  // zero or negative values
    kTimeNotCollection = 1U << 11,      // the index's time is not its collection time
};

struct AkiResult {
    AkiStatus status = AkiStatus::computed;
    int stage = 0;  // 0 = no warning
    RangeFlag flag = RangeFlag::none;
    AkiComment comment = AkiComment::none;
    int kdigo_stage = 0;  // creatinine criteria only, for comparison

    /// Why: positions in the history given.
    RatioSource ratio = RatioSource::none;          // the higher one, whether or not it reached 1.5
    std::optional<std::uint32_t> lowest_of_7_days;  // RV1
    std::optional<std::uint32_t> median_lower;      // RV2 is the mean of these two,
    std::optional<std::uint32_t> median_upper;      // the same entry when the count is odd
    std::optional<std::uint32_t> lowest_of_48_hours;  // D is measured from it
    std::optional<Decimal> doubled_median;            // 2 x RV2, exact
    std::optional<Decimal> rise_in_48_hours;          // D, exact
    std::uint32_t results_in_7_days = 0;
    std::uint32_t results_in_8_to_365_days = 0;
    ReferenceInterval limits_used;
    std::uint32_t quality = 0;  // AkiQuality bits

    [[nodiscard]] bool has(AkiQuality bit) const { return (quality & bit) != 0; }
};

/// `scratch` is working memory, at least one entry per history entry; its content does not matter.
/// Time O(n log n) in the history.
AkiResult aki_warning(const AkiInput& input, std::span<std::uint32_t> scratch);

/// "?AKI ?CKD – suggest repeat", "rise – suggest repeat" or "".
std::string_view text_of(AkiComment comment);
/// "L", "H" or "".
std::string_view text_of(RangeFlag flag);
/// "Acute Kidney Injury warning stage 2 (NHS England algorithm)"; "" for stage 0.
std::string_view aki_alert_text(int stage);

/// Whether a result of this status counts: final, corrected and amended do. Takes HL7 OBX-11
/// (F, C, A) and FHIR (final, corrected, amended) codes.
bool creatinine_status_counts(std::string_view status);

/// A result that arrives late may change the stage of results collected after it. True if `other`
/// must be evaluated again: collected after the late one and within the 72 h before `now`.
bool late_result_affects(Moment late, Moment other, Moment now);

/// A corrected or withdrawn result changes itself and every result up to 365 calendar days after.
bool correction_affects(const Creatinine& corrected, const Creatinine& other);

}  // namespace wardlight::clinical
