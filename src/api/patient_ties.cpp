#include "api/patient_ties.h"

#include <algorithm>

#include "access/break_glass.h"
#include "alerts/inbox.h"
#include "alerts/policy.h"
#include "alerts/rota.h"
#include "api/app_services.h"

namespace wardlight::api {
namespace {

/// The caller holds an on-call role that the alert's chain has already called.
bool was_called(const alerts::Alert& alert, const alerts::Rota& rota, const AccountId& account,
                Instant now) {
    const auto done = std::min(static_cast<std::size_t>(alert.state.next_step), alert.steps.size());
    for (std::size_t i = 0; i < done; ++i) {
        const std::string& role = alert.steps[i].to;
        if (alerts::is_built_in_target(role)) continue;
        const auto holders = alerts::on_duty(rota, role, now);
        if (std::find(holders.begin(), holders.end(), account) != holders.end()) return true;
    }
    return false;
}

}  // namespace

json::Value access_json(std::string_view reason, const TiedPatient& tied) {
    const bool ends = reason == access::kBreakGlassTie;
    return json::Object{{"reason", reason},
                        {"until", ends ? instant_or_null(tied.glass_broken_until) : json::Value()}};
}

Result<TiedPatient> ties_of(store::Snapshot& snapshot, const access::Subject& subject,
                            const PatientRecord& record, Instant now) {
    TiedPatient tied;
    tied.ties.ward = record.place.ward;
    tied.glass_broken_until =
        TRY(access::glass_broken_until(snapshot, subject.account, record.id, now));
    tied.ties.has_broken_glass = tied.glass_broken_until.has_value();
    tied.alive = TRY(alerts::living_alerts(snapshot, record.id));
    if (tied.alive.empty()) return tied;
    const alerts::Rota rota = TRY(alerts::load_rota(snapshot));
    for (const alerts::Alert& alert : tied.alive) {
        tied.ties.teams.push_back(alert.team);
        tied.ties.owns_alert = tied.ties.owns_alert || alert.state.owner == subject.account ||
                               alert.state.pending_owner == subject.account;
        tied.ties.is_on_call_for =
            tied.ties.is_on_call_for || was_called(alert, rota, subject.account, now);
    }
    return tied;
}

}  // namespace wardlight::api
