// Whether a rule's answer becomes a notification: AKI suppression and the NEWS2 trend.
// Suppression is about telling, never about computing: each answer comes back with a reason code
// that is recorded whether somebody is told or not. Pure, no clock, no allocation, any thread.
// Sources: docs/clinical/aki.md "When nobody is told", docs/clinical/news2.md "Trend".
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "clinical/decimal.h"
#include "clinical/news2.h"

namespace wardlight::clinical {

/// An AKI episode ends when this many calendar days pass without a warning.
inline constexpr int kAkiEpisodeGapDays = 7;

constexpr bool is_same_aki_episode(std::int64_t last_warning_day, std::int64_t day,
                                   int gap_days = kAkiEpisodeGapDays) {
    return day >= last_warning_day && day - last_warning_day <= gap_days;
}

struct AkiNoticeInput {
    int stage = 0;
    Decimal creatinine;  // µmol/L
    bool on_renal_replacement = false;
    bool on_renal_or_intensive_care_ward = false;
    bool is_palliative = false;
    /// The highest stage somebody acknowledged in this episode.
    std::optional<int> acknowledged_stage;
    /// The last alert raised in this episode, told or not acknowledged yet.
    struct Alert {
        int stage = 0;
        Decimal creatinine;
    };
    std::optional<Alert> last_alert;
};

enum class AkiNotice : std::uint8_t {
    no_warning,
    notify,
    suppressed_renal_replacement,
    suppressed_ward,
    suppressed_palliative,
    suppressed_acknowledged,  // stage not higher than acknowledged in the same episode
    suppressed_falling,       // creatinine falling since the last alert, stage not higher
};

AkiNotice aki_notice(const AkiNoticeInput& input);

struct News2TrendInput {
    News2Result now;
    /// The last usable set before this one in the same admission.
    struct Earlier {
        int total = 0;
        News2Band band = News2Band::none;
        bool is_red = false;
    };
    std::optional<Earlier> previous;
    /// Lowest complete total of the 24 h before this set.
    std::optional<int> lowest_total_in_24_hours;
    /// Highest total already alerted on in those 24 h, so that a rise is told once.
    std::optional<int> highest_alerted_in_24_hours;
};

enum class News2Notice : std::uint8_t {
    quiet,
    first_crossing,  // into medium or high, or into red
    band_rise,       // to a higher band from low_medium upwards
    rise_of_two,     // two points or more in 24 h
    incomplete,      // not enough is known and what is known is not urgent
    not_for_patient,
};

constexpr bool must_be_told(AkiNotice notice) {
    return notice == AkiNotice::notify;
}
constexpr bool must_be_told(News2Notice notice) {
    return notice == News2Notice::first_crossing || notice == News2Notice::band_rise ||
           notice == News2Notice::rise_of_two;
}

/// An incomplete set is judged by the least it can be: what is already urgent is told.
News2Notice news2_notice(const News2TrendInput& input);

/// Stable reason codes kept with each record.
std::string_view text_of(AkiNotice notice);
std::string_view text_of(News2Notice notice);

}  // namespace wardlight::clinical
