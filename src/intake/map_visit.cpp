#include <algorithm>

#include "base/text.h"
#include "fhir/place.h"
#include "intake/code_tables.h"
#include "intake/fhir_types.h"
#include "intake/map_parts.h"

namespace wardlight::intake {
namespace {

using hl7v2::Field;
using hl7v2::Segment;

/// Levels of a place, outermost first; codes of location-physical-type.
struct PlaceLevel {
    std::string_view code;
    std::string_view display;
    std::string hl7v2::Pl::* part;  // nullptr: the facility
};
constexpr PlaceLevel kLevels[] = {
    {"si", "Site", nullptr},
    {"wa", "Ward", &hl7v2::Pl::point_of_care},
    {"ro", "Room", &hl7v2::Pl::room},
    {"bd", "Bed", &hl7v2::Pl::bed},
};

struct Place {
    std::string id;
    std::string name;
    std::string path;  // with the places it is in: "7B / 2 / 04"
};

/// Emits the Location of one level. Its content follows from its identity alone.
Place add_place(Context& context, const PlaceLevel& level, const Place& parent,
                const std::string& name) {
    Place out{deterministic_id({"Location", parent.id, level.code, name}), name,
              parent.path.empty() || level.code == "wa" ? name : parent.path + " / " + name};
    json::Value content = json::object(
        {{"status", "active"},
         {"name", name},
         {"description", out.path},
         {"mode", "instance"},
         {"physicalType", concept_of(fhir::kPhysicalTypeSystem, level.code, level.display)}});
    if (!parent.id.empty()) content.set("partOf", reference("Location", parent.id, parent.name));
    Record record;
    record.kind = RecordKind::location;
    record.natural_id = out.id;
    record.add("place", "", std::move(content));
    context.out().records.push_back(std::move(record));
    return out;
}

class VisitFacts {
 public:
    VisitFacts(Context& context, Record& record)
        : context_(context), record_(record), stamp_(context.stamp(context.authority())) {}

    void add(std::string_view group, json::Value value) {
        if (!value.is_null()) record_.add(std::string(group), stamp_, std::move(value));
    }
    void remove(std::string_view group) { record_.add(std::string(group), stamp_, {}); }

    template <class Read>
    void add(std::string_view group, const Field& field, Read read) {
        if (field.empty()) return;
        if (field.is_null()) return remove(group);
        add(group, read(field));
    }
    void add_participants(const Segment& pv1) {
        constexpr std::pair<std::size_t, std::string_view> kParticipants[] = {
            {7, "ATND"}, {8, "REF"}, {9, "CON"}, {17, "ADM"}};
        for (const auto& [number, role] : kParticipants) {
            add("participant/" + std::string(role), pv1.field(number), [&](const Field& field) {
                json::Value people;
                for (const hl7v2::Repetition one : field.each()) {
                    const json::Value person = to_practitioner(context_, one);
                    if (person.is_null()) continue;
                    people.push(json::object(
                        {{"type", json::array({concept_of(
                                      "http://terminology.hl7.org/CodeSystem/v3-ParticipationType",
                                      role)})},
                         {"individual", person}}));
                }
                return people;
            });
        }
    }

