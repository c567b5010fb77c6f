#include "intake/map_result.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "intake/fhir_types.h"

namespace wardlight::intake {
namespace {

using hl7v2::Segment;

// A comment of the report is repeated at each of its results, where screens and rules look; beyond
// this many characters in all it stays with the report only.
constexpr std::size_t kRepeatedCommentCharacters = 1'000'000;

std::string order_number(const OrderGroup& order, std::size_t field) {
    std::string number;
    if (order.obr != nullptr) number = trim(order.obr->field(field).text());
    if (number.empty() && order.orc != nullptr) number = trim(order.orc->field(field).text());
    return number;
}

std::string text_of(const hl7v2::Cwe& code) {
    return code.text.empty()   ? code.code
           : code.code.empty() ? code.text
                               : code.code + " " + code.text;
}

std::string code_key(const Segment& obx) {
    const hl7v2::Cwe code = hl7v2::read_cwe(obx.field(3).first());
    if (!code.code.empty()) return code.code;
    if (!code.alternate_code.empty()) return code.alternate_code;
    return code.text;
}

bool is_text_type(std::string_view type) {
    return type == "TX" || type == "FT" || type == "ST";
}

/// Whether `next` continues the text or the attachment of `previous`.
bool continues(const Segment& previous, const Segment& next) {
    const std::string type(trim(next.field(2).text()));
    if (!is_text_type(type) && type != "ED") return false;
    if (trim(previous.field(2).text()) != type) return false;
    if (next.field(3).raw() != previous.field(3).raw()) return false;
    if (next.field(4).raw() != previous.field(4).raw()) return false;
    if (next.field(14).raw() != previous.field(14).raw()) return false;
    if (type == "ST" && hl7v2::read_nm(next.field(5).first().value())) return false;
    return true;
}

class ReportMapper {
 public:
    ReportMapper(Context& context, const OrderGroup& order, const Subject& subject)
        : context_(context) {
        frame_.order = &order;
        frame_.subject = &subject;
    }

    void map() {
        read_frame();
        read_results();
        if (frame_.order->obr != nullptr) start_report();
        for (const ResultLines& result : results_) add_result(result);
        if (frame_.has_vital_signs) context_.out().kind = SourceKind::obs;
        if (frame_.order->obr != nullptr) context_.out().records.push_back(std::move(report_));
    }

 private:
    void read_frame() {
        const OrderGroup& order = *frame_.order;
        frame_.version_at = context_.sent_at();
        frame_.filler = order_number(order, 3);
        frame_.placer = order_number(order, 2);
        if (!order.specimens.empty()) {
            frame_.specimen = hl7v2::read_cwe(order.specimens.front()->field(4).first());
            frame_.collected =
                context_.time(order.specimens.front()->field(17).component(1).text());
        }
        if (order.obr == nullptr) return;
        const Segment& obr = *order.obr;
        frame_.panel = text_of(hl7v2::read_cwe(obr.field(4).first()));
        frame_.section = trim(obr.field(24).text());
        if (frame_.specimen.empty()) frame_.specimen = specimen_source(obr);
        if (!frame_.collected) frame_.collected = context_.time(obr.field(7));
        frame_.received = context_.time(obr.field(14));
        frame_.issued = context_.time(obr.field(22));
        if (frame_.issued && frame_.issued->precision < hl7v2::Precision::minute)
            frame_.issued.reset();
        frame_.status = report_status(trim(obr.field(25).text()));
        // The time of the result, not of its sending: a re-sent old version stays old.
        if (frame_.issued) frame_.version_at = frame_.issued->instant;
        read_comment();
    }

    /// OBR-15: its first component is a CWE in sub-components, or a plain code.
    static hl7v2::Cwe specimen_source(const Segment& obr) {
        hl7v2::Cwe source = hl7v2::read_cwe(obr.field(15).component(1));
        if (source.empty()) source.text = obr.field(15).component(2).text();
        return source;
    }

    void read_comment() {
        const std::string comment = note_text(frame_.order->notes);
        if (comment.size() * frame_.order->observations.size() > kRepeatedCommentCharacters) {
            context_.warn("report_comment_not_repeated");
            return;
        }
        frame_.comment = comment;
    }

