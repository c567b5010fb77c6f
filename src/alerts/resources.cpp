#include "alerts/resources.h"

#include <fmt/format.h>

namespace wardlight::alerts {
namespace {

json::Value concept_of(std::string_view system, std::string_view code) {
    return json::object(
        {{"coding", json::array({json::object({{"system", system}, {"code", code}})})}});
}

json::Value reference(std::string_view type, std::string_view id) {
    return json::object({{"reference", fmt::format("{}/{}", type, id)}});
}

json::Value account_reference(const AccountId& account) {
    return json::object(
        {{"identifier", json::object({{"system", kAccountSystem}, {"value", account.value}})}});
}

json::Value extension(std::string_view url, json::Value value) {
    return json::object({{"url", url}, {"valueString", std::move(value)}});
}

std::string_view issue_severity(Severity severity) {
    switch (severity) {
        case Severity::critical:
            return "high";
        case Severity::urgent:
            return "moderate";
        case Severity::routine:
            return "low";
    }
    return "high";
}

std::string_view priority(Severity severity) {
    switch (severity) {
        case Severity::critical:
            return "stat";
        case Severity::urgent:
            return "urgent";
        case Severity::routine:
            return "routine";
    }
    return "stat";
}

std::string_view task_status(State state) {
    switch (state) {
        case State::acknowledged:
            return "in-progress";
        case State::snoozed:
            return "on-hold";
        case State::triaged:
        case State::closed:
            return "completed";
        case State::retracted:
            return "cancelled";
        case State::detected:
        case State::suppressed:
        case State::open:
            return "requested";
    }
    return "requested";
}

json::Value issue_of(const Alert& alert) {
    const bool is_retracted = alert.state.state == State::retracted;
    json::Array evidence;
    for (const std::string& item : alert.why.evidence) {
        evidence.push_back(
            json::object({{"detail", json::array({json::object({{"reference", item}})})}}));
    }
    json::Value issue = json::object(
        {{"resourceType", "DetectedIssue"},
         {"id", alert.id.value},
         {"extension",
          json::array({extension("urn:wardlight:rule-id", alert.why.rule_id),
                       extension("urn:wardlight:rule-version", alert.why.rule_version),
                       extension("urn:wardlight:label", json::serialize(alert.state.label))})},
         {"status", is_retracted ? "entered-in-error" : "final"},
         {"code", concept_of(kRuleSystem, name_of(alert.rule))},
         {"severity", issue_severity(alert.severity)},
         {"patient", reference("Patient", alert.patient.value)},
         {"identifiedDateTime", format_instant(alert.opened_at)}});
    if (!evidence.empty()) issue.set("evidence", std::move(evidence));
    if (!alert.state.suppressed_reason.empty())
        issue.set(
            "mitigation",
            json::array({json::object({{"action", concept_of("urn:wardlight:suppression",
                                                             alert.state.suppressed_reason)}})}));
    return issue;
}

json::Value task_of(store::WriteTransaction& tx, const Alert& alert) {
    const AlertState& state = alert.state;
    json::Value task = json::object(
        {{"resourceType", "Task"},
         {"id", alert.id.value},
         {"extension",
          json::array({json::object({{"url", "urn:wardlight:version"},
                                     {"valueString", std::to_string(state.version)}}),
                       json::object({{"url", "urn:wardlight:events"},
                                     {"valueString", std::to_string(alert.events)}})})},
         {"status", task_status(state.state)},
         {"businessStatus",
          concept_of(kAlertStateSystem, state.state == State::open && state.is_end_of_chain
                                            ? std::string_view("end_of_chain")
                                            : name_of(state.state))},
         {"intent", "order"},
         {"priority", priority(alert.severity)},
         {"code", concept_of(kRuleSystem, name_of(alert.rule))},
         {"focus", reference("DetectedIssue", alert.id.value)},
         {"for", reference("Patient", alert.patient.value)},
         {"authoredOn", format_instant(alert.opened_at)},
         {"lastModified", format_instant(tx.now())},
         {"performerType", json::array({concept_of(kTeamSystem, alert.team)})}});
    if (!state.owner.empty()) task.set("owner", account_reference(state.owner));
    if (const auto due = next_due(state)) {
        task.set("restriction",
                 json::object({{"period", json::object({{"end", format_instant(*due)}})}}));
    }
    if (state.outcome) {
        task.set("output", json::array({json::object({{"type", json::object({{"text", "outcome"}})},
                                                      {"valueString", state.outcome->code}})}));
    }
    return task;
}

}  // namespace

Result<> write_resources(store::WriteTransaction& tx, const Alert& alert) {
    TRY(tx.put_json(issue_of(alert)));
    // A suppressed alert asks nobody for anything.
    if (!alert.team.empty()) TRY(tx.put_json(task_of(tx, alert)));
    return {};
}

Result<> write_notification(store::WriteTransaction& tx, const Alert& alert, const Event& event) {
    json::Value communication = json::object(
        {{"resourceType", "Communication"},
         {"id", fmt::format("{}-{}", alert.id.value, alert.events)},
         {"basedOn", json::array({reference("Task", alert.id.value)})},
         {"status", "completed"},
         {"category", json::array({concept_of("urn:wardlight:notification", name_of(event.kind))})},
         {"priority", priority(alert.severity)},
         {"subject", reference("Patient", alert.patient.value)},
         {"topic", concept_of(kRuleSystem, name_of(alert.rule))},
         {"about", json::array({reference("DetectedIssue", alert.id.value)})},
         {"sent", format_instant(event.at)}});
    json::Array recipients;
    for (const AccountId& recipient : event.recipients)
        recipients.push_back(account_reference(recipient));
    if (event.kind == EventKind::chain_ended)
        recipients.push_back(json::object({{"display", kSwitchboard}}));
    if (!recipients.empty()) communication.set("recipient", std::move(recipients));
    TRY(tx.put_json(communication));
    return {};
}

}  // namespace wardlight::alerts
