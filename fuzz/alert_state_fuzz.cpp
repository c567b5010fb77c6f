// The kept JSON of an alert's state and events, and events in any order: what is kept reads back
// as it was, and the state machine never reaches a state in which nobody is responsible.
#include "alerts/state.h"
#include "json/value.h"
#include "property.h"

using namespace wardlight;
using namespace wardlight::alerts;
using namespace wardlight::fuzz;

namespace {

void check_kept(const AlertState& state) {
    const auto read = state_from(to_json(state));
    must(read.has_value());
    must(to_json(*read) == to_json(state));
}

void check_text(std::string_view text) {
    const auto value = json::parse(text);
    if (!value) return;
    if (const auto state = state_from(*value)) {
        check_kept(*state);
        for (const Action action : allowed_actions(*state, AccountId{"a"}, from_micros(5)))
            must(!name_of(action).empty());
        (void)next_due(*state);
    }
    const auto event = event_from(EventKind::informed, from_micros(1), AccountId{"a"}, *value);
    if (!event) return;
    const json::Value detail = detail_of(*event);
    const auto again = event_from(EventKind::informed, from_micros(1), AccountId{"a"}, detail);
    must(again && detail_of(*again) == detail);
}

Event event_of(Input& input, Instant at) {
    constexpr int kEventKinds = static_cast<int>(EventKind::seen) + 1;
    const AccountId people[] = {AccountId{}, AccountId{"a"}, AccountId{"b"}, AccountId{"c"}};
    Event event;
    event.kind = static_cast<EventKind>(input.byte() % kEventKinds);
    event.at = at;
    const std::uint8_t who = input.byte();
    event.actor = people[who & 3];
    event.to = people[who >> 2 & 3];
    if ((who & 16) != 0) event.until = at + std::chrono::minutes{who >> 5};
    if ((who & 32) != 0) event.review_by = at + std::chrono::hours{1};
    event.step = who >> 6;
    event.code = "code";
    event.label = json::Value("label");
    return event;
}

/// A state that a person relies on says who has it or when something happens next.
void check_responsible(const AlertState& state) {
    if (state.state == State::acknowledged) must(!state.owner.empty());
    if (state.state == State::snoozed) must(!state.owner.empty() && state.snoozed_until);
    if (state.state == State::triaged) must(!state.owner.empty() && state.outcome);
    if (state.state == State::detected) must(state.version == 0);
    if (!is_alive(state.state)) must(!next_due(state));
    if (!state.pending_owner.empty()) must(state.pending_owner != state.owner);
}

void check_events(Input input) {
    constexpr int kMostEvents = 64;
    AlertState state;
    Instant at = from_micros(0);
    for (int i = 0; i < kMostEvents && !input.rest().empty(); ++i) {
        at += std::chrono::seconds{input.byte()};
        const auto next = apply(state, event_of(input, at));
        if (!next) {
            must(next.error().code == ErrorCode::conflict);
            continue;
        }
        must(next->version >= state.version);
        state = *next;
        check_responsible(state);
        check_kept(state);
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check_text({reinterpret_cast<const char*>(data), size});
    check_events(Input(data, size));
    return 0;
}
