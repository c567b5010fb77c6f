// The chain that an open alert runs along, and what else happens to an alert by itself.
//
//   open ─ step 1 ─ wait ─ step 2 ─ ... ─ switchboard, where it stays until somebody acts
//
// A step whose role nobody holds is passed over at once as long as nobody was told. All in the
// caller's transaction: a restart neither loses nor repeats a step.
#pragma once

#include "alerts/alert_table.h"
#include "alerts/site.h"

namespace wardlight::alerts {

/// Chooses team and chain by the route that fits now.
[[nodiscard]] Result<> route_alert(store::WriteTransaction& tx, const Site& site, Alert& alert);

/// When the first step of the alert's chain is due, counted from `at`.
[[nodiscard]] Instant chain_start(const Alert& alert, Instant at);

/// Does every step that is due.
[[nodiscard]] Result<> run_chain(store::WriteTransaction& tx, const Site& site, Alert& alert);

/// Tells everybody who was told of the alert or saw it, except `but`, that it has changed. `code`
/// says how: "retracted", "amended".
[[nodiscard]] Result<> inform_audience(store::WriteTransaction& tx, Alert& alert,
                                       std::string_view code, const AccountId& but = {});

/// Does what is due for alerts now, at most `limit` of them; returns how many timers it took.
[[nodiscard]] Result<std::size_t> run_due_timers(store::WriteTransaction& tx, const Site& site,
                                                 std::size_t limit = 64);

}  // namespace wardlight::alerts
