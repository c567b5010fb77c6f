// Who is told of an alert, and who next when nobody acts: routes and escalation chains, as data
// that an administrator edits and whose every version is kept.
//
// A route is chosen by rule, severity, ward and hour; the first match wins and the last route
// matches everything. A chain ends at the switchboard: its screen shows the alert until somebody
// acts.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "alerts/people.h"
#include "alerts/state.h"

namespace wardlight::alerts {

inline constexpr std::string_view kSwitchboard = "switchboard";
inline constexpr std::string_view kOwnerTeam = "owner_team";
inline constexpr std::string_view kAny = "*";

struct Step {
    std::chrono::seconds after{};  // after the step before, or after opening
    std::string to;  // an on-call role of the rota, "ward_nurse", "owner_team" or "switchboard"
};

struct Policy {
    std::string id;
    std::string label;
    std::vector<Step> steps;
};

struct Team {
    std::string id;
    std::string name;
};

struct Route {
    std::string rule;      // "aki", "news2", "critical_result" or "*"
    std::string severity;  // "critical", "urgent", "routine" or "*"
    std::optional<std::string> ward;
    /// Minutes since local midnight, from inclusive, until exclusive; may wrap over midnight.
    std::optional<int> from_minute;
    std::optional<int> until_minute;
    std::string team;
    std::string policy;
};

struct PolicySet {
    std::int64_t version = 0;
    std::vector<Team> teams;
    std::vector<Policy> policies;
    std::vector<Route> routes;
};

/// What a new hospital starts with; each number has its reason beside it in the source.
[[nodiscard]] PolicySet default_policies();

/// Checks everything that could make an alert end silently. Errors name the place
/// ("policies[1].steps[2].to"). Without `teams`, those of the set in force are kept (the app does
/// not send them).
[[nodiscard]] Result<PolicySet> policies_from(const json::Value& value,
                                              const std::vector<std::string>& known_roles,
                                              const std::vector<Team>& teams);
[[nodiscard]] json::Value to_json(const PolicySet& set);

[[nodiscard]] const Route& find_route(const PolicySet& set, std::string_view rule,
                                      std::string_view severity, std::string_view ward, int minute);
[[nodiscard]] const Policy* find_policy(const PolicySet& set, std::string_view id);
[[nodiscard]] std::string team_name(const PolicySet& set, std::string_view id);

[[nodiscard]] json::Value to_json(const std::vector<Step>& steps);
[[nodiscard]] std::vector<Step> steps_from(const json::Value& value);

/// A step's target that is no role of the rota.
[[nodiscard]] bool is_built_in_target(std::string_view target);

/// In force now: the newest saved, or the default as version 0.
[[nodiscard]] Result<PolicySet> load_policies(store::Snapshot& snapshot);
[[nodiscard]] Result<std::int64_t> save_policies(store::WriteTransaction& tx,
                                                 const json::Value& value,
                                                 std::int64_t expected_version,
                                                 const AccountId& author);

}  // namespace wardlight::alerts
