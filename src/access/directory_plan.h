// What the directory and the mapping would change of our accounts: a pure function, the same for
// the server's rounds, for a sign-in and for the dry run. And the function that does it.
#pragma once

#include <set>
#include <span>
#include <string>
#include <vector>

#include "access/directory_accounts.h"
#include "directory/person.h"

namespace wardlight::access {

struct DirectoryChange {
    AccountId account;
    std::string user;
    DirectoryBar bar_before = DirectoryBar::none;
    DirectoryBar bar_after = DirectoryBar::none;
    Rights before;
    Rights after;  ///< the same as before while something bars the account
    std::string user_after;
    std::string name_before;
    std::string name_after;
    std::vector<std::string> rules;  ///< ids of the mapping's rules that hold now

    [[nodiscard]] bool changes_bar() const { return bar_before != bar_after; }
    [[nodiscard]] bool changes_rights() const { return before != after; }
    [[nodiscard]] bool renames() const { return user != user_after || name_before != name_after; }
    /// Can no longer sign in, or may no longer do something that the role before could.
    [[nodiscard]] bool loses_access() const;
};

struct DirectoryPlan {
    std::vector<DirectoryChange> changes;
    std::size_t active = 0;  ///< accounts of the directory that may sign in now
    std::size_t losing = 0;  ///< of them lose access
};

struct PlanInput {
    std::span<const DirectoryAccount> accounts;
    std::span<const directory::Person> people;  ///< accounts that are not among them are missing
    std::set<std::string> local_users;          ///< names that are ours
};

[[nodiscard]] DirectoryPlan plan_changes(const PlanInput& input, const GroupMapping& mapping,
                                         std::int64_t today);

/// When so many lose access at once, it is more likely that the directory or the mapping is wrong
/// than that they have all left.
inline constexpr std::size_t kFewLeavers = 5;
[[nodiscard]] bool is_mass_change(const DirectoryPlan& plan, std::size_t percent);

/// With an audit entry for each change, by the directory.
Result<> apply_changes(store::WriteTransaction& tx, std::span<const DirectoryChange> changes);

}  // namespace wardlight::access
