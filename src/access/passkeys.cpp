#include "access/passkeys.h"

#include <algorithm>

#include "access/own_words.h"
#include "base/text.h"

namespace wardlight::access {
namespace {

constexpr std::size_t kUserHandleBytes = 64;  // WebAuthn Level 3, 14.6.1
constexpr std::size_t kTransportLongest = 20;
constexpr std::string_view kSelect =
    "SELECT id, credential, account, public_key, sign_count, is_backup_eligible, is_backed_up, "
    "transports, name, created_at, last_used_at, blocked_at FROM passkey ";

std::optional<Instant> maybe_instant(const store::Rows& rows, int column) {
    const auto micros = rows.maybe_integer(column);
    return micros ? std::optional(from_micros(*micros)) : std::nullopt;
}

Passkey passkey_from(const store::Rows& rows) {
    Passkey passkey;
    passkey.id = rows.string(0);
    passkey.credential = rows.string(1);
    passkey.account = AccountId(rows.string(2));
    passkey.public_key = rows.string(3);
    passkey.sign_count = static_cast<std::uint32_t>(rows.integer(4));
    passkey.is_backup_eligible = rows.integer(5) != 0;
    passkey.is_backed_up = rows.integer(6) != 0;
    for (const std::string_view transport : split(rows.text(7), ' '))
        if (!transport.empty()) passkey.transports.emplace_back(transport);
    passkey.name = rows.string(8);
    passkey.created_at = from_micros(rows.integer(9));
    passkey.last_used_at = maybe_instant(rows, 10);
    passkey.blocked_at = maybe_instant(rows, 11);
    return passkey;
}

Result<> check_name(std::string_view name) {
    if (trim(name).empty() || count_characters(name) > kPasskeyNameLongest ||
        !is_valid_utf8(name) || find_control_character(name))
        return fail(ErrorCode::invalid, "a name is 1 to 60 characters", "name");
    return {};
}

/// Words of small letters and hyphens; what a browser may add later is let through.
Result<std::string> joined(const std::vector<std::string>& transports) {
    std::string text;
    const auto is_word = [](std::string_view word) {
        return !word.empty() && word.size() <= kTransportLongest &&
               std::all_of(word.begin(), word.end(),
                           [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
    };
    if (transports.size() > kPasskeyTransportsMost ||
        !std::all_of(transports.begin(), transports.end(), is_word))
        return fail(ErrorCode::invalid, "not a list of transports", "transports");
    for (const std::string& transport : transports) text += (text.empty() ? "" : " ") + transport;
    return text;
}

Result<> must_have_changed(store::WriteTransaction& tx) {
    if (tx.sql().changes() == 0)
        return fail(ErrorCode::not_found, "there is no such passkey of yours", "id");
    return {};
}

Result<bool> has_password(store::Snapshot& snapshot, const AccountId& account) {
    auto rows = TRY(snapshot.sql().query(
        "SELECT 1 FROM account WHERE id = $1 AND (password_hash <> '' OR directory_id IS NOT NULL)",
        account.value));
    return rows.next();
}

}  // namespace

Result<std::string> add_passkey(store::WriteTransaction& tx, const AccountId& account,
                                const NewPasskey& made, const std::vector<std::string>& transports,
                                std::string_view name) {
    TRY(check_name(name));
    const std::string ways = TRY(joined(transports));
    if (TRY(passkeys_of(tx, account)).size() >= kPasskeysMost)
        return fail(ErrorCode::too_large, "too many passkeys: remove one first", "passkeys");
    if (TRY(find_passkey(tx, made.credential_id)))
        return fail(ErrorCode::conflict, "this passkey is there already", "credential");
    std::string id = new_uuid();
    TRY(tx.sql().run(
        "INSERT INTO passkey (id, credential, account, public_key, algorithm, sign_count, "
        "is_backup_eligible, is_backed_up, aaguid, transports, name, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
        id, store::Bytes{made.credential_id}, account.value, store::Bytes{made.public_key},
        made.algorithm, std::int64_t{made.sign_count}, made.is_backup_eligible, made.is_backed_up,
        store::Bytes{made.aaguid}, ways, trim(name), to_micros(tx.now())));
    return id;
}

Result<std::vector<Passkey>> passkeys_of(store::Snapshot& snapshot, const AccountId& account) {
    static const std::string kSql =
        std::string(kSelect) + "WHERE account = $1 ORDER BY created_at, id";
    std::vector<Passkey> passkeys;
    auto rows = TRY(snapshot.sql().query(kSql, account.value));
    while (TRY(rows.next())) passkeys.push_back(passkey_from(rows));
    return passkeys;
}

Result<std::optional<Passkey>> find_passkey(store::Snapshot& snapshot,
                                            std::string_view credential) {
    static const std::string kSql = std::string(kSelect) + "WHERE credential = $1";
    auto rows = TRY(snapshot.sql().query(kSql, store::Bytes{credential}));
    if (!TRY(rows.next())) return std::nullopt;
    return passkey_from(rows);
}

Result<bool> note_passkey_use(store::WriteTransaction& tx, const Passkey& known,
                              const CheckedAssertion& use) {
    TRY(
        tx.sql().run("UPDATE passkey SET sign_count = $1, is_backed_up = $2, last_used_at = $3 "
                     "WHERE id = $4 AND sign_count = $5 AND blocked_at IS NULL",
                     std::int64_t{use.sign_count}, use.is_backed_up, to_micros(tx.now()), known.id,
                     std::int64_t{known.sign_count}));
    return tx.sql().changes() == 1;
}

Result<> block_passkey(store::WriteTransaction& tx, const std::string& id) {
    return tx.sql().run("UPDATE passkey SET blocked_at = $1 WHERE id = $2 AND blocked_at IS NULL",
                        to_micros(tx.now()), id);
}

Result<> rename_passkey(store::WriteTransaction& tx, const AccountId& account,
                        const std::string& id, std::string_view name) {
    TRY(check_name(name));
    TRY(tx.sql().run("UPDATE passkey SET name = $1 WHERE id = $2 AND account = $3", trim(name), id,
                     account.value));
    return must_have_changed(tx);
}

Result<> remove_passkey(store::WriteTransaction& tx, const AccountId& account,
                        const std::string& id) {
    const std::vector<Passkey> passkeys = TRY(passkeys_of(tx, account));
    const bool has_other = std::any_of(
        passkeys.begin(), passkeys.end(),
        [&id](const Passkey& passkey) { return passkey.id != id && !passkey.blocked_at; });
    if (!has_other && !TRY(has_password(tx, account)))
        return fail(ErrorCode::conflict, "it is your only way to sign in: add another first", "id");
    TRY(tx.sql().run("DELETE FROM passkey WHERE id = $1 AND account = $2", id, account.value));
    return must_have_changed(tx);
}

Result<> remove_passkeys_of(store::WriteTransaction& tx, const AccountId& account) {
    return tx.sql().run("DELETE FROM passkey WHERE account = $1", account.value);
}

Result<std::string> find_user_handle(store::Snapshot& snapshot, const AccountId& account) {
    auto rows = TRY(
        snapshot.sql().query("SELECT handle FROM passkey_user WHERE account = $1", account.value));
    if (!TRY(rows.next())) return std::string();
    return rows.string(0);
}

Result<std::string> user_handle_of(store::WriteTransaction& tx, const AccountId& account) {
    std::string handle = TRY(find_user_handle(tx, account));
    if (!handle.empty()) return handle;
    handle = from_base64(new_secret(kUserHandleBytes)).value_or("");
    TRY(tx.sql().run("INSERT INTO passkey_user (account, handle) VALUES ($1, $2)", account.value,
                     store::Bytes{handle}));
    return handle;
}

}  // namespace wardlight::access
