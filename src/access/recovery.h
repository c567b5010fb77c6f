// A new passkey for somebody who has lost all of theirs, by two administrators: one begins it with
// a reason, another confirms and gets a code, which the person types within ten minutes to make a
// passkey. Neither may be the person, nor both the same. All other sessions end.
//
// Functions over a transaction or snapshot: as thread-safe as those. The audit entries are the
// callers'.
// Source: NIST SP 800-63B-4, 4.2 (account recovery).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "store/store.h"

namespace wardlight::access {

using namespace std::chrono_literals;

inline constexpr Duration kRecoveryWaits = 24h;  // for the second administrator
inline constexpr Duration kRecoveryCodeLasts = 10min;
inline constexpr std::int64_t kRecoveryAttempts = 5;  // wrong codes, then it is over

struct Recovery {
    std::string id;
    AccountId account;
    std::string reason;  ///< in the first administrator's words
    bool removes_passkeys = false;
    AccountId started_by;
    Instant started_at;
    std::optional<Instant> confirmed_at;  ///< from then on there is a code
};

struct NewRecovery {
    AccountId account;
    std::string reason;             ///< 10 to 500 characters
    bool removes_passkeys = false;  ///< all that there are: they are lost, not only at home
    AccountId started_by;
};

/// Its id. Errors: `invalid` for the reason, `not_found` for an unknown or disabled account,
/// `forbidden` for one's own, `conflict` when one is under way.
Result<std::string> start_recovery(store::WriteTransaction& tx, const NewRecovery& wanted);

/// A code for the person, shown once: twelve letters and digits in three groups, 60 bits. Errors:
/// `not_found` when none of that id waits, `forbidden` for who began it and for the person.
Result<std::string> confirm_recovery(store::WriteTransaction& tx, const std::string& id,
                                     const AccountId& confirmed_by);

/// `not_found` when none of that id is under way.
Result<Recovery> cancel_recovery(store::WriteTransaction& tx, const std::string& id);

/// Under way, the oldest first.
Result<std::vector<Recovery>> open_recoveries(store::Snapshot& snapshot, Instant now);

/// The account's, when it is confirmed and this is its code. Nothing otherwise.
Result<std::optional<Recovery>> recovery_of_code(store::Snapshot& snapshot,
                                                 const AccountId& account, std::string_view code,
                                                 Instant now);
/// Counts a wrong code against the account's recovery, and ends it at the last.
Result<> note_wrong_recovery_code(store::WriteTransaction& tx, const AccountId& account);
/// It has served.
Result<> end_recovery(store::WriteTransaction& tx, const std::string& id);

}  // namespace wardlight::access
