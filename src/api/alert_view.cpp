#include "api/alert_view.h"

#include "alerts/card.h"
#include "api/app_services.h"
#include "api/patient_banner.h"
#include "api/patient_record.h"

namespace wardlight::api {

Result<json::Value> alert_card(store::Snapshot& snapshot, const alerts::Site& site,
                               const alerts::Alert& alert, const access::Subject& viewer,
                               Instant now) {
    json::Value card = TRY(alerts::card(snapshot, site, alert, viewer.account, now));
    const auto record = TRY(find_patient(snapshot, alert.patient));
    // The alert's own place is where the patient was when it was last routed; the record knows
    // better.
    const fhir::Place place =
        record && !record->place.ward.empty()
            ? record->place
            : fhir::Place{alert.ward, alert.room, alert.bed, alert.facility, {}};
    json::Value shown = record ? banner(record->patient) : json::Value();
    if (!record) shown = banner(json::object({{"id", alert.patient.value}}));
    card.set("patient", std::move(shown));
    card.set("place", place_json(place));
    return card;
}

}  // namespace wardlight::api