 private:
    Context& context_;
    Record& record_;
    std::string stamp_;
};

json::Value read_class(const Field& field) {
    const std::string code(trim(field.text()));
    if (const auto known = encounter_class(code))
        return coding(known->system, known->code, known->display);
    if (code.empty()) return {};
    return coding("urn:wardlight:codes:patient-class", code);
}

/// Status that the visit's class suggests when no event has said more.
std::string_view status_of_class(std::string_view pv1_2) {
    if (pv1_2 == "P") return "planned";
    if (pv1_2 == "U" || pv1_2.empty()) return "unknown";
    return "in-progress";
}

void add_status(Context& context, VisitFacts& facts, const Segment& pv1, const VisitEvent& event) {
    const auto discharged = context.time(pv1.field(45));
    const bool is_over = event.is_discharge ||
                         (discharged && !event.ignores_discharge_time && !event.cancels_discharge);
    if (is_over && context.authority() == Authority::source) {
        facts.add("status", json::Value("finished"));
    } else if (!event.status.empty()) {
        facts.add("status", json::Value(event.status));
    }
    if (context.authority() == Authority::source) {
        facts.add("class-status", json::Value(status_of_class(trim(pv1.field(2).text()))));
    }
    if (event.cancels_discharge) {
        facts.remove("end");
        facts.remove("dischargeDisposition");
    } else if (is_over) {
        const auto when = discharged ? discharged->fhir : format_instant(context.event_at());
        facts.add("end", json::Value(when));
    } else if (pv1.field(45).is_null()) {
        facts.remove("end");
    }
}

void add_times(Context& context, VisitFacts& facts, const Segment& pv1, const VisitEvent& event) {
    if (const auto admitted = context.time(pv1.field(44))) {
        facts.add("start", json::Value(admitted->fhir));
    } else if (pv1.field(44).is_null()) {
        facts.remove("start");
    }
    if (event.is_admission) {
        const auto occurred = context.time(context.message().text("EVN-6"));
        facts.add("admission-event",
                  json::Value(occurred ? occurred->fhir : format_instant(context.event_at())));
    }
}

void add_place_facts(Context& context, VisitFacts& facts, const Segment& pv1,
                     const VisitEvent& event) {
    const std::string_view group = event.location_is_planned ? "planned-location" : "location";
    const std::string_view status = event.location_is_planned ? "planned" : "active";
    facts.add(group, pv1.field(3),
              [&](const Field& field) { return map_location(context, field, status); });
    facts.add("pending-location", pv1.field(42),
              [&](const Field& field) { return map_location(context, field, "reserved"); });
}

/// Identity of a visit whose number is not sent: the patient's stay since a known admission, else
/// his one unnumbered stay.
std::string unnumbered_visit(Context& context, const PatientGroup& group, const Subject& subject) {
    context.warn("visit_number_missing");
    const Segment& pv1 = *group.pv1;
    const std::string account = group.pid->field(18).text();
    if (!account.empty())
        return deterministic_id({"Encounter of account", subject.patient, account});
    const auto admitted = context.time(pv1.field(44));
    return deterministic_id({"Encounter of stay", subject.patient,
                             admitted ? format_instant(admitted->instant) : std::string()});
}

json::Value visit_identifier(Context& context, const Field& field, std::string_view type) {
    const hl7v2::Cx cx = hl7v2::read_cx(field.first());
    if (cx.id.empty()) return {};
    std::string authority(trim(cx.authority.namespace_id));
    if (authority.empty()) authority = trim(cx.authority.universal_id);
    if (authority.empty()) authority = context.profile().visit_authority;
    const Identifier id{authority, cx.id, std::string(type),
                        identifier_system(context.profile(), cx.authority, authority), false};
    return to_fhir(id, "official");
}

}  // namespace

json::Value map_location(Context& context, const hl7v2::Field& field, std::string_view status) {
    const hl7v2::Pl place = hl7v2::read_pl(field.first());
    if (place.point_of_care.empty() && place.room.empty() && place.bed.empty()) return {};
    Place at;
    json::Value out;
    for (const PlaceLevel& level : kLevels) {
        std::string name = level.part == nullptr ? place.facility.namespace_id : place.*level.part;
        if (level.part == nullptr && name.empty()) name = context.profile().facility;
        if (name.empty()) continue;
        at = add_place(context, level, at, name);
        out.push(json::object(
            {{"location", reference("Location", at.id, name)},
             {"status", status},
             {"physicalType", concept_of(fhir::kPhysicalTypeSystem, level.code, level.display)}}));
    }
    return out;
}

void map_visit(Context& context, const PatientGroup& group, const VisitEvent& event,
               Subject& subject) {
    if (group.pv1 == nullptr) return;
    const Segment& pv1 = *group.pv1;
    subject.visit = read_visit(context, pv1.field(19));
    const bool is_numbered = !subject.visit.empty();
    if (!is_numbered) {
        // A copy without a number says nothing that could be told apart from other stays.
        if (context.authority() == Authority::copy || event.is_about_person) return;
        subject.visit = unnumbered_visit(context, group, subject);
    }
    Record record;
    record.kind = RecordKind::encounter;
    record.natural_id = subject.visit;
    record.owner = subject.patient;
    record.visit = subject.visit;
    VisitFacts facts(context, record);
    if (is_numbered) facts.add("identifier/VN", visit_identifier(context, pv1.field(19), "VN"));
    facts.add("identifier/alternate", visit_identifier(context, pv1.field(50), "VN"));
    facts.add("class", pv1.field(2), read_class);
    facts.add("type", pv1.field(4), [](const Field& f) { return json::array({to_concept(f)}); });
    facts.add("serviceType", pv1.field(10), [](const Field& f) { return to_concept(f); });
    facts.add("admitSource", pv1.field(14), [](const Field& f) { return to_concept(f); });
    facts.add("dischargeDisposition", pv1.field(36), [](const Field& f) { return to_concept(f); });
    add_place_facts(context, facts, pv1, event);
    add_status(context, facts, pv1, event);
    add_times(context, facts, pv1, event);
    facts.add_participants(pv1);
    if (group.pv2 != nullptr) {
        facts.add("reasonCode", group.pv2->field(3),
                  [](const Field& f) { return json::array({to_concept(f)}); });
    }
    context.out().records.push_back(std::move(record));
}

Result<> map_bed_status(Context& context) {
    const Segment* npu = context.message().first("NPU");
    if (npu == nullptr)
        return fail(ErrorCode::invalid, "bed_missing: the message has no NPU segment", "NPU");
    const json::Value place = map_location(context, npu->field(1), "active");
    const std::string status = npu->field(2).text();
    if (place.is_null() || status.empty())
        return fail(ErrorCode::invalid, "bed_missing: NPU-1 or NPU-2 is empty", "NPU-1");
    // The innermost level was added last.
    context.out().records.back().add(
        "operationalStatus", context.stamp(Authority::source),
        coding("http://terminology.hl7.org/CodeSystem/v2-0116", status));
    return {};
}

}  // namespace wardlight::intake
