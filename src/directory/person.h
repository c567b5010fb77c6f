// What is read of a person in the directory. Plain values.
#pragma once

#include <string>
#include <vector>

namespace wardlight::directory {

/// What the directory says of the account as a whole. Locked after wrong passwords and a password
/// that has run out are no reason to end sessions; the bind tells them.
enum class Standing { active, disabled, expired };

struct Person {
    std::string id;    ///< never changes: objectGUID or entryUUID, as text
    std::string dn;    ///< distinguished name as the directory wrote it
    std::string user;  ///< lower case
    std::string name;  ///< what colleagues see; the user name where there is none
    Standing standing = Standing::active;
    bool is_locked = false;  ///< OpenLDAP's password policy: locked for a time
    /// Groups, direct and through groups, in the normal spelling (values.h), sorted.
    std::vector<std::string> groups;
};

}  // namespace wardlight::directory
