// Names and kept JSON of the state machine's values.
#include <array>

#include "alerts/json_fields.h"
#include "alerts/state.h"

namespace wardlight::alerts {
namespace {

template <class Enum>
struct Name {
    Enum value;
    std::string_view text;
};

constexpr std::array kStates = std::to_array<Name<State>>({
    {State::detected, "detected"},
    {State::suppressed, "suppressed"},
    {State::open, "open"},
    {State::acknowledged, "acknowledged"},
    {State::snoozed, "snoozed"},
    {State::triaged, "triaged"},
    {State::closed, "closed"},
    {State::retracted, "retracted"},
});

constexpr std::array kEvents = std::to_array<Name<EventKind>>({
    {EventKind::suppressed, "suppressed"},
    {EventKind::opened, "opened"},
    {EventKind::notified, "notified"},
    {EventKind::step_skipped, "step_skipped"},
    {EventKind::chain_ended, "chain_ended"},
    {EventKind::informed, "informed"},
    {EventKind::acknowledged, "acknowledged"},
    {EventKind::acknowledge_undone, "acknowledge_undone"},
    {EventKind::undo_ended, "undo_ended"},
    {EventKind::review_overdue, "review_overdue"},
    {EventKind::handed_over, "handed_over"},
    {EventKind::handover_accepted, "handover_accepted"},
    {EventKind::handover_lapsed, "handover_lapsed"},
    {EventKind::snoozed, "snoozed"},
    {EventKind::woken, "woken"},
    {EventKind::triaged, "triaged"},
    {EventKind::closed, "closed"},
    {EventKind::raised, "raised"},
    {EventKind::annotated, "annotated"},
    {EventKind::repeat_suppressed, "repeat_suppressed"},
    {EventKind::retracted, "retracted"},
    {EventKind::moved, "moved"},
    {EventKind::merged, "merged"},
    {EventKind::marked_not_useful, "marked_not_useful"},
    {EventKind::seen, "seen"},
    {EventKind::clock_set, "clock_set"},
});

constexpr std::array kActions = std::to_array<Name<Action>>({
    {Action::acknowledge, "acknowledge"},
    {Action::undo, "undo"},
    {Action::hand_over, "hand_over"},
    {Action::accept, "accept"},
    {Action::snooze, "snooze"},
    {Action::triage, "triage"},
    {Action::not_useful, "not_useful"},
});

template <class Table, class Enum>
std::string_view text_in_table(const Table& table, Enum value) {
    for (const auto& row : table)
        if (row.value == value) return row.text;
    return "";
}

template <class Table>
auto value_in_table(const Table& table, std::string_view text)
    -> std::optional<decltype(table[0].value)> {
    for (const auto& row : table)
        if (row.text == text) return row.value;
    return std::nullopt;
}

json::Value outcome_to_json(const std::optional<Outcome>& outcome) {
    if (!outcome) return {};
    return json::object({{"code", outcome->code},
                         {"reason", text_or_null(outcome->reason)},
                         {"by", outcome->by.value},
                         {"at", to_micros(outcome->at)}});
}

json::Value amendment_to_json(const std::optional<Amendment>& amended) {
    if (!amended) return {};
    return json::object(
        {{"from", amended->from}, {"to", amended->to}, {"at", to_micros(amended->at)}});
}

json::Value retraction_to_json(const std::optional<Retraction>& retracted) {
    if (!retracted) return {};
    return json::object({{"at", to_micros(retracted->at)}, {"reason", retracted->reason}});
}

}  // namespace

std::string_view name_of(State state) {
    return text_in_table(kStates, state);
}
std::string_view name_of(EventKind kind) {
    return text_in_table(kEvents, kind);
}
std::string_view name_of(Action action) {
    return text_in_table(kActions, action);
}
std::optional<State> state_named(std::string_view name) {
    return value_in_table(kStates, name);
}
std::optional<EventKind> event_named(std::string_view name) {
    return value_in_table(kEvents, name);
}

json::Value detail_of(const Event& event) {
    json::Value detail = json::object(
        {{"to", id_or_null(event.to)},
         {"until", instant_or_null(event.until)},
         {"review_by", instant_or_null(event.review_by)},
         {"step", event.step != 0 ? json::Value(event.step) : json::Value()},
         {"code", text_or_null(event.code)},
         {"text", text_or_null(event.text)},
         {"label", event.label},
         {"rank", event.rank != 0 ? json::Value(event.rank) : json::Value()},
         {"shift", event.shift.count() != 0 ? json::Value(event.shift.count()) : json::Value()}});
    if (detail.is_null()) detail = json::Object{};
    for (const AccountId& recipient : event.recipients)
        detail.edit("recipients").push(recipient.value);
    return detail;
}

Result<Event> event_from(EventKind kind, Instant at, AccountId actor, const json::Value& detail) {
    if (!detail.is_object()) return fail(ErrorCode::corrupt, "not an object", "alert_event.detail");
    Event event;
    event.kind = kind;
    event.at = at;
    event.actor = std::move(actor);
    event.to = AccountId{text_in(detail, "to")};
    event.until = instant_in(detail, "until");
    event.review_by = instant_in(detail, "review_by");
    event.step = static_cast<int>(integer_in(detail, "step"));
    event.code = text_in(detail, "code");
    event.text = text_in(detail, "text");
    event.label = detail["label"];
    event.rank = static_cast<int>(integer_in(detail, "rank"));
    event.shift = Duration(integer_in(detail, "shift"));
    for (const json::Value& recipient : detail["recipients"].items())
        event.recipients.emplace_back(std::string(recipient.text()));
    return event;
}

json::Value to_json(const AlertState& state) {
    const auto flag = [](bool value) { return value ? json::Value(true) : json::Value(); };
    return json::object({{"state", name_of(state.state)},
                         {"version", state.version},
                         {"label", state.label},
                         {"rank", state.rank},
                         {"owner", id_or_null(state.owner)},
                         {"owned_since", instant_or_null(state.owned_since)},
                         {"undo_until", instant_or_null(state.undo_until)},
                         {"review_by", instant_or_null(state.review_by)},
                         {"pending_owner", id_or_null(state.pending_owner)},
                         {"handed_over_by", id_or_null(state.handed_over_by)},
                         {"is_handover_accepted", json::Value(state.is_handover_accepted)},
                         {"handover_until", instant_or_null(state.handover_until)},
                         {"snoozed_until", instant_or_null(state.snoozed_until)},
                         {"snooze_reason", text_or_null(state.snooze_reason)},
                         {"next_step", state.next_step},
                         {"next_step_at", instant_or_null(state.next_step_at)},
                         {"is_end_of_chain", flag(state.is_end_of_chain)},
                         {"is_anyone_notified", flag(state.is_anyone_notified)},
                         {"outcome", outcome_to_json(state.outcome)},
                         {"amended", amendment_to_json(state.amended)},
                         {"retracted", retraction_to_json(state.retracted)},
                         {"suppressed_reason", text_or_null(state.suppressed_reason)}});
}

Result<AlertState> state_from(const json::Value& value) {
    const auto named = state_named(value["state"].text());
    if (!named) return fail(ErrorCode::corrupt, "unknown state", "alert.body.state");
    AlertState state;
    state.state = *named;
    state.version = integer_in(value, "version");
    state.label = value["label"];
    state.rank = static_cast<int>(integer_in(value, "rank"));
    state.owner = AccountId{text_in(value, "owner")};
    state.owned_since = instant_in(value, "owned_since");
    state.undo_until = instant_in(value, "undo_until");
    state.review_by = instant_in(value, "review_by");
    state.pending_owner = AccountId{text_in(value, "pending_owner")};
    state.handed_over_by = AccountId{text_in(value, "handed_over_by")};
    if (value["is_handover_accepted"].is_bool())
        state.is_handover_accepted = value["is_handover_accepted"].as_bool();
    state.handover_until = instant_in(value, "handover_until");
    state.snoozed_until = instant_in(value, "snoozed_until");
    state.snooze_reason = text_in(value, "snooze_reason");
    state.next_step = static_cast<int>(integer_in(value, "next_step"));
    state.next_step_at = instant_in(value, "next_step_at");
    state.is_end_of_chain = value["is_end_of_chain"].as_bool();
    state.is_anyone_notified = value["is_anyone_notified"].as_bool();
    const json::Value& outcome = value["outcome"];
    if (outcome.is_object()) {
        state.outcome = Outcome{text_in(outcome, "code"), text_in(outcome, "reason"),
                                AccountId{text_in(outcome, "by")},
                                instant_in(outcome, "at").value_or(Instant{})};
    }
    const json::Value& amended = value["amended"];
    if (amended.is_object()) {
        state.amended = Amendment{amended["from"], amended["to"],
                                  instant_in(amended, "at").value_or(Instant{})};
    }
    const json::Value& retracted = value["retracted"];
    if (retracted.is_object()) {
        state.retracted = Retraction{instant_in(retracted, "at").value_or(Instant{}),
                                     text_in(retracted, "reason")};
    }
    state.suppressed_reason = text_in(value, "suppressed_reason");
    return state;
}

}  // namespace wardlight::alerts
