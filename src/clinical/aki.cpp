#include "clinical/aki.h"

#include <algorithm>

namespace wardlight::clinical {
namespace {

using std::chrono::hours;

constexpr std::int64_t kBaselineDays = 7;
constexpr std::int64_t kHistoryDays = 365;
constexpr hours kRiseWindow{48};
constexpr hours kLateWindow{72};
constexpr int kAdultFrom = 18;

constexpr Exact kRise = exact(Decimal{26, 0});
constexpr Exact kAdultStage3 = exact(Decimal{354, 0});
constexpr Exact kKdigoRise = exact(Decimal{265, 1});
constexpr Exact kKdigoStage3 = exact(Decimal{3536, 1});

/// The baselines a creatinine is compared with. 0 = there is none; real values are above 0.
struct Baselines {
    Exact lowest_of_7_days = 0;
    Exact doubled_median = 0;
    Exact lowest_of_48_hours = 0;
};

class Evaluation {
 public:
    Evaluation(const AkiInput& input, std::span<std::uint32_t> scratch)
        : input_(input), scratch_(scratch) {}

    AkiResult run() {
        if (value(input_.index) <= 0) {
            result_.status = AkiStatus::invalid_index;
            return result_;
        }
        if (scratch_.size() < input_.history.size()) {
            result_.status = AkiStatus::scratch_too_small;
            return result_;
        }
        note_index_quality();
        choose_limits();
        set_flag();
        const std::span<std::uint32_t> previous = without_duplicates(eligible());
        if (previous.empty()) {
            if (result_.flag == RangeFlag::high) result_.comment = AkiComment::aki_or_ckd_repeat;
            return result_;
        }
        find_baselines(previous);
        set_stage();
        return result_;
    }

 private:
    const Creatinine& entry(std::uint32_t position) const { return input_.history[position]; }
    static Exact value(const Creatinine& c) { return exact(c.micromoles_per_litre.value); }
    Exact value(std::uint32_t position) const { return value(entry(position)); }
    void note(AkiQuality bit) { result_.quality |= bit; }

    /// Calendar days before the index. Never negative: where clocks go back over midnight an
    /// earlier result can carry the later date.
    std::int64_t days_before(const Creatinine& earlier) const {
        return std::max<std::int64_t>(0, input_.index.local_day - earlier.local_day);
    }

    bool within_48_hours(const Creatinine& earlier) const {
        const auto elapsed = input_.index.collected - earlier.collected;
        return elapsed < kRiseWindow || (input_.exactly_48_hours_counts && elapsed == kRiseWindow);
    }

    void note_index_quality() {
        if (!input_.index.micromoles_per_litre.is_exact()) note(kApproximateIndex);
        if (input_.index.time_source != TimeSource::collected) note(kTimeNotCollection);
        if (!input_.age_years) note(kUnknownBirthDate);
        if (input_.sex == Sex::unknown) note(kUnknownSex);
    }

    void choose_limits() {
        result_.limits_used = creatinine_reference(input_.age_years, input_.sex);
        if (!input_.lower_limit || !input_.upper_limit) {
            note(kLimitsFromTable);
            if (input_.age_years && *input_.age_years < 1) note(kInfantLimitsFromTable);
        }
        if (input_.lower_limit) result_.limits_used.lower = *input_.lower_limit;
        if (input_.upper_limit) result_.limits_used.upper = *input_.upper_limit;
    }

    /// The limits themselves are normal.
    void set_flag() {
        const Exact c1 = value(input_.index);
        if (c1 < exact(result_.limits_used.lower)) result_.flag = RangeFlag::low;
        if (c1 > exact(result_.limits_used.upper)) result_.flag = RangeFlag::high;
    }

    /// Positions of results 0 to 365 days before the index that are not the index, in scratch.
    std::span<std::uint32_t> eligible() {
        std::size_t count = 0;
        for (std::uint32_t i = 0; i < input_.history.size(); ++i) {
            const Creatinine& candidate = entry(i);
            if (candidate.collected > input_.index.collected) {
                note(kLaterResultsIgnored);
            } else if (candidate.collected == input_.index.collected) {
                note(kSameTimeIgnored);
            } else if (value(candidate) <= 0) {
                note(kInvalidHistoryIgnored);
            } else if (days_before(candidate) <= kHistoryDays) {
                scratch_[count++] = i;
            }
        }
        return scratch_.first(count);
    }

