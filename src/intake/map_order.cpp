#include "base/text.h"
#include "intake/code_tables.h"
#include "intake/fhir_types.h"
#include "intake/map_parts.h"

namespace wardlight::intake {
namespace {

using hl7v2::Ei;
using hl7v2::Segment;

/// ORC-n, else OBR-n: both name placer (2) and filler (3).
Ei order_number(const OrderGroup& order, std::size_t field) {
    Ei number;
    if (order.orc != nullptr) number = hl7v2::read_ei(order.orc->field(field).first());
    if (number.empty() && order.obr != nullptr)
        number = hl7v2::read_ei(order.obr->field(field).first());
    return number;
}

json::Value number_identifier(const Ei& number, std::string_view type) {
    return json::object(
        {{"type", concept_of(systems::kIdentifierType, type)},
         {"system", number.authority.namespace_id.empty()
                        ? json::Value()
                        : json::Value("urn:wardlight:authority:" + number.authority.namespace_id)},
         {"value", number.id}});
}

std::string_view priority_of(std::string_view code) {
    if (code == "S" || code == "STAT") return "stat";
    if (code == "A" || code == "ASAP") return "asap";
    if (code == "U") return "urgent";
    if (code == "R") return "routine";
    return {};
}

/// The notes of a result message are the report's, not the order's.
void add_request_facts(Context& context, const OrderGroup& order, Record& record,
                       bool is_order_message, std::string_view stamp) {
    const auto add = [&](std::string_view group, json::Value value) {
        if (!value.is_null()) record.add(std::string(group), std::string(stamp), std::move(value));
    };
    if (order.obr != nullptr) {
        const Segment& obr = *order.obr;
        const json::Value code = to_concept(obr.field(4));
        if (!code.is_null()) add("test/" + fold_code(obr.field(4).text()), code);
        if (const json::Value reason = to_concept(obr.field(31)); !reason.is_null())
            add("reasonCode", json::array({reason}));
        const std::string_view priority = priority_of(obr.field(5).text());
        if (!priority.empty()) add("priority", priority);
        const json::Value requester = to_practitioner(context, obr.field(16).first());
        if (!requester.is_null()) add("requester", requester);
    }
    if (order.orc != nullptr) {
        const json::Value requester = to_practitioner(context, order.orc->field(12).first());
        if (!requester.is_null()) add("requester", requester);
        if (const auto ordered = context.time(order.orc->field(9)))
            add("authoredOn", ordered->fhir);
        if (const auto wanted = context.time(order.orc->field(15)))
            add("occurrenceDateTime", wanted->fhir);
    }
    const std::string note = is_order_message ? note_text(order.notes) : std::string();
    if (!note.empty()) add("note", json::array({json::object({{"text", note}})}));
}

}  // namespace

std::string map_order(Context& context, const OrderGroup& order, const Subject& subject,
                      std::string_view status_otherwise) {
    const Ei placer = order_number(order, 2);
    const Ei filler = order_number(order, 3);
    const std::string control = order.orc != nullptr ? order.orc->field(1).text() : std::string();
    Record record;
    record.kind = RecordKind::service_request;
    record.owner = subject.patient;
    record.visit = subject.visit;
    if (!placer.empty()) {
        record.natural_id =
            deterministic_id({"ServiceRequest", placer.authority.namespace_id, placer.id});
    } else if (!filler.empty()) {
        record.natural_id =
            deterministic_id({"ServiceRequest of filler", context.sender(), filler.id});
    } else {
        return {};
    }
    // What the ordering system says is not overruled by what a laboratory repeats; how far the
    // order is, each of them knows.
    const bool is_order_message = status_otherwise.empty();
    const std::string stamp = context.stamp(is_order_message ? Authority::source : Authority::copy);
    add_request_facts(context, order, record, is_order_message, stamp);
    if (!placer.empty()) record.add("identifier/PLAC", stamp, number_identifier(placer, "PLAC"));
    if (!filler.empty()) record.add("identifier/FILL", stamp, number_identifier(filler, "FILL"));
    std::optional<std::string_view> status;
    if (order.orc != nullptr && control != "SC" && control != "XO")
        status = order_control_status(control);
    // A changed status is in ORC-5, and so is what follows a result (RE).
    if (order.orc != nullptr && (!status || *status == "active")) {
        if (const auto said = order_status(order.orc->field(5).text())) status = said;
    }
    if (!status && !status_otherwise.empty()) status = status_otherwise;
    if (status) {
        record.add("status", context.stamp(Authority::source), json::Value(*status));
    } else if (is_order_message && control != "SC" && control != "XO") {
        context.warn("order_control_unknown");
    }
    if (!subject.visit.empty())
        record.add("visit", context.stamp(context.authority()), json::Value(subject.visit));
    const std::string natural = record.natural_id;
    context.out().records.push_back(std::move(record));
    return natural;
}

void map_orders(Context& context, const PatientGroup& group, const Subject& subject) {
    for (const OrderGroup& order : group.orders) {
        if (order.orc == nullptr && order.obr == nullptr) continue;
        if (map_order(context, order, subject, "").empty()) context.warn("order_number_missing");
        if (!order.observations.empty()) context.warn("order_observations_not_mapped");
    }
}

}  // namespace wardlight::intake
