// Accounts, those of the hospital's directory (directory_accounts.h) among them. Functions over a
// transaction or snapshot; as thread-safe as those. Passwords are hashed before (password.h),
// one-time secrets sealed before (secret_key.h): nothing slow and nothing readable gets in here.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/decision.h"
#include "store/store.h"

namespace wardlight::access {

struct Account {
    Subject subject;
    bool is_disabled = false;  ///< by an administrator, or the directory bars it
    bool is_of_directory = false;
    bool has_code = false;  ///< signs in with a one-time code as well
    Instant created_at;
};

struct NewAccount {
    std::string user;  ///< 1 to 64 of a-z, 0-9, '.', '_', '-', '@'; case does not matter
    std::string name;
    Role role{};
    std::vector<std::string> wards;
    std::vector<std::string> teams;
    PractitionerId practitioner;
    std::string password_hash;
    std::optional<std::string> sealed_totp_secret;
};

/// `conflict` when the user name is taken.
Result<AccountId> add_account(store::WriteTransaction& tx, const NewAccount& account);

Result<std::optional<Account>> find_account(store::Snapshot& snapshot, const AccountId& id);
Result<std::optional<Account>> find_account_of_user(store::Snapshot& snapshot,
                                                    std::string_view user);
/// By user name.
Result<std::vector<Account>> list_accounts(store::Snapshot& snapshot);
/// Accounts in a team that may sign in.
Result<std::vector<Account>> accounts_of_team(store::Snapshot& snapshot, std::string_view team);

/// What any account must keep to: `invalid` says what.
Result<> check_names(std::string_view user, std::string_view name);
Result<> add_wards_and_teams(store::WriteTransaction& tx, const AccountId& id,
                             const std::vector<std::string>& wards,
                             const std::vector<std::string>& teams);

/// These also end the account's sessions. `not_found` for an unknown account; `conflict` for the
/// password of an account of the directory, which is not ours to set.
Result<> set_password(store::WriteTransaction& tx, const AccountId& id,
                      const std::string& password_hash);
Result<> set_disabled(store::WriteTransaction& tx, const AccountId& id, bool is_disabled);

/// What sign-in needs and nobody else should ask for.
struct Credentials {
    AccountId account;
    std::string password_hash;
    std::optional<std::string> sealed_totp_secret;
    bool is_disabled;
    bool is_of_directory = false;  ///< then there is no password here
};
Result<std::optional<Credentials>> credentials_of(store::Snapshot& snapshot, std::string_view user);
/// False when this or a later step was used before: a one-time code counts once.
Result<bool> use_totp_step(store::WriteTransaction& tx, const AccountId& id, std::int64_t step);

}  // namespace wardlight::access
