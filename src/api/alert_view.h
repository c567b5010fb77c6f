// Alerts as the app's cards: what alerts/ knows, with the patient's banner and place.
#pragma once

#include "access/decision.h"
#include "alerts/alert.h"
#include "alerts/site.h"
#include "store/store.h"

namespace wardlight::api {

/// "AlertCard".
[[nodiscard]] Result<json::Value> alert_card(store::Snapshot& snapshot, const alerts::Site& site,
                                             const alerts::Alert& alert,
                                             const access::Subject& viewer, Instant now);

}  // namespace wardlight::api
