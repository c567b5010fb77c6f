// Which groups of the directory give which rights, as data with a version: a TOML file of rules.
// What a person gets is a pure function of their groups, the rules and the day. Thread-safe.
// docs/directory.md describes the file.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "access/roles.h"
#include "base/result.h"

namespace wardlight::access {

struct GroupRule {
    std::string id;     ///< for people: "icu-nurses"
    std::string group;  ///< distinguished name or pattern, normal spelling (directory/values.h)
    std::optional<Role> role;  ///< none: adds wards and teams only
    std::vector<std::string> wards;
    std::vector<std::string> teams;
    std::optional<std::int64_t> first_day;  ///< days since 1970, of the hospital's calendar
    std::optional<std::int64_t> last_day;   ///< still holds on it
};

struct GroupMapping {
    std::string version;  ///< as its author calls it
    std::string digest;   ///< of the text, so that no two files are taken for one
    std::vector<GroupRule> rules;
};

/// `invalid` names the line, and the rule's id where there is one.
[[nodiscard]] Result<GroupMapping> parse_group_mapping(std::string_view toml_text);

struct Rights {
    Role role{};
    std::vector<std::string> wards;  ///< sorted, each once
    std::vector<std::string> teams;  ///< sorted, each once
    bool operator==(const Rights&) const = default;
};

struct MappedRights {
    enum class Outcome { granted, no_role, role_conflict };
    Outcome outcome = Outcome::no_role;
    Rights rights;                   ///< when granted
    std::vector<std::string> rules;  ///< ids of those that held, in the order of the file
};

/// `groups` in the normal spelling. Several rules add wards and teams; without a role, or with two
/// different ones, there is nothing at all.
[[nodiscard]] MappedRights rights_of(std::span<const std::string> groups,
                                     const GroupMapping& mapping, std::int64_t today);

}  // namespace wardlight::access
