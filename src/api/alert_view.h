// Alerts as the app's cards: what alerts/ knows, with the patient's banner and place.
#pragma once

#include "access/decision.h"
#include "alerts/actions.h"
#include "alerts/card.h"
#include "store/store.h"

namespace wardlight::api {

/// For whom cards are written.
[[nodiscard]] alerts::Viewer viewer_of(const access::Subject& subject);

/// Writes cards for one viewer over one snapshot.
class AlertCards {
 public:
    static Result<AlertCards> make(store::Snapshot& snapshot, const alerts::Site& site,
                                   const access::Subject& viewer, Instant now);
    /// "AlertCard". The place is where the patient is now, else where the alert was raised.
    [[nodiscard]] Result<json::Value> card(const alerts::Alert& alert) const;
    [[nodiscard]] Result<json::Value> events(const AlertId& alert) const;

 private:
    AlertCards(store::Snapshot& snapshot, alerts::CardWriter writer)
        : snapshot_(&snapshot), writer_(std::move(writer)) {}
    store::Snapshot* snapshot_;
    alerts::CardWriter writer_;
};

}  // namespace wardlight::api
