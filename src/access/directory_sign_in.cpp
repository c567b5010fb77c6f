#include "access/directory_sign_in.h"

#include "access/directory_plan.h"
#include "audit/audit_log.h"
#include "base/log.h"

namespace wardlight::access {
namespace {

DirectoryVerdict refused(std::string_view reason, AccountId account = {}) {
    return {false, reason, std::move(account), {}};
}

Result<AccountId> account_of(store::Snapshot& snapshot, const directory::Person& person) {
    const auto known = TRY(find_directory_account(snapshot, person.id));
    return known ? known->account.subject.account : AccountId();
}

Result<> note_first_sign_in(store::WriteTransaction& tx, const AccountId& account) {
    audit::Entry entry;
    entry.actor.role = "directory";
    entry.action = "account.add";
    entry.resource_type = "account";
    entry.resource_id = account.value;
    entry.purpose = audit::purpose::kAdministration;
    entry.reason = "first_sign_in";
    TRY(audit::append(tx, entry));
    return {};
}

Result<DirectoryVerdict> right(store::Snapshot& snapshot, const std::string& user) {
    DirectoryVerdict verdict{true, kByDirectory, {}, TRY(credentials_of(snapshot, user))};
    if (!verdict.credentials) return fail(ErrorCode::internal, "an account has gone", "account");
    verdict.account = verdict.credentials->account;
    return verdict;
}

}  // namespace

Result<DirectoryVerdict> DirectorySignIn::check(std::string_view user,
                                                std::string_view password) const {
    const auto answer = directory_.sign_in(user, password);
    if (!answer) {
        log::warning("the directory could not be asked about a sign-in",
                     {{"reason", answer.error().message}});
        return refused(kDirectoryUnreachable);
    }
    if (answer->is_right) return admit(*answer->person);
    if (!answer->person) return refused(answer->reason);
    auto snapshot = TRY(store_.read());
    return refused(answer->reason, TRY(account_of(snapshot, *answer->person)));
}

Result<DirectoryVerdict> DirectorySignIn::admit(const directory::Person& person) const {
    const auto mapping = mapping_.current();
    const std::int64_t today = zone_.local_day(store_.clock().now());
    const MappedRights mapped = rights_of(person.groups, *mapping, today);
    if (mapped.outcome != MappedRights::Outcome::granted) {
        auto snapshot = TRY(store_.read());
        const auto bar = mapped.outcome == MappedRights::Outcome::no_role
                             ? DirectoryBar::no_role
                             : DirectoryBar::role_conflict;
        return refused(code_of(bar), TRY(account_of(snapshot, person)));
    }
    {
        // Most sign-ins change nothing: no write for those.
        auto snapshot = TRY(store_.read());
        const auto known = TRY(find_directory_account(snapshot, person.id));
        if (known && known->is_disabled_here)
            return refused("disabled", known->account.subject.account);
        const bool is_as_before = known && known->bar == DirectoryBar::none &&
                                  known->account.subject.user == person.user &&
                                  known->account.subject.name == person.name &&
                                  Rights{known->account.subject.role, known->account.subject.wards,
                                         known->account.subject.teams} == mapped.rights;
        if (is_as_before) return right(snapshot, person.user);
    }
    return store_.transact([&](store::WriteTransaction& tx) { return follow(tx, person, mapped); });
}

Result<DirectoryVerdict> DirectorySignIn::follow(store::WriteTransaction& tx,
                                                 const directory::Person& person,
                                                 const MappedRights& mapped) const {
    const auto known = TRY(find_directory_account(tx, person.id));
    const auto other = TRY(find_account_of_user(tx, person.user));
    if (!known) {
        // An account of ours with this name wins; the names are told apart by nothing else.
        if (other) return refused("name_clash");
        if (!check_names(person.user, person.name)) return refused("unusable_user_name");
        const AccountId added =
            TRY(add_directory_account(tx, {person.id, person.user, person.name, mapped.rights}));
        TRY(note_first_sign_in(tx, added));
        return right(tx, person.user);
    }
    const AccountId& id = known->account.subject.account;
    if (known->is_disabled_here) return refused("disabled", id);
    PlanInput input{{&*known, 1}, {&person, 1}, {}};
    if (other && other->subject.account != id) input.local_users.insert(person.user);
    const auto plan = plan_changes(input, *mapping_.current(), zone_.local_day(tx.now()));
    TRY(apply_changes(tx, plan.changes));
    const auto now = TRY(find_directory_account(tx, person.id));
    if (!now || now->bar != DirectoryBar::none) return refused("no_role", id);
    return right(tx, now->account.subject.user);
}

}  // namespace wardlight::access
