#include "access/passkey_challenges.h"

#include "base/text.h"

namespace wardlight::access {
namespace {

constexpr std::size_t kChallengeBytes = 32;

std::string_view code_of(ChallengePurpose purpose) {
    switch (purpose) {
        case ChallengePurpose::sign_in:
            return "sign_in";
        case ChallengePurpose::step_up:
            return "step_up";
        case ChallengePurpose::registration:
            return "registration";
        case ChallengePurpose::recovery:
            return "recovery";
    }
    return {};
}

/// Old ones, and the oldest where as many are open as may be.
Result<> make_room(store::WriteTransaction& tx, const ChallengeBond& bond) {
    TRY(tx.sql().run("DELETE FROM passkey_challenge WHERE created_at <= $1",
                     to_micros(tx.now() - kChallengeLasts)));
    std::int64_t open = 0;
    {
        auto rows = TRY(tx.sql().query(
            "SELECT COUNT(*) FROM passkey_challenge WHERE purpose = $1 AND session = $2",
            code_of(bond.purpose), bond.session));
        if (TRY(rows.next())) open = rows.integer(0);
    }
    const std::size_t most =
        bond.purpose == ChallengePurpose::sign_in ? kChallengesMost : kChallengesPerSession;
    if (open < static_cast<std::int64_t>(most)) return {};
    return tx.sql().run(
        "DELETE FROM passkey_challenge WHERE challenge = (SELECT challenge FROM passkey_challenge "
        "WHERE purpose = $1 AND session = $2 ORDER BY created_at, challenge LIMIT 1)",
        code_of(bond.purpose), bond.session);
}

}  // namespace

Result<std::string> new_challenge(store::WriteTransaction& tx, const ChallengeBond& bond) {
    TRY(make_room(tx, bond));
    const std::string text = new_secret(kChallengeBytes);
    TRY(tx.sql().run(
        "INSERT INTO passkey_challenge (challenge, purpose, account, session, created_at) "
        "VALUES ($1, $2, $3, $4, $5)",
        text, code_of(bond.purpose), bond.account.value, bond.session, to_micros(tx.now())));
    return from_base64(text).value_or("");
}

Result<bool> is_open_challenge(store::Snapshot& snapshot, std::string_view challenge,
                               const ChallengeBond& bond, Instant now) {
    auto rows = TRY(snapshot.sql().query(
        "SELECT 1 FROM passkey_challenge WHERE challenge = $1 AND purpose = $2 AND account = $3 "
        "AND session = $4 AND created_at > $5",
        to_base64url(challenge), code_of(bond.purpose), bond.account.value, bond.session,
        to_micros(now - kChallengeLasts)));
    return rows.next();
}

Result<bool> take_challenge(store::WriteTransaction& tx, std::string_view challenge,
                            const ChallengeBond& bond) {
    const bool is_open = TRY(is_open_challenge(tx, challenge, bond, tx.now()));
    if (!is_open) return false;
    TRY(tx.sql().run("DELETE FROM passkey_challenge WHERE challenge = $1",
                     to_base64url(challenge)));
    return true;
}

}  // namespace wardlight::access
