// What people do with alerts. Each is one event of the state machine, checked against the version
// the person saw: whoever is slower gets `conflict`, and the caller shows the card as it is now.
// Errors name the field ("until"), never a patient.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alerts/alert.h"
#include "alerts/site.h"

namespace wardlight::alerts {

/// Who looks or acts, as the session says.
struct Viewer {
    AccountId account;
    std::string role;
    std::vector<std::string> wards;
    std::vector<std::string> teams;
};

struct ActionRequest {
    Action action{};
    std::int64_t version = 0;        // of the card that was acted on
    AccountId to{};                  // hand_over
    std::optional<Instant> until{};  // snooze
    std::string outcome{};           // triage
    std::string reason{};            // snooze, not_useful: needed; triage: may be empty
};

[[nodiscard]] Result<> act(store::WriteTransaction& tx, const Site& site, const AlertId& id,
                           const Viewer& viewer, const ActionRequest& request);

/// A receipt: this person has the present version of the alert on their screen.
[[nodiscard]] Result<> note_seen(store::WriteTransaction& tx, const AlertId& id,
                                 const Viewer& viewer);

/// The longest an alert of this severity may sleep.
[[nodiscard]] Duration longest_snooze(Severity severity);

}  // namespace wardlight::alerts
