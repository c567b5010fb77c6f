#include "alerts/inbox.h"

#include <algorithm>
#include <map>
#include <set>

namespace wardlight::alerts {
namespace {

Result<std::vector<Alert>> read_alerts(store::Rows rows) {
    std::vector<Alert> alerts;
    while (TRY(rows.next())) alerts.push_back(TRY(alert_from(TRY(json::parse(rows.text(0))))));
    return alerts;
}

/// The version this account saw last, of the alerts it was told of or has seen.
Result<std::map<std::string, std::int64_t>> audience_versions(store::Snapshot& snapshot,
                                                              const AccountId& account) {
    auto rows = TRY(snapshot.sql().query(
        "SELECT alert, seen_version FROM alert_audience WHERE account = $1", account.value));
    std::map<std::string, std::int64_t> versions;
    while (TRY(rows.next())) versions.emplace(rows.string(0), rows.integer(1));
    return versions;
}

bool concerns(const Alert& alert, const Viewer& viewer) {
    if (contains(viewer.teams, alert.team)) return true;
    if (!alert.ward.empty() && contains(viewer.wards, alert.ward)) return true;
    return !viewer.account.empty() &&
           (alert.state.owner == viewer.account || alert.state.pending_owner == viewer.account);
}

/// A withdrawn alert comes back to those who saw the original, until they have seen that.
bool must_hear_of_retraction(const Alert& alert, const std::map<std::string, std::int64_t>& seen) {
    if (alert.state.state != State::retracted) return false;
    const auto found = seen.find(alert.id.value);
    return found != seen.end() && found->second < alert.state.version;
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
    const auto seen = TRY(audience_versions(snapshot, viewer.account));
    // The living ones are few by nature; of the others only those of the last day.
    std::vector<Alert> alerts =
        TRY(read_alerts(TRY(snapshot.sql().query("SELECT body FROM alert WHERE is_alive = 1"))));
    for (Alert& alert : TRY(read_alerts(TRY(snapshot.sql().query(
             "SELECT body FROM alert WHERE is_alive = 0 AND changed_at >= $1 AND "
             "state <> 'suppressed'",
             to_micros(now - kDoneIsShownFor)))))) {
        alerts.push_back(std::move(alert));
    }
    Inbox inbox;
    for (Alert& alert : alerts) {
        if (!concerns(alert, viewer) && !seen.contains(alert.id.value)) continue;
        const Group group =
            must_hear_of_retraction(alert, seen) ? Group::to_see : group_of(alert, viewer);
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
    auto alerts = TRY(alerts_of_patient(snapshot, patient));
    std::erase_if(alerts, [](const Alert& alert) { return !is_alive(alert.state.state); });
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