    void read_results() {
        for (const ObservationGroup& line : frame_.order->observations) {
            const bool is_continued =
                !results_.empty() && continues(*results_.back().lines.back()->obx, *line.obx);
            if (!is_continued) results_.emplace_back();
            results_.back().lines.push_back(&line);
        }
        for (ResultLines& result : results_) {
            result.measurement = measurement_in(*result.lines.front()->obx);
            if (result.measurement && result.measurement->is_vital_sign)
                frame_.has_vital_signs = true;
        }
        std::unordered_map<std::string, std::size_t> seen;
        for (ResultLines& result : results_) name_result(result, seen);
    }

    std::optional<Measurement> measurement_in(const Segment& obx) {
        const std::string unit = obx.field(6).first().value();
        const std::string specimen =
            frame_.specimen.code.empty() ? frame_.specimen.text : frame_.specimen.code;
        const Setting setting{specimen, frame_.panel, frame_.section, unit};
        return identify(hl7v2::read_cwe(obx.field(3).first()), setting, context_.profile().codes);
    }

    /// Several results with one code are told apart by their time, else by their place.
    void name_result(ResultLines& result, std::unordered_map<std::string, std::size_t>& seen) {
        const Segment& obx = *result.lines.front()->obx;
        const std::string own_time = obx.field(14).text();
        const std::string moment = moment_in_identity(result);
        const auto name = [&](std::string_view which) {
            return deterministic_id({"Observation", context_.sender(), frame_.filler,
                                     frame_.filler.empty() ? frame_.placer : "", code_key(obx),
                                     obx.field(4).text(), moment, which});
        };
        result.natural_id = name("");
        if (++seen[result.natural_id] == 1) return;
        if (!own_time.empty()) {
            result.has_own_time = true;
            result.natural_id = name(own_time);
            if (++seen[result.natural_id] == 1) return;
        }
        result.natural_id = name(own_time + "#" + std::to_string(seen[result.natural_id]));
    }

    std::string moment_in_identity(const ResultLines& result) {
        const ResultIdentity identity = context_.profile().result_identity;
        if (!frame_.filler.empty() && identity == ResultIdentity::filler) return {};
        // Weight and the like, repeated in every ADT message without a time: the newest counts.
        const bool has_no_time = result.lines.front()->obx->field(14).empty();
        if (frame_.order->obr == nullptr && has_no_time) return {};
        const std::string at = effective_time(context_, frame_, result).fhir;
        const bool is_day = identity == ResultIdentity::filler_and_day && !frame_.filler.empty();
        return is_day ? at.substr(0, 10) : at;
    }

    void start_report() {
        const Segment& obr = *frame_.order->obr;
        const std::string placer = frame_.filler.empty() ? frame_.placer : "";
        const std::string moment =
            frame_.filler.empty() && frame_.collected ? frame_.collected->fhir : "";
        report_.kind = RecordKind::diagnostic_report;
        report_.owner = frame_.subject->patient;
        report_.visit = frame_.subject->visit;
        report_.natural_id = deterministic_id({"DiagnosticReport", context_.sender(), frame_.filler,
                                               placer, obr.field(4).text(), moment});
        const ObservationStatus status = report_state();
        stamp_ = context_.stamp(Authority::source, frame_.version_at, status.step);
        report_.add("report", stamp_, describe_report(obr, status));
        if (!report_.visit.empty()) report_.add("visit", stamp_, json::Value(report_.visit));
        const std::string request = add_request();
        if (!request.empty()) report_.add("request", stamp_, json::Value(request));
    }

    std::string add_request() {
        if (frame_.placer.empty()) return {};
        const bool is_done =
            frame_.status && (frame_.status->fhir == "final" || frame_.status->fhir == "corrected");
        return map_order(context_, *frame_.order, *frame_.subject,
                         is_done ? "completed" : "active");
    }

    /// OBR-25, else what the results say.
    ObservationStatus report_state() const {
        if (frame_.status) return *frame_.status;
        for (const ResultLines& result : results_) {
            const std::string code(trim(result.lines.front()->obx->field(11).text()));
            if (code != "F" && code != "C") return {"unknown", 0, false};
        }
        return results_.empty() ? ObservationStatus{"unknown", 0, false}
                                : ObservationStatus{"final", 2, false};
    }

