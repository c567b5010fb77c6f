// Reads people and their groups over one connection, in the dialect of the directory. Internal to
// directory.cpp. Blocks.
#pragma once

#include <optional>
#include <span>

#include "directory/connection.h"
#include "directory/group_graph.h"
#include "directory/person.h"

namespace wardlight::directory {

/// A person with what is needed to find their groups.
struct Found {
    Person person;
    std::vector<std::string> direct_groups;  ///< as far as the entry itself says
    std::string primary_group_sid;           ///< Active Directory; bytes
};

/// `conflict` when the filter fits several people. Without the groups.
Result<std::optional<Found>> find_person(Connection& connection, const Settings& settings,
                                         std::string_view user, Instant now);
/// All groups of one person, asking only for theirs.
Result<std::vector<std::string>> groups_of(Connection& connection, const Settings& settings,
                                           const Found& found);

/// Those of `ids` that the directory still has and the filter still fits, with their groups.
Result<std::vector<Person>> read_people(Connection& connection, const Settings& settings,
                                        std::span<const std::string> ids, Instant now);
/// Everybody whom the filter fits, with their groups.
Result<std::vector<Person>> read_everybody(Connection& connection, const Settings& settings,
                                           Instant now);
/// Those of `users` that the directory knows too; without groups.
Result<std::vector<std::string>> known_users(Connection& connection, const Settings& settings,
                                             std::span<const std::string> users);

}  // namespace wardlight::directory
