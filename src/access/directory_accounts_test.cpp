#include "access/directory_accounts.h"

#include "access/access_test_support.h"
#include "access/directory_status.h"

using namespace wardlight;
using namespace wardlight::access;
using namespace wardlight::access::test;
using store::TestStore;
using store::WriteTransaction;

namespace {

const Rights kRights{Role::doctor, {"7B", "ICU"}, {"renal"}};

Result<AccountId> try_add_of_directory(TestStore& store, const std::string& id,
                                       const std::string& user) {
    return store->transact([&](WriteTransaction& tx) {
        return add_directory_account(tx, {id, user, "Ann Example", kRights});
    });
}

}  // namespace

TEST_CASE("an account of the directory has its rights and no password here") {
    TestStore store{schemas()};
    const auto id = try_add_of_directory(store, "id-1", "ann");
    REQUIRE(id);
    add(store, new_account("bob"));
    auto snapshot = *store->read();
    const auto found = *find_directory_account(snapshot, "id-1");
    REQUIRE(found);
    CHECK(found->account.subject.account == *id);
    CHECK(found->account.is_of_directory);
    CHECK(found->account.subject.wards == kRights.wards);
    CHECK(found->account.subject.teams == kRights.teams);
    CHECK(found->bar == DirectoryBar::none);
    CHECK_FALSE(*find_directory_account(snapshot, "id-2"));
    CHECK(directory_accounts(snapshot)->size() == 1);
    CHECK(*local_users(snapshot) == std::set<std::string>{"bob"});
    const auto credentials = *credentials_of(snapshot, "ann");
    REQUIRE(credentials);
    CHECK(credentials->is_of_directory);
    CHECK_FALSE(is_password(credentials->password_hash, ""));
    CHECK_FALSE(is_password(credentials->password_hash, kPassword));
    CHECK_FALSE((*credentials_of(snapshot, "bob"))->is_of_directory);
}

TEST_CASE("its password is not ours to set, its name must be free, its id is one") {
    TestStore store{schemas()};
    const auto id = try_add_of_directory(store, "id-1", "ann");
    REQUIRE(id);
    const auto set = store->write(
        [&](WriteTransaction& tx) { return set_password(tx, *id, "a hash of some password"); });
    REQUIRE_FALSE(set.has_value());
    CHECK(set.error().code == ErrorCode::conflict);
    CHECK(try_add_of_directory(store, "id-2", "ann").error().code == ErrorCode::conflict);
    CHECK_FALSE(try_add_of_directory(store, "id-1", "ann2").has_value());

    add(store, new_account("bob"));
    const auto rename = [&](std::string_view user) {
        return store->write(
            [&](WriteTransaction& tx) { return rename_account(tx, *id, user, "Ann Smith"); });
    };
    CHECK(rename("bob").error().code == ErrorCode::conflict);
    CHECK(rename("Not A Name").error().code == ErrorCode::invalid);
    REQUIRE(rename("ann.smith"));
    auto snapshot = *store->read();
    CHECK((*find_account(snapshot, *id))->subject.name == "Ann Smith");
    CHECK(*find_account_of_user(snapshot, "ann.smith"));
}

TEST_CASE("the directory and the administrator bar independently") {
    TestStore store{schemas()};
    const auto id = try_add_of_directory(store, "id-1", "ann");
    REQUIRE(id);
    const auto state = [&](bool is_disabled, DirectoryBar bar) {
        REQUIRE(store->write([&](WriteTransaction& tx) -> Result<> {
            TRY(set_disabled(tx, *id, is_disabled));
            return set_bar(tx, *id, bar);
        }));
        auto snapshot = *store->read();
        const bool is_out = (*find_account(snapshot, *id))->is_disabled;
        CHECK((*credentials_of(snapshot, "ann"))->is_disabled == is_out);
        CHECK(accounts_of_team(snapshot, "renal")->size() == (is_out ? 0 : 1));
        CHECK((*find_directory_account(snapshot, "id-1"))->is_disabled_here == is_disabled);
        CHECK((*find_directory_account(snapshot, "id-1"))->bar == bar);
        return is_out;
    };
    CHECK_FALSE(state(false, DirectoryBar::none));
    CHECK(state(true, DirectoryBar::none));
    CHECK(state(true, DirectoryBar::expired));
    CHECK(state(false, DirectoryBar::disabled));
    CHECK_FALSE(state(false, DirectoryBar::none));
}

TEST_CASE("the status is one row that keeps everything") {
    TestStore store{schemas()};
    {
        auto snapshot = *store->read();
        CHECK(*directory_status(snapshot) == DirectoryStatus{});
    }
    DirectoryStatus status;
    status.failing_since = store.clock.now();
    status.problem = "ldaps://dc1: cannot connect";
    status.held_since = store.clock.now();
    status.held_losing = 7;
    status.held_of = 20;
    status.mapping_version = "1 (abc)";
    status.mapping_problem = "line 3";
    status.clashes = "admin";
    const auto save = [&] {
        REQUIRE(
            store->write([&](WriteTransaction& tx) { return save_directory_status(tx, status); }));
        auto snapshot = *store->read();
        CHECK(*directory_status(snapshot) == status);
    };
    save();
    status.failing_since.reset();
    status.succeeded_at = store.clock.now();
    save();
}
