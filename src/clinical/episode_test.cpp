#include "clinical/episode.h"

#include <doctest/doctest.h>

#include <vector>

using namespace wardlight::clinical;

TEST_CASE("an AKI warning is told unless there is a reason not to") {
    struct Row {
        const char* why;
        AkiNoticeInput input;
        AkiNotice notice;
    };
    const auto with = [](int stage, auto change) {
        AkiNoticeInput input;
        input.stage = stage;
        input.creatinine = {200, 0};
        change(input);
        return input;
    };
    const auto last_alert = [](int stage, std::int64_t value) {
        return AkiNoticeInput::Alert{stage, {value, 0}};
    };
    for (const Row& row : std::vector<Row>{
             {"no warning", with(0, [](auto&) {}), AkiNotice::no_warning},
             {"first warning", with(1, [](auto&) {}), AkiNotice::notify},
             {"dialysis", with(3, [](auto& i) { i.on_renal_replacement = true; }),
              AkiNotice::suppressed_renal_replacement},
             {"renal ward", with(3, [](auto& i) { i.on_renal_or_intensive_care_ward = true; }),
              AkiNotice::suppressed_ward},
             {"palliative", with(3, [](auto& i) { i.is_palliative = true; }),
              AkiNotice::suppressed_palliative},
             {"same stage acknowledged", with(2, [](auto& i) { i.acknowledged_stage = 2; }),
              AkiNotice::suppressed_acknowledged},
             {"lower stage", with(1, [](auto& i) { i.acknowledged_stage = 2; }),
              AkiNotice::suppressed_acknowledged},
             {"higher stage than acknowledged", with(3, [](auto& i) { i.acknowledged_stage = 2; }),
              AkiNotice::notify},
             {"falling", with(2, [&](auto& i) { i.last_alert = last_alert(2, 201); }),
              AkiNotice::suppressed_falling},
             {"unchanged is not falling",
              with(2, [&](auto& i) { i.last_alert = last_alert(2, 200); }), AkiNotice::notify},
             {"falling but a higher stage",
              with(3, [&](auto& i) { i.last_alert = last_alert(2, 201); }), AkiNotice::notify},
             {"no warning on dialysis is just no warning",
              with(0, [](auto& i) { i.on_renal_replacement = true; }), AkiNotice::no_warning},
         }) {
        CAPTURE(row.why);
        CHECK(aki_notice(row.input) == row.notice);
        CHECK(must_be_told(row.notice) == (row.notice == AkiNotice::notify));
        CHECK_FALSE(text_of(row.notice).empty());
    }
}

TEST_CASE("an AKI episode ends when seven days pass without a warning") {
    CHECK(is_same_aki_episode(100, 100));
    CHECK(is_same_aki_episode(100, 107));
    CHECK_FALSE(is_same_aki_episode(100, 108));
    CHECK_FALSE(is_same_aki_episode(100, 99));
    CHECK(is_same_aki_episode(100, 114, 14));
}

namespace {

News2Result scored(int total, bool red = false, News2State state = News2State::complete) {
    News2Result result;
    result.state = state;
    result.least_total = total;
    result.is_red = red;
    result.least_band = news2_band(total, red);
    return result;
}

News2TrendInput::Earlier earlier(int total, bool red = false) {
    return {total, news2_band(total, red), red};
}

}  // namespace

TEST_CASE("NEWS2 is told on first crossing, on a band rise and on two points in a day") {
    struct Row {
        const char* why;
        News2TrendInput input;
        News2Notice notice;
    };
    const auto none = std::nullopt;
    for (const Row& row : std::vector<Row>{
             {"first set, quiet", {scored(1), none, none, none}, News2Notice::quiet},
             {"first set, 4", {scored(4), none, none, none}, News2Notice::quiet},
             {"first set, 5", {scored(5), none, none, none}, News2Notice::first_crossing},
             {"first set, red", {scored(3, true), none, none, none}, News2Notice::first_crossing},
             {"4 to 5", {scored(5), earlier(4), 4, none}, News2Notice::first_crossing},
             {"5 again", {scored(5), earlier(5), 5, 5}, News2Notice::quiet},
             {"5 to 6", {scored(6), earlier(5), 5, 5}, News2Notice::quiet},
             {"6 to 7", {scored(7), earlier(6), 6, 6}, News2Notice::band_rise},
             {"low_medium to medium",
              {scored(5, true), earlier(4, true), 4, 4},
              News2Notice::first_crossing},
             {"newly red inside medium",
              {scored(5, true), earlier(5), 5, 5},
              News2Notice::first_crossing},
             {"red again", {scored(3, true), earlier(3, true), 3, 3}, News2Notice::quiet},
             {"0 to 1", {scored(1), earlier(0), 0, none}, News2Notice::quiet},
             {"0 to 2 in 24 h", {scored(2), earlier(0), 0, none}, News2Notice::rise_of_two},
             {"0, 1, 2 in 24 h", {scored(2), earlier(1), 0, none}, News2Notice::rise_of_two},
             {"the rise was told", {scored(2), earlier(2), 0, 2}, News2Notice::quiet},
             {"it goes on rising", {scored(3), earlier(2), 0, 2}, News2Notice::rise_of_two},
             {"7 to 9", {scored(9), earlier(7), 7, 7}, News2Notice::rise_of_two},
             {"falling", {scored(5), earlier(8), 5, 8}, News2Notice::quiet},
             {"incomplete and harmless so far",
              {scored(1, false, News2State::incomplete), earlier(1), 1, none},
              News2Notice::incomplete},
             {"incomplete and already red",
              {scored(3, true, News2State::incomplete), earlier(1), 1, none},
              News2Notice::first_crossing},
             {"invalid and quiet",
              {scored(0, false, News2State::invalid), earlier(0), 0, none},
              News2Notice::incomplete},
             {"a child",
              {scored(0, false, News2State::not_for_patient), none, none, none},
              News2Notice::not_for_patient},
         }) {
        CAPTURE(row.why);
        CHECK(news2_notice(row.input) == row.notice);
        CHECK_FALSE(text_of(row.notice).empty());
    }
}
