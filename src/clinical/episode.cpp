#include "clinical/episode.h"

namespace wardlight::clinical {

AkiNotice aki_notice(const AkiNoticeInput& input) {
    if (input.stage <= 0) return AkiNotice::no_warning;
    if (input.on_renal_replacement) return AkiNotice::suppressed_renal_replacement;
    if (input.on_renal_or_intensive_care_ward) return AkiNotice::suppressed_ward;
    if (input.is_palliative) return AkiNotice::suppressed_palliative;
    if (input.acknowledged_stage && input.stage <= *input.acknowledged_stage)
        return AkiNotice::suppressed_acknowledged;
    // A higher stage is news even if the number fell: the baseline must have changed.
    if (input.last_alert && input.creatinine < input.last_alert->creatinine &&
        input.stage <= input.last_alert->stage)
        return AkiNotice::suppressed_falling;
    return AkiNotice::notify;
}

News2Notice news2_notice(const News2TrendInput& input) {
    constexpr int kRisePoints = 2;
    const News2Result& now = input.now;
    if (now.state == News2State::not_for_patient) return News2Notice::not_for_patient;

    const auto is_at_risk = [](News2Band band) { return band >= News2Band::medium; };
    const News2Band before = input.previous ? input.previous->band : News2Band::none;
    const bool was_red = input.previous && input.previous->is_red;
    if ((is_at_risk(now.least_band) && !is_at_risk(before)) || (now.is_red && !was_red))
        return News2Notice::first_crossing;
    if (now.is_urgent() && now.least_band > before) return News2Notice::band_rise;

    const bool rises = input.lowest_total_in_24_hours &&
                       now.least_total - *input.lowest_total_in_24_hours >= kRisePoints;
    const bool already_told =
        input.highest_alerted_in_24_hours && now.least_total <= *input.highest_alerted_in_24_hours;
    if (rises && !already_told) return News2Notice::rise_of_two;
    return now.state == News2State::complete ? News2Notice::quiet : News2Notice::incomplete;
}

std::string_view text_of(AkiNotice notice) {
    switch (notice) {
        case AkiNotice::no_warning:
            return "no_warning";
        case AkiNotice::notify:
            return "notify";
        case AkiNotice::suppressed_renal_replacement:
            return "suppressed_renal_replacement";
        case AkiNotice::suppressed_ward:
            return "suppressed_ward";
        case AkiNotice::suppressed_palliative:
            return "suppressed_palliative";
        case AkiNotice::suppressed_acknowledged:
            return "suppressed_acknowledged";
        case AkiNotice::suppressed_falling:
            return "suppressed_falling";
    }
    return "";
}

std::string_view text_of(News2Notice notice) {
    switch (notice) {
        case News2Notice::quiet:
            return "quiet";
        case News2Notice::first_crossing:
            return "first_crossing";
        case News2Notice::band_rise:
            return "band_rise";
        case News2Notice::rise_of_two:
            return "rise_of_two";
        case News2Notice::incomplete:
            return "incomplete";
        case News2Notice::not_for_patient:
            return "not_for_patient";
    }
    return "";
}

}  // namespace wardlight::clinical
