#include "alerts/policy.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "alerts/json_fields.h"
#include "alerts/rota.h"
#include "alerts/setting_table.h"

namespace wardlight::alerts {
namespace {

constexpr std::string_view kKind = "policies";
constexpr std::size_t kPoliciesMost = 200;
constexpr std::size_t kStepsMost = 20;
constexpr std::size_t kRoutesMost = 500;
constexpr std::int64_t kLongestWaitSeconds = 86'400;
constexpr std::int64_t kMinutesOfDay = 24 * 60;

constexpr std::array<std::string_view, 4> kRules = {"aki", "news2", "critical_result", kAny};
constexpr std::array<std::string_view, 4> kSeverities = {"critical", "urgent", "routine", kAny};

template <class List>
bool is_in(const List& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

tl::unexpected<Error> invalid(std::string message, std::string where) {
    return fail(ErrorCode::invalid, std::move(message), std::move(where));
}

Result<Step> step_from(const json::Value& value, const std::vector<std::string>& known_roles,
                       const std::string& where) {
    const auto seconds = value["after_seconds"].as_integer();
    if (!seconds || *seconds < 0 || *seconds > kLongestWaitSeconds)
        return invalid("must be 0 to 86400 seconds", where + ".after_seconds");
    Step step{std::chrono::seconds(*seconds), text_in(value, "to")};
    if (!is_built_in_target(step.to) && !is_in(known_roles, step.to))
        return invalid("no such role", where + ".to");
    return step;
}

Result<Policy> policy_from(const json::Value& value, const std::vector<std::string>& known_roles,
                           const std::string& where) {
    Policy policy{text_in(value, "id"), text_in(value, "label"), {}};
    if (policy.id.empty()) return invalid("must not be empty", where + ".id");
    if (policy.label.empty()) return invalid("must not be empty", where + ".label");
    const auto& steps = value["steps"].items();
    if (steps.empty()) return invalid("a chain needs steps", where + ".steps");
    if (steps.size() > kStepsMost) return invalid("too many steps", where + ".steps");
    for (std::size_t i = 0; i < steps.size(); ++i) {
        const std::string step_where = fmt::format("{}.steps[{}]", where, i);
        policy.steps.push_back(TRY(step_from(steps[i], known_roles, step_where)));
        const bool is_last = i + 1 == steps.size();
        if (is_last != (policy.steps.back().to == kSwitchboard))
            return invalid(is_last ? "the last step must be the switchboard"
                                   : "the switchboard must be the last step",
                           step_where + ".to");
    }
    return policy;
}

Result<std::optional<int>> minute_from(const json::Value& value, std::string where) {
    if (value.is_null()) return std::nullopt;
    const auto minute = value.as_integer();
    if (!minute || *minute < 0 || *minute > kMinutesOfDay)
        return invalid("must be 0 to 1440 minutes after midnight", std::move(where));
    return static_cast<int>(*minute);
}

Result<Route> route_from(const json::Value& value, const PolicySet& set, const std::string& where) {
    Route route;
    route.rule = text_in(value, "rule");
    route.severity = text_in(value, "severity");
    if (!is_in(kRules, route.rule)) return invalid("no such rule", where + ".rule");
    if (!is_in(kSeverities, route.severity))
        return invalid("no such severity", where + ".severity");
    if (!value["ward"].text().empty()) route.ward = text_in(value, "ward");
    route.from_minute = TRY(minute_from(value["from_minute"], where + ".from_minute"));
    route.until_minute = TRY(minute_from(value["until_minute"], where + ".until_minute"));
    if (route.from_minute.has_value() != route.until_minute.has_value())
        return invalid("a window needs both ends", where + ".until_minute");
    if (route.from_minute && *route.from_minute == *route.until_minute)
        return invalid("the window is empty", where + ".until_minute");
    route.team = text_in(value, "team");
    const bool is_team = std::any_of(set.teams.begin(), set.teams.end(),
                                     [&](const Team& team) { return team.id == route.team; });
    if (!is_team) return invalid("no such team", where + ".team");
    route.policy = text_in(value, "policy");
    if (find_policy(set, route.policy) == nullptr)
        return invalid("no such policy", where + ".policy");
    return route;
}

bool matches_everything(const Route& route) {
    return route.rule == kAny && route.severity == kAny && !route.ward && !route.from_minute;
}

bool is_within(const Route& route, int minute) {
    if (!route.from_minute) return true;
    if (*route.from_minute < *route.until_minute)
        return *route.from_minute <= minute && minute < *route.until_minute;
    return minute >= *route.from_minute || minute < *route.until_minute;
}

json::Value null_or(const std::optional<int>& minute) {
    return minute ? json::Value(*minute) : json::Value();
}

}  // namespace

bool is_built_in_target(std::string_view target) {
    return target == kWardNurse || target == kOwnerTeam || target == kSwitchboard;
}

Result<PolicySet> policies_from(const json::Value& value,
                                const std::vector<std::string>& known_roles,
                                const std::vector<Team>& teams) {
    PolicySet set;
    for (const json::Value& team : value["teams"].items())
        set.teams.push_back({text_in(team, "id"), text_in(team, "name")});
    if (set.teams.empty()) set.teams = teams;
    const auto& policies = value["policies"].items();
    if (policies.size() > kPoliciesMost) return invalid("too many policies", "policies");
    for (std::size_t i = 0; i < policies.size(); ++i) {
        const std::string where = fmt::format("policies[{}]", i);
        Policy policy = TRY(policy_from(policies[i], known_roles, where));
        if (find_policy(set, policy.id) != nullptr)
            return invalid("the policy is there twice", where + ".id");
        set.policies.push_back(std::move(policy));
    }
    const auto& routes = value["routes"].items();
    if (routes.size() > kRoutesMost) return invalid("too many routes", "routes");
    for (std::size_t i = 0; i < routes.size(); ++i)
        set.routes.push_back(TRY(route_from(routes[i], set, fmt::format("routes[{}]", i))));
    if (set.routes.empty() || !matches_everything(set.routes.back()))
        return invalid("the last route must match everything", "routes");
    return set;
}

json::Value to_json(const std::vector<Step>& steps) {
    json::Array out;
    for (const Step& step : steps) {
        out.push_back(
            json::object({{"after_seconds", std::int64_t{step.after.count()}}, {"to", step.to}}));
    }
    return out;
}

std::vector<Step> steps_from(const json::Value& value) {
    std::vector<Step> steps;
    for (const json::Value& step : value.items()) {
        steps.push_back(
            {std::chrono::seconds(integer_in(step, "after_seconds")), text_in(step, "to")});
    }
    return steps;
}

json::Value to_json(const PolicySet& set) {
    json::Array teams;
    for (const Team& team : set.teams)
        teams.push_back(json::object({{"id", team.id}, {"name", team.name}}));
    json::Array policies;
    for (const Policy& policy : set.policies) {
        policies.push_back(json::object(
            {{"id", policy.id}, {"label", policy.label}, {"steps", to_json(policy.steps)}}));
    }
    json::Array routes;
    for (const Route& route : set.routes) {
        json::Value out = json::object({{"rule", route.rule}, {"severity", route.severity}});
        // Null members are kept: the app's contract names them.
        json::Object members = out.members();
        members.emplace_back("ward", json::Value(route.ward));
        members.emplace_back("from_minute", null_or(route.from_minute));
        members.emplace_back("until_minute", null_or(route.until_minute));
        members.emplace_back("team", route.team);
        members.emplace_back("policy", route.policy);
        routes.emplace_back(std::move(members));
    }
    return json::object({{"version", set.version},
                         {"teams", std::move(teams)},
                         {"policies", std::move(policies)},
                         {"routes", std::move(routes)}});
}

const Route& find_route(const PolicySet& set, std::string_view rule, std::string_view severity,
                        std::string_view ward, int minute) {
    for (const Route& route : set.routes) {
        if (route.rule != kAny && route.rule != rule) continue;
        if (route.severity != kAny && route.severity != severity) continue;
        if (route.ward && *route.ward != ward) continue;
        if (is_within(route, minute)) return route;
    }
    CHECK_INVARIANT(!set.routes.empty());
    return set.routes.back();  // matches everything: checked when it was saved
}

const Policy* find_policy(const PolicySet& set, std::string_view id) {
    const auto found = std::find_if(set.policies.begin(), set.policies.end(),
                                    [&](const Policy& policy) { return policy.id == id; });
    return found == set.policies.end() ? nullptr : &*found;
}

std::string team_name(const PolicySet& set, std::string_view id) {
    for (const Team& team : set.teams)
        if (team.id == id) return team.name;
    return std::string(id);
}

Result<PolicySet> load_policies(store::Snapshot& snapshot) {
    const auto saved = TRY(load_setting(snapshot, kKind));
    if (!saved) return default_policies();
    PolicySet set;
    for (const json::Value& team : saved->body["teams"].items())
        set.teams.push_back({text_in(team, "id"), text_in(team, "name")});
    for (const json::Value& policy : saved->body["policies"].items())
        set.policies.push_back(
            {text_in(policy, "id"), text_in(policy, "label"), steps_from(policy["steps"])});
    for (const json::Value& route : saved->body["routes"].items())
        set.routes.push_back(TRY(route_from(route, set, "alert_setting.policies")));
    set.version = saved->version;
    return set;
}

Result<std::int64_t> save_policies(store::WriteTransaction& tx, const json::Value& value,
                                   std::int64_t expected_version, const AccountId& author) {
    std::vector<std::string> roles;
    for (const Role& role : TRY(load_rota(tx)).roles) roles.push_back(role.id);
    const PolicySet before = TRY(load_policies(tx));
    const PolicySet set = TRY(policies_from(value, roles, before.teams));
    json::Value body = to_json(set);
    body.remove("version");
    return save_setting(tx, kKind, expected_version, author, body);
}

}  // namespace wardlight::alerts
