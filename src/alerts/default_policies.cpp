// The chains and routes a new hospital starts with. Each wait is a starting point for the
// hospital's own governance, with its reason; docs/alerts.md tells a safety officer what to check.
#include "alerts/policy.h"

namespace wardlight::alerts {
namespace {

using namespace std::chrono_literals;

std::string text(std::string_view view) {
    return std::string(view);
}

/// Emergency: NEWS2 of 7 or more asks for emergency assessment (RCP 2017; study practice within
/// 30 min), a critical result must be told within the hour with a fail-safe path (NPSG.02.03.01;
/// Pathlab NZ). Half of the time is left for the walk: acknowledged by 5 min (p50 target), at the
/// switchboard by 15 min (p95 target).
std::vector<Step> emergency_steps(std::string_view first_role) {
    return {{0s, text(kWardNurse)},
            {0s, text(first_role)},
            {5min, "medical_oncall"},
            {5min, "site_coordinator"},
            {5min, text(kSwitchboard)}};
}

/// Urgent: NEWS2 5 or 6 or a single red asks for urgent assessment (study practice within 1 h),
/// AKI stage 2 for review within 6 h when acutely ill (NICE QS76 statement 3).
std::vector<Step> urgent_steps(std::string_view first_role) {
    return {{0s, text(kWardNurse)},
            {0s, text(first_role)},
            {15min, "medical_oncall"},
            {15min, "site_coordinator"},
            {10min, text(kSwitchboard)}};
}

/// AKI stage 1: within 24 h where AKI is likely (Think Kidneys); somebody must have it within a
/// shift's half.
std::vector<Step> routine_steps(std::string_view first_role) {
    return {{0s, text(kWardNurse)},
            {0s, text(first_role)},
            {1h, "medical_oncall"},
            {1h, "site_coordinator"},
            {1h, text(kSwitchboard)}};
}

}  // namespace

PolicySet default_policies() {
    PolicySet set;
    set.teams = {
        {"renal", "Renal"}, {"medical", "Acute medicine"}, {"outreach", "Critical care outreach"}};
    set.policies = {
        {"aki_3", "AKI stage 3", emergency_steps("renal_oncall")},
        {"aki_2", "AKI stage 2", urgent_steps("renal_oncall")},
        {"aki_1", "AKI stage 1", routine_steps("renal_oncall")},
        {"news2_high", "NEWS2 7 or more", emergency_steps("outreach")},
        {"news2_urgent", "NEWS2 5 or 6, or one red", urgent_steps("outreach")},
        {"critical_result", "Critical result", emergency_steps("medical_oncall")},
        {"other", "Everything else", urgent_steps("medical_oncall")},
    };
    const auto route = [&](const char* rule, const char* severity, const char* team,
                           const char* policy) {
        set.routes.push_back({rule, severity, {}, {}, {}, team, policy});
    };
    route("aki", "critical", "renal", "aki_3");
    route("aki", "urgent", "renal", "aki_2");
    route("aki", "routine", "renal", "aki_1");
    route("news2", "critical", "outreach", "news2_high");
    route("news2", "*", "outreach", "news2_urgent");
    route("critical_result", "*", "medical", "critical_result");
    route("*", "*", "medical", "other");
    return set;
}

}  // namespace wardlight::alerts
