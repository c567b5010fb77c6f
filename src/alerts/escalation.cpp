#include "alerts/escalation.h"

#include <algorithm>

#include "alerts/resources.h"
#include "alerts/rota.h"
#include "store/timers.h"

namespace wardlight::alerts {
namespace {

/// Everything that decides who a step reaches.
struct Reach {
    std::vector<Person> people;
    Rota rota;
    Instant now;
};

Result<Reach> load_reach(store::Snapshot& snapshot, const Site& site, Instant now) {
    return Reach{TRY(site.directory->people(snapshot)), TRY(load_rota(snapshot)), now};
}

std::vector<AccountId> ward_nurses(const Reach& reach, const std::string& ward) {
    std::vector<AccountId> out;
    for (const Person& person : reach.people)
        if (person.role == kWardNurse && contains(person.wards, ward)) out.push_back(person.id);
    return out;
}

/// Those of the team on duty; all of the team when the rota names none of them.
std::vector<AccountId> team_members(const Reach& reach, const std::string& team) {
    std::vector<AccountId> all;
    std::vector<AccountId> on_duty_now;
    for (const Person& person : reach.people) {
        if (!contains(person.teams, team)) continue;
        all.push_back(person.id);
        if (is_on_duty(reach.rota, person.id, reach.now)) on_duty_now.push_back(person.id);
    }
    return on_duty_now.empty() ? all : on_duty_now;
}

std::vector<AccountId> recipients_of(const Reach& reach, const Alert& alert, const Step& step) {
    if (step.to == kWardNurse) return ward_nurses(reach, alert.ward);
    if (step.to == kOwnerTeam) return team_members(reach, alert.team);
    std::vector<AccountId> out;
    for (AccountId& account : on_duty(reach.rota, step.to, reach.now))
        if (find_person(reach.people, account) != nullptr) out.push_back(std::move(account));
    return out;
}

Result<> end_chain(store::WriteTransaction& tx, Alert& alert) {
    Event event{.kind = EventKind::chain_ended, .at = tx.now()};
    event.step = alert.state.next_step;
    event.code = kSwitchboard;
    TRY(record(tx, alert, event));
    return write_notification(tx, alert, event);
}

Result<> do_step(store::WriteTransaction& tx, const Reach& reach, Alert& alert) {
    const auto index = static_cast<std::size_t>(alert.state.next_step);
    if (index >= alert.steps.size() || alert.steps[index].to == kSwitchboard)
        return end_chain(tx, alert);
    Event event{.kind = EventKind::notified, .at = tx.now()};
    event.step = alert.state.next_step;
    event.code = alert.steps[index].to;
    event.recipients = recipients_of(reach, alert, alert.steps[index]);
    if (event.recipients.empty()) event.kind = EventKind::step_skipped;
    const bool is_anyone_told = alert.state.is_anyone_notified || !event.recipients.empty();
    const bool has_next = index + 1 < alert.steps.size();
    event.until = tx.now() + (has_next && is_anyone_told ? alert.steps[index + 1].after
                                                         : std::chrono::seconds(0));
    TRY(record(tx, alert, event));
    if (event.kind == EventKind::step_skipped) return {};
    TRY(add_to_audience(tx, alert.id, event.recipients));
    return write_notification(tx, alert, event);
}

bool is_due(const std::optional<Instant>& at, Instant now) {
    return at && *at <= now;
}

Result<> restart(store::WriteTransaction& tx, const Site& site, Alert& alert, EventKind kind) {
    const AccountId owner = alert.state.owner;
    TRY(route_alert(tx, site, alert));
    Event event{.kind = kind, .at = tx.now()};
    event.until = chain_start(alert, tx.now());
    TRY(record(tx, alert, event));
    if (owner.empty()) return {};
    Event told{.kind = EventKind::informed, .at = tx.now()};
    told.code = name_of(kind);
    told.recipients = {owner};
    TRY(record(tx, alert, told));
    return write_notification(tx, alert, told);
}

Result<> lapse_handover(store::WriteTransaction& tx, Alert& alert) {
    Event event{.kind = EventKind::handover_lapsed, .at = tx.now()};
    event.recipients = {alert.state.handed_over_by};
    event.to = alert.state.pending_owner;
    TRY(record(tx, alert, event));
    return write_notification(tx, alert, event);
}

/// Everything the alert's state has due at tx.now().
Result<> do_what_is_due(store::WriteTransaction& tx, const Site& site, Alert& alert) {
    const Instant now = tx.now();
    if (!alert.state.pending_owner.empty() && is_due(alert.state.handover_until, now))
        TRY(lapse_handover(tx, alert));
    if (alert.state.state == State::snoozed && is_due(alert.state.snoozed_until, now))
        TRY(restart(tx, site, alert, EventKind::woken));
    if (alert.state.state == State::acknowledged) {
        if (is_due(alert.state.undo_until, now))
            TRY(record(tx, alert, Event{.kind = EventKind::undo_ended, .at = now}));
        if (is_due(alert.state.review_by, now))
            TRY(restart(tx, site, alert, EventKind::review_overdue));
    }
    return run_chain(tx, site, alert);
}

}  // namespace

Result<> route_alert(store::WriteTransaction& tx, const Site& site, Alert& alert) {
    const PolicySet set = TRY(load_policies(tx));
    const Route& route = find_route(set, name_of(alert.rule), name_of(alert.severity), alert.ward,
                                    site.zone.local_minute_of_day(tx.now()));
    const Policy* policy = find_policy(set, route.policy);
    CHECK_INVARIANT(policy != nullptr);
    alert.team = route.team;
    alert.policy = policy->id;
    alert.steps = policy->steps;
    return {};
}

Instant chain_start(const Alert& alert, Instant at) {
    return alert.steps.empty() ? at : at + alert.steps.front().after;
}

Result<> run_chain(store::WriteTransaction& tx, const Site& site, Alert& alert) {
    const auto has_step_due = [&] {
        return alert.state.state == State::open && is_due(alert.state.next_step_at, tx.now());
    };
    if (!has_step_due()) return {};
    const Reach reach = TRY(load_reach(tx, site, tx.now()));
    // Ends: each step moves on, and the chain ends after its last.
    while (has_step_due()) TRY(do_step(tx, reach, alert));
    return {};
}

Result<> inform_audience(store::WriteTransaction& tx, Alert& alert, std::string_view code,
                         const AccountId& but) {
    Event event{.kind = EventKind::informed, .at = tx.now()};
    event.code = code;
    event.recipients = TRY(audience_of(tx, alert.id));
    std::erase(event.recipients, but);
    if (event.recipients.empty()) return {};
    TRY(record(tx, alert, event));
    TRY(add_to_audience(tx, alert.id, event.recipients));
    return write_notification(tx, alert, event);
}

Result<std::size_t> run_due_timers(store::WriteTransaction& tx, const Site& site,
                                   std::size_t limit) {
    const auto timers = TRY(store::take_due_timers(tx, limit, kTimerKind));
    for (const store::Timer& timer : timers) {
        auto alert = TRY(load_alert(tx, AlertId{timer.payload}));
        if (!alert) continue;
        TRY(do_what_is_due(tx, site, *alert));
        TRY(save(tx, *alert));
    }
    return timers.size();
}

}  // namespace wardlight::alerts
