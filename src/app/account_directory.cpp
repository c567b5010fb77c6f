#include "app/account_directory.h"

#include "access/accounts.h"

namespace wardlight::app {

Result<std::vector<alerts::Person>> AccountDirectory::people(store::Snapshot& snapshot) const {
    std::vector<alerts::Person> people;
    for (access::Account& account : TRY(access::list_accounts(snapshot))) {
        access::Subject& subject = account.subject;
        const bool acts_on_alerts =
            access::has_permission(subject.role, access::permission::kAlertsAct);
        if (account.is_disabled || !acts_on_alerts) continue;
        people.push_back({subject.account, std::move(subject.name),
                          std::string(access::code_of(subject.role)), std::move(subject.wards),
                          std::move(subject.teams)});
    }
    return people;
}

}  // namespace wardlight::app
