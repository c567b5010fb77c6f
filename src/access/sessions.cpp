#include "access/sessions.h"

#include "base/ids.h"
#include "base/text.h"

namespace wardlight::access {
namespace {

constexpr std::size_t kTokenBytes = 32;
constexpr std::size_t kCsrfBytes = 24;
constexpr std::size_t kTokenLongest = 128;

std::string id_of(std::string_view token) {
    return to_hex(sha256(token));
}

Result<> end_expired(store::WriteTransaction& tx) {
    return tx.sql().run("DELETE FROM session WHERE expires_at <= $1", to_micros(tx.now()));
}

Result<> end_oldest(store::WriteTransaction& tx, const AccountId& account, std::size_t keep) {
    return tx.sql().run(
        "DELETE FROM session WHERE account = $1 AND id NOT IN (SELECT id FROM session WHERE "
        "account = $1 ORDER BY created_at DESC, id LIMIT $2)",
        account.value, static_cast<std::int64_t>(keep));
}

}  // namespace

Result<NewSession> start_session(store::WriteTransaction& tx, const AccountId& account,
                                 const SessionPolicy& policy) {
    TRY(end_expired(tx));
    TRY(end_oldest(tx, account, policy.per_account - 1));
    NewSession session;
    session.token = new_secret(kTokenBytes);
    session.id = id_of(session.token);
    TRY(
        tx.sql().run("INSERT INTO session (id, account, csrf, created_at, last_seen, expires_at) "
                     "VALUES ($1, $2, $3, $4, $4, $5)",
                     session.id, account.value, new_secret(kCsrfBytes), to_micros(tx.now()),
                     to_micros(tx.now() + policy.longest)));
    return session;
}

Result<std::optional<Session>> find_session(store::Snapshot& snapshot, std::string_view token,
                                            Instant now, const SessionPolicy& policy) {
    if (token.empty() || token.size() > kTokenLongest) return std::nullopt;
    return find_session_by_id(snapshot, id_of(token), now, policy);
}

Result<std::optional<Session>> find_session_by_id(store::Snapshot& snapshot, const std::string& id,
                                                  Instant now, const SessionPolicy& policy) {
    Session session;
    session.id = id;
    AccountId account_id;
    {
        auto rows = TRY(snapshot.sql().query(
            "SELECT account, csrf, last_seen, expires_at FROM session WHERE id = $1", session.id));
        if (!TRY(rows.next())) return std::nullopt;
        account_id = AccountId(rows.string(0));
        session.csrf = rows.string(1);
        session.last_seen = from_micros(rows.integer(2));
        session.expires_at = from_micros(rows.integer(3));
    }
    if (now >= session.expires_at || now - session.last_seen >= policy.idle) return std::nullopt;
    auto account = TRY(find_account(snapshot, account_id));
    if (!account || account->is_disabled) return std::nullopt;
    session.subject = std::move(account->subject);
    return session;
}

Result<> touch_session(store::WriteTransaction& tx, const std::string& id) {
    return tx.sql().run("UPDATE session SET last_seen = $1 WHERE id = $2 AND last_seen < $1",
                        to_micros(tx.now()), id);
}

Result<> end_session(store::WriteTransaction& tx, const std::string& id) {
    return tx.sql().run("DELETE FROM session WHERE id = $1", id);
}

Result<> end_sessions_of(store::WriteTransaction& tx, const AccountId& account) {
    return tx.sql().run("DELETE FROM session WHERE account = $1", account.value);
}

}  // namespace wardlight::access
