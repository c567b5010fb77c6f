#include <algorithm>

#include "base/text.h"
#include "intake/code_tables.h"
#include "intake/fhir_types.h"
#include "intake/map_parts.h"

namespace wardlight::intake {
namespace {

using hl7v2::Field;
using hl7v2::Segment;

constexpr std::string_view kPlaceType =
    "http://terminology.hl7.org/CodeSystem/location-physical-type";

struct PlaceLevel {
    std::string_view code;  // location-physical-type
    std::string_view display;
};
constexpr PlaceLevel kWard{"wa", "Ward"};
constexpr PlaceLevel kRoom{"ro", "Room"};
constexpr PlaceLevel kBed{"bd", "Bed"};

struct Place {
    std::string id;
    std::string name;
    json::Value type;
};

/// Emits one level; `parent` is the level above.
Place add_place(Context& context, const hl7v2::Pl& place, const PlaceLevel& level,
                const Place& parent, std::string_view part) {
    Place out;
    out.id = deterministic_id({"Location", place.facility.namespace_id, place.building,
                               place.point_of_care, level.code == "wa" ? "" : place.room,
                               level.code == "bd" ? place.bed : "", level.code});
    out.name = parent.name.empty() ? std::string(part) : parent.name + " / " + std::string(part);
    out.type = concept_of(kPlaceType, level.code, level.display);
    Record record;
    record.kind = RecordKind::location;
    record.natural_id = out.id;
    // The content follows from the identity alone, so that no stamp is needed.
    json::Value content = json::object({{"status", "active"},
                                        {"mode", "instance"},
                                        {"name", out.name},
                                        {"physicalType", out.type}});
    if (!parent.id.empty()) content.set("partOf", reference("Location", parent.id, parent.name));
    json::Value extension = json::object({{"url", systems::kPlace}});
    const auto part_of_place = [&](std::string_view url, std::string_view text) {
        if (text.empty()) return;
        extension.edit("extension").push(json::object({{"url", url}, {"valueString", text}}));
    };
    part_of_place("facility", place.facility.namespace_id);
    part_of_place("building", place.building);
    part_of_place("ward", place.point_of_care);
    if (level.code != "wa") part_of_place("room", place.room);
    if (level.code == "bd") part_of_place("bed", place.bed);
    content.set("extension", json::array({extension}));
    record.add("place", "", std::move(content));
    context.out().records.push_back(std::move(record));
    return out;
}

json::Value place_extension(const hl7v2::Pl& place) {
    json::Value parts;
    const auto add = [&](std::string_view url, std::string_view text) {
        if (!text.empty()) parts.push(json::object({{"url", url}, {"valueString", text}}));
    };
    add("facility", place.facility.namespace_id);
    add("building", place.building);
    add("ward", place.point_of_care);
    add("room", place.room);
    add("bed", place.bed);
    return json::object({{"url", systems::kPlace}, {"extension", parts}});
}

json::Value entry(const Place& place, std::string_view status) {
    return json::object({{"location", reference("Location", place.id, place.name)},
                         {"status", status},
                         {"physicalType", place.type}});
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
std::string unnumbered_visit(Context& context, const Segment& pv1, const Subject& subject) {
    context.warn("visit_number_missing");
    const std::string account = context.message().text("PID-18.1");
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
    hl7v2::Pl place = hl7v2::read_pl(field.first());
    if (place.empty()) return {};
    if (place.facility.namespace_id.empty())
        place.facility.namespace_id = context.profile().facility;
    Place at;
    json::Value out;
    if (!place.point_of_care.empty()) {
        at = add_place(context, place, kWard, at, place.point_of_care);
        out.push(entry(at, status));
    }
    if (!place.room.empty()) at = add_place(context, place, kRoom, at, place.room);
    if (!place.bed.empty()) at = add_place(context, place, kBed, at, place.bed);
    if (at.id.empty()) return {};
    if (place.point_of_care.empty() || !place.room.empty() || !place.bed.empty())
        out.push(entry(at, status));
    // The parts as sent, so that lists need not follow the chain of places.
    json::Array entries = out.items();
    for (json::Value& one : entries) one.set("extension", json::array({place_extension(place)}));
    return json::Value(std::move(entries));
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
        subject.visit = unnumbered_visit(context, pv1, subject);
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

}  // namespace wardlight::intake
