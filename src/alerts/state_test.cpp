#include "alerts/state.h"

#include <doctest/doctest.h>

using namespace wardlight;
using namespace wardlight::alerts;
using namespace std::chrono_literals;

namespace {

const Instant kStart = from_micros(1'790'000'000'000'000);
const AccountId kAnn{"ann"};
const AccountId kBob{"bob"};

Event make(EventKind kind, Duration after = {}, const AccountId& actor = {}) {
    return Event{.kind = kind, .at = kStart + after, .actor = actor};
}

Event opened() {
    Event event = make(EventKind::opened);
    event.label = "stage 1";
    event.rank = 1;
    return event;
}

Event acknowledged(const AccountId& by, Duration after = 1min) {
    Event event = make(EventKind::acknowledged, after, by);
    event.until = event.at + 10s;
    event.review_by = event.at + 4h;
    return event;
}

Event handed_over(const AccountId& from, const AccountId& to, Duration after = 2min) {
    Event event = make(EventKind::handed_over, after, from);
    event.to = to;
    event.until = event.at + 10min;
    return event;
}

Event snoozed(const AccountId& by, Duration until) {
    Event event = make(EventKind::snoozed, 2min, by);
    event.until = kStart + until;
    event.text = "in theatre";
    return event;
}

AlertState after(std::initializer_list<Event> events) {
    AlertState state;
    for (const Event& event : events) {
        const auto next = apply(state, event);
        REQUIRE_MESSAGE(next, std::string(name_of(event.kind)));
        state = *next;
    }
    return state;
}

std::string actions(const AlertState& state, const AccountId& viewer, Duration at = 5min) {
    std::string out;
    for (const Action action : allowed_actions(state, viewer, kStart + at)) {
        if (!out.empty()) out += ' ';
        out += name_of(action);
    }
    return out;
}

}  // namespace

TEST_CASE("what each state allows, and where it leads") {
    const AlertState detected;
    const AlertState open = after({opened()});
    const AlertState mine = after({opened(), acknowledged(kAnn)});
    const AlertState asleep = after({opened(), snoozed(kAnn, 1h)});
    const AlertState triaged =
        after({opened(), acknowledged(kAnn), make(EventKind::triaged, 3min, kAnn)});
    const AlertState closed =
        after({opened(), make(EventKind::triaged, 3min, kAnn), make(EventKind::closed, 3min)});
    const AlertState retracted = after({opened(), make(EventKind::retracted, 3min)});
    const AlertState quiet = after({make(EventKind::suppressed)});
    struct Case {
        const AlertState& from;
        Event event;
        std::optional<State> to;  // nothing: refused
    };
    const Case cases[] = {
        {detected, opened(), State::open},
        {detected, make(EventKind::suppressed), State::suppressed},
        {detected, acknowledged(kAnn), {}},
        {detected, make(EventKind::retracted), {}},
        {quiet, opened(), State::open},
        {quiet, acknowledged(kAnn), {}},
        {quiet, make(EventKind::retracted), State::retracted},
        {open, opened(), {}},
        {open, acknowledged(kAnn), State::acknowledged},
        {open, acknowledged(AccountId{}), {}},
        {open, make(EventKind::triaged, 1min, kBob), State::triaged},
        {open, make(EventKind::closed), {}},
        {open, make(EventKind::triaged), {}},  // by nobody
        {open, snoozed(kAnn, 1h), State::snoozed},
        {open, snoozed(AccountId{}, 1h), {}},
        {open, snoozed(kAnn, 1min), {}},  // ends before it begins
        {open, make(EventKind::woken), {}},
        {open, make(EventKind::retracted), State::retracted},
        {open, make(EventKind::raised), State::open},
        {mine, acknowledged(kAnn, 2min), {}},  // already hers
        {mine, acknowledged(kBob, 2min), State::acknowledged},
        {mine, make(EventKind::notified), {}},
        {mine, make(EventKind::triaged, 2min, kBob), {}},
        {mine, make(EventKind::triaged, 2min, kAnn), State::triaged},
        {mine, make(EventKind::review_overdue, 5h), State::open},
        {mine, make(EventKind::raised), State::open},
        {mine, handed_over(kBob, kAnn), {}},
        {mine, handed_over(kAnn, kAnn), {}},
        {mine, handed_over(kAnn, kBob), State::acknowledged},
        {mine, make(EventKind::handover_accepted, 3min, kBob), {}},
        {asleep, make(EventKind::woken, 1h), State::open},
        {asleep, acknowledged(kBob, 10min), State::acknowledged},
        {asleep, make(EventKind::triaged, 10min, kBob), {}},
        {triaged, make(EventKind::closed, 4min), State::closed},
        {triaged, make(EventKind::raised, 4min), State::open},
        {triaged, acknowledged(kBob), {}},
        {closed, make(EventKind::raised), {}},
        {closed, make(EventKind::retracted, 5min), State::retracted},
        {closed, make(EventKind::seen, 5min, kBob), State::closed},
        {retracted, make(EventKind::retracted), {}},
        {open, make(EventKind::clock_set), State::open},
        {asleep, make(EventKind::clock_set), State::snoozed},
        {closed, make(EventKind::clock_set), {}},
        {retracted, acknowledged(kAnn), {}},
        {retracted, make(EventKind::seen, 5min, kBob), State::retracted},
    };
    for (const Case& one : cases) {
        CAPTURE(std::string(name_of(one.from.state)));
        CAPTURE(std::string(name_of(one.event.kind)));
        const auto next = apply(one.from, one.event);
        REQUIRE(next.has_value() == one.to.has_value());
        if (one.to) CHECK(next->state == *one.to);
        if (!next) CHECK(next.error().code == ErrorCode::conflict);
    }
}

TEST_CASE("an acknowledgement can be undone for ten seconds and not at the tenth") {
    const AlertState mine = after({opened(), acknowledged(kAnn)});
    CHECK(apply(mine, make(EventKind::acknowledge_undone, 1min + 9s + 999ms, kAnn)));
    CHECK_FALSE(apply(mine, make(EventKind::acknowledge_undone, 1min + 10s, kAnn)));
    CHECK_FALSE(apply(mine, make(EventKind::acknowledge_undone, 1min + 5s, kBob)));
    CHECK(actions(mine, kAnn, 1min + 9s) == "undo hand_over snooze triage not_useful");
    CHECK(actions(mine, kAnn, 1min + 10s) == "hand_over snooze triage not_useful");
}

TEST_CASE("undoing puts the chain back where it was") {
    Event step = make(EventKind::notified);
    step.until = kStart + 5min;
    const AlertState before = after({opened(), step});
    AlertState state = *apply(before, acknowledged(kAnn));
    CHECK(next_due(state) == kStart + 1min + 10s);
    state = *apply(state, make(EventKind::acknowledge_undone, 1min + 3s, kAnn));
    CHECK(state.state == State::open);
    CHECK(state.owner.empty());
    CHECK(next_due(state) == kStart + 5min);
    CHECK(state.next_step == 1);
}

TEST_CASE("until a hand-over is accepted the old owner stays responsible") {
    AlertState state = after({opened(), acknowledged(kAnn), handed_over(kAnn, kBob)});
    CHECK(state.owner == kAnn);
    CHECK(state.pending_owner == kBob);
    CHECK(state.is_handover_accepted == false);
    CHECK(actions(state, kBob) == "accept not_useful");
    state = *apply(state, make(EventKind::handover_accepted, 3min, kBob));
    CHECK(state.owner == kBob);
    CHECK(state.pending_owner.empty());
    CHECK(state.handed_over_by == kAnn);
    CHECK(state.is_handover_accepted == true);
}

TEST_CASE("only events that change what people decide on grow the version") {
    const AlertState open = after({opened()});
    Event step = make(EventKind::notified);
    CHECK(apply(open, step)->version == open.version);
    CHECK(apply(open, make(EventKind::seen, 0s, kBob))->version == open.version);
    CHECK(apply(open, acknowledged(kAnn))->version == open.version + 1);
}

TEST_CASE("an alert on the switchboard stays there until a person acts") {
    AlertState state = after({opened(), make(EventKind::chain_ended)});
    CHECK_FALSE(next_due(state));
    state = *apply(state, make(EventKind::raised, 1min));
    CHECK(state.is_end_of_chain);
    state = after({opened(), make(EventKind::chain_ended), snoozed(kAnn, 1h)});
    state = *apply(state, make(EventKind::woken, 1h));
    CHECK_FALSE(state.is_end_of_chain);
}

TEST_CASE("states and events survive being written and read") {
    Event step = make(EventKind::notified);
    step.until = kStart + 5min;
    step.code = "renal_oncall";
    step.recipients = {kAnn, kBob};
    Event triage = make(EventKind::triaged, 9min, kBob);
    triage.code = "follow_up";
    triage.text = "seen";
    Event raise = make(EventKind::raised, 4min);
    raise.label = "stage 2";
    raise.rank = 2;
    AlertState folded;
    AlertState refolded;
    for (const Event& event : {opened(), step, acknowledged(kAnn), handed_over(kAnn, kBob),
                               make(EventKind::handover_accepted, 3min, kBob), raise, step,
                               snoozed(kBob, 1h), make(EventKind::woken, 1h), triage}) {
        folded = *apply(folded, event);
        const auto read = event_from(event.kind, event.at, event.actor, detail_of(event));
        REQUIRE(read);
        refolded = *apply(refolded, *read);
        CHECK(to_json(refolded) == to_json(folded));
        CHECK(to_json(*state_from(to_json(folded))) == to_json(folded));
    }
}

TEST_CASE("outcomes that close and those that need more work") {
    CHECK(is_final_outcome("treated"));
    CHECK(is_outcome("follow_up"));
    CHECK_FALSE(is_final_outcome("follow_up"));
    CHECK_FALSE(is_outcome("whatever"));
}