    /// One specimen counts once: equal collection times are one specimen. Of different values the
    /// lowest stays: it does not depend on the order given and can only raise the stage.
    std::span<std::uint32_t> without_duplicates(std::span<std::uint32_t> positions) {
        std::sort(positions.begin(), positions.end(), [this](std::uint32_t a, std::uint32_t b) {
            if (entry(a).collected != entry(b).collected)
                return entry(a).collected < entry(b).collected;
            if (value(a) != value(b)) return value(a) < value(b);
            return a < b;
        });
        std::size_t kept = 0;
        for (const std::uint32_t position : positions) {
            if (kept > 0 && entry(positions[kept - 1]).collected == entry(position).collected) {
                note(kDuplicatesIgnored);
                if (value(positions[kept - 1]) != value(position)) note(kConflictingDuplicates);
                continue;
            }
            positions[kept++] = position;
        }
        return positions.first(kept);
    }

    void find_baselines(std::span<std::uint32_t> previous) {
        const auto recent =
            std::partition(previous.begin(), previous.end(), [this](std::uint32_t position) {
                return days_before(entry(position)) > kBaselineDays;
            });
        const auto older = static_cast<std::size_t>(recent - previous.begin());
        find_lowest(previous.subspan(older));
        find_median(previous.first(older));
    }

    /// Of equal values the most recent is the clearer one to show.
    bool is_better_baseline(std::uint32_t candidate,
                            const std::optional<std::uint32_t>& best) const {
        if (!best || value(candidate) != value(*best))
            return !best || value(candidate) < value(*best);
        return entry(candidate).collected > entry(*best).collected;
    }

    void find_lowest(std::span<const std::uint32_t> last_7_days) {
        result_.results_in_7_days = static_cast<std::uint32_t>(last_7_days.size());
        for (const std::uint32_t position : last_7_days) {
            if (is_better_baseline(position, result_.lowest_of_7_days))
                result_.lowest_of_7_days = position;
            if (within_48_hours(entry(position)) &&
                is_better_baseline(position, result_.lowest_of_48_hours))
                result_.lowest_of_48_hours = position;
        }
        if (result_.lowest_of_7_days) {
            baselines_.lowest_of_7_days = value(*result_.lowest_of_7_days);
            note_baseline_quality(*result_.lowest_of_7_days);
        }
        if (result_.lowest_of_48_hours) {
            baselines_.lowest_of_48_hours = value(*result_.lowest_of_48_hours);
            note_baseline_quality(*result_.lowest_of_48_hours);
            result_.rise_in_48_hours =
                subtract(input_.index.micromoles_per_litre.value,
                         entry(*result_.lowest_of_48_hours).micromoles_per_litre.value);
        }
    }

    /// Of an even count the median is the mean of the middle two; doubled, it needs no division.
    void find_median(std::span<std::uint32_t> days_8_to_365) {
        result_.results_in_8_to_365_days = static_cast<std::uint32_t>(days_8_to_365.size());
        if (days_8_to_365.empty()) return;
        std::sort(days_8_to_365.begin(), days_8_to_365.end(),
                  [this](std::uint32_t a, std::uint32_t b) {
                      return value(a) != value(b) ? value(a) < value(b) : a < b;
                  });
        const std::uint32_t lower = days_8_to_365[(days_8_to_365.size() - 1) / 2];
        const std::uint32_t upper = days_8_to_365[days_8_to_365.size() / 2];
        result_.median_lower = lower;
        result_.median_upper = upper;
        baselines_.doubled_median = value(lower) + value(upper);
        result_.doubled_median =
            add(entry(lower).micromoles_per_litre.value, entry(upper).micromoles_per_litre.value);
        note_baseline_quality(lower);
        note_baseline_quality(upper);
    }

    void note_baseline_quality(std::uint32_t position) {
        if (!entry(position).micromoles_per_litre.is_exact()) note(kApproximateBaseline);
    }

