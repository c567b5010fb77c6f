// What the rules must know of a patient beyond the result itself: age, sex, place, and the
// conditions that silence or forbid a rule. Read inside the transaction that evaluates.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "alerts/site.h"
#include "clinical/creatinine_reference.h"

namespace wardlight::alerts {

struct PatientPlace {
    std::string ward;
    std::string room;
    std::string bed;
    std::string facility;
    bool operator==(const PatientPlace&) const = default;
};

struct PatientFacts {
    std::optional<std::chrono::year_month_day> born;
    clinical::Sex sex = clinical::Sex::unknown;
    PatientPlace place;
    bool is_on_dialysis = false;
    bool has_chronic_kidney_disease = false;
    bool is_palliative = false;
    bool is_pregnant = false;

    [[nodiscard]] std::optional<int> age_at(const TimeZone& zone, Instant at) const;
    [[nodiscard]] json::Value context() const;
};

[[nodiscard]] Result<PatientFacts> load_facts(store::Snapshot& snapshot, const PatientId& patient);

/// Where the newest stay in progress puts the patient; empty when there is none.
[[nodiscard]] Result<PatientPlace> load_place(store::Snapshot& snapshot, const PatientId& patient);

/// The patient this record was merged into, or nothing.
[[nodiscard]] Result<std::optional<PatientId>> merged_into(store::Snapshot& snapshot,
                                                           const PatientId& patient);

}  // namespace wardlight::alerts
