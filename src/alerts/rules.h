// The three detectors. Each takes the observations of one patient that changed and settles what its
// rule says of them, and of the results they influence.
#pragma once

#include <vector>

#include "alerts/observation.h"
#include "alerts/patient_facts.h"
#include "alerts/site.h"

namespace wardlight::alerts {

/// Observations of one patient, as they are now. `gone` are ids of observations that this patient
/// had and has no more: deleted, or found to be somebody else's.
struct ChangedObservations {
    PatientId patient;
    std::vector<ReadObservation> now;
    std::vector<std::string> gone;
};

[[nodiscard]] Result<> detect_aki(store::WriteTransaction& tx, const Site& site,
                                  const PatientFacts& facts, const ChangedObservations& changed);
[[nodiscard]] Result<> detect_news2(store::WriteTransaction& tx, const Site& site,
                                    const PatientFacts& facts, const ChangedObservations& changed);
[[nodiscard]] Result<> detect_critical(store::WriteTransaction& tx, const Site& site,
                                       const PatientFacts& facts,
                                       const ChangedObservations& changed);

/// False when detect_critical() would find nothing to judge.
[[nodiscard]] bool may_be_critical(const Site& site, const ChangedObservations& changed);

/// Vital signs and scores: never judged against laboratory limits.
[[nodiscard]] bool is_bedside(std::string_view analyte);

inline constexpr std::size_t kObservationsMost = 100'000;  // of one patient and kind

}  // namespace wardlight::alerts
