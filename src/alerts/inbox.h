// Which alerts a person sees, and where: to see, with a colleague, done; the switchboard's screen;
// the export by which a run is scored.
//
// An alert is a person's when it is for one of their teams or wards, when the chain has told them,
// or when they have or had it in hand. The ward that looks after the patient and the team that was
// called so see the same alert.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "alerts/actions.h"
#include "alerts/alert_table.h"

namespace wardlight::alerts {

enum class Group {
    to_see,          // waits for somebody, or is the viewer's own; withdrawn ones until seen
    with_colleague,  // somebody else has it
    done,            // of the last day
};
[[nodiscard]] std::optional<Group> group_named(std::string_view name);

inline constexpr auto kDoneIsShownFor = std::chrono::hours(24);
inline constexpr std::size_t kInboxMost = 500;

struct Inbox {
    std::vector<Alert> to_see;  // most urgent first, then oldest
    std::vector<Alert> with_colleague;
    std::vector<Alert> done;  // newest first

    [[nodiscard]] const std::vector<Alert>& of(Group group) const;
};

[[nodiscard]] Result<Inbox> inbox_of(store::Snapshot& snapshot, const Viewer& viewer, Instant now);

/// Chains that ended and wait for somebody to act; never shortened, oldest first.
[[nodiscard]] Result<std::vector<Alert>> switchboard(store::Snapshot& snapshot);

/// Patients with a living alert for the team, most urgent first.
[[nodiscard]] Result<std::vector<PatientId>> patients_of_team(store::Snapshot& snapshot,
                                                              std::string_view team);

/// Living alerts of one patient, most urgent first.
[[nodiscard]] Result<std::vector<Alert>> living_alerts(store::Snapshot& snapshot,
                                                       const PatientId& patient);

/// One line for each result or observation set that was told, or withheld with a reason.
struct ExportedAlert {
    PatientId patient;
    std::string rule;
    std::string level;
    std::string analyte;  // the sender's code; critical results only
    Instant taken_at;
    std::optional<Instant> opened_at;
    std::string state;  // of the alert; "retracted" or "suppressed"
    std::string suppressed_reason;
};
[[nodiscard]] Result<std::vector<ExportedAlert>> export_alerts(store::Snapshot& snapshot);

}  // namespace wardlight::alerts
