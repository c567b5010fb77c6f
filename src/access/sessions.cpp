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
        "DELETE FROM session WHERE account = $1 AND is_revoked = 0 AND id NOT IN (SELECT id FROM "
        "session WHERE account = $1 AND is_revoked = 0 ORDER BY created_at DESC, id LIMIT $2)",
        account.value, static_cast<std::int64_t>(keep));
}

Result<std::vector<SignedInDevice>> read_devices(store::Rows rows) {
    std::vector<SignedInDevice> devices;
    while (TRY(rows.next())) {
        devices.push_back({AccountId(rows.string(0)), rows.string(1), rows.string(2),
                           from_micros(rows.integer(3)), from_micros(rows.integer(4))});
    }
    return devices;
}

}  // namespace

Result<NewSession> start_session(store::WriteTransaction& tx, const AccountId& account,
                                 const SessionPolicy& policy, std::string_view device) {
    TRY(end_expired(tx));
    TRY(end_oldest(tx, account, policy.per_account - 1));
    NewSession session;
    session.token = new_secret(kTokenBytes);
    session.id = id_of(session.token);
    TRY(
        tx.sql().run("INSERT INTO session (id, account, csrf, created_at, last_seen, expires_at, "
                     "device) VALUES ($1, $2, $3, $4, $4, $5, $6)",
                     session.id, account.value, new_secret(kCsrfBytes), to_micros(tx.now()),
                     to_micros(tx.now() + policy.longest), device));
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
            "SELECT account, csrf, last_seen, expires_at FROM session WHERE id = $1 AND "
            "is_revoked = 0",
            session.id));
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

Result<bool> is_revoked(store::Snapshot& snapshot, std::string_view token) {
    if (token.empty() || token.size() > kTokenLongest) return false;
    auto rows = TRY(snapshot.sql().query("SELECT 1 FROM session WHERE id = $1 AND is_revoked = 1",
                                         id_of(token)));
    return rows.next();
}

Result<std::unordered_set<std::string>> living_sessions(store::Snapshot& snapshot, Instant now,
                                                        const SessionPolicy& policy) {
    std::unordered_set<std::string> living;
    auto rows = TRY(snapshot.sql().query(
        "SELECT id FROM session WHERE is_revoked = 0 AND expires_at > $1 AND last_seen > $2",
        to_micros(now), to_micros(now - policy.idle)));
    while (TRY(rows.next())) living.insert(rows.string(0));
    return living;
}

Result<std::vector<SignedInDevice>> devices_of(store::Snapshot& snapshot, const AccountId& account,
                                               Instant now, const SessionPolicy& policy) {
    return read_devices(TRY(snapshot.sql().query(
        "SELECT account, id, device, created_at, last_seen FROM session WHERE account = $1 AND "
        "is_revoked = 0 AND expires_at > $2 AND last_seen > $3 ORDER BY last_seen DESC, id",
        account.value, to_micros(now), to_micros(now - policy.idle))));
}

Result<std::vector<SignedInDevice>> all_devices(store::Snapshot& snapshot, Instant now,
                                                const SessionPolicy& policy) {
    return read_devices(TRY(snapshot.sql().query(
        "SELECT account, id, device, created_at, last_seen FROM session WHERE is_revoked = 0 AND "
        "expires_at > $1 AND last_seen > $2 ORDER BY account, last_seen DESC, id",
        to_micros(now), to_micros(now - policy.idle))));
}

Result<> touch_session(store::WriteTransaction& tx, const std::string& id) {
    return tx.sql().run("UPDATE session SET last_seen = $1 WHERE id = $2 AND last_seen < $1",
                        to_micros(tx.now()), id);
}

Result<> end_session(store::WriteTransaction& tx, const std::string& id) {
    return tx.sql().run("DELETE FROM session WHERE id = $1", id);
}

Result<> revoke_session(store::WriteTransaction& tx, const AccountId& account,
                        const std::string& id) {
    TRY(tx.sql().run(
        "UPDATE session SET is_revoked = 1 WHERE id = $1 AND account = $2 AND is_revoked = 0", id,
        account.value));
    if (tx.sql().changes() == 0)
        return fail(ErrorCode::not_found, "there is no such sign-in of yours", "id");
    return {};
}

Result<> revoke_sessions_of(store::WriteTransaction& tx, const AccountId& account,
                            std::string_view keep) {
    return tx.sql().run("UPDATE session SET is_revoked = 1 WHERE account = $1 AND id <> $2",
                        account.value, keep);
}

}  // namespace wardlight::access
