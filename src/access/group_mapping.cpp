#include "access/group_mapping.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/text.h"
#include "base/toml_text.h"
#include "directory/values.h"

namespace wardlight::access {
namespace {

constexpr std::size_t kRulesMost = 2'000;
constexpr std::size_t kListMost = 100;  // wards and teams of an account: accounts.cpp
constexpr std::size_t kTextLongest = 100;
constexpr std::size_t kDigestDigits = 12;

tl::unexpected<Error> refuse(const toml::node& node, const std::string& what) {
    return fail(ErrorCode::invalid, what, fmt::format("line {}", node.source().begin.line));
}

Result<std::string> read_text(const toml::node& node, std::string_view key) {
    const auto text = node.value_exact<std::string>();
    if (!text || trim(*text).empty() || text->size() > kTextLongest)
        return refuse(node, fmt::format("{} is a text of 1 to 100 characters", key));
    return *text;
}

Result<std::vector<std::string>> read_list(const toml::node& node, std::string_view key) {
    const toml::array* items = node.as_array();
    if (items == nullptr || items->size() > kListMost)
        return refuse(node, fmt::format("{} is a list of at most 100 texts", key));
    std::vector<std::string> list;
    for (const toml::node& item : *items) list.push_back(TRY(read_text(item, key)));
    return list;
}

Result<std::int64_t> read_day(const toml::node& node, std::string_view key) {
    const auto date = node.value_exact<toml::date>();
    if (!date) return refuse(node, fmt::format("{} is a date such as 2026-11-28", key));
    const std::chrono::year_month_day day{std::chrono::year(date->year),
                                          std::chrono::month(date->month),
                                          std::chrono::day(date->day)};
    if (!day.ok()) return refuse(node, fmt::format("{} is no day of the calendar", key));
    return std::chrono::sys_days(day).time_since_epoch().count();
}

Result<std::string> read_group(const toml::node& node) {
    const auto text = node.value_exact<std::string>();
    auto name = text ? directory::normal_name(*text) : fail(ErrorCode::invalid, {});
    if (!name)
        return refuse(node, "group is a distinguished name such as cn=ICU,ou=Groups,dc=a,dc=b");
    return name;
}

Result<Role> read_role(const toml::node& node) {
    const auto text = node.value_exact<std::string>();
    const auto role = text ? parse_role(*text) : std::nullopt;
    // Another system is no person of the directory.
    if (!role || *role == Role::integration) {
        return refuse(node,
                      "role is ward_nurse, doctor, site_coordinator, administrator or "
                      "privacy_officer");
    }
    return *role;
}

Result<> read_setting(GroupRule& rule, std::string_view key, const toml::node& node) {
    if (key == "id") {
        rule.id = TRY(read_text(node, key));
    } else if (key == "group") {
        rule.group = TRY(read_group(node));
    } else if (key == "role") {
        rule.role = TRY(read_role(node));
    } else if (key == "wards") {
        rule.wards = TRY(read_list(node, key));
    } else if (key == "teams") {
        rule.teams = TRY(read_list(node, key));
    } else if (key == "from") {
        rule.first_day = TRY(read_day(node, key));
    } else if (key == "to") {
        rule.last_day = TRY(read_day(node, key));
    } else {
        return refuse(node, fmt::format("{} is not a setting of a rule", key));
    }
    return {};
}

Result<GroupRule> read_rule(const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return refuse(node, "write rules as [[rule]]");
    GroupRule rule;
    for (const auto& [key, value] : *table) TRY(read_setting(rule, key.str(), value));
    if (rule.id.empty() || rule.group.empty()) return refuse(node, "a rule has an id and a group");
    const std::string which = fmt::format("rule {}: ", rule.id);
    if (!rule.role && rule.wards.empty() && rule.teams.empty())
        return refuse(node, which + "it gives nothing: no role, no ward, no team");
    if (rule.first_day && rule.last_day && *rule.last_day < *rule.first_day)
        return refuse(node, which + "to is before from");
    return rule;
}

bool holds(const GroupRule& rule, std::span<const std::string> groups, std::int64_t today) {
    if (rule.first_day && today < *rule.first_day) return false;
    if (rule.last_day && today > *rule.last_day) return false;
    return std::any_of(groups.begin(), groups.end(), [&rule](const std::string& group) {
        return directory::fits_name(rule.group, group);
    });
}

}  // namespace

Result<GroupMapping> parse_group_mapping(std::string_view toml_text) {
    const toml::table root = TRY(parse_toml(toml_text));
    GroupMapping mapping;
    mapping.digest = to_hex(sha256(toml_text)).substr(0, kDigestDigits);
    std::set<std::string> ids;
    for (const auto& [key, value] : root) {
        if (key == "version") {
            mapping.version = TRY(read_text(value, "version"));
        } else if (key == "rule") {
            const toml::array* rules = value.as_array();
            if (rules == nullptr) return refuse(value, "write rules as [[rule]]");
            if (rules->size() > kRulesMost) return refuse(value, "at most 2,000 rules");
            for (const toml::node& node : *rules) {
                GroupRule rule = TRY(read_rule(node));
                if (!ids.insert(rule.id).second)
                    return refuse(node, fmt::format("two rules have the id {}", rule.id));
                mapping.rules.push_back(std::move(rule));
            }
        } else {
            return refuse(value, fmt::format("{} is not a setting of a mapping", key.str()));
        }
    }
    if (mapping.version.empty())
        return fail(ErrorCode::invalid, "a mapping has a version, a text of your own", "version");
    return mapping;
}

MappedRights rights_of(std::span<const std::string> groups, const GroupMapping& mapping,
                       std::int64_t today) {
    MappedRights mapped;
    std::set<Role> roles;
    std::set<std::string> wards;
    std::set<std::string> teams;
    for (const GroupRule& rule : mapping.rules) {
        if (!holds(rule, groups, today)) continue;
        mapped.rules.push_back(rule.id);
        if (rule.role) roles.insert(*rule.role);
        wards.insert(rule.wards.begin(), rule.wards.end());
        teams.insert(rule.teams.begin(), rule.teams.end());
    }
    if (roles.size() != 1) {
        mapped.outcome =
            roles.empty() ? MappedRights::Outcome::no_role : MappedRights::Outcome::role_conflict;
        return mapped;
    }
    mapped.outcome = MappedRights::Outcome::granted;
    mapped.rights = {*roles.begin(), {wards.begin(), wards.end()}, {teams.begin(), teams.end()}};
    return mapped;
}

}  // namespace wardlight::access
