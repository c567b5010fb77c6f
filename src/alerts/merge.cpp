#include "alerts/merge.h"

#include "alerts/escalation.h"
#include "alerts/evaluation_table.h"
#include "alerts/patient_facts.h"
#include "alerts/resources.h"

namespace wardlight::alerts {
namespace {

Result<> move_subjects(store::WriteTransaction& tx, const PatientId& from, const PatientId& to) {
    // A set of the same minute under both records is judged anew under the survivor.
    TRY(tx.sql().run(
        "DELETE FROM rule_subject WHERE patient = $1 AND EXISTS (SELECT 1 FROM rule_subject o "
        "WHERE o.patient = $2 AND o.rule = rule_subject.rule AND o.subject = rule_subject.subject)",
        from.value, to.value));
    TRY(tx.sql().run("UPDATE rule_subject SET patient = $2 WHERE patient = $1", from.value,
                     to.value));
    return tx.sql().run("UPDATE rule_evaluation SET patient = $2 WHERE patient = $1", from.value,
                        to.value);
}

Result<> tell_new_ward(store::WriteTransaction& tx, const Site& site, Alert& alert) {
    Event event{.kind = EventKind::informed, .at = tx.now()};
    event.code = "moved";
    for (const Person& person : TRY(site.directory->people(tx)))
        if (person.role == kWardNurse && contains(person.wards, alert.ward))
            event.recipients.push_back(person.id);
    if (event.recipients.empty()) return {};
    TRY(record(tx, alert, event));
    TRY(add_to_audience(tx, alert.id, event.recipients));
    return write_notification(tx, alert, event);
}

}  // namespace

Result<> move_patient(store::WriteTransaction& tx, const PatientId& from, const PatientId& to) {
    for (Alert& alert : TRY(alerts_of_patient(tx, from))) {
        alert.patient = to;
        Event event{.kind = EventKind::merged, .at = tx.now()};
        event.text = from.value;
        TRY(record(tx, alert, event));
        TRY(save(tx, alert));
    }
    return move_subjects(tx, from, to);
}

Result<> refresh_place(store::WriteTransaction& tx, const Site& site, const PatientId& patient) {
    auto alerts = TRY(alerts_of_patient(tx, patient));
    std::optional<PatientPlace> place;
    for (Alert& alert : alerts) {
        if (!is_alive(alert.state.state)) continue;
        if (!place) place = TRY(load_place(tx, patient));
        // Gone home or between wards: the last known place stays the one to ring.
        if (place->ward.empty()) return {};
        if (PatientPlace{alert.ward, alert.room, alert.bed, alert.facility} == *place) continue;
        const bool is_other_ward = alert.ward != place->ward;
        alert.ward = place->ward;
        alert.room = place->room;
        alert.bed = place->bed;
        alert.facility = place->facility;
        Event event{.kind = EventKind::moved, .at = tx.now()};
        event.code = place->ward;
        TRY(record(tx, alert, event));
        if (is_other_ward) TRY(tell_new_ward(tx, site, alert));
        TRY(save(tx, alert));
    }
    return {};
}

}  // namespace wardlight::alerts
