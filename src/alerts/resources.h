// The FHIR shape of an alert: DetectedIssue (what and why), Task (owner, state, deadline) and one
// Communication per notification. docs/alerts.md has the table.
#pragma once

#include <vector>

#include "alerts/alert.h"

namespace wardlight::alerts {

inline constexpr std::string_view kRuleSystem = "urn:wardlight:rule";
inline constexpr std::string_view kAccountSystem = "urn:wardlight:account";
inline constexpr std::string_view kTeamSystem = "urn:wardlight:team";
inline constexpr std::string_view kAlertStateSystem = "urn:wardlight:alert-state";

/// DetectedIssue/<alert id>, and Task/<alert id> once the alert was opened.
[[nodiscard]] Result<> write_resources(store::WriteTransaction& tx, const Alert& alert);

/// Communication/<alert id>-<sequence of the event>: who was told what, and when.
[[nodiscard]] Result<> write_notification(store::WriteTransaction& tx, const Alert& alert,
                                          const Event& event);

}  // namespace wardlight::alerts
