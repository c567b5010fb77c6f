// Sessions: who is signed in on which device. The token is a random secret that only the client
// holds; here is its SHA-256, so that a copy of the database opens no session. Functions over a
// transaction or snapshot; as thread-safe as those.
// Lifetimes: NIST SP 800-63B, AAL2 (12 hours at most, 30 minutes without activity).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "access/accounts.h"
#include "store/store.h"

namespace wardlight::access {

using namespace std::chrono_literals;

struct SessionPolicy {
    Duration idle = 30min;         ///< ends without activity
    Duration longest = 12h;        ///< ends in any case: a long shift
    Duration touch_every = 1min;   ///< activity is noted no more often than this
    std::size_t per_account = 16;  ///< a further one ends the oldest
};

struct Session {
    std::string id;  ///< hash of the token; may be logged
    std::string csrf;
    Subject subject;
    Instant last_seen;
    Instant expires_at;
};

struct NewSession {
    std::string token;  ///< for the client's cookie, nowhere else
    std::string id;
};

/// `device` as the client describes it; kept for the person's own list, never relied on.
Result<NewSession> start_session(store::WriteTransaction& tx, const AccountId& account,
                                 const SessionPolicy& policy, std::string_view device = {});

/// Nothing when the token is unknown, the session has expired, or the account is disabled.
Result<std::optional<Session>> find_session(store::Snapshot& snapshot, std::string_view token,
                                            Instant now, const SessionPolicy& policy);

/// By id instead of token: for a live stream that outlasts its request.
Result<std::optional<Session>> find_session_by_id(store::Snapshot& snapshot, const std::string& id,
                                                  Instant now, const SessionPolicy& policy);

/// Whether the token's session was ended from elsewhere: what its device has kept must go.
Result<bool> is_revoked(store::Snapshot& snapshot, std::string_view token);

/// Ids of all sessions that live, for those who hold open streams.
Result<std::unordered_set<std::string>> living_sessions(store::Snapshot& snapshot, Instant now,
                                                        const SessionPolicy& policy);

struct SignedInDevice {
    AccountId account;
    std::string session;  ///< id
    std::string device;
    Instant signed_in_at;
    Instant last_seen;
};
/// Where somebody is signed in, the one used last first.
Result<std::vector<SignedInDevice>> devices_of(store::Snapshot& snapshot, const AccountId& account,
                                               Instant now, const SessionPolicy& policy);

/// Of everybody, by account, the one used last first.
Result<std::vector<SignedInDevice>> all_devices(store::Snapshot& snapshot, Instant now,
                                                const SessionPolicy& policy);

Result<> touch_session(store::WriteTransaction& tx, const std::string& id);
/// By its own device.
Result<> end_session(store::WriteTransaction& tx, const std::string& id);
/// From elsewhere, by the same person. `not_found` when it is no living session of the account.
Result<> revoke_session(store::WriteTransaction& tx, const AccountId& account,
                        const std::string& id);
/// From elsewhere: all of the account, but for the one with the id `keep`.
Result<> revoke_sessions_of(store::WriteTransaction& tx, const AccountId& account,
                            std::string_view keep = {});

}  // namespace wardlight::access
