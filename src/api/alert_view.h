// Alerts as the app's cards: what alerts/ knows, with the patient's banner and place.
#pragma once

#include <functional>

#include "access/decision.h"
#include "alerts/actions.h"
#include "alerts/card.h"
#include "api/app_services.h"

namespace wardlight::api {

/// For whom cards are written.
[[nodiscard]] alerts::Viewer viewer_of(const access::Subject& subject);

/// Writes cards for one viewer over one snapshot.
class AlertCards {
 public:
    static Result<AlertCards> make(const AppServices& services, store::Snapshot& snapshot,
                                   const access::Subject& viewer);
    /// With what the transaction has changed.
    static Result<AlertCards> make(const AppServices& services, store::WriteTransaction& tx,
                                   const access::Subject& viewer);
    /// "AlertCard". The place is where the patient is now, else where the alert was raised.
    [[nodiscard]] Result<json::Value> card(const alerts::Alert& alert) const;
    [[nodiscard]] Result<json::Value> events(const AlertId& alert) const;

 private:
    using FindRecord = std::function<Result<std::optional<PatientRecord>>(const PatientId&)>;

    AlertCards(store::Snapshot& snapshot, alerts::CardWriter writer, FindRecord find_record)
        : snapshot_(&snapshot), writer_(std::move(writer)), find_record_(std::move(find_record)) {}
    store::Snapshot* snapshot_;
    alerts::CardWriter writer_;
    FindRecord find_record_;
};

}  // namespace wardlight::api
