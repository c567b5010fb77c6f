// The boundary table itself is tests/tables/aki.csv (run by app/rule_tables_agree_test.cpp); here
// stands what a table cannot show: why it fired, the quality notes, KDIGO, limits of memory.
#include "clinical/aki.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

using namespace wardlight::clinical;
using namespace std::chrono;

namespace {

constexpr std::int64_t kIndexDay = 20'000;

/// A result some hours before the index, which is at noon of kIndexDay.
Creatinine result(std::string_view value, std::int64_t hours_before = 0) {
    Creatinine creatinine;
    creatinine.micromoles_per_litre = *parse_reading(value);
    const Moment noon{days{kIndexDay} + hours{12}};
    creatinine.collected = noon - hours{hours_before};
    creatinine.local_day = floor<days>(creatinine.collected).time_since_epoch().count();
    return creatinine;
}

constexpr std::int64_t days_ago(std::int64_t days_before) {
    return days_before * 24;
}

AkiResult evaluate(std::string_view index, const std::vector<Creatinine>& history,
                   std::optional<int> age = 60) {
    AkiInput input;
    input.index = result(index);
    input.history = history;
    input.age_years = age;
    input.sex = Sex::male;
    std::vector<std::uint32_t> scratch(history.size());
    return aki_warning(input, scratch);
}

}  // namespace

TEST_CASE("the result says what it was compared with and which ratio is the higher") {
    const auto fired = evaluate("210", {result("180", 30), result("104", days_ago(30)),
                                        result("100.5", days_ago(8)), result("300", days_ago(5))});
    CHECK(fired.stage == 2);
    CHECK(fired.ratio == RatioSource::median_of_8_to_365_days);
    CHECK(fired.lowest_of_7_days == 0U);
    CHECK(fired.lowest_of_48_hours == 0U);
    CHECK(fired.median_lower == 2U);
    CHECK(fired.median_upper == 1U);
    CHECK(fired.doubled_median == *parse_decimal("204.5"));
    CHECK(fired.rise_in_48_hours == *parse_decimal("30"));
    CHECK(fired.results_in_7_days == 2);
    CHECK(fired.results_in_8_to_365_days == 2);
    CHECK(fired.quality == kLimitsFromTable);

    const auto lowest = evaluate("210", {result("100", 30), result("150", days_ago(30))});
    CHECK(lowest.ratio == RatioSource::lowest_of_7_days);
    const auto nothing = evaluate("90", {});
    CHECK(nothing.ratio == RatioSource::none);
    CHECK_FALSE(nothing.rise_in_48_hours.has_value());
}

TEST_CASE("of equal baselines the most recent is shown") {
    const auto fired = evaluate(
        "150", {result("100", days_ago(6)), result("100", 20), result("100", days_ago(3))});
    CHECK(fired.lowest_of_7_days == 1U);
}

TEST_CASE("whether exactly 48 hours count can be set") {
    const std::vector<Creatinine> history{result("100", 48)};
    AkiInput input;
    input.index = result("130");
    input.history = history;
    input.age_years = 60;
    std::vector<std::uint32_t> scratch(1);
    CHECK(aki_warning(input, scratch).stage == 1);
    input.exactly_48_hours_counts = false;
    CHECK(aki_warning(input, scratch).stage == 0);
    CHECK(aki_warning(input, scratch).comment == AkiComment::rise_repeat);
}

TEST_CASE("what lowers trust in an answer is noted") {
    const auto quality = [](std::string_view index, std::vector<Creatinine> history,
                            std::optional<int> age = 60) {
        return evaluate(index, history, age).quality & ~kLimitsFromTable;
    };
    CHECK(quality("100", {}) == 0);
    CHECK(quality("<20", {}) == kApproximateIndex);
    CHECK(quality("100", {result("<20", 30)}) == kApproximateBaseline);
    // a comparator that decided nothing is not noted
    CHECK(quality("100", {result("<200", days_ago(3)), result("90", days_ago(4))}) == 0);
    CHECK(quality("100", {}, std::nullopt) == kUnknownBirthDate);
    CHECK(quality("50", {}, 0) == kInfantLimitsFromTable);
    CHECK(quality("100", {result("90", -1)}) == kLaterResultsIgnored);
    CHECK(quality("100", {result("90", 0)}) == kSameTimeIgnored);
    CHECK(quality("100", {result("90", 30), result("90", 30)}) == kDuplicatesIgnored);
    CHECK(quality("100", {result("90", 30), result("91", 30)}) ==
          (kDuplicatesIgnored | kConflictingDuplicates));
    CHECK(quality("100", {result("0", 30)}) == kInvalidHistoryIgnored);

    AkiInput input;
    input.index = result("100");
    input.index.time_source = TimeSource::message;
    input.lower_limit = *parse_decimal("50");
    input.upper_limit = *parse_decimal("110");
    input.age_years = 60;
    CHECK(aki_warning(input, {}).quality == (kTimeNotCollection | kUnknownSex));
}

TEST_CASE("an index of zero or below computes nothing") {
    for (const char* value : {"0", "0.0", "-5"}) {
        CAPTURE(value);
        const auto refused = evaluate(value, {result("100", 30)});
        CHECK(refused.status == AkiStatus::invalid_index);
        CHECK(refused.stage == 0);
    }
    // and a zero in the history is no baseline: everything would be three times it
    CHECK(evaluate("100", {result("0", 30)}).stage == 0);
}

