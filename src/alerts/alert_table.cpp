#include "alerts/alert_table.h"

#include "alerts/resources.h"
#include "store/timers.h"

namespace wardlight::alerts {
namespace {

Result<std::vector<Alert>> read_all(store::Rows rows) {
    std::vector<Alert> alerts;
    while (TRY(rows.next())) alerts.push_back(TRY(alert_from(TRY(json::parse(rows.text(0))))));
    return alerts;
}

Result<> set_alert_timer(store::WriteTransaction& tx, const Alert& alert) {
    const std::string key = std::string(kTimerKind) + "/" + alert.id.value;
    const auto due = next_due(alert.state);
    if (!due) return store::cancel_timer(tx, key);
    return store::set_timer(tx, {key, std::string(kTimerKind), alert.id.value, *due});
}

}  // namespace

Result<std::optional<Alert>> load_alert(store::Snapshot& snapshot, const AlertId& id) {
    auto alerts =
        TRY(read_all(TRY(snapshot.sql().query("SELECT body FROM alert WHERE id = $1", id.value))));
    if (alerts.empty()) return std::nullopt;
    return std::move(alerts.front());
}

Result<Alert> need_alert(store::Snapshot& snapshot, const AlertId& id) {
    auto alert = TRY(load_alert(snapshot, id));
    if (!alert) return fail(ErrorCode::not_found, "there is no such alert", "alert");
    return std::move(*alert);
}

Result<std::vector<Alert>> alerts_of_patient(store::Snapshot& snapshot, const PatientId& patient) {
    return read_all(TRY(snapshot.sql().query(
        "SELECT body FROM alert WHERE patient = $1 ORDER BY opened_at DESC, id", patient.value)));
}

Result<std::optional<Alert>> current_alert(store::Snapshot& snapshot, const PatientId& patient,
                                           Rule rule, std::string_view analyte) {
    auto alerts = TRY(read_all(TRY(snapshot.sql().query(
        "SELECT body FROM alert WHERE patient = $1 AND rule = $2 AND analyte = $3 "
        "ORDER BY is_alive DESC, CASE WHEN state = $4 THEN 1 ELSE 0 END, opened_at DESC, id LIMIT "
        "1",
        patient.value, name_of(rule), analyte, name_of(State::triaged)))));
    if (alerts.empty()) return std::nullopt;
    return std::move(alerts.front());
}

Result<> record(store::WriteTransaction& tx, Alert& alert, const Event& event) {
    alert.state = TRY(apply(alert.state, event));
    ++alert.events;
    return tx.sql().run(
        "INSERT INTO alert_event (alert, sequence, at, kind, actor, detail) "
        "VALUES ($1, $2, $3, $4, $5, $6)",
        alert.id.value, alert.events, to_micros(event.at), name_of(event.kind), event.actor.value,
        json::serialize(detail_of(event)));
}

Result<> save(store::WriteTransaction& tx, const Alert& alert) {
    TRY(tx.sql().run(
        "INSERT INTO alert (id, patient, rule, analyte, severity, state, is_alive, "
        "is_end_of_chain, team, ward, owner, pending_owner, opened_at, changed_at, events, body) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) "
        "ON CONFLICT (id) DO UPDATE SET patient = $2, severity = $5, state = $6, is_alive = $7, "
        "is_end_of_chain = $8, team = $9, ward = $10, owner = $11, pending_owner = $12, "
        "opened_at = $13, changed_at = $14, events = $15, body = $16",
        alert.id.value, alert.patient.value, name_of(alert.rule), alert.analyte,
        static_cast<int>(alert.severity), name_of(alert.state.state), is_alive(alert.state.state),
        alert.state.state == State::open && alert.state.is_end_of_chain, alert.team, alert.ward,
        alert.state.owner.value, alert.state.pending_owner.value, to_micros(alert.opened_at),
        to_micros(tx.now()), alert.events, json::serialize(to_json(alert))));
    TRY(set_alert_timer(tx, alert));
    return write_resources(tx, alert);
}

Result<std::vector<Event>> events_of(store::Snapshot& snapshot, const AlertId& id) {
    auto rows = TRY(snapshot.sql().query(
        "SELECT at, kind, actor, detail FROM alert_event WHERE alert = $1 ORDER BY sequence",
        id.value));
    std::vector<Event> events;
    while (TRY(rows.next())) {
        const auto kind = event_named(rows.text(1));
        if (!kind) return fail(ErrorCode::corrupt, "unknown kind", "alert_event.kind");
        events.push_back(
            TRY(event_from(*kind, from_micros(rows.integer(0)), AccountId{rows.string(2)},
                           TRY(json::parse(rows.text(3))))));
    }
    return events;
}

Result<std::vector<AccountId>> audience_of(store::Snapshot& snapshot, const AlertId& id) {
    auto rows = TRY(snapshot.sql().query(
        "SELECT account FROM alert_audience WHERE alert = $1 ORDER BY account", id.value));
    std::vector<AccountId> accounts;
    while (TRY(rows.next())) accounts.emplace_back(rows.string(0));
    return accounts;
}

Result<> add_to_audience(store::WriteTransaction& tx, const AlertId& id,
                         const std::vector<AccountId>& accounts) {
    for (const AccountId& account : accounts) {
        TRY(
            tx.sql().run("INSERT INTO alert_audience (account, alert, told_at, seen_version) "
                         "VALUES ($1, $2, $3, 0) "
                         "ON CONFLICT (account, alert) DO UPDATE SET told_at = $3",
                         account.value, id.value, to_micros(tx.now())));
    }
    return {};
}

Result<bool> mark_seen(store::WriteTransaction& tx, const Alert& alert, const AccountId& account) {
    {
        auto rows = TRY(tx.sql().query(
            "SELECT seen_version FROM alert_audience WHERE account = $1 AND alert = $2",
            account.value, alert.id.value));
        if (TRY(rows.next()) && rows.integer(0) >= alert.state.version) return false;
    }
    TRY(
        tx.sql().run("INSERT INTO alert_audience (account, alert, seen_at, seen_version) "
                     "VALUES ($1, $2, $3, $4) "
                     "ON CONFLICT (account, alert) DO UPDATE SET seen_at = $3, seen_version = $4",
                     account.value, alert.id.value, to_micros(tx.now()), alert.state.version));
    return true;
}

Result<> save_quietly(store::WriteTransaction& tx, const Alert& alert) {
    return tx.sql().run("UPDATE alert SET events = $2, body = $3 WHERE id = $1", alert.id.value,
                        alert.events, json::serialize(to_json(alert)));
}

}  // namespace wardlight::alerts
