// What can happen to an alert, and what it is after that: a pure state machine.
//
//   detected -> suppressed | open -> acknowledged -> triaged -> closed
//   aside: notified, snoozed, handed over, amended, annotated, retracted
//
// The events are kept for ever (table alert_event); the state is their fold, so that any state can
// be explained and rebuilt. An event that the state does not allow is refused with `conflict`.
// Pure functions over values; safe from any thread. Tests: state_test.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "json/value.h"

namespace wardlight::alerts {

enum class State {
    detected,      // only before the first event
    suppressed,    // recorded with its reason, nobody was told
    open,          // the chain runs, or ended at the switchboard
    acknowledged,  // somebody has it
    snoozed,
    triaged,  // an outcome that needs more work; final outcomes close
    closed,
    retracted,  // the result it came from was wrong
};

enum class EventKind {
    suppressed,          // code: reason
    opened,              // label, rank; until: first step
    notified,            // step, to_role in code, recipients; until: next step
    step_skipped,        // step, code: role without anybody on duty; until: next step
    chain_ended,         // the switchboard shows it until somebody acts
    informed,            // told about a change outside the chain; recipients
    acknowledged,        // until: end of the undo window
    acknowledge_undone,  // within the window, by the same person
    undo_ended,          // the window has passed
    review_overdue,      // acknowledged, but no outcome in time; until: first step
    handed_over,         // to; until: when it lapses
    handover_accepted,   // by the receiver
    handover_lapsed,     // not accepted in time, the old owner keeps it
    snoozed,             // until, text: reason
    woken,               // end of snooze; until: first step
    triaged,             // code: outcome, text: reason
    closed,              //
    raised,              // got worse: label, rank; opens again; until: first step
    annotated,           // changed without getting worse: label, rank
    repeat_suppressed,   // a further result that is no news; code: reason
    retracted,           // code: reason
    moved,               // the patient is on another ward; code: ward
    merged,              // the patient's record was merged into another
    marked_not_useful,   // text: reason
    seen,                // shown to the actor
    clock_set,           // the clock was set by `shift`; every wait moves along
};

struct Outcome {
    std::string code;
    std::string reason;
    AccountId by;
    Instant at;
};

struct Amendment {
    json::Value from;
    json::Value to;
    Instant at;
};

struct Retraction {
    Instant at;
    std::string reason;
};

struct AlertState {
    State state = State::detected;
    /// Grows with each event that changes what a person decides on (not with notifications or
    /// receipts): what an action must have seen.
    std::int64_t version = 0;
    json::Value label;  // as the app shows it
    int rank = 0;       // orders labels of one rule by urgency

    AccountId owner;
    std::optional<Instant> owned_since;
    std::optional<Instant> undo_until;
    std::optional<Instant> review_by;  // acknowledged: when an outcome is due

    AccountId pending_owner;
    AccountId handed_over_by;
    std::optional<bool> is_handover_accepted;
    std::optional<Instant> handover_until;

    std::optional<Instant> snoozed_until;
    std::string snooze_reason;

    int next_step = 0;                    // of the chain
    std::optional<Instant> next_step_at;  // absent: the chain has ended
    /// On the switchboard's screen (while open). Stays when the chain starts again because it got
    /// worse: only a person's act takes an alert from that screen.
    bool is_end_of_chain = false;
    bool is_anyone_notified = false;  // by this run of the chain

    std::optional<Outcome> outcome;
    std::optional<Amendment> amended;
    std::optional<Retraction> retracted;
    std::string suppressed_reason;
};

struct Event {
    EventKind kind{};
    Instant at;
    AccountId actor{};  // empty: the system
    AccountId to{};
    std::optional<Instant> until{};
    std::optional<Instant> review_by{};
    int step = 0;
    std::string code{};
    std::string text{};
    json::Value label{};
    int rank = 0;
    std::vector<AccountId> recipients{};
    Duration shift{};
};

/// The state after the event, or `conflict` when the event is not possible now.
[[nodiscard]] Result<AlertState> apply(const AlertState& before, const Event& event);

/// What a person may ask for; each is one of the app's calls.
enum class Action { acknowledge, undo, hand_over, accept, snooze, triage, not_useful };
[[nodiscard]] std::vector<Action> allowed_actions(const AlertState& state, const AccountId& viewer,
                                                  Instant now);

/// Somebody must still do something, or will be reminded.
[[nodiscard]] constexpr bool is_alive(State state) {
    return state == State::open || state == State::acknowledged || state == State::snoozed ||
           state == State::triaged;
}

/// When something happens by itself: next step, end of snooze, of the undo window, of a hand-over,
/// of the time for an outcome.
[[nodiscard]] std::optional<Instant> next_due(const AlertState& state);

/// Outcomes that need no further work and close the alert.
[[nodiscard]] bool is_outcome(std::string_view code);
[[nodiscard]] bool is_final_outcome(std::string_view code);

[[nodiscard]] std::string_view name_of(State state);
[[nodiscard]] std::string_view name_of(EventKind kind);
[[nodiscard]] std::string_view name_of(Action action);
[[nodiscard]] std::optional<State> state_named(std::string_view name);
[[nodiscard]] std::optional<EventKind> event_named(std::string_view name);

/// As kept in alert_event.detail, without kind, time and actor.
[[nodiscard]] json::Value detail_of(const Event& event);
[[nodiscard]] Result<Event> event_from(EventKind kind, Instant at, AccountId actor,
                                       const json::Value& detail);

[[nodiscard]] json::Value to_json(const AlertState& state);
[[nodiscard]] Result<AlertState> state_from(const json::Value& value);

}  // namespace wardlight::alerts
