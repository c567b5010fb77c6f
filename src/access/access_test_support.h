// For tests only: a store with accounts.
#pragma once

#include <doctest/doctest.h>

#include "access/accounts.h"
#include "access/password.h"
#include "access/schema.h"
#include "audit/audit_log.h"
#include "audit/schema.h"
#include "store/test_store.h"

namespace wardlight::access::test {

inline constexpr PasswordCost kCheap{1, 8'192};
inline constexpr const char* kPassword = "correct horse battery";

inline std::vector<store::Schema> schemas() {
    return {{"audit", audit::kAuditSteps}, {"access", kAccessSteps}};
}

inline NewAccount new_account(std::string user, Role role = Role::ward_nurse) {
    static const std::string kHash = *hash_password(kPassword, kCheap);
    NewAccount account;
    account.user = std::move(user);
    account.name = "Ann Example";
    account.role = role;
    account.wards = {"7B"};
    account.password_hash = kHash;
    return account;
}

inline Result<AccountId> try_add(store::TestStore& store, const NewAccount& account) {
    return store->transact([&](store::WriteTransaction& tx) { return add_account(tx, account); });
}

inline AccountId add(store::TestStore& store, const NewAccount& account) {
    auto added = try_add(store, account);
    REQUIRE(added);
    return *added;
}

inline std::vector<audit::Recorded> audit_entries(store::TestStore& store) {
    auto snapshot = store->read();
    REQUIRE(snapshot);
    auto found = audit::find(*snapshot, {.limit = 1'000});
    REQUIRE(found);
    return std::move(found->entries);
}

}  // namespace wardlight::access::test
