#include "alerts/state.h"

#include <algorithm>
#include <array>

namespace wardlight::alerts {
namespace {

constexpr unsigned bit(State state) {
    return 1U << static_cast<unsigned>(state);
}

constexpr unsigned kDetected = bit(State::detected);
constexpr unsigned kSuppressed = bit(State::suppressed);
constexpr unsigned kOpen = bit(State::open);
constexpr unsigned kAcknowledged = bit(State::acknowledged);
constexpr unsigned kSnoozed = bit(State::snoozed);
constexpr unsigned kTriaged = bit(State::triaged);
constexpr unsigned kClosed = bit(State::closed);
constexpr unsigned kRetracted = bit(State::retracted);
constexpr unsigned kAlive = kOpen | kAcknowledged | kSnoozed | kTriaged;
constexpr unsigned kKnown = kAlive | kClosed | kRetracted | kSuppressed;

/// Which states an event may meet, and where it leads (detected: it stays where it is).
struct Transition {
    EventKind kind;
    unsigned from;
    State to;
    bool changes_version;
};

// clang-format off
constexpr std::array kTransitions = std::to_array<Transition>({
    {EventKind::suppressed,         kDetected,                         State::suppressed,   true},
    {EventKind::opened,             kDetected | kSuppressed,           State::open,         true},
    {EventKind::notified,           kOpen,                             State::detected,     false},
    {EventKind::step_skipped,       kOpen,                             State::detected,     false},
    {EventKind::chain_ended,        kOpen,                             State::detected,     false},
    {EventKind::informed,           kKnown,                            State::detected,     false},
    {EventKind::acknowledged,       kOpen | kAcknowledged | kSnoozed,  State::acknowledged, true},
    {EventKind::acknowledge_undone, kAcknowledged,                     State::open,         true},
    {EventKind::undo_ended,         kAcknowledged,                     State::detected,     false},
    {EventKind::review_overdue,     kAcknowledged,                     State::open,         true},
    {EventKind::handed_over,        kOpen | kAcknowledged,             State::detected,     true},
    {EventKind::handover_accepted,  kOpen | kAcknowledged | kSnoozed,  State::acknowledged, true},
    {EventKind::handover_lapsed,    kAlive,                            State::detected,     true},
    {EventKind::snoozed,            kOpen | kAcknowledged,             State::snoozed,      true},
    {EventKind::woken,              kSnoozed,                          State::open,         true},
    {EventKind::triaged,            kAlive,                            State::triaged,      true},
    {EventKind::closed,             kTriaged,                          State::closed,       true},
    {EventKind::raised,             kAlive,                            State::open,         true},
    {EventKind::annotated,          kAlive | kClosed | kSuppressed,    State::detected,     true},
    {EventKind::repeat_suppressed,  kKnown,                            State::detected,     false},
    {EventKind::retracted,          kAlive | kClosed | kSuppressed,    State::retracted,    true},
    {EventKind::moved,              kKnown,                            State::detected,     false},
    {EventKind::merged,             kKnown,                            State::detected,     false},
    {EventKind::marked_not_useful,  kKnown,                            State::detected,     false},
    {EventKind::seen,               kKnown,                            State::detected,     false},
    {EventKind::clock_set,          kAlive,                            State::detected,     false},
});
// clang-format on

const Transition* find_transition(EventKind kind) {
    const auto found = std::find_if(kTransitions.begin(), kTransitions.end(),
                                    [&](const Transition& t) { return t.kind == kind; });
    return found == kTransitions.end() ? nullptr : &*found;
}

tl::unexpected<Error> refuse(const char* why) {
    return fail(ErrorCode::conflict, why, "state");
}

bool is_owned_by_another(const AlertState& state, const AccountId& actor) {
    return !state.owner.empty() && state.owner != actor;
}

/// What the state alone does not say: who may do it, and when.
Result<> check(const AlertState& before, const Event& event) {
    const AccountId& actor = event.actor;
    switch (event.kind) {
        case EventKind::acknowledged:
            if (actor.empty()) return refuse("only a person acknowledges");
            if (before.state == State::acknowledged && before.owner == actor)
                return refuse("already acknowledged by the same person");
            return {};
        case EventKind::acknowledge_undone:
            if (before.owner != actor) return refuse("another person has it");
            if (!before.undo_until || event.at >= *before.undo_until)
                return refuse("the time to undo has passed");
            return {};
        case EventKind::handed_over:
            if (is_owned_by_another(before, actor)) return refuse("another person has it");
            if (event.to.empty() || event.to == before.owner || event.to == actor)
                return refuse("there is nobody else to hand over to");
            return {};
        case EventKind::handover_accepted:
            if (before.pending_owner.empty() || before.pending_owner != actor)
                return refuse("it was not handed over to this person");
            return {};
        case EventKind::handover_lapsed:
            if (before.pending_owner.empty()) return refuse("nothing is being handed over");
            return {};
        case EventKind::snoozed:
            if (actor.empty()) return refuse("only a person snoozes");
            if (is_owned_by_another(before, actor)) return refuse("another person has it");
            if (!event.until || *event.until <= event.at) return refuse("a snooze needs an end");
            return {};
        case EventKind::triaged:
            if (actor.empty()) return refuse("only a person gives an outcome");
            if (is_owned_by_another(before, actor)) return refuse("another person has it");
            return {};
        default:
            return {};
    }
}

void drop_handover(AlertState& state) {
    state.pending_owner = {};
    state.handed_over_by = {};
    state.handover_until.reset();
    state.is_handover_accepted.reset();
}

void give_to(AlertState& state, const AccountId& owner, Instant at) {
    state.owner = owner;
    state.owned_since = at;
}

void restart_chain(AlertState& state, Instant at) {
    state.owner = {};
    state.owned_since.reset();
    state.undo_until.reset();
    state.review_by.reset();
    state.snoozed_until.reset();
    state.snooze_reason.clear();
    state.next_step = 0;
    state.next_step_at = at;
    state.is_anyone_notified = false;
    drop_handover(state);
}

void amend(AlertState& state, const Event& event) {
    if (event.label != state.label) state.amended = Amendment{state.label, event.label, event.at};
    state.label = event.label;
    state.rank = event.rank;
}

/// What is left of each wait stays what it was.
void move_waits(AlertState& state, Duration by) {
    for (std::optional<Instant>* until :
         {&state.undo_until, &state.review_by, &state.handover_until, &state.snoozed_until,
          &state.next_step_at})
        if (*until) **until += by;
}

/// Effects beyond the state itself.
void perform(AlertState& state, const Event& event) {
    switch (event.kind) {
        case EventKind::suppressed:
            state.label = event.label;
            state.rank = event.rank;
            state.suppressed_reason = event.code;
            return;
        case EventKind::opened:
            state.label = event.label;
            state.rank = event.rank;
            state.suppressed_reason.clear();
            restart_chain(state, event.until.value_or(event.at));
            return;
        case EventKind::notified:
            state.is_anyone_notified = true;
            [[fallthrough]];
        case EventKind::step_skipped:
            state.next_step = event.step + 1;
            state.next_step_at = event.until;
            return;
        case EventKind::chain_ended:
            state.is_end_of_chain = true;
            state.next_step_at.reset();
            return;
        case EventKind::acknowledged:
            give_to(state, event.actor, event.at);
            state.undo_until = event.until;
            state.review_by = event.review_by;
            state.snoozed_until.reset();
            state.snooze_reason.clear();
            drop_handover(state);
            return;
        case EventKind::acknowledge_undone:
            // The chain goes on where it was; what fell due meanwhile is due now.
            state.owner = {};
            state.owned_since.reset();
            state.undo_until.reset();
            state.review_by.reset();
            if (state.next_step_at && *state.next_step_at < event.at) state.next_step_at = event.at;
            return;
        case EventKind::undo_ended:
            state.undo_until.reset();
            return;
        case EventKind::review_overdue:
        case EventKind::woken:
            state.is_end_of_chain = false;  // somebody had acted
            restart_chain(state, event.until.value_or(event.at));
            return;
        case EventKind::handed_over:
            state.pending_owner = event.to;
            state.handed_over_by = event.actor;
            state.is_handover_accepted = false;
            state.handover_until = event.until;
            state.undo_until.reset();
            return;
        case EventKind::handover_accepted:
            give_to(state, event.actor, event.at);
            state.pending_owner = {};
            state.handover_until.reset();
            state.is_handover_accepted = true;
            state.undo_until.reset();
            state.snoozed_until.reset();
            state.snooze_reason.clear();
            state.review_by = event.review_by;
            return;
        case EventKind::handover_lapsed:
            drop_handover(state);
            return;
        case EventKind::snoozed:
            give_to(state, event.actor, event.at);
            state.snoozed_until = event.until;
            state.snooze_reason = event.text;
            state.undo_until.reset();
            state.review_by.reset();
            drop_handover(state);
            return;
        case EventKind::triaged:
            give_to(state, event.actor, event.at);
            state.outcome = Outcome{event.code, event.text, event.actor, event.at};
            state.undo_until.reset();
            state.review_by.reset();
            state.snoozed_until.reset();
            state.snooze_reason.clear();
            state.next_step_at.reset();
            state.is_end_of_chain = false;
            drop_handover(state);
            return;
        case EventKind::closed:
            state.review_by.reset();
            return;
        case EventKind::raised:
            amend(state, event);
            restart_chain(state, event.until.value_or(event.at));
            state.outcome.reset();
            return;
        case EventKind::annotated:
            amend(state, event);
            return;
        case EventKind::retracted:
            state.retracted = Retraction{event.at, event.code};
            state.undo_until.reset();
            state.review_by.reset();
            state.snoozed_until.reset();
            state.next_step_at.reset();
            state.is_end_of_chain = false;
            drop_handover(state);
            return;
        case EventKind::clock_set:
            move_waits(state, event.shift);
            return;
        case EventKind::informed:
        case EventKind::repeat_suppressed:
        case EventKind::moved:
        case EventKind::merged:
        case EventKind::marked_not_useful:
        case EventKind::seen:
            return;
    }
}

constexpr std::array kOutcomes = std::to_array<std::pair<std::string_view, bool>>({
    {"needs_review_now", false},
    {"follow_up", false},
    {"not_aki_ckd", true},
    {"not_aki_falling", true},
    {"already_known", true},
    {"treated", true},
    {"not_useful", true},
});

}  // namespace

Result<AlertState> apply(const AlertState& before, const Event& event) {
    const Transition* transition = find_transition(event.kind);
    if (transition == nullptr || (transition->from & bit(before.state)) == 0)
        return refuse("not possible in the present state");
    TRY(check(before, event));
    AlertState after = before;
    if (transition->to != State::detected) after.state = transition->to;
    if (transition->changes_version) ++after.version;
    perform(after, event);
    return after;
}

std::vector<Action> allowed_actions(const AlertState& state, const AccountId& viewer, Instant now) {
    std::vector<Action> actions;
    const bool is_mine = !state.owner.empty() && state.owner == viewer;
    const bool is_free = state.owner.empty();
    const bool is_working = state.state == State::open || state.state == State::acknowledged;
    const bool is_receiver = !viewer.empty() && state.pending_owner == viewer;
    if (is_receiver && state.state != State::triaged) actions.push_back(Action::accept);
    if ((is_working || state.state == State::snoozed) && !is_receiver &&
        !(state.state == State::acknowledged && is_mine))
        actions.push_back(Action::acknowledge);
    if (state.state == State::acknowledged && is_mine && state.undo_until &&
        now < *state.undo_until)
        actions.push_back(Action::undo);
    if (is_working && (is_mine || is_free)) {
        actions.push_back(Action::hand_over);
        actions.push_back(Action::snooze);
    }
    if (is_alive(state.state) && (is_mine || is_free)) actions.push_back(Action::triage);
    if (state.state != State::detected && state.state != State::retracted)
        actions.push_back(Action::not_useful);
    return actions;
}

std::optional<Instant> next_due(const AlertState& state) {
    std::optional<Instant> due;
    const auto consider = [&](const std::optional<Instant>& at) {
        if (at && (!due || *at < *due)) due = at;
    };
    if (state.state == State::open) consider(state.next_step_at);
    if (state.state == State::snoozed) consider(state.snoozed_until);
    if (state.state == State::acknowledged) {
        consider(state.undo_until);
        consider(state.review_by);
    }
    if (!state.pending_owner.empty()) consider(state.handover_until);
    return due;
}

bool is_outcome(std::string_view code) {
    return std::any_of(kOutcomes.begin(), kOutcomes.end(),
                       [&](const auto& outcome) { return outcome.first == code; });
}

bool is_final_outcome(std::string_view code) {
    return std::any_of(kOutcomes.begin(), kOutcomes.end(), [&](const auto& outcome) {
        return outcome.first == code && outcome.second;
    });
}

}  // namespace wardlight::alerts
