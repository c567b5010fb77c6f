// Alerts as the store keeps them: the row, its events, its FHIR resources and its timer, always
// written together in the caller's transaction.
#pragma once

#include <optional>
#include <vector>

#include "alerts/alert.h"

namespace wardlight::alerts {

[[nodiscard]] Result<std::optional<Alert>> load_alert(store::Snapshot& snapshot, const AlertId& id);
/// Error not_found when there is none.
[[nodiscard]] Result<Alert> need_alert(store::Snapshot& snapshot, const AlertId& id);
[[nodiscard]] Result<std::vector<Alert>> alerts_of_patient(store::Snapshot& snapshot,
                                                           const PatientId& patient);
/// The alert that news of this patient, rule and analyte belongs to: the newest that waits for
/// somebody, else the newest triaged one, else the newest that is over. After a merge several live.
[[nodiscard]] Result<std::optional<Alert>> current_alert(store::Snapshot& snapshot,
                                                         const PatientId& patient, Rule rule,
                                                         std::string_view analyte);

/// Applies the event and appends it to alert_event. The alert must be saved afterwards, once, in
/// the same transaction.
[[nodiscard]] Result<> record(store::WriteTransaction& tx, Alert& alert, const Event& event);

/// Writes the row, DetectedIssue and Task, and sets the alert's timer to what its state needs.
[[nodiscard]] Result<> save(store::WriteTransaction& tx, const Alert& alert);

[[nodiscard]] Result<std::vector<Event>> events_of(store::Snapshot& snapshot, const AlertId& id);

/// Who was told of an alert or saw it.
[[nodiscard]] Result<std::vector<AccountId>> audience_of(store::Snapshot& snapshot,
                                                         const AlertId& id);
[[nodiscard]] Result<> add_to_audience(store::WriteTransaction& tx, const AlertId& id,
                                       const std::vector<AccountId>& accounts);
/// False when the account had seen this version before.
[[nodiscard]] Result<bool> mark_seen(store::WriteTransaction& tx, const Alert& alert,
                                     const AccountId& account);
/// Only the row, for events that change nothing anybody acts on (receipts).
[[nodiscard]] Result<> save_quietly(store::WriteTransaction& tx, const Alert& alert);

/// Key prefix and kind of the timers of alerts.
inline constexpr std::string_view kTimerKind = "alert";

}  // namespace wardlight::alerts
