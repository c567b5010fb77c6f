// The passkeys of the accounts: keeping, finding, using, naming and removing them. What makes one
// valid is webauthn.h's task; who may do what, passkey_ceremonies.h's. Functions over a transaction
// or snapshot; as thread-safe as those.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/webauthn.h"
#include "base/ids.h"
#include "store/store.h"

namespace wardlight::access {

inline constexpr std::size_t kPasskeysMost = 20;           // per account
inline constexpr std::size_t kPasskeyNameLongest = 60;     // characters
inline constexpr std::size_t kPasskeyTransportsMost = 10;  // ways to reach an authenticator

struct Passkey {
    std::string id;          ///< ours, for addresses and the audit log
    std::string credential;  ///< the authenticator's id of it, bytes
    AccountId account;
    std::string public_key;  ///< COSE
    std::uint32_t sign_count = 0;
    bool is_backup_eligible = false;
    bool is_backed_up = false;
    std::vector<std::string> transports;  ///< "internal", "usb": hints for the browser
    std::string name;
    Instant created_at;
    std::optional<Instant> last_used_at;
    std::optional<Instant> blocked_at;  ///< since its counter went back: perhaps it was copied
};

/// Errors: `invalid` for a name of 0 or more than 60 characters or hints of another form,
/// `too_large` beyond kPasskeysMost, `conflict` when the credential is anybody's already.
Result<std::string> add_passkey(store::WriteTransaction& tx, const AccountId& account,
                                const NewPasskey& made, const std::vector<std::string>& transports,
                                std::string_view name);

/// The oldest first.
Result<std::vector<Passkey>> passkeys_of(store::Snapshot& snapshot, const AccountId& account);
Result<std::optional<Passkey>> find_passkey(store::Snapshot& snapshot, std::string_view credential);

/// Notes a use that was checked against `known`. False when the passkey has been used, blocked or
/// removed since: what was checked no longer holds.
Result<bool> note_passkey_use(store::WriteTransaction& tx, const Passkey& known,
                              const CheckedAssertion& use);
/// It signs nobody in any more until it is removed and made anew.
Result<> block_passkey(store::WriteTransaction& tx, const std::string& id);

/// `not_found` when it is none of the account's; `invalid` for the name as above.
Result<> rename_passkey(store::WriteTransaction& tx, const AccountId& account,
                        const std::string& id, std::string_view name);
/// `not_found` as above; `conflict` when the person could not sign in any more: no password and no
/// other passkey that works.
Result<> remove_passkey(store::WriteTransaction& tx, const AccountId& account,
                        const std::string& id);

/// All of them, for a recovery that puts a new one in their place.
Result<> remove_passkeys_of(store::WriteTransaction& tx, const AccountId& account);

/// 64 random bytes, made when they are first needed.
Result<std::string> user_handle_of(store::WriteTransaction& tx, const AccountId& account);
/// Empty when there is none.
Result<std::string> find_user_handle(store::Snapshot& snapshot, const AccountId& account);

}  // namespace wardlight::access
