#include "alerts/alert.h"

#include "alerts/json_fields.h"

namespace wardlight::alerts {
namespace {

json::Value texts_to_json(const std::vector<std::string>& texts) {
    json::Array out;
    for (const std::string& text : texts) out.emplace_back(text);
    return out;
}

std::vector<std::string> texts_from(const json::Value& value) {
    std::vector<std::string> out;
    for (const json::Value& text : value.items()) out.emplace_back(text.text());
    return out;
}

}  // namespace

std::string_view name_of(Rule rule) {
    switch (rule) {
        case Rule::aki:
            return "aki";
        case Rule::news2:
            return "news2";
        case Rule::critical_result:
            return "critical_result";
    }
    return "";
}

std::string_view name_of(Severity severity) {
    switch (severity) {
        case Severity::routine:
            return "routine";
        case Severity::urgent:
            return "urgent";
        case Severity::critical:
            return "critical";
    }
    return "";
}

std::optional<Rule> rule_named(std::string_view name) {
    for (const Rule rule : {Rule::aki, Rule::news2, Rule::critical_result})
        if (name_of(rule) == name) return rule;
    return std::nullopt;
}

json::Value to_json(const Explanation& why) {
    return json::object({{"rule_id", why.rule_id},
                         {"rule_version", why.rule_version},
                         {"taken_at", instant_or_null(why.taken_at)},
                         {"inputs", why.inputs},
                         {"ratio", text_or_null(why.ratio)},
                         {"comment", text_or_null(why.comment)},
                         {"quality", texts_to_json(why.quality)},
                         {"kdigo_stage", json::Value(why.kdigo_stage)},
                         {"context", why.context},
                         {"evidence", texts_to_json(why.evidence)}});
}

Explanation explanation_from(const json::Value& value) {
    Explanation why;
    why.rule_id = text_in(value, "rule_id");
    why.rule_version = text_in(value, "rule_version");
    why.taken_at = instant_in(value, "taken_at");
    why.inputs = value["inputs"];
    why.ratio = text_in(value, "ratio");
    why.comment = text_in(value, "comment");
    why.quality = texts_from(value["quality"]);
    if (const auto stage = value["kdigo_stage"].as_integer())
        why.kdigo_stage = static_cast<int>(*stage);
    why.context = value["context"];
    why.evidence = texts_from(value["evidence"]);
    return why;
}

json::Value to_json(const Alert& alert) {
    return json::object({{"id", alert.id.value},
                         {"patient", alert.patient.value},
                         {"rule", name_of(alert.rule)},
                         {"analyte", text_or_null(alert.analyte)},
                         {"severity", static_cast<int>(alert.severity)},
                         {"episode", alert.episode},
                         {"opened_at", to_micros(alert.opened_at)},
                         {"ward", text_or_null(alert.ward)},
                         {"room", text_or_null(alert.room)},
                         {"bed", text_or_null(alert.bed)},
                         {"facility", text_or_null(alert.facility)},
                         {"team", alert.team},
                         {"policy", alert.policy},
                         {"steps", to_json(alert.steps)},
                         {"why", to_json(alert.why)},
                         {"state", to_json(alert.state)},
                         {"events", alert.events}});
}

Result<Alert> alert_from(const json::Value& value) {
    const auto rule = rule_named(value["rule"].text());
    if (!rule) return fail(ErrorCode::corrupt, "unknown rule", "alert.body.rule");
    Alert alert;
    alert.id = AlertId{text_in(value, "id")};
    alert.patient = PatientId{text_in(value, "patient")};
    alert.rule = *rule;
    alert.analyte = text_in(value, "analyte");
    alert.severity = static_cast<Severity>(integer_in(value, "severity"));
    alert.episode = text_in(value, "episode");
    alert.opened_at = instant_in(value, "opened_at").value_or(Instant{});
    alert.ward = text_in(value, "ward");
    alert.room = text_in(value, "room");
    alert.bed = text_in(value, "bed");
    alert.facility = text_in(value, "facility");
    alert.team = text_in(value, "team");
    alert.policy = text_in(value, "policy");
    alert.steps = steps_from(value["steps"]);
    alert.why = explanation_from(value["why"]);
    alert.state = TRY(state_from(value["state"]));
    alert.events = integer_in(value, "events");
    return alert;
}

}  // namespace wardlight::alerts
