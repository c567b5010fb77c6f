#include "app/user_accounts.h"

#include <fmt/format.h>

#include <ostream>

#include "access/accounts.h"
#include "access/secret_key.h"
#include "access/totp.h"
#include "audit/audit_log.h"

namespace wardlight::app {
namespace {

Result<> note(store::WriteTransaction& tx, std::string action, const AccountId& account) {
    audit::Entry entry;
    entry.actor.role = "command_line";
    entry.action = std::move(action);
    entry.resource_type = "account";
    entry.resource_id = account.value;
    entry.purpose = audit::purpose::kAdministration;
    TRY(audit::append(tx, entry));
    return {};
}

Result<AccountId> id_of(store::WriteTransaction& tx, const std::string& user) {
    const auto account = TRY(access::find_account_of_user(tx, user));
    if (!account) return fail(ErrorCode::not_found, "there is no user of that name", "name");
    return account->subject.account;
}

}  // namespace

Result<std::string> add_user(store::Store& store, const DataFolder& folder, const UserToAdd& user,
                             access::PasswordCost cost) {
    access::NewAccount account;
    account.user = user.user;
    account.name = user.name.empty() ? user.user : user.name;
    const auto role = access::parse_role(user.role);
    if (!role) {
        return fail(
            ErrorCode::invalid,
            "the role is ward_nurse, doctor, site_coordinator, administrator, privacy_officer or "
            "integration",
            "role");
    }
    account.role = *role;
    account.wards = user.wards;
    account.teams = user.teams;
    account.practitioner = PractitionerId(user.practitioner);
    TRY(access::check_new_password(user.password, user.user));
    account.password_hash = TRY(access::hash_password(user.password, cost));
    std::string address;
    if (user.with_code) {
        const auto key = TRY(access::SecretKey::load_or_create(folder.access_key()));
        const std::string secret = access::new_totp_secret();
        account.sealed_totp_secret = key.seal(secret);
        address = access::totp_uri(secret, user.user);
    }
    TRY(store.write([&](store::WriteTransaction& tx) -> Result<> {
        const AccountId id = TRY(access::add_account(tx, account));
        return note(tx, "account.add", id);
    }));
    return address;
}

Result<> change_password(store::Store& store, const std::string& user, const std::string& password,
                         access::PasswordCost cost) {
    TRY(access::check_new_password(password, user));
    const std::string hash = TRY(access::hash_password(password, cost));
    TRY(store.write([&](store::WriteTransaction& tx) -> Result<> {
        const AccountId id = TRY(id_of(tx, user));
        TRY(access::set_password(tx, id, hash));
        return note(tx, "account.password", id);
    }));
    return {};
}

Result<> set_user_disabled(store::Store& store, const std::string& user, bool is_disabled) {
    TRY(store.write([&](store::WriteTransaction& tx) -> Result<> {
        const AccountId id = TRY(id_of(tx, user));
        TRY(access::set_disabled(tx, id, is_disabled));
        return note(tx, is_disabled ? "account.disable" : "account.enable", id);
    }));
    return {};
}

Result<> list_users(store::Store& store, std::ostream& out) {
    auto snapshot = TRY(store.read());
    out << "user\tname\trole\twards\tteams\tcode\tstate\tsource\n";
    for (const access::Account& account : TRY(access::list_accounts(snapshot))) {
        const access::Subject& subject = account.subject;
        out << fmt::format("{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\n", subject.user, subject.name,
                           access::code_of(subject.role), fmt::join(subject.wards, ","),
                           fmt::join(subject.teams, ","), account.has_code ? "yes" : "no",
                           account.is_disabled ? "disabled" : "active",
                           account.is_of_directory ? "directory" : "local");
    }
    return {};
}

}  // namespace wardlight::app
