#include "api/patient_summary.h"

#include <algorithm>

#include "api/app_services.h"
#include "api/observation_grid.h"
#include "store/search.h"

namespace wardlight::api {
namespace {

constexpr auto kKeptFor = std::chrono::minutes{1};
/// About a kilobyte each: more patients than a hospital has beds.
constexpr std::size_t kKeptMost = 10'000;

Result<json::Value> newest_result_at(store::Snapshot& snapshot, const PatientId& patient) {
    const auto request =
        TRY(store::parse_search(*fhir::type_number("Observation"),
                                {{"patient", patient.value}, {"category", "laboratory"}}));
    const auto newest = TRY(store::newest_date(snapshot, request, "date"));
    return instant_or_null(newest);
}

}  // namespace

bool PatientSummaries::holds(const Kept& kept, const PatientId& patient, ChangeNumber state,
                             Instant now) const {
    return now >= kept.at && now - kept.at <= kKeptFor &&
           store_.last_change_of(patient) <= std::min(kept.as_of, state);
}

Result<PatientSummary> PatientSummaries::of(store::Snapshot& snapshot, const PatientId& patient,
                                            Instant now) {
    // First what fixes the snapshot's state: a change noted after that is not in it.
    const ChangeNumber state = TRY(snapshot.last_change());
    {
        const std::lock_guard lock(mutex_);
        const auto found = kept_.find(patient.value);
        if (found != kept_.end() && holds(found->second, patient, state, now))
            return found->second.summary;
    }
    PatientSummary summary{TRY(news2_chip(snapshot, site_, patient, now)),
                           TRY(newest_result_at(snapshot, patient))};
    const std::lock_guard lock(mutex_);
    if (kept_.size() >= kKeptMost) kept_.clear();
    kept_.insert_or_assign(patient.value, Kept{summary, state, now});
    return summary;
}

}  // namespace wardlight::api
