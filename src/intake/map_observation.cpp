#include "base/text.h"
#include "intake/fhir_types.h"
#include "intake/map_result.h"

namespace wardlight::intake {
namespace {

using hl7v2::Field;
using hl7v2::Segment;

bool same_coding(const json::Value& sent, const Measurement& standard) {
    return sent["system"].text() == standard.system && sent["code"].text() == standard.code;
}

/// The standard coding first, then what was sent.
json::Value with_standard_coding(const json::Value& sent, const Measurement& standard) {
    json::Value first = coding(standard.system, standard.code, standard.display);
    json::Value codings = json::Value(json::Array{});
    for (const json::Value& one : sent["coding"].items()) {
        if (same_coding(one, standard)) first = one;
    }
    codings.push(first);
    for (const json::Value& one : sent["coding"].items()) {
        if (!same_coding(one, standard)) codings.push(one);
    }
    json::Value out = json::object({{"coding", codings}});
    if (!sent["text"].is_null()) out.set("text", sent["text"]);
    return out;
}

std::string_view category_of(const Context& context, const ReportFrame& frame,
                             const std::optional<Measurement>& measurement) {
    if (measurement) return measurement->is_vital_sign ? "vital-signs" : "laboratory";
    if (is_imaging(frame.section)) return "imaging";
    // Other entries of an observation round, and measurements in ADT.
    if (frame.has_vital_signs || frame.order->obr == nullptr) return "exam";
    return context.profile().default_category;
}

json::Value read_interpretation(Context& context, const Field& field) {
    json::Value out;
    for (const hl7v2::Repetition flag : field.each()) {
        std::string code(trim(flag.text()));
        const auto& own = context.profile().flags;
        if (const auto mapped = own.find(code); mapped != own.end()) code = mapped->second;
        if (code.empty()) continue;
        if (const auto known = interpretation(code)) {
            out.push(concept_of(known->system, known->code, known->display));
        } else {
            context.warn("abnormal_flag_unknown");
            const std::string text = flag.component(2).text();
            out.push(json::object({{"text", text.empty() ? code : text}}));
        }
    }
    return out;
}

json::Value read_notes(const ReportFrame& frame, const ResultLines& result) {
    json::Value out;
    for (const ObservationGroup* line : result.lines) {
        const std::string text = note_text(line->notes);
        if (!text.empty()) out.push(json::object({{"text", text}}));
    }
    if (!frame.comment.empty()) out.push(json::object({{"text", frame.comment}}));
    return out;
}

json::Value absent_reason(std::string_view obx_11) {
    const std::string_view code = obx_11 == "N"   ? "not-asked"
                                  : obx_11 == "X" ? "not-performed"
                                                  : "unknown";
    return concept_of(systems::kDataAbsent, code);
}

void set_value(json::Value& out, const ObservedValue& value, std::string_view obx_11,
               const ObservationStatus& status) {
    if (!value.element.empty()) {
        out.set(value.element, value.value);
    } else if (!value.components.is_null()) {
        json::Array components = value.components.items();
        for (json::Value& one : components) one.set("code", out["code"]);
        out.set("component", json::Value(std::move(components)));
    } else if (status.fhir != "registered") {
        out.set("dataAbsentReason", absent_reason(obx_11));
    }
}

json::Value performers(Context& context, const Segment& obx) {
    json::Value out;
    const json::Value observer = to_practitioner(context, obx.field(16).first());
    if (!observer.is_null()) out.push(observer);
    const std::string laboratory = obx.field(23).text();
    if (!laboratory.empty()) out.push(json::object({{"display", laboratory}}));
    return out;
}

/// Everything but value and identity.
json::Value describe(Context& context, const ReportFrame& frame, const ResultLines& result,
                     const ObservationStatus& status) {
    const Segment& obx = *result.lines.front()->obx;
    json::Value out = json::object({{"status", status.fhir}});
    const EffectiveTime effective = effective_time(context, frame, result);
    if (!effective.tag.empty()) {
        out.set("meta",
                json::object({{"tag", json::array({coding(systems::kTag, effective.tag)})}}));
    }
    out.set("category", json::array({concept_of(systems::kObservationCategory,
                                                category_of(context, frame, result.measurement))}));
    json::Value code = to_concept(obx.field(3));
    if (result.measurement) code = with_standard_coding(code, *result.measurement);
    if (code.is_null()) code = text_concept(frame.panel.empty() ? "Result" : frame.panel);
    out.set("code", std::move(code));
    if (!effective.fhir.empty()) out.set("effectiveDateTime", effective.fhir);
    auto issued = frame.issued;
    if (!issued) issued = context.time(obx.field(19));
    if (issued && issued->precision >= hl7v2::Precision::minute)
        out.set("issued", format_instant(issued->instant));
    out.set("interpretation", read_interpretation(context, obx.field(8)));
    out.set("note", read_notes(frame, result));
    out.set("performer", performers(context, obx));
    out.set("method", to_concept(obx.field(17)));
    const std::string& specimen =
        frame.specimen.text.empty() ? frame.specimen.code : frame.specimen.text;
    if (!specimen.empty()) out.set("specimen", json::object({{"display", specimen}}));
    return out;
}

void add_record(Context& context, const ReportFrame& frame, const ResultLines& result,
                const ObservationStatus& status, bool has_value, json::Value content) {
    Record record;
    record.kind = RecordKind::observation;
    record.natural_id = result.natural_id;
    record.owner = frame.subject->patient;
    record.visit = frame.subject->visit;
    const std::string stamp = context.stamp(Authority::source, frame.version_at, status.step);
    const bool is_status_only = status.keeps_value && !has_value;
    record.add(is_status_only ? "status" : "result", stamp, std::move(content));
    if (!record.visit.empty()) record.add("visit", stamp, json::Value(record.visit));
    context.out().records.push_back(std::move(record));
}

/// "140/90" becomes two Observations; so does a pressure without a value (withdrawn, not taken).
bool splits_in_two(const ResultLines& result) {
    if (!result.measurement || result.measurement->analyte != "blood_pressure") return false;
    const Segment& obx = *result.lines.front()->obx;
    return obx.field(5).empty() || obx.field(5).is_null() || read_blood_pressure(obx);
}

std::string half_id(const ResultLines& result, std::string_view analyte) {
    return deterministic_id({result.natural_id, analyte});
}

void add_half(Context& context, const ReportFrame& frame, const ResultLines& result,
              const ObservationStatus& status, std::string_view analyte,
              const std::string& number) {
    ResultLines half = result;
    half.natural_id = half_id(result, analyte);
    half.measurement = measurement_of(analyte, "");
    const Segment& obx = *result.lines.front()->obx;
    json::Value content = describe(context, frame, half, status);
    content.edit("code").set("text", half.measurement->display);
    if (number.empty()) {
        set_value(content, {}, obx.field(11).text(), status);
    } else {
        hl7v2::Cwe unit = read_unit(context, obx, half.measurement);
        if (unit.code.empty()) unit.code = "mm[Hg]";
        content.set("valueQuantity", to_quantity({"", number, "", ""}, unit));
    }
    add_record(context, frame, half, status, !number.empty(), std::move(content));
}

}  // namespace

ObservationStatus status_of(Context& context, const ReportFrame& frame, const Segment& obx) {
    const std::string code(trim(obx.field(11).text()));
    if (const auto known = observation_status(code)) return *known;
    if (!code.empty()) {
        context.warn("result_status_unknown");
        return {"unknown", 0, false};
    }
    context.warn("result_status_missing");
    if (frame.status) {
        ObservationStatus status = *frame.status;
        if (status.fhir == "partial") status.fhir = "preliminary";
        return status;
    }
    // Senders that never fill OBX-11 send finished results.
    return {"final", 2, false};
}

EffectiveTime effective_time(Context& context, const ReportFrame& frame,
                             const ResultLines& result) {
    const auto own = context.time(result.lines.front()->obx->field(14));
    const bool is_vital = result.measurement && result.measurement->is_vital_sign;
    const bool own_first = is_vital || frame.has_vital_signs || result.has_own_time ||
                           context.profile().observation_time == ObservationTime::observation_first;
    const auto& first = own_first ? own : frame.collected;
    const auto& second = own_first ? frame.collected : own;
    if (first) return {first->fhir, {}};
    if (second) return {second->fhir, {}};
    if (frame.received) return {frame.received->fhir, "time-from-received"};
    if (frame.order->obr == nullptr)
        return {format_instant(context.event_at()), "time-from-message"};
    return {format_instant(context.sent_at()), "time-from-message"};
}

std::vector<std::string> observation_ids(const ResultLines& result) {
    if (!splits_in_two(result)) return {result.natural_id};
    return {half_id(result, "systolic"), half_id(result, "diastolic")};
}

void map_observation(Context& context, const ReportFrame& frame, const ResultLines& result) {
    const Segment& obx = *result.lines.front()->obx;
    const ObservationStatus status = status_of(context, frame, obx);
    if (splits_in_two(result)) {
        const auto pressure = read_blood_pressure(obx);
        add_half(context, frame, result, status, "systolic", pressure ? pressure->systolic : "");
        add_half(context, frame, result, status, "diastolic", pressure ? pressure->diastolic : "");
        return;
    }
    const ObservedValue value = read_lines(context, result);
    json::Value content = describe(context, frame, result, status);
    set_value(content, value, obx.field(11).text(), status);
    const Field range_field = obx.field(7);
    if (!range_field.is_null()) {
        const hl7v2::Cwe unit = read_unit(context, obx, result.measurement);
        const json::Value range = to_reference_range(range_field.first().value(), unit);
        if (!range.is_null()) content.set("referenceRange", json::array({range}));
    }
    add_record(context, frame, result, status, !value.is_absent(), std::move(content));
}

}  // namespace wardlight::intake
