#include "directory/read_people.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <set>

#include "base/text.h"
#include "directory/values.h"

namespace wardlight::directory {
namespace {

constexpr std::size_t kIdsAtOnce = 100;   // in one filter
constexpr std::size_t kNamesAtOnce = 50;  // names are long
constexpr std::size_t kNameLongest = 100;
constexpr std::int64_t kAccountDisabled = 0x2;  // userAccountControl, MS-ADTS 2.2.16
constexpr std::string_view kLockedForGood = "000001010000";
/// LDAP_MATCHING_RULE_IN_CHAIN of Active Directory: groups of groups, found by the controller.
constexpr std::string_view kInChain = "1.2.840.113556.1.4.1941";

bool is_active_directory(const Settings& settings) {
    return settings.dialect == Dialect::active_directory;
}

std::vector<std::string> wanted_attributes(const Settings& settings) {
    std::vector<std::string> wanted{settings.id_attribute, settings.user_attribute,
                                    settings.name_attribute};
    const auto more =
        is_active_directory(settings)
            ? std::vector<std::string>{"userAccountControl", "accountExpires", "memberOf",
                                       "primaryGroupID", "objectSid"}
            : std::vector<std::string>{"pwdAccountLockedTime", "pwdEndTime", "shadowExpire"};
    wanted.insert(wanted.end(), more.begin(), more.end());
    return wanted;
}

Standing standing_in_active_directory(const Entry& entry, Instant now) {
    const auto control = parse_integer(entry.first("userAccountControl"));
    // One that cannot be read says nothing good.
    if (!control || (*control & kAccountDisabled) != 0) return Standing::disabled;
    const auto end = parse_filetime(entry.first("accountExpires"));
    return end && *end <= now ? Standing::expired : Standing::active;
}

/// draft-behera-ldap-password-policy-11 and RFC 2307 (shadowExpire: days since 1970).
Standing standing_in_openldap(const Entry& entry, Instant now) {
    if (entry.first("pwdAccountLockedTime").starts_with(kLockedForGood)) return Standing::disabled;
    const auto end = parse_generalized_time(entry.first("pwdEndTime"));
    if (end && *end <= now) return Standing::expired;
    const auto last_day = parse_integer(entry.first("shadowExpire"));
    const auto today = std::chrono::floor<std::chrono::days>(now).time_since_epoch().count();
    return last_day && *last_day >= 0 && *last_day <= today ? Standing::expired : Standing::active;
}

std::vector<std::string> normal_names(const std::vector<std::string>& names) {
    std::vector<std::string> normal;
    for (const std::string& name : names) {
        if (auto one = normal_name(name)) normal.push_back(std::move(*one));
    }
    return normal;
}

/// Nothing for an entry that cannot be a person: no id or no user name.
std::optional<Found> person_of(const Entry& entry, const Settings& settings, Instant now) {
    Found found;
    Person& person = found.person;
    const std::string_view id = entry.first(settings.id_attribute);
    if (equals_ignoring_case(settings.id_attribute, "objectGUID")) {
        const auto text = guid_text(id);
        if (!text) return std::nullopt;
        person.id = *text;
    } else {
        person.id = id;
    }
    person.dn = entry.dn;
    person.user = ascii_lower(entry.first(settings.user_attribute));
    if (person.id.empty() || person.user.empty() || person.dn.empty()) return std::nullopt;
    person.name = entry.first(settings.name_attribute);
    if (person.name.empty() || person.name.size() > kNameLongest || !is_valid_utf8(person.name))
        person.name = person.user;
    if (is_active_directory(settings)) {
        person.standing = standing_in_active_directory(entry, now);
        found.direct_groups = normal_names(entry.all("memberOf"));
        const auto primary = parse_integer(entry.first("primaryGroupID"));
        if (primary && *primary > 0 && *primary <= std::numeric_limits<std::uint32_t>::max()) {
            found.primary_group_sid =
                sid_in_domain(entry.first("objectSid"), static_cast<std::uint32_t>(*primary))
                    .value_or("");
        }
    } else {
        person.standing = standing_in_openldap(entry, now);
        person.is_locked = !entry.first("pwdAccountLockedTime").empty();
    }
    return found;
}

std::vector<Found> people_of(const std::vector<Entry>& entries, const Settings& settings,
                             Instant now) {
    std::vector<Found> people;
    for (const Entry& entry : entries) {
        if (auto found = person_of(entry, settings, now)) people.push_back(std::move(*found));
    }
    return people;
}

std::string id_filter(const Settings& settings, const std::string& id) {
    if (equals_ignoring_case(settings.id_attribute, "objectGUID")) {
        return fmt::format("({}={})", settings.id_attribute,
                           escape_filter_bytes(guid_bytes(id).value_or("")));
    }
    return fmt::format("({}={})", settings.id_attribute, escape_filter(id));
}

/// One filter for some of many; `part_of` makes the part for each.
template <class Item, class PartOf>
std::vector<std::string> any_of_filters(std::span<const Item> items, std::size_t at_once,
                                        PartOf part_of) {
    std::vector<std::string> filters;
    for (std::size_t from = 0; from < items.size(); from += at_once) {
        std::string filter = "(|";
        for (const Item& item : items.subspan(from, std::min(at_once, items.size() - from)))
            filter += part_of(item);
        filters.push_back(filter + ')');
    }
    return filters;
}

/// Where groups name the groups they are in (Active Directory), or their members (OpenLDAP).
struct Groups {
    GroupGraph graph;
    std::map<std::string, std::string, std::less<>> by_sid;
};

Result<Groups> read_groups(Connection& connection, const Settings& settings) {
    const bool is_ad = is_active_directory(settings);
    Search search{settings.group_base,
                  is_ad ? "(objectClass=group)"
                        : "(|(objectClass=groupOfNames)(objectClass=groupOfUniqueNames))",
                  is_ad ? std::vector<std::string>{"memberOf", "objectSid"}
                        : std::vector<std::string>{"member", "uniqueMember"},
                  true, 0};
    Groups groups;
    for (const Entry& entry : TRY(connection.search(search))) {
        const auto name = normal_name(entry.dn);
        if (!name) continue;
        if (is_ad) {
            groups.graph[*name] = normal_names(entry.all("memberOf"));
            groups.by_sid[std::string(entry.first("objectSid"))] = *name;
            continue;
        }
        for (const char* attribute : {"member", "uniqueMember"}) {
            for (const std::string& member : normal_names(entry.all(attribute)))
                groups.graph[member].push_back(*name);
        }
    }
    return groups;
}

void put_groups(const Groups& groups, const Settings& settings, Found& found) {
    std::vector<std::string> direct = std::move(found.direct_groups);
    if (const auto primary = groups.by_sid.find(found.primary_group_sid);
        primary != groups.by_sid.end() && !found.primary_group_sid.empty()) {
        direct.push_back(primary->second);
    }
    if (!is_active_directory(settings)) {
        const auto name = normal_name(found.person.dn);
        const auto own = name ? groups.graph.find(*name) : groups.graph.end();
        if (own != groups.graph.end()) direct = own->second;
    }
    found.person.groups = with_nested(groups.graph, std::move(direct));
    // As at a sign-in, where only groups below group_base are asked for.
    if (is_active_directory(settings)) {
        std::erase_if(found.person.groups,
                      [&groups](const std::string& name) { return !groups.graph.contains(name); });
    }
}

Result<std::vector<Person>> with_groups(Connection& connection, const Settings& settings,
                                        std::vector<Found> found) {
    const Groups groups = TRY(read_groups(connection, settings));
    std::vector<Person> people;
    for (Found& one : found) {
        put_groups(groups, settings, one);
        people.push_back(std::move(one.person));
    }
    return people;
}

Result<std::vector<std::string>> names_of(Connection& connection, const Settings& settings,
                                          const std::string& filter) {
    std::vector<std::string> names;
    // "1.1": no attribute at all (RFC 4511, 4.5.1.8).
    for (const Entry& entry :
         TRY(connection.search({settings.group_base, filter, {"1.1"}, true, 0})))
        names.push_back(entry.dn);
    return normal_names(names);
}

Result<std::vector<std::string>> groups_in_chain(Connection& connection, const Settings& settings,
                                                 const Found& found) {
    std::set<std::string> all;
    const auto add_above = [&](const std::string& name) -> Result<> {
        const std::string filter = fmt::format("(member:{}:={})", kInChain, escape_filter(name));
        for (std::string& group : TRY(names_of(connection, settings, filter)))
            all.insert(std::move(group));
        return {};
    };
    TRY(add_above(found.person.dn));
    if (!found.primary_group_sid.empty()) {
        const std::string filter =
            fmt::format("(objectSid={})", escape_filter_bytes(found.primary_group_sid));
        for (const std::string& primary : TRY(names_of(connection, settings, filter))) {
            all.insert(primary);
            TRY(add_above(primary));
        }
    }
    return std::vector<std::string>(all.begin(), all.end());
}

/// Level by level: which groups have one of these as a member.
Result<std::vector<std::string>> groups_by_member(Connection& connection, const Settings& settings,
                                                  const Found& found) {
    std::set<std::string> all;
    std::vector<std::string> level{found.person.dn};
    for (std::size_t depth = 0; !level.empty() && depth <= kNestingMost; ++depth) {
        std::vector<std::string> next;
        const auto filters = any_of_filters(
            std::span<const std::string>(level), kNamesAtOnce, [](const std::string& name) {
                return fmt::format("(member={0})(uniqueMember={0})", escape_filter(name));
            });
        for (const std::string& filter : filters) {
            for (std::string& group : TRY(names_of(connection, settings, filter))) {
                if (all.size() < kGroupsOfPersonMost && all.insert(group).second)
                    next.push_back(std::move(group));
            }
        }
        level = std::move(next);
    }
    return std::vector<std::string>(all.begin(), all.end());
}

}  // namespace

Result<std::optional<Found>> find_person(Connection& connection, const Settings& settings,
                                         std::string_view user, Instant now) {
    constexpr int kEnoughToTell = 2;
    const auto entries =
        connection.search({settings.base, fill_filter(settings.filter, escape_filter(user)),
                           wanted_attributes(settings), false, kEnoughToTell});
    const bool are_many =
        entries ? entries->size() > 1 : entries.error().code == ErrorCode::too_large;
    if (are_many)
        return fail(ErrorCode::conflict, "several people have this user name", "directory");
    if (!entries) return tl::unexpected(entries.error());
    auto people = people_of(*entries, settings, now);
    if (people.empty()) return std::nullopt;
    return std::move(people.front());
}

Result<std::vector<std::string>> groups_of(Connection& connection, const Settings& settings,
                                           const Found& found) {
    return is_active_directory(settings) ? groups_in_chain(connection, settings, found)
                                         : groups_by_member(connection, settings, found);
}

Result<std::vector<Person>> read_people(Connection& connection, const Settings& settings,
                                        std::span<const std::string> ids, Instant now) {
    std::vector<Found> found;
    const auto part = [&](const std::string& id) { return id_filter(settings, id); };
    for (const std::string& ids_filter : any_of_filters(ids, kIdsAtOnce, part)) {
        const std::string filter =
            fmt::format("(&{}{})", fill_filter(settings.filter, "*"), ids_filter);
        const auto entries =
            TRY(connection.search({settings.base, filter, wanted_attributes(settings), true, 0}));
        for (Found& one : people_of(entries, settings, now)) found.push_back(std::move(one));
    }
    if (found.empty()) return std::vector<Person>{};
    return with_groups(connection, settings, std::move(found));
}

Result<std::vector<Person>> read_everybody(Connection& connection, const Settings& settings,
                                           Instant now) {
    const auto entries = TRY(connection.search(
        {settings.base, fill_filter(settings.filter, "*"), wanted_attributes(settings), true, 0}));
    return with_groups(connection, settings, people_of(entries, settings, now));
}

Result<std::vector<std::string>> known_users(Connection& connection, const Settings& settings,
                                             std::span<const std::string> users) {
    std::vector<std::string> known;
    const auto part = [&](const std::string& user) {
        return fill_filter(settings.filter, escape_filter(user));
    };
    for (const std::string& filter : any_of_filters(users, kNamesAtOnce, part)) {
        for (const Entry& entry :
             TRY(connection.search({settings.base, filter, {settings.user_attribute}, true, 0}))) {
            known.push_back(ascii_lower(entry.first(settings.user_attribute)));
        }
    }
    return known;
}

}  // namespace wardlight::directory
