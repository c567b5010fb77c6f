#include "api/observation_grid.h"

#include <algorithm>

#include "alerts/observation_set.h"
#include "alerts/patient_facts.h"

namespace wardlight::api {
namespace {

using json::Value;

constexpr auto kChipAge = std::chrono::hours{72};

/// Grace before a set counts as overdue: a third of its interval, at least 15 minutes.
std::chrono::minutes grace(std::chrono::minutes interval) {
    return std::max(interval / 3, std::chrono::minutes{15});
}

/// The longest interval that chart 4 of the NEWS2 report allows; continuous monitoring is charted
/// hourly.
std::chrono::minutes interval_of(clinical::News2Band band) {
    switch (band) {
        case clinical::News2Band::none:
            return std::chrono::hours{12};
        case clinical::News2Band::low:
            return std::chrono::hours{6};
        case clinical::News2Band::low_medium:
        case clinical::News2Band::medium:
        case clinical::News2Band::high:
            return std::chrono::hours{1};
    }
    return std::chrono::hours{1};
}

struct Newest {
    alerts::Vitals vitals;
    std::optional<alerts::ObservationSet> set;
};

Result<Newest> newest_set(store::Snapshot& snapshot, const alerts::Site& site,
                          const PatientId& patient, Instant from, Instant now) {
    Newest newest{TRY(alerts::load_newest_vitals(snapshot, patient, from, now)), std::nullopt};
    const auto times = alerts::set_times(newest.vitals, from, now);
    if (!times.empty()) {
        newest.set = alerts::set_at(newest.vitals, TRY(alerts::load_facts(snapshot, patient)),
                                    site.zone, times.back());
    }
    return newest;
}

}  // namespace

Result<Value> observation_grid(store::Snapshot& snapshot, const alerts::Site& site,
                               const PatientId& patient, Instant from, Instant now) {
    const Newest newest = TRY(newest_set(snapshot, site, patient, from, now));
    Value due;
    bool is_overdue = false;
    if (newest.set) {
        const auto interval = interval_of(newest.set->result.least_band);
        const Instant due_at = newest.set->at + interval;
        due = format_instant(due_at);
        is_overdue = now > due_at + grace(interval);
    }
    Value scale_source;
    if (newest.set && newest.set->scale_recorded_at)
        scale_source = format_instant(*newest.set->scale_recorded_at);
    return json::Object{{"scale", newest.set ? newest.set->scale : 1},
                        {"scale_source", std::move(scale_source)},
                        {"sets", TRY(alerts::sets_json(snapshot, site, patient, from, now))},
                        {"due_at", std::move(due)},
                        {"overdue", is_overdue}};
}

Result<Value> news2_chip(store::Snapshot& snapshot, const alerts::Site& site,
                         const PatientId& patient, Instant now) {
    const Newest newest = TRY(newest_set(snapshot, site, patient, now - kChipAge, now));
    if (!newest.set || newest.set->result.state == clinical::News2State::not_for_patient)
        return Value();
    const clinical::News2Result& result = newest.set->result;
    return json::Object{{"total", result.total() ? Value(*result.total()) : Value()},
                        {"partial_minimum", result.least_total},
                        {"incomplete", !result.total().has_value()},
                        {"band", clinical::text_of(result.least_band)},
                        {"at", format_instant(newest.set->at)}};
}

}  // namespace wardlight::api