TEST_CASE("scratch that is too small is reported, never overrun") {
    const std::vector<Creatinine> history{result("100", 30), result("100", 31)};
    AkiInput input;
    input.index = result("300");
    input.history = history;
    std::vector<std::uint32_t> scratch(1);
    CHECK(aki_warning(input, scratch).status == AkiStatus::scratch_too_small);
    scratch.resize(2);
    CHECK(aki_warning(input, scratch).status == AkiStatus::computed);
}

TEST_CASE("KDIGO stands beside the NHS stage and may differ") {
    struct Row {
        const char* why;
        const char* index;
        Creatinine before;
        int nhs;
        int kdigo;
    };
    for (const Row& row :
         {Row{"26.4 in 48 h", "126.4", result("100", 20), 1, 0},
          Row{"26.5 in 48 h", "126.5", result("100", 20), 1, 1},
          Row{"26.5 in 3 days", "126.5", result("100", days_ago(3)), 0, 0},
          Row{"1.5", "150", result("100", days_ago(3)), 1, 1},
          Row{"2.0", "200", result("100", days_ago(3)), 2, 2},
          Row{"3.0", "300", result("100", days_ago(3)), 3, 3},
          Row{"353.5 with 1.5", "353.5", result("200", days_ago(3)), 1, 1},
          Row{"353.6 with 1.5: NHS needs > 354", "353.6", result("200", days_ago(3)), 1, 3},
          Row{"353.6 with an acute rise only", "353.6", result("327", 20), 1, 3},
          Row{"353.6 without", "353.6", result("340", 20), 0, 0}}) {
        CAPTURE(row.why);
        const auto answer = evaluate(row.index, {row.before});
        CHECK(answer.stage == row.nhs);
        CHECK(answer.kdigo_stage == row.kdigo);
    }
    // 353.6 is an adult's number
    CHECK(evaluate("400", {result("250", days_ago(3))}, 17).kdigo_stage == 1);
}

TEST_CASE("an earlier result on a later calendar date counts as the same day") {
    // Clocks that go back over midnight: 23:30 follows 00:10 of the next date.
    Creatinine before = result("100", 1);
    before.local_day = kIndexDay + 1;
    CHECK(evaluate("130", {before}).stage == 1);
}

TEST_CASE("a long history in any order gives the same answer") {
    std::vector<Creatinine> history;
    std::mt19937 random(7);
    for (int i = 0; i < 20'000; ++i)
        history.push_back(result(std::to_string(90 + random() % 21), 200 + i % 8'000));
    history.push_back(result("80", 30));
    const auto first = evaluate("160", history);
    CHECK(first.stage == 2);
    std::shuffle(history.begin(), history.end(), random);
    const auto second = evaluate("160", history);
    CHECK(second.stage == 2);
    CHECK(second.doubled_median == first.doubled_median);
    CHECK(second.quality == first.quality);
}

TEST_CASE("only final, corrected and amended results count") {
    for (const char* status : {"F", "C", "A", "final", "corrected", "amended"})
        CHECK(creatinine_status_counts(status));
    for (const char* status :
         {"", "P", "I", "X", "W", "D", "preliminary", "cancelled", "entered-in-error", "f"})
        CHECK_FALSE(creatinine_status_counts(status));
}

TEST_CASE("a late result touches later results of the last 72 hours, a correction 365 days") {
    const Moment now = result("1").collected;
    CHECK(late_result_affects(now - hours{100}, now - hours{72}, now));
    CHECK_FALSE(late_result_affects(now - hours{100}, now - hours{72} - seconds{1}, now));
    CHECK(late_result_affects(now - hours{10}, now + hours{1}, now));
    CHECK_FALSE(late_result_affects(now - hours{10}, now - hours{10}, now));
    CHECK_FALSE(late_result_affects(now - hours{10}, now - hours{11}, now));
    CHECK_FALSE(late_result_affects(now - hours{10}, now + seconds{1}, now));
    CHECK(correction_affects(result("1", 5), result("1", 5)));
    CHECK(correction_affects(result("1", days_ago(365)), result("1")));
    CHECK_FALSE(correction_affects(result("1", days_ago(366)), result("1")));
    CHECK_FALSE(correction_affects(result("1", 5), result("1", 6)));
}

TEST_CASE("comments and flags are spelled as the algorithm spells them") {
    CHECK(text_of(AkiComment::aki_or_ckd_repeat) == "?AKI ?CKD – suggest repeat");
    CHECK(text_of(AkiComment::rise_repeat) == "rise – suggest repeat");
    CHECK(text_of(AkiComment::none).empty());
    CHECK(text_of(RangeFlag::low) == "L");
    CHECK(text_of(RangeFlag::high) == "H");
    CHECK(text_of(RangeFlag::none).empty());
    CHECK(aki_alert_text(1) == "Acute Kidney Injury warning stage 1 (NHS England algorithm)");
    CHECK(aki_alert_text(3) == "Acute Kidney Injury warning stage 3 (NHS England algorithm)");
    CHECK(aki_alert_text(2) == "Acute Kidney Injury warning stage 2 (NHS England algorithm)");
    CHECK(aki_alert_text(0).empty());
}
