// The observations page: sets with their NEWS2, oldest first, and when the next set is due. The
// scoring is the alerting rules' own, so that screen and alert can never disagree.
#pragma once

#include "alerts/site.h"
#include "base/ids.h"
#include "store/store.h"

namespace wardlight::api {

/// {scale, scale_source, sets, due_at, overdue}
[[nodiscard]] Result<json::Value> observation_grid(store::Snapshot& snapshot,
                                                   const alerts::Site& site,
                                                   const PatientId& patient, Instant from,
                                                   Instant now);

/// "News2Chip" of the newest set within three days; null when there is none.
[[nodiscard]] Result<json::Value> news2_chip(store::Snapshot& snapshot, const alerts::Site& site,
                                             const PatientId& patient, Instant now);

}  // namespace wardlight::api
