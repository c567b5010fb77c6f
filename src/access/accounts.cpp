#include "access/accounts.h"

#include <algorithm>
#include <string_view>
#include <unordered_map>

#include "access/sessions.h"
#include "base/text.h"

namespace wardlight::access {
namespace {

constexpr std::size_t kUserLongest = 64;
constexpr std::size_t kNameLongest = 100;
constexpr std::size_t kListLongest = 100;  // wards, teams
constexpr std::string_view kSelect =
    "SELECT id, user_name, display_name, role, practitioner, is_disabled, totp_secret, created_at, "
    "directory_id, directory_bar FROM account ";

bool is_user_name(std::string_view user) {
    return !user.empty() && user.size() <= kUserLongest &&
           std::all_of(user.begin(), user.end(), [](char c) {
               return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
                      c == '-' || c == '@';
           });
}

Result<Account> account_from(const store::Rows& rows) {
    Account account;
    account.subject.account = AccountId(rows.string(0));
    account.subject.user = rows.string(1);
    account.subject.name = rows.string(2);
    const auto role = parse_role(rows.text(3));
    if (!role) return fail(ErrorCode::corrupt, "an account has an unknown role", "account.role");
    account.subject.role = *role;
    account.subject.practitioner = PractitionerId(rows.string(4));
    account.is_disabled = rows.integer(5) != 0 || !rows.text(9).empty();
    account.has_code = !rows.is_null(6);
    account.created_at = from_micros(rows.integer(7));
    account.is_of_directory = !rows.is_null(8);
    return account;
}

Result<> fill_lists(store::Snapshot& snapshot, Subject& subject) {
    auto wards = TRY(snapshot.sql().query(
        "SELECT ward FROM account_ward WHERE account = $1 ORDER BY ward", subject.account.value));
    while (TRY(wards.next())) subject.wards.push_back(wards.string(0));
    auto teams = TRY(snapshot.sql().query(
        "SELECT team FROM account_team WHERE account = $1 ORDER BY team", subject.account.value));
    while (TRY(teams.next())) subject.teams.push_back(teams.string(0));
    return {};
}

Result<std::vector<Account>> read_all(store::Rows rows) {
    std::vector<Account> accounts;
    while (TRY(rows.next())) accounts.push_back(TRY(account_from(rows)));
    return accounts;
}

template <class... Args>
Result<std::vector<Account>> select_accounts(store::Snapshot& snapshot, const std::string& sql,
                                             const Args&... args) {
    auto accounts = TRY(read_all(TRY(snapshot.sql().query(sql, args...))));
    for (Account& account : accounts) TRY(fill_lists(snapshot, account.subject));
    return accounts;
}

std::optional<Account> first(std::vector<Account> accounts) {
    if (accounts.empty()) return std::nullopt;
    return std::move(accounts.front());
}

Result<> must_have_changed(store::WriteTransaction& tx) {
    if (tx.sql().changes() == 0) return fail(ErrorCode::not_found, "no such account", "account");
    return {};
}

Result<> check(const NewAccount& account, std::string_view user) {
    TRY(check_names(user, account.name));
    if (account.wards.size() > kListLongest || account.teams.size() > kListLongest) {
        return fail(ErrorCode::too_large, "at most 100 wards and 100 teams", "wards");
    }
    const auto is_empty = [](const std::string& text) { return trim(text).empty(); };
    if (std::any_of(account.wards.begin(), account.wards.end(), is_empty) ||
        std::any_of(account.teams.begin(), account.teams.end(), is_empty)) {
        return fail(ErrorCode::invalid, "a ward or team has a name", "wards");
    }
    return {};
}

}  // namespace

Result<> check_names(std::string_view user, std::string_view name) {
    if (!is_user_name(user)) {
        return fail(ErrorCode::invalid, "a user name is 1 to 64 letters, digits or one of . _ - @",
                    "user");
    }
    if (name.empty() || name.size() > kNameLongest || !is_valid_utf8(name))
        return fail(ErrorCode::invalid, "the name is 1 to 100 characters", "name");
    return {};
}

Result<> add_wards_and_teams(store::WriteTransaction& tx, const AccountId& id,
                             const std::vector<std::string>& wards,
                             const std::vector<std::string>& teams) {
    for (const std::string& ward : wards) {
        TRY(tx.sql().run(
            "INSERT INTO account_ward (account, ward) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            id.value, ward));
    }
    for (const std::string& team : teams) {
        TRY(tx.sql().run(
            "INSERT INTO account_team (account, team) VALUES ($1, $2) ON CONFLICT DO NOTHING",
            id.value, team));
    }
    return {};
}

Result<AccountId> add_account(store::WriteTransaction& tx, const NewAccount& account) {
    const std::string user = ascii_lower(account.user);
    TRY(check(account, user));
    if (TRY(find_account_of_user(tx, user))) {
        return fail(ErrorCode::conflict, "this user name is taken", "user");
    }
    const AccountId id(new_uuid());
    const std::optional<store::Bytes> secret =
        account.sealed_totp_secret ? std::optional(store::Bytes{*account.sealed_totp_secret})
                                   : std::nullopt;
    TRY(tx.sql().run(
        "INSERT INTO account (id, user_name, display_name, role, practitioner, password_hash, "
        "totp_secret, totp_last_step, is_disabled, created_at) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $8)",
        id.value, user, account.name, code_of(account.role), account.practitioner.value,
        account.password_hash, secret, to_micros(tx.now())));
    TRY(add_wards_and_teams(tx, id, account.wards, account.teams));
    return id;
}

Result<std::optional<Account>> find_account(store::Snapshot& snapshot, const AccountId& id) {
    static const std::string kSql = std::string(kSelect) + "WHERE id = $1";
    return first(TRY(select_accounts(snapshot, kSql, id.value)));
}

Result<std::optional<Account>> find_account_of_user(store::Snapshot& snapshot,
                                                    std::string_view user) {
    static const std::string kSql = std::string(kSelect) + "WHERE user_name = $1";
    return first(TRY(select_accounts(snapshot, kSql, ascii_lower(user))));
}

/// Every alert that is told asks for all of them: three queries, not two more for each.
Result<std::vector<Account>> list_accounts(store::Snapshot& snapshot) {
    static const std::string kSql = std::string(kSelect) + "ORDER BY user_name";
    auto accounts = TRY(read_all(TRY(snapshot.sql().query(kSql))));
    std::unordered_map<std::string_view, Subject*> by_id;
    for (Account& account : accounts)
        by_id.emplace(account.subject.account.value, &account.subject);
    const auto fill = [&](std::string_view sql,
                          std::vector<std::string> Subject::* list) -> Result<> {
        auto rows = TRY(snapshot.sql().query(sql));
        while (TRY(rows.next())) {
            if (const auto found = by_id.find(rows.text(0)); found != by_id.end())
                (found->second->*list).push_back(rows.string(1));
        }
        return {};
    };
    TRY(fill("SELECT account, ward FROM account_ward ORDER BY account, ward", &Subject::wards));
    TRY(fill("SELECT account, team FROM account_team ORDER BY account, team", &Subject::teams));
    return accounts;
}

Result<std::vector<Account>> accounts_of_team(store::Snapshot& snapshot, std::string_view team) {
    static const std::string kSql = std::string(kSelect) +
                                    "WHERE is_disabled = 0 AND directory_bar = '' AND id IN "
                                    "(SELECT account FROM account_team WHERE team = $1) "
                                    "ORDER BY user_name";
    return select_accounts(snapshot, kSql, team);
}

Result<> set_password(store::WriteTransaction& tx, const AccountId& id,
                      const std::string& password_hash) {
    if (const auto account = TRY(find_account(tx, id)); account && account->is_of_directory)
        return fail(ErrorCode::conflict, "the password of this account is the directory's", "name");
    TRY(tx.sql().run("UPDATE account SET password_hash = $1 WHERE id = $2", password_hash,
                     id.value));
    TRY(must_have_changed(tx));
    return revoke_sessions_of(tx, id);
}

Result<> set_disabled(store::WriteTransaction& tx, const AccountId& id, bool is_disabled) {
    TRY(tx.sql().run("UPDATE account SET is_disabled = $1 WHERE id = $2", is_disabled, id.value));
    TRY(must_have_changed(tx));
    return revoke_sessions_of(tx, id);
}

Result<std::optional<Credentials>> credentials_of(store::Snapshot& snapshot,
                                                  std::string_view user) {
    auto rows = TRY(snapshot.sql().query(
        "SELECT id, password_hash, totp_secret, is_disabled, directory_id, directory_bar "
        "FROM account WHERE user_name = $1",
        ascii_lower(user)));
    if (!TRY(rows.next())) return std::nullopt;
    return Credentials{AccountId(rows.string(0)), rows.string(1), rows.maybe_string(2),
                       rows.integer(3) != 0 || !rows.text(5).empty(), !rows.is_null(4)};
}

Result<bool> use_totp_step(store::WriteTransaction& tx, const AccountId& id, std::int64_t step) {
    TRY(tx.sql().run("UPDATE account SET totp_last_step = $1 WHERE id = $2 AND totp_last_step < $1",
                     step, id.value));
    return tx.sql().changes() == 1;
}

}  // namespace wardlight::access
