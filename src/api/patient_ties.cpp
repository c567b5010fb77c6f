#include "api/patient_ties.h"

#include <algorithm>

#include "access/break_glass.h"
#include "alerts/inbox.h"
#include "alerts/policy.h"
#include "api/app_services.h"

namespace wardlight::api {
json::Value access_json(std::string_view reason, const TiedPatient& tied) {
    const bool ends = reason == access::kBreakGlassTie;
    return json::Object{{"reason", reason},
                        {"until", ends ? instant_or_null(tied.glass_broken_until) : json::Value()}};
}

/// The caller holds an on-call role that the alert's chain has already called.
bool TieReader::was_called(const alerts::Alert& alert) const {
    const auto done = std::min(static_cast<std::size_t>(alert.state.next_step), alert.steps.size());
    for (std::size_t i = 0; i < done; ++i) {
        const std::string& role = alert.steps[i].to;
        if (alerts::is_built_in_target(role)) continue;
        const auto holders = alerts::on_duty(*rota_, role, now_);
        if (std::find(holders.begin(), holders.end(), subject_.account) != holders.end())
            return true;
    }
    return false;
}

Result<TiedPatient> TieReader::of(const PatientRecord& record) {
    const AccountId& account = subject_.account;
    TiedPatient tied;
    tied.ties.ward = record.place.ward;
    tied.glass_broken_until = TRY(access::glass_broken_until(snapshot_, account, record.id, now_));
    tied.ties.has_broken_glass = tied.glass_broken_until.has_value();
    tied.alive = TRY(alerts::living_alerts(snapshot_, record.id));
    if (!tied.alive.empty() && !rota_) rota_ = TRY(alerts::load_rota(snapshot_));
    for (const alerts::Alert& alert : tied.alive) {
        tied.ties.teams.push_back(alert.team);
        tied.ties.owns_alert = tied.ties.owns_alert || alert.state.owner == account ||
                               alert.state.pending_owner == account;
        tied.ties.is_on_call_for = tied.ties.is_on_call_for || was_called(alert);
    }
    return tied;
}

}  // namespace wardlight::api
