#include "access/directory_plan.h"

#include <algorithm>
#include <map>

#include "audit/audit_log.h"

namespace wardlight::access {
namespace {

DirectoryBar bar_of(const directory::Person& person, const MappedRights& mapped) {
    if (person.standing == directory::Standing::disabled) return DirectoryBar::disabled;
    if (person.standing == directory::Standing::expired) return DirectoryBar::expired;
    switch (mapped.outcome) {
        case MappedRights::Outcome::granted:
            return DirectoryBar::none;
        case MappedRights::Outcome::no_role:
            return DirectoryBar::no_role;
        case MappedRights::Outcome::role_conflict:
            break;
    }
    return DirectoryBar::role_conflict;
}

DirectoryChange unchanged(const DirectoryAccount& account) {
    const Subject& subject = account.account.subject;
    DirectoryChange change;
    change.account = subject.account;
    change.user = change.user_after = subject.user;
    change.name_before = change.name_after = subject.name;
    change.bar_before = change.bar_after = account.bar;
    change.before = change.after = {subject.role, subject.wards, subject.teams};
    return change;
}

void note(std::vector<audit::Entry>& entries, const DirectoryChange& change, std::string action,
          std::string_view reason) {
    audit::Entry entry;
    entry.actor.role = "directory";
    entry.action = std::move(action);
    entry.resource_type = "account";
    entry.resource_id = change.account.value;
    entry.purpose = audit::purpose::kAdministration;
    entry.reason = reason;
    entries.push_back(std::move(entry));
}

}  // namespace

bool DirectoryChange::loses_access() const {
    if (bar_before != DirectoryBar::none) return false;
    if (bar_after != DirectoryBar::none) return true;
    const auto permissions = permissions_of(before.role);
    return std::any_of(permissions.begin(), permissions.end(), [this](std::string_view permission) {
        return !has_permission(after.role, permission);
    });
}

DirectoryPlan plan_changes(const PlanInput& input, const GroupMapping& mapping,
                           std::int64_t today) {
    std::map<std::string_view, const directory::Person*> by_id;
    for (const directory::Person& person : input.people) by_id.emplace(person.id, &person);
    std::set<std::string> taken = input.local_users;
    for (const DirectoryAccount& account : input.accounts)
        taken.insert(account.account.subject.user);

    DirectoryPlan plan;
    for (const DirectoryAccount& account : input.accounts) {
        DirectoryChange change = unchanged(account);
        if (const auto found = by_id.find(account.directory_id); found == by_id.end()) {
            change.bar_after = DirectoryBar::missing;
        } else {
            const directory::Person& person = *found->second;
            MappedRights mapped = rights_of(person.groups, mapping, today);
            change.bar_after = bar_of(person, mapped);
            if (change.bar_after == DirectoryBar::none) change.after = std::move(mapped.rights);
            change.rules = std::move(mapped.rules);
            const bool is_free = person.user == change.user || !taken.contains(person.user);
            if (is_free && check_names(person.user, person.name)) {
                change.user_after = person.user;
                change.name_after = person.name;
                taken.insert(person.user);
            }
        }
        const bool is_active = !account.account.is_disabled;
        if (is_active) ++plan.active;
        if (is_active && change.loses_access()) ++plan.losing;
        if (change.changes_bar() || change.changes_rights() || change.renames())
            plan.changes.push_back(std::move(change));
    }
    return plan;
}

bool is_mass_change(const DirectoryPlan& plan, std::size_t percent) {
    constexpr std::size_t kHundred = 100;
    // Everybody at once is no coincidence, however few they are.
    if (plan.losing == plan.active && plan.active > 1) return true;
    return plan.losing >= kFewLeavers && plan.losing * kHundred > plan.active * percent;
}

Result<> apply_changes(store::WriteTransaction& tx, std::span<const DirectoryChange> changes) {
    std::vector<audit::Entry> entries;
    for (const DirectoryChange& change : changes) {
        if (change.renames()) {
            TRY(rename_account(tx, change.account, change.user_after, change.name_after));
            note(entries, change, "account.rename", "directory");
        }
        if (change.changes_rights()) {
            TRY(set_rights(tx, change.account, change.after));
            note(entries, change, "account.rights", "groups");
        }
        if (change.changes_bar()) {
            TRY(set_bar(tx, change.account, change.bar_after));
            if (change.bar_after == DirectoryBar::none)
                note(entries, change, "account.enable", "returned");
            else
                note(entries, change, "account.disable", code_of(change.bar_after));
        }
    }
    return audit::append(tx, entries);
}

}  // namespace wardlight::access
