#include "access/recovery.h"

#include <fmt/format.h>
#include <sodium.h>

#include <algorithm>

#include "access/accounts.h"
#include "access/own_words.h"
#include "base/text.h"

namespace wardlight::access {
namespace {

constexpr std::size_t kCodeLetters = 12;
constexpr std::size_t kGroup = 4;
/// Crockford's base 32: no letter that is taken for a digit.
constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::string_view kSelect =
    "SELECT id, account, reason, removes_passkeys, started_by, started_at, confirmed_at "
    "FROM account_recovery ";
/// Under way: not ended, and neither wait is over ($1, $2: since when they may last).
constexpr std::string_view kIsOpen =
    "ended_at IS NULL AND ((confirmed_at IS NULL AND started_at > $1) OR confirmed_at > $2)";

Recovery recovery_from(const store::Rows& rows) {
    Recovery found;
    found.id = rows.string(0);
    found.account = AccountId(rows.string(1));
    found.reason = rows.string(2);
    found.removes_passkeys = rows.integer(3) != 0;
    found.started_by = AccountId(rows.string(4));
    found.started_at = from_micros(rows.integer(5));
    if (!rows.is_null(6)) found.confirmed_at = from_micros(rows.integer(6));
    return found;
}

Result<std::vector<Recovery>> read_all(store::Rows rows) {
    std::vector<Recovery> found;
    while (TRY(rows.next())) found.push_back(recovery_from(rows));
    return found;
}

Result<std::optional<Recovery>> find_open(store::Snapshot& snapshot, const std::string& id,
                                          Instant now) {
    for (Recovery& recovery : TRY(open_recoveries(snapshot, now))) {
        if (recovery.id == id) return std::move(recovery);
    }
    return std::nullopt;
}

std::string new_code() {
    std::string code;
    for (std::size_t i = 0; i < kCodeLetters; ++i) {
        if (i > 0 && i % kGroup == 0) code += '-';
        code += kAlphabet[randombytes_uniform(static_cast<std::uint32_t>(kAlphabet.size()))];
    }
    return code;
}

/// As it is compared: how it was typed does not matter. With the recovery's id, so that equal codes
/// have other hashes. Sixty random bits for ten minutes need no slow hash.
std::string hash_of(const std::string& id, std::string_view code) {
    std::string letters;
    for (const char c : code) {
        const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
        if (upper == '-' || upper == ' ') continue;
        letters += upper == 'O' ? '0' : upper == 'I' || upper == 'L' ? '1' : upper;
    }
    return to_hex(sha256(id + '\n' + letters));
}

Result<> must_have_changed(store::WriteTransaction& tx) {
    if (tx.sql().changes() == 0)
        return fail(ErrorCode::not_found, "there is no such recovery under way", "id");
    return {};
}

}  // namespace

Result<std::string> start_recovery(store::WriteTransaction& tx, const NewRecovery& wanted) {
    TRY(check_own_words(wanted.reason, "reason"));
    if (wanted.account == wanted.started_by)
        return fail(ErrorCode::forbidden, "nobody recovers their own account", "user");
    const auto account = TRY(find_account(tx, wanted.account));
    if (!account || account->is_disabled)
        return fail(ErrorCode::not_found, "no such account that may sign in", "user");
    const auto open = TRY(open_recoveries(tx, tx.now()));
    if (std::any_of(open.begin(), open.end(),
                    [&](const Recovery& recovery) { return recovery.account == wanted.account; }))
        return fail(ErrorCode::conflict, "a recovery of this account is under way", "user");
    std::string id = new_uuid();
    TRY(tx.sql().run(
        "INSERT INTO account_recovery (id, account, reason, removes_passkeys, started_by, "
        "started_at, wrong_codes) VALUES ($1, $2, $3, $4, $5, $6, 0)",
        id, wanted.account.value, trim(wanted.reason), wanted.removes_passkeys,
        wanted.started_by.value, to_micros(tx.now())));
    return id;
}

Result<std::string> confirm_recovery(store::WriteTransaction& tx, const std::string& id,
                                     const AccountId& confirmed_by) {
    const auto recovery = TRY(find_open(tx, id, tx.now()));
    if (!recovery || recovery->confirmed_at)
        return fail(ErrorCode::not_found, "there is no such recovery that waits", "id");
    if (recovery->started_by == confirmed_by || recovery->account == confirmed_by)
        return fail(ErrorCode::forbidden, "another administrator has to confirm it", "id");
    std::string code = new_code();
    TRY(
        tx.sql().run("UPDATE account_recovery SET confirmed_by = $1, confirmed_at = $2, "
                     "code_hash = $3 WHERE id = $4",
                     confirmed_by.value, to_micros(tx.now()), hash_of(id, code), id));
    return code;
}

Result<Recovery> cancel_recovery(store::WriteTransaction& tx, const std::string& id) {
    const auto recovery = TRY(find_open(tx, id, tx.now()));
    if (!recovery) return fail(ErrorCode::not_found, "there is no such recovery under way", "id");
    TRY(end_recovery(tx, id));
    return *recovery;
}

Result<std::vector<Recovery>> open_recoveries(store::Snapshot& snapshot, Instant now) {
    static const std::string kSql =
        fmt::format("{}WHERE {} ORDER BY started_at, id", kSelect, kIsOpen);
    return read_all(TRY(snapshot.sql().query(kSql, to_micros(now - kRecoveryWaits),
                                             to_micros(now - kRecoveryCodeLasts))));
}

Result<std::optional<Recovery>> recovery_of_code(store::Snapshot& snapshot,
                                                 const AccountId& account, std::string_view code,
                                                 Instant now) {
    static const std::string kSql =
        fmt::format("{}WHERE {} AND account = $3 AND code_hash = $4", kSelect, kIsOpen);
    for (const Recovery& recovery : TRY(open_recoveries(snapshot, now))) {
        if (recovery.account != account) continue;
        auto found = TRY(read_all(TRY(snapshot.sql().query(
            kSql, to_micros(now - kRecoveryWaits), to_micros(now - kRecoveryCodeLasts),
            account.value, hash_of(recovery.id, code)))));
        if (!found.empty()) return std::move(found.front());
    }
    return std::nullopt;
}

Result<> note_wrong_recovery_code(store::WriteTransaction& tx, const AccountId& account) {
    TRY(
        tx.sql().run("UPDATE account_recovery SET wrong_codes = wrong_codes + 1 WHERE account = $1 "
                     "AND ended_at IS NULL AND confirmed_at IS NOT NULL",
                     account.value));
    return tx.sql().run(
        "UPDATE account_recovery SET ended_at = $1, code_hash = NULL WHERE account = $2 AND "
        "ended_at IS NULL AND wrong_codes >= $3",
        to_micros(tx.now()), account.value, kRecoveryAttempts);
}

Result<> end_recovery(store::WriteTransaction& tx, const std::string& id) {
    TRY(
        tx.sql().run("UPDATE account_recovery SET ended_at = $1, code_hash = NULL WHERE id = $2 "
                     "AND ended_at IS NULL",
                     to_micros(tx.now()), id));
    return must_have_changed(tx);
}

}  // namespace wardlight::access
