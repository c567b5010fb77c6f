#include "alerts/inbox.h"

#include <algorithm>
#include <set>

namespace wardlight::alerts {
namespace {

Result<std::vector<Alert>> read_alerts(store::Rows rows) {
    std::vector<Alert> alerts;
    while (TRY(rows.next())) alerts.push_back(TRY(alert_from(TRY(json::parse(rows.text(0))))));
    return alerts;
}

/// What the index says of an alert: enough to tell whose it is.
struct Outline {
    AlertId id;
    std::string team;
    std::string ward;
    AccountId owner;
    AccountId pending_owner;
    std::optional<std::int64_t> seen_version;  ///< there when the viewer was told of it or saw it
};

bool concerns(const Outline& alert, const Viewer& viewer) {
    if (alert.seen_version || contains(viewer.teams, alert.team)) return true;
    if (!alert.ward.empty() && contains(viewer.wards, alert.ward)) return true;
    return !viewer.account.empty() &&
           (alert.owner == viewer.account || alert.pending_owner == viewer.account);
}

Result<> keep_concerning(store::Rows rows, const Viewer& viewer, std::vector<Outline>& out) {
    while (TRY(rows.next())) {
        Outline alert{AlertId{rows.string(0)},
                      rows.string(1),
                      rows.string(2),
                      AccountId{rows.string(3)},
                      AccountId{rows.string(4)},
                      rows.maybe_integer(5)};
        if (concerns(alert, viewer)) out.push_back(std::move(alert));
    }
    return {};
}

/// The living ones, and of the others those of the last day. Everything asked for is in the index:
/// a hospital's alerts are many more than a person's.
Result<std::vector<Outline>> alerts_of(store::Snapshot& snapshot, const Viewer& viewer,
                                       Instant now) {
    std::vector<Outline> found;
    TRY(keep_concerning(
        TRY(snapshot.sql().query(
            "SELECT a.id, a.team, a.ward, a.owner, a.pending_owner, u.seen_version FROM alert a "
            "LEFT JOIN alert_audience u ON u.account = $1 AND u.alert = a.id WHERE a.is_alive = 1",
            viewer.account.value)),
        viewer, found));
    TRY(keep_concerning(
        TRY(snapshot.sql().query(
            "SELECT a.id, a.team, a.ward, a.owner, a.pending_owner, u.seen_version FROM alert a "
            "LEFT JOIN alert_audience u ON u.account = $1 AND u.alert = a.id WHERE a.is_alive = 0 "
            "AND a.changed_at >= $2 AND a.state <> 'suppressed'",
            viewer.account.value, to_micros(now - kDoneIsShownFor))),
        viewer, found));
    return found;
}

/// A withdrawn alert comes back to those who saw the original, until they have seen that.
bool must_hear_of_retraction(const Alert& alert, const std::optional<std::int64_t>& seen_version) {
    return alert.state.state == State::retracted && seen_version &&
           *seen_version < alert.state.version;
}

Group group_of(const Alert& alert, const Viewer& viewer) {
    const AlertState& state = alert.state;
    const bool is_mine = state.owner == viewer.account || state.pending_owner == viewer.account;
    switch (state.state) {
        case State::open:
        case State::acknowledged:
        case State::snoozed:
            if (is_mine) return Group::to_see;
            return state.owner.empty() && state.pending_owner.empty() ? Group::to_see
                                                                      : Group::with_colleague;
        default:
            return Group::done;
    }
}

bool is_more_urgent(const Alert& a, const Alert& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    if (a.opened_at != b.opened_at) return a.opened_at < b.opened_at;
    return a.id < b.id;
}

bool is_newer(const Alert& a, const Alert& b) {
    return a.opened_at != b.opened_at ? a.opened_at > b.opened_at : a.id < b.id;
}

}  // namespace

std::optional<Group> group_named(std::string_view name) {
    if (name == "to_see") return Group::to_see;
    if (name == "with_colleague") return Group::with_colleague;
    if (name == "done") return Group::done;
    return std::nullopt;
}

const std::vector<Alert>& Inbox::of(Group group) const {
    switch (group) {
        case Group::to_see:
            return to_see;
        case Group::with_colleague:
            return with_colleague;
        case Group::done:
            return done;
    }
    return to_see;
}

Result<Inbox> inbox_of(store::Snapshot& snapshot, const Viewer& viewer, Instant now) {
    Inbox inbox;
    for (const Outline& outline : TRY(alerts_of(snapshot, viewer, now))) {
        Alert alert = TRY(need_alert(snapshot, outline.id));
        const Group group = must_hear_of_retraction(alert, outline.seen_version)
                                ? Group::to_see
                                : group_of(alert, viewer);
        if (group == Group::to_see)
            inbox.to_see.push_back(std::move(alert));
        else if (group == Group::with_colleague)
            inbox.with_colleague.push_back(std::move(alert));
        else
            inbox.done.push_back(std::move(alert));
    }
    std::sort(inbox.to_see.begin(), inbox.to_see.end(), is_more_urgent);
    std::sort(inbox.with_colleague.begin(), inbox.with_colleague.end(), is_more_urgent);
    std::sort(inbox.done.begin(), inbox.done.end(), is_newer);
    if (inbox.done.size() > kInboxMost) inbox.done.resize(kInboxMost);
    return inbox;
}

Result<std::vector<Alert>> switchboard(store::Snapshot& snapshot) {
    return read_alerts(TRY(
        snapshot.sql().query("SELECT body FROM alert WHERE is_alive = 1 AND is_end_of_chain = 1 "
                             "ORDER BY severity DESC, opened_at, id")));
}

Result<std::vector<PatientId>> patients_of_team(store::Snapshot& snapshot, std::string_view team) {
    auto rows =
        TRY(snapshot.sql().query("SELECT patient FROM alert WHERE team = $1 AND is_alive = 1 "
                                 "ORDER BY severity DESC, opened_at, id",
                                 team));
    std::vector<PatientId> patients;
    std::set<std::string> known;
    while (TRY(rows.next()))
        if (known.insert(rows.string(0)).second) patients.emplace_back(rows.string(0));
    return patients;
}

Result<std::vector<Alert>> living_alerts(store::Snapshot& snapshot, const PatientId& patient) {
    // "<> 0": with "= 1" SQLite goes through everybody's living alerts.
    auto alerts = TRY(read_alerts(TRY(snapshot.sql().query(
        "SELECT body FROM alert WHERE patient = $1 AND is_alive <> 0", patient.value))));
    std::sort(alerts.begin(), alerts.end(), is_more_urgent);
    return alerts;
}

Result<std::vector<ExportedAlert>> export_alerts(store::Snapshot& snapshot) {
    auto rows = TRY(snapshot.sql().query(
        "SELECT s.patient, s.rule, s.level, s.code, s.taken_at, s.told_at, s.is_retracted, "
        "s.decision, a.state FROM rule_subject s LEFT JOIN alert a ON a.id = s.alert "
        "WHERE s.told_at IS NOT NULL OR s.rank > 0 ORDER BY s.taken_at, s.patient, s.rule, "
        "s.subject"));
    std::vector<ExportedAlert> out;
    while (TRY(rows.next())) {
        ExportedAlert one;
        one.patient = PatientId{rows.string(0)};
        one.rule = rows.string(1);
        one.level = rows.string(2);
        if (one.rule == name_of(Rule::critical_result)) one.analyte = rows.string(3);
        one.taken_at = from_micros(rows.integer(4));
        if (const auto told = rows.maybe_integer(5)) one.opened_at = from_micros(*told);
        const bool is_told = one.opened_at.has_value();
        const bool is_retracted = rows.integer(6) != 0;
        one.state = !is_told       ? std::string("suppressed")
                    : is_retracted ? std::string("retracted")
                                   : rows.string(8);
        if (!is_told) one.suppressed_reason = rows.string(7);
        out.push_back(std::move(one));
    }
    return out;
}

}  // namespace wardlight::alerts
