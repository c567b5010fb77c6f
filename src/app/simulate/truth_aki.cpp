// NHS England AKI warning algorithm, written from its text for the ground truth only.
#include <algorithm>
#include <vector>

#include "app/simulate/message.h"
#include "app/simulate/truth_policy.h"
#include "app/simulate/truth_record.h"

namespace wardlight::simulate {
namespace {

struct Earlier {
    Instant collected;
    std::int64_t milli;
    std::int64_t days;  // calendar days before the index
};

std::vector<Earlier> earlier_than(const Record& record, const LabFact& index,
                                  const TimeZone& zone) {
    std::vector<Earlier> earlier;
    for (const auto& fact : record.labs) {
        if (fact.value.analyte != Analyte::creatinine || !fact.counts()) continue;
        if (fact.filler == index.filler || fact.collected >= index.collected) continue;
        const auto days = zone.local_day(index.collected) - zone.local_day(fact.collected);
        if (days > policy::kHistoryDays) continue;
        const bool is_same_sample = std::ranges::any_of(
            earlier, [&](const Earlier& other) { return other.collected == fact.collected; });
        if (!is_same_sample) earlier.push_back({fact.collected, fact.value.milli, days});
    }
    return earlier;
}

// Twice the median, so that the mean of two middle values stays an integer.
std::int64_t twice_median(std::vector<std::int64_t> values) {
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? 2 * values[middle] : values[middle - 1] + values[middle];
}

}  // namespace

int true_aki_stage(const Record& record, const LabFact& index, const Person& person,
                   const TimeZone& zone) {
    if (!index.counts()) return 0;
    const auto earlier = earlier_than(record, index, zone);
    if (earlier.empty()) return 0;

    // Twice each reference value that exists.
    std::vector<std::int64_t> references;
    std::vector<std::int64_t> recent;
    std::vector<std::int64_t> history;
    for (const auto& one : earlier)
        (one.days <= policy::kRecentDays ? recent : history).push_back(one.milli);
    if (!recent.empty()) references.push_back(2 * *std::ranges::min_element(recent));
    if (!history.empty()) references.push_back(twice_median(history));

    const std::int64_t c1 = index.value.milli;
    // c1 / (r/2) >= n/2  <=>  4 * c1 >= n * r
    const auto reaches = [&](std::int64_t halves) {
        return std::ranges::any_of(references,
                                   [&](std::int64_t r) { return 4 * c1 >= halves * r; });
    };
    if (reaches(3)) {
        const int age = age_on(person.born, zone.local_day(index.collected));
        const auto upper = MessageWriter::creatinine_interval(person.sex, age).high;
        if (age < policy::kAdult ? c1 > 3 * upper : c1 > policy::kStage3Milli) return 3;
        if (reaches(6)) return 3;
        return reaches(4) ? 2 : 1;
    }
    for (const auto& one : earlier) {
        const bool is_within = index.collected - one.collected <= policy::kRiseWindow;
        if (is_within && c1 - one.milli > policy::kRiseMilli) return 1;
    }
    return 0;
}

}  // namespace wardlight::simulate