    json::Value describe_report(const Segment& obr, const ObservationStatus& status) const {
        json::Value out = json::object({{"status", status.fhir}});
        const auto add_number = [&](const std::string& number, std::string_view type) {
            if (number.empty()) return;
            out.edit("identifier")
                .push(json::object(
                    {{"type", concept_of(systems::kIdentifierType, type)}, {"value", number}}));
        };
        add_number(frame_.placer, "PLAC");
        add_number(frame_.filler, "FILL");
        if (!frame_.section.empty()) out.set("category", json::array({section_concept()}));
        const json::Value code = to_concept(obr.field(4));
        out.set("code", code.is_null() ? text_concept("Report") : code);
        if (frame_.collected) out.set("effectiveDateTime", frame_.collected->fhir);
        if (frame_.issued) out.set("issued", format_instant(frame_.issued->instant));
        const std::string interpreter = interpreter_name(obr);
        if (!interpreter.empty())
            out.set("resultsInterpreter", json::array({json::object({{"display", interpreter}})}));
        const std::string conclusion = note_text(frame_.order->notes);
        if (!conclusion.empty()) out.set("conclusion", conclusion);
        return out;
    }

    json::Value section_concept() const {
        return concept_of("http://terminology.hl7.org/CodeSystem/v2-0074", frame_.section);
    }

    /// OBR-32 is NDL: the person (CNN) is its first component, in sub-components.
    static std::string interpreter_name(const Segment& obr) {
        const hl7v2::Component person = obr.field(32).component(1);
        const std::string family = person.subcomponent(2);
        if (family.empty()) return person.text();
        const std::string given = person.subcomponent(3);
        return given.empty() ? family : given + " " + family;
    }

    void add_result(const ResultLines& result) {
        if (!report_.natural_id.empty() && add_attachment(result)) return;
        map_observation(context_, frame_, result);
        if (report_.natural_id.empty()) return;
        // The report names its results; the position keeps the sender's order.
        const auto position = static_cast<std::int64_t>(result.lines.front()->number);
        for (const std::string& id : observation_ids(result))
            report_.add("result/" + id, stamp_, json::Value(position));
    }

    /// A document belongs to the report; true when the lines were one.
    bool add_attachment(const ResultLines& result) {
        const Segment& obx = *result.lines.front()->obx;
        const std::string type(trim(obx.field(2).text()));
        if (type != "ED" && type != "RP") return false;
        json::Value attachment = read_lines(context_, result).attachment;
        const bool is_withdrawn = status_of(context_, frame_, obx).fhir == "entered-in-error";
        if (attachment.is_null() && !is_withdrawn) return false;
        const std::string title = text_of(hl7v2::read_cwe(obx.field(3).first()));
        if (!title.empty() && !attachment.is_null()) attachment.set("title", title);
        report_.add("attachment/" + result.natural_id, stamp_,
                    is_withdrawn ? json::Value() : std::move(attachment));
        return true;
    }

    Context& context_;
    ReportFrame frame_;
    std::vector<ResultLines> results_;
    Record report_;
    std::string stamp_;
};

}  // namespace

ObservedValue read_lines(Context& context, const ResultLines& result) {
    const Segment& first = *result.lines.front()->obx;
    ObservedValue out = read_value(context, first, result.measurement);
    if (result.lines.size() == 1) return out;
    if (!out.attachment.is_null()) {
        // Parts of one document: each its own base64 text.
        std::string bytes;
        for (const ObservationGroup* line : result.lines) {
            const json::Value part = to_attachment(line->obx->field(5).first(), "ED");
            bytes += from_base64(part["data"].text()).value_or("");
        }
        out.attachment.set("data", to_base64(bytes));
        return out;
    }
    std::string text;
    for (const ObservationGroup* line : result.lines) {
        for (const hl7v2::Repetition repetition : line->obx->field(5).each())
            text.append(repetition.value()).push_back('\n');
    }
    text.erase(text.find_last_not_of('\n') + 1);
    if (text.empty()) return {};
    out = {};
    out.element = "valueString";
    out.value = text;
    return out;
}

void map_results(Context& context, const PatientGroup& group, const Subject& subject) {
    for (const OrderGroup& order : group.orders) {
        if (order.obr == nullptr && order.observations.empty()) continue;
        ReportMapper(context, order, subject).map();
    }
}

}  // namespace wardlight::intake
