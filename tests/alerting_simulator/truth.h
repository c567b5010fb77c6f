// The clinical side of the checks: what must have been found and told of the data that were
// delivered, by rules written down a second time in their simplest form (whole numbers, everything
// in memory, no order of arrival). Throws Violation. One thread.
#pragma once

#include "alerting_simulator/hospital.h"
#include "store/store.h"

namespace wardlight::simulator {

/// Every result is judged as it stands, every alert rests on a result that stands, and what is
/// worth telling has been told, whatever the order in which results, corrections, withdrawals and
/// merges came.
void check_truth(store::Snapshot& snapshot, const Hospital& hospital);

}  // namespace wardlight::simulator
