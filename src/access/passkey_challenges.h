// Challenges: random bytes that a passkey has to sign, so that an answer is new and for one
// purpose. Each counts once, for five minutes; one for somebody signed in is bound to their
// session. Functions over a transaction or snapshot; as thread-safe as those.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/ids.h"
#include "store/store.h"

namespace wardlight::access {

using namespace std::chrono_literals;

inline constexpr Duration kChallengeLasts = 5min;
inline constexpr std::size_t kChallengesMost = 10'000;   // for signing in; then the oldest goes
inline constexpr std::size_t kChallengesPerSession = 4;  // of one purpose

enum class ChallengePurpose { sign_in, step_up, registration, recovery };

/// What a challenge is bound to; both empty for signing in.
struct ChallengeBond {
    ChallengePurpose purpose{};
    AccountId account;
    std::string session;  ///< id; of a recovery, its own
};

/// 32 random bytes.
Result<std::string> new_challenge(store::WriteTransaction& tx, const ChallengeBond& bond);

/// Whether such a challenge is open.
Result<bool> is_open_challenge(store::Snapshot& snapshot, std::string_view challenge,
                               const ChallengeBond& bond, Instant now);
/// The same, and from then on it is not: whatever comes of the answer, it counts once.
Result<bool> take_challenge(store::WriteTransaction& tx, std::string_view challenge,
                            const ChallengeBond& bond);

}  // namespace wardlight::access
