#include "access/directory_accounts.h"

#include <algorithm>
#include <array>
#include <unordered_map>

#include "access/sessions.h"

namespace wardlight::access {
namespace {

struct BarCode {
    DirectoryBar bar;
    std::string_view code;
};
constexpr std::array kBars{
    BarCode{DirectoryBar::none, ""},
    BarCode{DirectoryBar::missing, "missing"},
    BarCode{DirectoryBar::disabled, "disabled"},
    BarCode{DirectoryBar::expired, "expired"},
    BarCode{DirectoryBar::no_role, "no_role"},
    BarCode{DirectoryBar::role_conflict, "role_conflict"},
};

Result<DirectoryBar> parse_bar(std::string_view code) {
    const auto* const found = std::find_if(kBars.begin(), kBars.end(),
                                           [code](const BarCode& one) { return one.code == code; });
    if (found == kBars.end())
        return fail(ErrorCode::corrupt, "an account has an unknown bar", "account.directory_bar");
    return found->bar;
}

}  // namespace

std::string_view code_of(DirectoryBar bar) {
    return std::find_if(kBars.begin(), kBars.end(),
                        [bar](const BarCode& one) { return one.bar == bar; })
        ->code;
}

Result<std::vector<DirectoryAccount>> directory_accounts(store::Snapshot& snapshot) {
    struct Tie {
        std::string directory_id;
        DirectoryBar bar;
        bool is_disabled_here;
    };
    std::unordered_map<std::string, Tie> ties;
    {
        auto rows = TRY(
            snapshot.sql().query("SELECT id, directory_id, directory_bar, is_disabled FROM account "
                                 "WHERE directory_id IS NOT NULL"));
        while (TRY(rows.next())) {
            ties.emplace(rows.string(0),
                         Tie{rows.string(1), TRY(parse_bar(rows.text(2))), rows.integer(3) != 0});
        }
    }
    std::vector<DirectoryAccount> accounts;
    if (ties.empty()) return accounts;
    for (Account& account : TRY(list_accounts(snapshot))) {
        const auto tie = ties.find(account.subject.account.value);
        if (tie == ties.end()) continue;
        accounts.push_back({std::move(account), tie->second.directory_id, tie->second.bar,
                            tie->second.is_disabled_here});
    }
    return accounts;
}

Result<std::optional<DirectoryAccount>> find_directory_account(store::Snapshot& snapshot,
                                                               std::string_view directory_id) {
    DirectoryAccount found;
    AccountId id;
    {
        auto rows = TRY(snapshot.sql().query(
            "SELECT id, directory_bar, is_disabled FROM account WHERE directory_id = $1",
            directory_id));
        if (!TRY(rows.next())) return std::nullopt;
        id = AccountId(rows.string(0));
        found.bar = TRY(parse_bar(rows.text(1)));
        found.is_disabled_here = rows.integer(2) != 0;
    }
    auto account = TRY(find_account(snapshot, id));
    if (!account) return std::nullopt;
    found.account = std::move(*account);
    found.directory_id = directory_id;
    return found;
}

Result<std::set<std::string>> local_users(store::Snapshot& snapshot) {
    std::set<std::string> users;
    for (const Account& account : TRY(list_accounts(snapshot))) {
        if (!account.is_of_directory) users.insert(account.subject.user);
    }
    return users;
}

Result<AccountId> add_directory_account(store::WriteTransaction& tx,
                                        const NewDirectoryAccount& account) {
    NewAccount row;
    row.user = account.user;
    row.name = account.name;
    row.role = account.rights.role;
    row.wards = account.rights.wards;
    row.teams = account.rights.teams;
    // No password is right for an empty hash.
    AccountId id = TRY(add_account(tx, row));
    TRY(tx.sql().run("UPDATE account SET directory_id = $1 WHERE id = $2", account.directory_id,
                     id.value));
    return id;
}

Result<> set_rights(store::WriteTransaction& tx, const AccountId& id, const Rights& rights) {
    TRY(tx.sql().run("UPDATE account SET role = $1 WHERE id = $2", code_of(rights.role), id.value));
    TRY(tx.sql().run("DELETE FROM account_ward WHERE account = $1", id.value));
    TRY(tx.sql().run("DELETE FROM account_team WHERE account = $1", id.value));
    return add_wards_and_teams(tx, id, rights.wards, rights.teams);
}

Result<> rename_account(store::WriteTransaction& tx, const AccountId& id, std::string_view user,
                        std::string_view name) {
    TRY(check_names(user, name));
    const auto other = TRY(find_account_of_user(tx, user));
    if (other && other->subject.account != id)
        return fail(ErrorCode::conflict, "this user name is taken", "user");
    return tx.sql().run("UPDATE account SET user_name = $1, display_name = $2 WHERE id = $3", user,
                        name, id.value);
}

Result<> set_bar(store::WriteTransaction& tx, const AccountId& id, DirectoryBar bar) {
    TRY(tx.sql().run("UPDATE account SET directory_bar = $1 WHERE id = $2", code_of(bar),
                     id.value));
    if (bar == DirectoryBar::none) return {};
    return revoke_sessions_of(tx, id);
}

}  // namespace wardlight::access
