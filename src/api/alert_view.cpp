#include "api/alert_view.h"

#include "alerts/alert_table.h"
#include "api/patient_banner.h"

namespace wardlight::api {

alerts::Viewer viewer_of(const access::Subject& subject) {
    return {subject.account, std::string(access::code_of(subject.role)), subject.wards,
            subject.teams};
}

Result<AlertCards> AlertCards::make(const AppServices& services, store::Snapshot& snapshot,
                                    const access::Subject& viewer) {
    auto writer = TRY(alerts::CardWriter::make(snapshot, services.site, viewer_of(viewer),
                                               services.store.clock().now()));
    return AlertCards(snapshot, std::move(writer), [&services, &snapshot](const PatientId& id) {
        return services.records.find(snapshot, id);
    });
}

Result<AlertCards> AlertCards::make(const AppServices& services, store::WriteTransaction& tx,
                                    const access::Subject& viewer) {
    auto writer = TRY(alerts::CardWriter::make(tx, services.site, viewer_of(viewer), tx.now()));
    return AlertCards(tx, std::move(writer),
                      [&tx](const PatientId& id) { return find_patient(tx, id); });
}

Result<json::Value> AlertCards::card(const alerts::Alert& alert) const {
    json::Value card = writer_.card(alert);
    const auto record = TRY(find_record_(alert.patient));
    const fhir::Place place =
        record && !record->place.ward.empty()
            ? record->place
            : fhir::Place{alert.ward, alert.room, alert.bed, alert.facility, {}};
    // A patient without a record is still somebody: the banner says that nothing is known.
    const json::Value nobody = json::object({{"id", alert.patient.value}});
    card.set("patient", banner(record ? record->patient() : nobody));
    card.set("place", place_json(place));
    return card;
}

Result<json::Value> AlertCards::events(const AlertId& alert) const {
    return writer_.events(TRY(alerts::events_of(*snapshot_, alert)));
}

}  // namespace wardlight::api
