// What happens to waits when the machine's clock is set. Waits are kept as instants, so that they
// outlive the server; an instant means another wait once the clock it was written by is changed.
// So the server goes by a clock of its own (base/server_clock.h), and when the machine's time of
// day has moved away from it, that clock and every wait are moved together, in one transaction:
// what was left of each wait is left of it afterwards. Each alert keeps the change as an event.
//
//   while the server runs       exact, forwards and back
//   while no server ran         exact too, as long as the machine was not started anew
//   over a start of the machine a clock that is behind the newest record is known to be wrong:
//   waits
//                               go on from that record. One that is ahead cannot be told from a
//                               machine that was off: what fell due meanwhile is done at once.
//
// Call both from one thread.
#pragma once

#include "base/server_clock.h"
#include "store/store.h"

namespace wardlight::alerts {

/// A leap second, or a clock that is set a little now and then, moves no wait; waits are off by
/// less than this.
inline constexpr Duration kClockTolerance = std::chrono::seconds(2);

/// Once, before anything is done by `clock`, which must be the store's.
[[nodiscard]] Result<> resume_clock(store::Store& store, ServerClock& clock);

/// While the server runs: moves clock and waits when the time of day was set.
[[nodiscard]] Result<> follow_clock(store::Store& store, ServerClock& clock);

}  // namespace wardlight::alerts
