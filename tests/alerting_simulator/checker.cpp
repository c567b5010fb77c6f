#include "alerting_simulator/checker.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "alerting_simulator/violation.h"
#include "alerts/alert_table.h"
#include "store/timers.h"

namespace wardlight::simulator {
namespace {

using namespace std::chrono_literals;
using alerts::Alert;
using alerts::Event;
using alerts::EventKind;

/// A timer whose work failed is put off by this much (docs/reliability.md).
constexpr auto kPutOff = 30s;

template <class T>
T must(Result<T> result) {
    if (!result) throw Violation{"reading failed: " + result.error().message};
    return std::move(*result);
}

Phase phase_of(alerts::State state) {
    switch (state) {
        case alerts::State::detected:
            return Phase::none;
        case alerts::State::suppressed:
            return Phase::suppressed;
        case alerts::State::open:
            return Phase::open;
        case alerts::State::acknowledged:
            return Phase::acknowledged;
        case alerts::State::snoozed:
            return Phase::snoozed;
        case alerts::State::triaged:
            return Phase::triaged;
        case alerts::State::closed:
            return Phase::closed;
        case alerts::State::retracted:
            return Phase::retracted;
    }
    return Phase::none;
}

bool is_told(EventKind kind) {
    return kind == EventKind::notified || kind == EventKind::informed ||
           kind == EventKind::handover_lapsed || kind == EventKind::chain_ended;
}

}  // namespace

std::vector<AccountId> Checker::after_step() {
    std::vector<std::pair<std::string, std::int64_t>> rows_now;
    {
        auto rows = must(disk_.sql().query("SELECT id, events FROM alert ORDER BY id"));
        while (must(rows.next())) rows_now.emplace_back(rows.string(0), rows.integer(1));
    }
    if (rows_now.size() < alerts_.size()) throw Violation{"an alert has disappeared"};
    std::vector<AccountId> told;
    bool has_new = false;
    for (const auto& [id, events] : rows_now) {
        if (alerts_[id].events == events) continue;
        take_in(id, events, told);
        has_new = true;
    }
    if (has_new) check_one_living();
    if (machine_.is_running()) check_timers();
    return told;
}

void Checker::take_in(const std::string& id, std::int64_t events, std::vector<AccountId>& told) {
    Known& known = alerts_[id];
    store::Snapshot snapshot(disk_.sql(), nullptr);
    const auto alert = must(alerts::load_alert(snapshot, AlertId{id}));
    if (!alert || events < known.events) throw Violation{"events of an alert were lost"};
    std::vector<Event> news;
    {
        auto rows = must(disk_.sql().query(
            "SELECT at, kind, actor, detail, sequence FROM alert_event WHERE alert = $1 AND "
            "sequence > $2 ORDER BY sequence",
            id, known.events));
        while (must(rows.next())) {
            if (rows.integer(4) != ++known.events) throw Violation{"the events have a hole"};
            news.push_back(must(alerts::event_from(
                alerts::event_named(rows.text(1)).value(), from_micros(rows.integer(0)),
                AccountId{rows.string(2)}, must(json::parse(rows.text(3))))));
        }
    }
    if (known.events != events) throw Violation{"row and events of an alert differ in number"};
    for (const Event& event : news) {
        ++events_;
        add(*alert, event, known);
        told.insert(told.end(), event.recipients.begin(), event.recipients.end());
    }
    known.key = alert->patient.value + "/" + std::string(alerts::name_of(alert->rule)) + "/" +
                alert->analyte;
    check_states_agree(*alert, known);
}

void Checker::add(const Alert& alert, const Event& event, Known& known) {
    history_.note(fmt::format("alert {} {} {}: {} {}{}{}", alert.id.value.substr(0, 4),
                              alert.patient.value, alerts::name_of(alert.rule),
                              alerts::name_of(event.kind), event.actor.value,
                              event.code.empty() ? "" : " " + event.code,
                              event.recipients.empty() ? "" : " -> " + event.recipients[0].value));
    if (event.kind == EventKind::merged) known.was_merged = true;
    known.waits.add(event, machine_.now(), alert.steps, alert.severity);
    check_recipients(alert, event);
    auto next = alerts::apply(known.folded, event);
    if (!next) throw Violation{"an event is kept that the state machine refuses"};
    known.folded = std::move(*next);
}

/// Who a step reaches, worked out from the rota and the staff as they are.
void Checker::check_recipients(const Alert& alert, const Event& event) const {
    const std::set<AccountId> got(event.recipients.begin(), event.recipients.end());
    if (got.size() != event.recipients.size()) throw Violation{"somebody is told twice at once"};
    if (event.kind != EventKind::notified && event.kind != EventKind::step_skipped) return;
    if (event.code == alerts::kOwnerTeam) return;
    std::set<AccountId> expected;
    for (const alerts::Person& person : hospital_.staff.all) {
        const bool is_nurse = event.code == alerts::kWardNurse && person.role == event.code &&
                              alerts::contains(person.wards, alert.ward);
        const bool is_on_call =
            std::any_of(hospital_.rota.shifts.begin(), hospital_.rota.shifts.end(),
                        [&](const alerts::Shift& shift) {
                            return shift.person == person.id && shift.role == event.code &&
                                   shift.from <= event.at && event.at < shift.until;
                        });
        if (is_nurse || is_on_call) expected.insert(person.id);
    }
    if (got != expected) throw Violation{"a step reached others than those who hold its role"};
}

void Checker::check_states_agree(const Alert& alert, const Known& known) const {
    if (alerts::to_json(known.folded) != alerts::to_json(alert.state))
        throw Violation{"the fold of the events is not the state"};
    const Waits& waits = known.waits;
    if (waits.phase() != phase_of(alert.state.state))
        throw Violation{"another state than expected"};
    if (waits.owner() != alert.state.owner && waits.is_alive())
        throw Violation{"another owner than expected"};
    if (waits.phase() == Phase::open && !waits.due() && !waits.is_on_switchboard())
        throw Violation{"an open alert with neither timer nor switchboard"};
    if (waits.phase() == Phase::open && waits.is_on_switchboard() != alert.state.is_end_of_chain)
        throw Violation{"the switchboard shows another thing than expected"};
    const bool needs_owner = waits.is_alive() && waits.phase() != Phase::open;
    if (needs_owner && alert.state.owner.empty()) throw Violation{"a taken alert without owner"};
    if (waits.is_alive() && alert.team.empty()) throw Violation{"an alert without a team"};
    if (waits.is_alive() && alert.steps.back().to != alerts::kSwitchboard)
        throw Violation{"a chain that does not end at the switchboard"};
}

/// Exactly the timers that the alerts need, at exactly the right true time.
void Checker::check_timers() {
    std::map<std::string, Instant> timers;
    store::Snapshot snapshot(disk_.sql(), nullptr);
    for (const store::Timer& timer : must(store::timers_of(snapshot, alerts::kTimerKind)))
        timers.emplace(timer.payload, machine_.now() + (timer.due_at - machine_.server_now()));
    for (const auto& [id, known] : alerts_) {
        const auto due = known.waits.due();
        const auto timer = timers.find(id);
        if (due.has_value() != (timer != timers.end()))
            throw Violation{due ? "a wait without a timer" : "a timer that nothing waits for"};
        if (!due) continue;
        const auto fault = machine_.last_timer_fault();
        const bool may_be_put_off = fault && timer->second <= *fault + kPutOff;
        const bool is_right = timer->second == *due || (may_be_put_off && timer->second > *due);
        if (!is_right)
            throw Violation{fmt::format("a timer is off by {} ms",
                                        (timer->second - *due) / std::chrono::milliseconds(1))};
        timers.erase(timer);
    }
    if (!timers.empty()) throw Violation{"a timer without an alert"};
}

void Checker::check_one_living() const {
    std::set<std::string> living;
    for (const auto& [id, known] : alerts_) {
        if (!known.waits.is_alive() || known.was_merged) continue;
        if (!living.insert(known.key).second)
            throw Violation{"two living alerts of one patient and rule"};
    }
}

void Checker::nothing_is_overdue() const {
    const auto fault = machine_.last_timer_fault();
    for (const auto& [id, known] : alerts_) {
        auto due = known.waits.due();
        if (due && fault) due = std::max(*due, *fault + kPutOff);
        if (due && *due <= machine_.now()) throw Violation{"something due was not done"};
    }
}

void Checker::move_waits(Duration by) {
    for (auto& [id, known] : alerts_) known.waits.move(by);
}

void Checker::inbox_of(const alerts::Viewer& viewer, const alerts::Inbox& inbox) const {
    std::set<std::string> shown;
    std::set<std::string> to_see;
    for (const auto* list : {&inbox.to_see, &inbox.with_colleague, &inbox.done}) {
        for (const Alert& alert : *list) {
            if (!shown.insert(alert.id.value).second) throw Violation{"an alert is shown twice"};
            if (list == &inbox.to_see) to_see.insert(alert.id.value);
        }
    }
    for (const auto& [id, known] : alerts_) {
        const Waits& waits = known.waits;
        const bool is_mine = waits.owner() == viewer.account || waits.pending() == viewer.account;
        const bool is_working = waits.is_alive() && waits.phase() != Phase::triaged;
        if (is_working && is_mine && !to_see.contains(id))
            throw Violation{"somebody does not see an alert that is theirs"};
        if (is_working && !is_mine && !waits.owner().empty() && to_see.contains(id))
            throw Violation{"an alert of a colleague looks as if nobody had it"};
    }
}

void Checker::check_notifications(const std::string& id, const Known& known) {
    auto rows = must(disk_.sql().query(
        "SELECT sequence, kind FROM alert_event WHERE alert = $1 ORDER BY sequence", id));
    store::Snapshot snapshot(disk_.sql(), nullptr);
    std::int64_t seen = 0;
    while (must(rows.next())) {
        ++seen;
        const auto key = must(
            store::ResourceKey::make("Communication", fmt::format("{}-{}", id, rows.integer(0))));
        const auto kind = alerts::event_named(rows.text(1)).value();
        const auto communication = must(snapshot.get(key));
        if (communication.has_value() != is_told(kind))
            throw Violation{"notifications and events differ"};
        if (communication && communication->version != 1)
            throw Violation{"a notification was written twice"};
    }
    if (seen != known.events) throw Violation{"events are missing"};
}

void Checker::everything_has_ended() {
    std::set<std::string> on_switchboard;
    auto snapshot = must(machine_.store().read());
    for (const Alert& alert : must(alerts::switchboard(snapshot)))
        if (!on_switchboard.insert(alert.id.value).second)
            throw Violation{"the switchboard shows an alert twice"};
    for (const auto& [id, known] : alerts_) {
        check_notifications(id, known);
        const Waits& waits = known.waits;
        if (waits.due()) throw Violation{"something still waits"};
        const bool must_be_shown = waits.phase() == Phase::open;
        if (must_be_shown != on_switchboard.contains(id))
            throw Violation{must_be_shown ? "an alert that nobody took is not on the switchboard"
                                          : "the switchboard shows what somebody has"};
        if (waits.is_alive() && waits.phase() != Phase::open && waits.phase() != Phase::triaged)
            throw Violation{"an alert rests in a state that should have ended"};
    }
}

}  // namespace wardlight::simulator
