// Observation sets: which vital signs belong together, and their NEWS2.
//
// A set has a time at which at least one scored parameter was measured. What was not measured at
// that moment is taken from the 15 minutes before it; older values are never carried forward. The
// SpO2 scale is the one recorded with the set, else the last one recorded before; without any it is
// scale 1. Source: reference chart RCP 2017; docs/clinical/news2.md, docs/alerts.md.
#pragma once

#include <array>
#include <optional>
#include <vector>

#include "alerts/observation.h"
#include "alerts/patient_facts.h"
#include "clinical/news2.h"

namespace wardlight::alerts {

inline constexpr auto kSetWindow = std::chrono::minutes(15);

/// As shown for one parameter of a set.
struct SetValue {
    std::string text;  // empty: not measured
    std::string unit;
    std::string observation;  // id
};

struct ObservationSet {
    Instant at;
    std::array<SetValue, clinical::kNews2Parameters> values;
    std::string diastolic;
    clinical::Observations observations;
    clinical::News2Result result;
    int scale = 1;
    std::optional<Instant> scale_recorded_at;  // absent: scale 1 by default
    std::vector<std::string> evidence;         // ids of the observations used
    std::vector<std::string> quality;
};

/// Vital signs of one patient by time; unusable ones (withdrawn, unreadable) left out.
struct Vitals {
    std::vector<ReadObservation> measured;
    std::vector<ReadObservation> scales;
};

[[nodiscard]] Result<Vitals> load_vitals(store::Snapshot& snapshot, const PatientId& patient,
                                         Instant from, Instant until);

/// What the newest set within [from, until] needs, and often no more: a list of patients shows one
/// set of each, and reading what three days have brought takes most of its time.
[[nodiscard]] Result<Vitals> load_newest_vitals(store::Snapshot& snapshot, const PatientId& patient,
                                                Instant from, Instant until);

/// Times of the sets within [from, until], ascending.
[[nodiscard]] std::vector<Instant> set_times(const Vitals& vitals, Instant from, Instant until);

[[nodiscard]] ObservationSet set_at(const Vitals& vitals, const PatientFacts& facts,
                                    const TimeZone& zone, Instant at);

/// "rr", "spo2", "air_oxygen", "sbp", "pulse", "acvpu", "temp": the app's names.
[[nodiscard]] std::string_view name_of(clinical::News2Parameter parameter);

/// Sets of a patient, oldest first, in the shape of the app's observations page (`sets`).
[[nodiscard]] Result<json::Value> sets_json(store::Snapshot& snapshot, const Site& site,
                                            const PatientId& patient, Instant from, Instant until);

}  // namespace wardlight::alerts
