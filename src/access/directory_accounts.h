// Accounts of the hospital's directory. They are rows like others, without a password here, known
// by the directory's own id; what the directory says of them decides whether they may sign in.
// Functions over a transaction or snapshot; as thread-safe as those.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/accounts.h"
#include "access/group_mapping.h"
#include "store/store.h"

namespace wardlight::access {

/// What keeps a person of the directory out; `none` keeps nobody out. An administrator's own
/// `wardlight user disable` stands beside it.
enum class DirectoryBar { none, missing, disabled, expired, no_role, role_conflict };
/// "missing": in data and in the audit log; empty for none.
[[nodiscard]] std::string_view code_of(DirectoryBar bar);

struct DirectoryAccount {
    Account account;
    std::string directory_id;
    DirectoryBar bar = DirectoryBar::none;
    bool is_disabled_here = false;  ///< by an administrator, whatever the directory says
};

/// By user name.
Result<std::vector<DirectoryAccount>> directory_accounts(store::Snapshot& snapshot);
Result<std::optional<DirectoryAccount>> find_directory_account(store::Snapshot& snapshot,
                                                               std::string_view directory_id);

/// User names of the accounts that are ours; they win over the same names in the directory.
Result<std::set<std::string>> local_users(store::Snapshot& snapshot);

struct NewDirectoryAccount {
    std::string directory_id;
    std::string user;
    std::string name;
    Rights rights;
};
/// `conflict` when the user name is taken, by an account of ours most likely: that one wins.
Result<AccountId> add_directory_account(store::WriteTransaction& tx,
                                        const NewDirectoryAccount& account);

/// From the next request on the account has these rights, its sessions go on.
Result<> set_rights(store::WriteTransaction& tx, const AccountId& id, const Rights& rights);
/// `conflict` when the user name is taken.
Result<> rename_account(store::WriteTransaction& tx, const AccountId& id, std::string_view user,
                        std::string_view name);
/// Ends all sessions when it is not `none`.
Result<> set_bar(store::WriteTransaction& tx, const AccountId& id, DirectoryBar bar);

}  // namespace wardlight::access
