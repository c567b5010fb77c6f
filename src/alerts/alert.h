// One alert as a whole: its state, whom it concerns, why it arose, and how it is told.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "alerts/policy.h"
#include "alerts/state.h"

namespace wardlight::alerts {

enum class Rule { aki, news2, critical_result };
enum class Severity { routine = 0, urgent = 1, critical = 2 };

[[nodiscard]] std::string_view name_of(Rule rule);
[[nodiscard]] std::string_view name_of(Severity severity);
[[nodiscard]] std::optional<Rule> rule_named(std::string_view name);

/// Why it fired, in the shapes of the app's AlertCard; rebuilt with each evaluation that drives the
/// alert.
struct Explanation {
    std::string rule_id;
    std::string rule_version;
    std::optional<Instant> taken_at;
    json::Value inputs = json::Array{};
    std::string ratio;
    std::string comment;
    std::vector<std::string> quality;
    std::optional<int> kdigo_stage;
    json::Value context;
    std::vector<std::string> evidence;  // references: "Observation/..."
};

[[nodiscard]] json::Value to_json(const Explanation& why);
[[nodiscard]] Explanation explanation_from(const json::Value& value);

struct Alert {
    AlertId id;
    PatientId patient;
    Rule rule{};
    /// Critical results: one alert per analyte. Empty for the other rules.
    std::string analyte;
    Severity severity{};
    /// The result or observation set that began the episode.
    std::string episode;
    Instant opened_at;

    std::string ward;  // empty: not known
    std::string room;
    std::string bed;
    std::string facility;

    std::string team;
    std::string policy;
    std::vector<Step> steps;  // as they were when the chain began

    Explanation why;
    AlertState state;
    std::int64_t events = 0;  // sequence of the newest
};

/// As kept in alert.body.
[[nodiscard]] json::Value to_json(const Alert& alert);
[[nodiscard]] Result<Alert> alert_from(const json::Value& value);

}  // namespace wardlight::alerts
