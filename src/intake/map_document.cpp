#include "base/text.h"
#include "intake/code_tables.h"
#include "intake/fhir_types.h"
#include "intake/map_parts.h"
#include "intake/map_value.h"

namespace wardlight::intake {
namespace {

using hl7v2::Segment;

/// What a document event says (table 0003): about itself, and about the document it follows.
struct DocumentEvent {
    std::string_view trigger;
    std::string_view status;    // of this document; empty: says nothing
    std::string_view relation;  // to the document of TXA-13
    bool replaces_parent = false;
};
constexpr DocumentEvent kEvents[] = {
    {"T01", "", "", false},
    {"T02", "", "", false},
    {"T03", "", "", false},
    {"T04", "", "", false},
    {"T05", "", "appends", false},
    {"T06", "", "appends", false},
    {"T07", "", "", false},
    {"T08", "", "", false},
    {"T09", "", "replaces", true},
    {"T10", "", "replaces", true},
    {"T11", "entered-in-error", "", false},
};

const DocumentEvent* find_event(std::string_view trigger) {
    for (const DocumentEvent& event : kEvents) {
        if (event.trigger == trigger) return &event;
    }
    return nullptr;
}

std::string document_id(const Context& context, std::string_view number) {
    return deterministic_id({"DocumentReference", context.sender(), number});
}

/// TXA-19, table 0273.
std::string_view status_of_availability(std::string_view code) {
    if (code == "CA") return "entered-in-error";
    if (code == "OB") return "superseded";
    return {};
}

/// The lines of text as one text, and each attached document.
json::Value read_content(Context& context, const PatientGroup& group) {
    json::Value content;
    std::string text;
    std::string title;
    for (const OrderGroup& part : group.orders) {
        // What stands before TXA belongs to the order that the document reports on.
        if (part.orc != nullptr || part.obr != nullptr) continue;
        for (const ObservationGroup& observation : part.observations) {
            const Segment& obx = *observation.obx;
            const hl7v2::Cwe code = hl7v2::read_cwe(obx.field(3).first());
            if (title.empty()) title = code.text.empty() ? code.code : code.text;
            ObservedValue value = read_value(context, obx, std::nullopt);
            if (!value.attachment.is_null()) {
                if (!code.text.empty()) value.attachment.set("title", code.text);
                content.push(json::object({{"attachment", value.attachment}}));
                continue;
            }
            for (const hl7v2::Repetition line : obx.field(5).each())
                text.append(line.value()).push_back('\n');
        }
    }
    text.erase(text.find_last_not_of('\n') + 1);
    if (!text.empty()) {
        json::Value attachment =
            json::object({{"contentType", "text/plain; charset=utf-8"}, {"data", to_base64(text)}});
        if (!title.empty()) attachment.set("title", title);
        content.push(json::object({{"attachment", attachment}}));
    }
    return content;
}

json::Value describe(Context& context, const Segment& txa, const std::string& number,
                     std::string_view title) {
    json::Value out = json::object({});
    if (!number.empty()) {
        const json::Value identifier = json::object({{"value", number}});
        out.set("masterIdentifier", identifier);
    }
    out.set("type", to_concept(txa.field(2)));
    const auto when = context.time(txa.field(txa.field(4).empty() ? 6 : 4));
    if (when) out.set("date", format_instant(when->instant));
    json::Value authors;
    for (const std::size_t field : {std::size_t{9}, std::size_t{5}}) {
        if (!authors.is_null()) break;
        for (const hl7v2::Repetition one : txa.field(field).each()) {
            const json::Value author = to_practitioner(context, one);
            if (!author.is_null()) authors.push(author);
        }
    }
    out.set("author", authors);
    const json::Value signer = to_practitioner(context, txa.field(22).first());
    if (!signer.is_null()) out.set("authenticator", signer);
    const std::string file = txa.field(16).text();
    if (!title.empty()) {
        out.set("description", title);
    } else if (!file.empty()) {
        out.set("description", file);
    }
    return out;
}

void supersede(Context& context, const Subject& subject, std::string_view parent) {
    Record record;
    record.kind = RecordKind::document;
    record.natural_id = document_id(context, parent);
    record.owner = subject.patient;
    record.add("status", context.stamp(Authority::source), "superseded");
    context.out().records.push_back(std::move(record));
}

}  // namespace

Result<> map_document(Context& context, const PatientGroup& group, const Subject& subject) {
    if (group.document == nullptr)
        return fail(ErrorCode::invalid, "document_missing: the message has no TXA segment", "TXA");
    const Segment& txa = *group.document;
    const DocumentEvent* event = find_event(context.trigger());
    if (event == nullptr)
        return fail(ErrorCode::invalid, "unsupported_message: not a document event", "MSH-9.2");
    std::string number = txa.field(12).text();
    if (number.empty())
        number = txa.field(12).component(3).text();  // EI with the number as its OID
    if (number.empty())
        return fail(ErrorCode::invalid, "document_number_missing: TXA-12 is empty", "TXA-12");
    const std::string stamp = context.stamp(Authority::source);
    Record record;
    record.kind = RecordKind::document;
    record.natural_id = document_id(context, number);
    record.owner = subject.patient;
    record.visit = subject.visit;
    const json::Value content = read_content(context, group);
    const std::string title(content[0]["attachment"]["title"].text());
    record.add("document", stamp, describe(context, txa, number, title));
    if (!content.is_null()) record.add("content", stamp, content);
    if (const auto status = document_status(txa.field(17).text()))
        record.add("docStatus", stamp, json::Value(*status));
    std::string_view status = event->status;
    if (status.empty()) status = status_of_availability(txa.field(19).text());
    if (!status.empty()) record.add("status", stamp, json::Value(status));
    if (!subject.visit.empty()) record.add("visit", stamp, json::Value(subject.visit));
    const std::string parent = txa.field(13).text();
    if (!event->relation.empty() && !parent.empty()) {
        record.add("relates/" + document_id(context, parent), stamp, json::Value(event->relation));
        if (event->replaces_parent) supersede(context, subject, parent);
    }
    context.out().records.push_back(std::move(record));
    return {};
}

}  // namespace wardlight::intake
