#include "api/alert_view.h"

#include "alerts/alert_table.h"
#include "api/patient_banner.h"
#include "api/patient_record.h"

namespace wardlight::api {

alerts::Viewer viewer_of(const access::Subject& subject) {
    return {subject.account, std::string(access::code_of(subject.role)), subject.wards,
            subject.teams};
}

Result<AlertCards> AlertCards::make(store::Snapshot& snapshot, const alerts::Site& site,
                                    const access::Subject& viewer, Instant now) {
    return AlertCards(snapshot,
                      TRY(alerts::CardWriter::make(snapshot, site, viewer_of(viewer), now)));
}

Result<json::Value> AlertCards::card(const alerts::Alert& alert) const {
    json::Value card = writer_.card(alert);
    const auto record = TRY(find_patient(*snapshot_, alert.patient));
    const fhir::Place place =
        record && !record->place.ward.empty()
            ? record->place
            : fhir::Place{alert.ward, alert.room, alert.bed, alert.facility, {}};
    // A patient without a record is still somebody: the banner says that nothing is known.
    const json::Value nobody = json::object({{"id", alert.patient.value}});
    card.set("patient", banner(record ? record->patient : nobody));
    card.set("place", place_json(place));
    return card;
}

Result<json::Value> AlertCards::events(const AlertId& alert) const {
    return writer_.events(TRY(alerts::events_of(*snapshot_, alert)));
}

}  // namespace wardlight::api
