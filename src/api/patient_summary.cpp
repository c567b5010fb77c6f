#include "api/patient_summary.h"

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

PatientSummaries::PatientSummaries(const store::Store& store, const alerts::Site& site)
    : site_(site), kept_(store, kKeptMost) {}

Result<PatientSummary> PatientSummaries::of(store::Snapshot& snapshot, const PatientId& patient,
                                            Instant now) {
    const auto is_fresh = [&](const Dated& kept) {
        return now >= kept.at && now - kept.at <= kKeptFor;
    };
    const auto make = [&]() -> Result<Dated> {
        return Dated{{TRY(news2_chip(snapshot, site_, patient, now)),
                      TRY(newest_result_at(snapshot, patient))},
                     now};
    };
    return TRY(kept_.of(snapshot, patient, is_fresh, make))->summary;
}

}  // namespace wardlight::api
