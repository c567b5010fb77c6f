#include <algorithm>

#include "base/text.h"
#include "intake/fhir_types.h"
#include "intake/map_parts.h"

namespace wardlight::intake {
namespace {

using hl7v2::Segment;

/// What an event asks for beyond the upsert of patient and visit.
enum class Action {
    none,
    merge_patients,   // MRG-1 -> PID-3
    merge_visits,     // MRG-5 -> PV1-19
    move_visit,       // visit MRG-5 from MRG-1 to PID-3
    replace_visit,    // A06, A07: the visit MRG-5 goes on as PV1-19
    link_patients,    // two PID: see also
    unlink_patients,  // two PID: neither merged nor linked
    delete_person,
    clear_pending,  // A26: no transfer is pending any more
    account_only,   // accounts are not kept: the patient is all there is to update
};

struct AdtEvent {
    std::string_view trigger;
    VisitEvent visit;
    Action action = Action::none;
};

VisitEvent with_status(std::string_view status) {
    VisitEvent event;
    event.status = status;
    return event;
}
VisitEvent admission(std::string_view status) {
    VisitEvent event = with_status(status);
    event.is_admission = true;
    return event;
}
VisitEvent cancelled() {
    VisitEvent event = with_status("cancelled");
    event.ignores_discharge_time = true;
    return event;
}
VisitEvent pending(bool is_planned_location) {
    VisitEvent event;
    event.location_is_planned = is_planned_location;
    event.ignores_discharge_time = true;
    if (is_planned_location) event.status = "planned";
    return event;
}
VisitEvent about_person() {
    VisitEvent event;
    event.is_about_person = true;
    event.ignores_discharge_time = true;
    return event;
}
VisitEvent discharge() {
    VisitEvent event = with_status("finished");
    event.is_discharge = true;
    return event;
}
VisitEvent discharge_cancelled() {
    VisitEvent event = with_status("in-progress");
    event.cancels_discharge = true;
    return event;
}

/// HL7 table 0003, ADT. Events not listed are unsupported.
const std::vector<AdtEvent>& adt_events() {
    static const std::vector<AdtEvent> kEvents{
        {"A01", admission("in-progress"), Action::none},
        {"A02", with_status("in-progress"), Action::none},
        {"A03", discharge(), Action::none},
        // The guide says planned; a registered out-patient or emergency patient is here.
        {"A04", admission("in-progress"), Action::none},
        {"A05", admission("planned"), Action::none},
        {"A06", with_status("in-progress"), Action::replace_visit},
        {"A07", with_status("in-progress"), Action::replace_visit},
        {"A08", {}, Action::none},
        {"A09", {}, Action::none},
        {"A10", {}, Action::none},
        {"A11", cancelled(), Action::none},
        {"A12", with_status("in-progress"), Action::none},
        {"A13", discharge_cancelled(), Action::none},
        {"A14", pending(true), Action::none},
        {"A15", pending(false), Action::none},
        {"A16", pending(false), Action::none},
        {"A17", with_status("in-progress"), Action::none},
        {"A18", about_person(), Action::merge_patients},
        {"A21", with_status("onleave"), Action::none},
        {"A22", with_status("in-progress"), Action::none},
        {"A23", with_status("entered-in-error"), Action::none},
        {"A24", about_person(), Action::link_patients},
        {"A25", pending(false), Action::none},
        {"A26", pending(false), Action::clear_pending},
        {"A27", cancelled(), Action::none},
        {"A28", about_person(), Action::none},
        {"A29", about_person(), Action::delete_person},
        {"A30", about_person(), Action::merge_patients},
        {"A31", about_person(), Action::none},
        {"A32", {}, Action::none},
        {"A33", {}, Action::none},
        {"A34", about_person(), Action::merge_patients},
        {"A35", about_person(), Action::account_only},
        {"A36", about_person(), Action::merge_patients},
        {"A37", about_person(), Action::unlink_patients},
        {"A38", cancelled(), Action::none},
        {"A39", about_person(), Action::merge_patients},
        {"A40", about_person(), Action::merge_patients},
        {"A41", about_person(), Action::account_only},
        {"A42", {}, Action::merge_visits},
        {"A43", about_person(), Action::merge_patients},
        {"A44", about_person(), Action::account_only},
        {"A45", {}, Action::move_visit},
        {"A46", about_person(), Action::merge_patients},
        {"A47", about_person(), Action::merge_patients},
        {"A48", about_person(), Action::account_only},
        {"A49", about_person(), Action::account_only},
        {"A50", {}, Action::merge_visits},
        {"A51", {}, Action::none},
        {"A52", with_status("in-progress"), Action::none},
        {"A53", with_status("onleave"), Action::none},
        {"A54", {}, Action::none},
        {"A55", {}, Action::none},
        {"A60", about_person(), Action::none},
        {"A61", {}, Action::none},
        {"A62", {}, Action::none},
    };
    return kEvents;
}

const AdtEvent* find_event(std::string_view trigger) {
    const auto& events = adt_events();
    const auto at = std::find_if(events.begin(), events.end(),
                                 [&](const AdtEvent& event) { return event.trigger == trigger; });
    return at == events.end() ? nullptr : &*at;
}

Record patient_record(std::string_view patient) {
    Record record;
    record.kind = RecordKind::patient;
    record.natural_id = std::string(patient);
    record.owner = record.natural_id;
    return record;
}

Record visit_record(std::string_view visit, std::string_view patient) {
    Record record;
    record.kind = RecordKind::encounter;
    record.natural_id = std::string(visit);
    record.owner = std::string(patient);
    record.visit = std::string(visit);
    return record;
}

/// MRG-1, else MRG-4.
std::optional<Identity> read_old_identity(Context& context, const Segment& mrg) {
    auto identity = read_identity(context, mrg.field(1));
    return identity ? identity : read_identity(context, mrg.field(4));
}

bool is_local_number(const Identifier& id) {
    return !id.is_nhs_number && (id.type.empty() || id.type == "MR" || id.type == "MRN" ||
                                 id.type == "PI" || id.type == "MEDREC" || id.type == "PT");
}

Result<> merge_patients(Context& context, const PatientGroup& group, const Subject& subject) {
    bool found = false;
    for (const Segment* mrg : group.merges) {
        const auto old = read_old_identity(context, *mrg);
        if (!old) continue;
        found = true;
        std::vector<Identifier> retired{old->primary};
        std::copy_if(old->others.begin(), old->others.end(), std::back_inserter(retired),
                     is_local_number);
        for (const Identifier& id : retired) {
            const Identity one{id, {}};
            if (one.patient_id() == subject.patient) {
                context.warn("merge_into_itself");
                continue;
            }
            map_patient_number(context, one);
            context.out().links.push_back(
                {one.patient_id(), subject.patient, true, context.stamp(Authority::source)});
        }
    }
    if (!found) {
        return fail(ErrorCode::invalid, "merge_source_missing: MRG-1 names no patient to merge",
                    "MRG-1");
    }
    return {};
}

Result<> merge_visits(Context& context, const PatientGroup& group, const Subject& subject) {
    for (const Segment* mrg : group.merges) {
        const std::string old = read_visit(context, mrg->field(5));
        if (old.empty() || subject.visit.empty()) continue;
        if (old != subject.visit) {
            context.out().links.push_back(
                {old, subject.visit, true, context.stamp(Authority::source)});
        }
        return {};
    }
    return fail(ErrorCode::invalid, "visit_number_missing: MRG-5 or PV1-19 is empty", "MRG-5");
}

Result<> move_visit(Context& context, const PatientGroup& group, const Subject& subject) {
    bool found = false;
    for (const Segment* mrg : group.merges) {
        std::string visit = read_visit(context, mrg->field(5));
        if (visit.empty()) visit = subject.visit;
        if (visit.empty()) continue;
        found = true;
        const auto old = read_old_identity(context, *mrg);
        const std::string from = old ? old->patient_id() : std::string();
        if (from == subject.patient) continue;
        context.out().moves.push_back(
            {visit, from, subject.patient, context.stamp(Authority::source)});
    }
    if (!found)
        return fail(ErrorCode::invalid, "visit_number_missing: MRG-5 and PV1-19 are empty",
                    "MRG-5");
    return {};
}

void replace_visit(Context& context, const PatientGroup& group, const Subject& subject) {
    for (const Segment* mrg : group.merges) {
        const std::string old = read_visit(context, mrg->field(5));
        if (old.empty() || old == subject.visit) continue;
        Record record = visit_record(old, subject.patient);
        const std::string stamp = context.stamp(Authority::source);
        record.add("status", stamp, json::Value("finished"));
        record.add("end", stamp, json::Value(format_instant(context.event_at())));
        context.out().records.push_back(std::move(record));
    }
}

Result<> relate_patients(Context& context, const std::vector<Subject>& subjects, bool is_linked) {
    if (subjects.size() < 2) {
        return fail(ErrorCode::invalid, "second_patient_missing: the event needs two PID segments",
                    "PID");
    }
    const std::string& first = subjects[0].patient;
    const std::string& second = subjects[1].patient;
    if (first == second) return {};
    const std::string stamp = context.stamp(Authority::source);
    for (const auto& [one, other] : {std::pair{first, second}, std::pair{second, first}}) {
        Record record = patient_record(one);
        record.add("seealso/" + other, stamp, is_linked ? json::Value(true) : json::Value());
        context.out().records.push_back(std::move(record));
        if (!is_linked) context.out().links.push_back({one, other, false, stamp});
    }
    return {};
}

/// A29 takes a person out of the index; an admission or registration puts him back.
void set_active(Context& context, const Subject& subject, bool is_active) {
    Record record = patient_record(subject.patient);
    record.add("active", context.stamp(Authority::source), json::Value(is_active));
    context.out().records.push_back(std::move(record));
}

/// PV1-36 values that mean that the patient died, of feeds that do not fill PID-30.
void read_death(Context& context, const PatientGroup& group, const Subject& subject,
                const VisitEvent& event) {
    const auto& dispositions = context.profile().death_dispositions;
    if (group.pv1 == nullptr || dispositions.empty()) return;
    const std::string said = group.pv1->field(36).text();
    const bool died =
        std::find(dispositions.begin(), dispositions.end(), said) != dispositions.end();
    if (!died && !event.cancels_discharge) return;
    Record record = patient_record(subject.patient);
    record.add("died-at-discharge", context.stamp(Authority::source),
               event.cancels_discharge ? json::Value() : json::Value(true));
    context.out().records.push_back(std::move(record));
}

Result<> act(Context& context, const AdtEvent& event, const PatientGroup& group,
             const Subject& subject) {
    switch (event.action) {
        case Action::merge_patients:
            return merge_patients(context, group, subject);
        case Action::merge_visits:
            return merge_visits(context, group, subject);
        case Action::move_visit:
            return move_visit(context, group, subject);
        case Action::replace_visit:
            replace_visit(context, group, subject);
            return {};
        case Action::delete_person:
            set_active(context, subject, false);
            return {};
        case Action::clear_pending:
            if (!subject.visit.empty()) {
                Record record = visit_record(subject.visit, subject.patient);
                record.add("pending-location", context.stamp(Authority::source), {});
                context.out().records.push_back(std::move(record));
            }
            return {};
        case Action::account_only:
            context.warn("account_event_updates_patient_only");
            return {};
        case Action::link_patients:
        case Action::unlink_patients:
        case Action::none:
            return {};
    }
    return {};
}

}  // namespace

Result<> map_adt(Context& context, const std::vector<PatientGroup>& groups) {
    if (context.trigger() == "A20") return map_bed_status(context);
    const AdtEvent* event = find_event(context.trigger());
    if (event == nullptr) {
        return fail(ErrorCode::invalid, "unsupported_message: this ADT event is not known",
                    "MSH-9.2");
    }
    if (groups.empty())
        return fail(ErrorCode::invalid, "patient_missing: the message has no PID segment", "PID");
    std::vector<Subject> subjects;
    for (const PatientGroup& group : groups) {
        Subject subject = TRY(map_patient(context, group));
        if (event->visit.is_admission || context.trigger() == "A28")
            set_active(context, subject, true);
        map_visit(context, group, event->visit, subject);
        map_allergies(context, group, subject);
        map_diagnoses(context, group, subject);
        read_death(context, group, subject, event->visit);
        map_results(context, group, subject);
        TRY(act(context, *event, group, subject));
        subjects.push_back(std::move(subject));
    }
    if (event->action == Action::link_patients) return relate_patients(context, subjects, true);
    if (event->action == Action::unlink_patients) return relate_patients(context, subjects, false);
    return {};
}

}  // namespace wardlight::intake