    /// Whether the higher ratio is at least tenths/10. C1/RV2 >= t/10  <=>  20 C1 >= t (2 RV2).
    bool ratio_is_at_least(int tenths) const {
        const Exact c1 = value(input_.index);
        return (result_.lowest_of_7_days && 10 * c1 >= tenths * baselines_.lowest_of_7_days) ||
               (result_.median_lower && 20 * c1 >= tenths * baselines_.doubled_median);
    }

    void set_stage() {
        const Exact c1 = value(input_.index);
        const Exact doubled_lowest = 2 * baselines_.lowest_of_7_days;
        const bool median_is_higher_ratio =
            result_.median_lower &&
            (!result_.lowest_of_7_days || baselines_.doubled_median < doubled_lowest);
        result_.ratio = median_is_higher_ratio ? RatioSource::median_of_8_to_365_days
                                               : RatioSource::lowest_of_7_days;

        const bool is_child = input_.age_years && *input_.age_years < kAdultFrom;
        const bool ratio_warns = ratio_is_at_least(15);
        if (ratio_warns) {
            const bool is_extreme =
                is_child ? c1 > 3 * exact(result_.limits_used.upper) : c1 > kAdultStage3;
            result_.stage = is_extreme || ratio_is_at_least(30) ? 3 : ratio_is_at_least(20) ? 2 : 1;
        } else if (result_.lowest_of_48_hours && c1 - baselines_.lowest_of_48_hours > kRise) {
            result_.stage = 1;  // also above 354: the ratio did not reach 1.5
        } else if (result_.lowest_of_7_days && c1 - baselines_.lowest_of_7_days > kRise) {
            result_.comment = AkiComment::rise_repeat;
        }
        result_.kdigo_stage = kdigo_stage(ratio_warns, is_child);
    }

    /// KDIGO 2012, creatinine only: >= 26.5 in 48 h or >= 1.5 x; stage 3 from 3.0 x or 353.6.
    int kdigo_stage(bool ratio_warns, bool is_child) const {
        const Exact c1 = value(input_.index);
        const bool rises =
            result_.lowest_of_48_hours && c1 - baselines_.lowest_of_48_hours >= kKdigoRise;
        if (!ratio_warns && !rises) return 0;
        if (ratio_is_at_least(30) || (!is_child && c1 >= kKdigoStage3)) return 3;
        return ratio_is_at_least(20) ? 2 : 1;
    }

    const AkiInput& input_;
    std::span<std::uint32_t> scratch_;
    Baselines baselines_;
    AkiResult result_;
};

}  // namespace

AkiResult aki_warning(const AkiInput& input, std::span<std::uint32_t> scratch) {
    return Evaluation(input, scratch).run();
}

std::string_view text_of(AkiComment comment) {
    switch (comment) {
        case AkiComment::none:
            return "";
        case AkiComment::aki_or_ckd_repeat:
            return "?AKI ?CKD \xE2\x80\x93 suggest repeat";
        case AkiComment::rise_repeat:
            return "rise \xE2\x80\x93 suggest repeat";
    }
    return "";
}

std::string_view text_of(RangeFlag flag) {
    switch (flag) {
        case RangeFlag::none:
            return "";
        case RangeFlag::low:
            return "L";
        case RangeFlag::high:
            return "H";
    }
    return "";
}

std::string_view aki_alert_text(int stage) {
    switch (stage) {
        case 1:
            return "Acute Kidney Injury warning stage 1 (NHS England algorithm)";
        case 2:
            return "Acute Kidney Injury warning stage 2 (NHS England algorithm)";
        case 3:
            return "Acute Kidney Injury warning stage 3 (NHS England algorithm)";
        default:
            return "";
    }
}

bool creatinine_status_counts(std::string_view status) {
    return status == "F" || status == "C" || status == "A" || status == "final" ||
           status == "corrected" || status == "amended";
}

bool late_result_affects(Moment late, Moment other, Moment now) {
    // A time ahead of ours is recent: the analyser's clock is fast or ours is slow.
    return other > late && now - other <= kLateWindow;
}

bool correction_affects(const Creatinine& corrected, const Creatinine& other) {
    return other.collected >= corrected.collected &&
           other.local_day - corrected.local_day <= kHistoryDays;
}

}  // namespace wardlight::clinical
