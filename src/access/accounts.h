// Local accounts. Functions over a transaction or snapshot; as thread-safe as those. Passwords are
// hashed before (password.h), one-time secrets sealed before (secret_key.h): nothing slow and
// nothing readable gets in here.
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
    bool is_disabled = false;
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

/// These also end the account's sessions. `not_found` for an unknown account.
Result<> set_password(store::WriteTransaction& tx, const AccountId& id,
                      const std::string& password_hash);
Result<> set_disabled(store::WriteTransaction& tx, const AccountId& id, bool is_disabled);

/// What sign-in needs and nobody else should ask for.
struct Credentials {
    AccountId account;
    std::string password_hash;
    std::optional<std::string> sealed_totp_secret;
    bool is_disabled;
};
Result<std::optional<Credentials>> credentials_of(store::Snapshot& snapshot, std::string_view user);
/// False when this or a later step was used before: a one-time code counts once.
Result<bool> use_totp_step(store::WriteTransaction& tx, const AccountId& id, std::int64_t step);

}  // namespace wardlight::access
