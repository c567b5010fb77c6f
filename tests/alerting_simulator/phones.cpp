#include "alerting_simulator/phones.h"

#include <fmt/format.h>

#include "alerting_simulator/violation.h"
#include "alerts/alert_table.h"
#include "alerts/inbox.h"

namespace wardlight::simulator {
namespace {

using namespace std::chrono_literals;
using alerts::Action;
using alerts::ActionRequest;
using alerts::Alert;
using alerts::EventKind;
using alerts::Viewer;

Viewer viewer_of(const alerts::Person& person) {
    return {person.id, person.role, person.wards, person.teams};
}

EventKind effect_of(Action action) {
    switch (action) {
        case Action::acknowledge:
            return EventKind::acknowledged;
        case Action::undo:
            return EventKind::acknowledge_undone;
        case Action::hand_over:
            return EventKind::handed_over;
        case Action::accept:
            return EventKind::handover_accepted;
        case Action::snooze:
            return EventKind::snoozed;
        case Action::triage:
            return EventKind::triaged;
        case Action::not_useful:
            return EventKind::marked_not_useful;
    }
    return EventKind::seen;
}

}  // namespace

void Phones::schedule() {
    const auto hire = [&](const char* id, const char* role, std::vector<std::string> wards,
                          std::vector<std::string> teams) {
        run_.hospital.staff.all.push_back(
            {AccountId{id}, id, role, std::move(wards), std::move(teams)});
    };
    hire("nurse-7b", "ward_nurse", {"7B"}, {});
    hire("nurse-8a", "ward_nurse", {"8A"}, {});
    hire("nurse-icu", "ward_nurse", {"ICU"}, {});
    hire("renal-1", "doctor", {}, {"renal"});
    hire("renal-2", "doctor", {}, {"renal"});
    hire("medic", "doctor", {}, {"medical"});
    hire("outreach", "doctor", {}, {"outreach"});
    hire("site", "site_coordinator", {}, {});
    for (const alerts::Person& person : run_.hospital.staff.all) {
        const AccountId id = person.id;
        if (run_.dice.chance(30)) run_.agenda.at(run_.some_time(), [this, id] { look(id, true); });
    }
    run_.agenda.at(run_.some_time(), [this] { look_at_switchboard(true); });
}

void Phones::ring(const std::vector<AccountId>& told) {
    if (run_.is_over) return;
    for (const AccountId& person : told) {
        if (!run_.dice.chance(run_.plan.reacting_percent)) continue;
        run_.agenda.at(run_.machine.now() + run_.dice.delay(5s, 40min),
                       [this, person] { look(person, false); });
    }
}

void Phones::look(const AccountId& person, bool is_round) {
    if (run_.is_over) return;
    if (is_round)
        run_.agenda.at(run_.machine.now() + run_.dice.time(30min, 6h),
                       [this, person] { look(person, true); });
    if (!run_.can_serve()) return;
    const alerts::Person* found = alerts::find_person(run_.hospital.staff.all, person);
    if (found == nullptr) return;
    const Viewer viewer = viewer_of(*found);
    std::optional<Alert> chosen;
    {
        auto snapshot = run_.machine.store().read();
        auto inbox = alerts::inbox_of(*snapshot, viewer, run_.machine.server_now());
        if (!inbox) throw Violation{"an inbox cannot be read: " + inbox.error().message};
        run_.checker.inbox_of(viewer, *inbox);
        if (!inbox->to_see.empty() && run_.dice.chance(90))
            chosen = run_.dice.pick(inbox->to_see);
        else if (!inbox->with_colleague.empty())
            chosen = run_.dice.pick(inbox->with_colleague);
        else if (!inbox->done.empty())
            chosen = run_.dice.pick(inbox->done);
    }
    if (chosen) act_on(*chosen, viewer);
}

void Phones::look_at_switchboard(bool is_round) {
    if (run_.is_over) return;
    if (is_round)
        run_.agenda.at(run_.machine.now() + run_.dice.time(1h, 12h),
                       [this] { look_at_switchboard(true); });
    if (!run_.can_serve()) return;
    std::optional<Alert> chosen;
    {
        auto snapshot = run_.machine.store().read();
        auto shown = alerts::switchboard(*snapshot);
        if (!shown) throw Violation{"the switchboard cannot be read: " + shown.error().message};
        if (!shown->empty()) chosen = run_.dice.pick(*shown);
    }
    if (chosen) act_on(*chosen, {AccountId{std::string(kOperator)}, "switchboard", {}, {}});
}

void Phones::act_on(const Alert& alert, const Viewer& viewer) {
    if (run_.dice.chance(50)) {
        run_.tempt_fate();
        const Answer answer = run_.machine.write(
            [&](store::WriteTransaction& tx) { return alerts::note_seen(tx, alert.id, viewer); });
        if (answer.ending == Ending::refused) throw Violation{"a receipt is refused"};
    }
    if (run_.dice.chance(15)) return;  // seen, and then the phone rang
    const Tap tap{alert.id, viewer, choose(alert, viewer.account)};
    const Duration delay =
        run_.dice.chance(10) ? run_.dice.time(1min, 5h) : run_.dice.time(0s, 60s);
    const Instant at = run_.machine.now() + delay;
    send(tap, at, 3);
    if (run_.dice.chance(run_.plan.doubled_percent)) send(tap, at + run_.dice.delay(0s, 20s), 1);
    // Having second thoughts.
    if (tap.request.action != Action::acknowledge || !run_.dice.chance(20)) return;
    Tap undo = tap;
    undo.request.action = Action::undo;
    undo.request.version = tap.request.version + 1;
    send(undo, at + run_.dice.time(0s, 14s), 1);
}

Action Phones::choose_action(const alerts::AlertState& state, const AccountId& viewer) {
    if (state.pending_owner == viewer && run_.dice.chance(60)) return Action::accept;
    const bool is_mine = state.owner == viewer;
    const auto throw_ = run_.dice.between(1, 100);
    if (is_mine && throw_ <= 50) return Action::triage;
    if (throw_ <= 55) return Action::acknowledge;
    if (throw_ <= 67) return Action::snooze;
    if (throw_ <= 80) return Action::hand_over;
    if (throw_ <= 92) return Action::triage;
    return throw_ <= 96 ? Action::not_useful : Action::accept;
}

ActionRequest Phones::choose(const Alert& alert, const AccountId& viewer) {
    ActionRequest request;
    request.action = choose_action(alert.state, viewer);
    request.version = alert.state.version;
    request.reason = "simulated";
    if (request.action == Action::hand_over && !run_.hospital.staff.all.empty())
        request.to = run_.dice.pick(run_.hospital.staff.all).id;
    if (request.action == Action::snooze)
        request.until = run_.machine.server_now() + run_.dice.delay(1min, 5h);
    const std::vector<std::string> outcomes = {"treated",    "follow_up",       "needs_review_now",
                                               "not_useful", "not_aki_falling", "nonsense"};
    if (request.action == Action::triage) request.outcome = run_.dice.pick(outcomes);
    return request;
}

void Phones::send(const Tap& tap, Instant at, int attempts) {
    run_.agenda.at(at, [this, tap, attempts] { arrive(tap, attempts); });
}

void Phones::arrive(const Tap& tap, int attempts) {
    if (run_.is_over) return;
    const auto again = [&] {
        if (attempts > 1) send(tap, run_.machine.now() + run_.dice.time(1s, 2min), attempts - 1);
    };
    if (!run_.can_serve()) return again();
    const Before before = read(tap.alert);
    run_.history.note(fmt::format("{} taps {} on {} (v{})", tap.viewer.account.value,
                                  alerts::name_of(tap.request.action), tap.alert.value.substr(0, 4),
                                  tap.request.version));
    run_.tempt_fate();
    const Answer answer = run_.machine.write([&](store::WriteTransaction& tx) {
        return alerts::act(tx, run_.hospital.site, tap.alert, tap.viewer, tap.request);
    });
    check_effect(tap, answer, before);
    if (answer.ending == Ending::failed || answer.ending == Ending::unknown) again();
    if (answer.ending == Ending::refused) run_.history.note("refused: " + answer.error.message);
}

/// Applied once, or answered with a clear error and without a trace.
void Phones::check_effect(const Tap& tap, const Answer& answer, const Before& before) const {
    const auto news = events_after(tap.alert, before.events);
    std::size_t effects = 0;
    for (const alerts::Event& event : news)
        if (event.kind == effect_of(tap.request.action) && event.actor == tap.viewer.account)
            ++effects;
    if (answer.ending == Ending::unknown) {
        if (effects > 1) throw Violation{"an action was applied twice"};
        return;
    }
    if (answer.ending != Ending::done) {
        if (!news.empty()) throw Violation{"a refused action left a trace"};
        const bool is_clear = answer.ending == Ending::failed ||
                              answer.error.code == ErrorCode::conflict ||
                              answer.error.code == ErrorCode::invalid;
        if (!is_clear) throw Violation{"an action was refused with " + answer.error.message};
        return;
    }
    const bool may_be_done_already = tap.request.action == Action::acknowledge && news.empty();
    // "Not useful" as an outcome is kept as a mark too.
    if (effects != 1 && !may_be_done_already) throw Violation{"an accepted action had no effect"};
    const bool is_blind = tap.request.action == Action::not_useful;
    if (!is_blind && !news.empty() && tap.request.version != before.version)
        throw Violation{"an action on an old version of the alert was accepted"};
}

Phones::Before Phones::read(const AlertId& id) const {
    store::Snapshot snapshot(run_.disk.sql(), nullptr);
    const auto alert = alerts::load_alert(snapshot, id);
    if (!alert || !*alert) throw Violation{"an alert cannot be read"};
    return {(*alert)->events, (*alert)->state.version};
}

std::vector<alerts::Event> Phones::events_after(const AlertId& id, std::int64_t sequence) const {
    store::Snapshot snapshot(run_.disk.sql(), nullptr);
    auto events = alerts::events_of(snapshot, id);
    if (!events) throw Violation{"events cannot be read"};
    events->erase(events->begin(), events->begin() + sequence);
    return std::move(*events);
}

void Phones::look_at_all() {
    auto snapshot = run_.machine.store().read();
    for (const alerts::Person& person : run_.hospital.staff.all) {
        const Viewer viewer = viewer_of(person);
        const auto inbox = alerts::inbox_of(*snapshot, viewer, run_.machine.server_now());
        if (!inbox) throw Violation{"an inbox cannot be read: " + inbox.error().message};
        run_.checker.inbox_of(viewer, *inbox);
    }
}

}  // namespace wardlight::simulator
