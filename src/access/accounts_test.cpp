#include "access/accounts.h"

#include "access/access_test_support.h"
#include "access/sessions.h"

using namespace wardlight;
using namespace wardlight::access;
using namespace wardlight::access::test;
using store::TestStore;
using store::WriteTransaction;

TEST_CASE("an account comes back as it was added") {
    TestStore store(schemas());
    NewAccount account = new_account("Ann.Example@7b", Role::doctor);
    account.wards = {"8A", "7B", "7B"};
    account.teams = {"renal"};
    account.practitioner = PractitionerId("G1234567");
    account.sealed_totp_secret = std::string("\0sealed", 7);
    const AccountId id = add(store, account);
    store.reopen();
    auto snapshot = store->read();
    REQUIRE(snapshot);
    const auto found = find_account_of_user(*snapshot, "ANN.example@7B");
    REQUIRE(found);
    REQUIRE(*found);
    const Subject& subject = (*found)->subject;
    CHECK(subject.account == id);
    CHECK(subject.user == "ann.example@7b");
    CHECK(subject.name == "Ann Example");
    CHECK(subject.role == Role::doctor);
    CHECK(subject.wards == std::vector<std::string>{"7B", "8A"});
    CHECK(subject.teams == std::vector<std::string>{"renal"});
    CHECK(subject.practitioner.value == "G1234567");
    CHECK((*found)->has_code);
    CHECK_FALSE((*found)->is_disabled);
    CHECK((*found)->created_at == store.clock.now());
    CHECK((*find_account(*snapshot, id))->subject.user == "ann.example@7b");
    CHECK_FALSE(*find_account(*snapshot, AccountId("nobody")));
    const auto credentials = credentials_of(*snapshot, "ann.example@7b");
    REQUIRE(*credentials);
    CHECK((*credentials)->sealed_totp_secret == account.sealed_totp_secret);
}

TEST_CASE("a user name is taken once, whatever its case") {
    TestStore store(schemas());
    add(store, new_account("ann"));
    const auto again = try_add(store, new_account("ANN"));
    REQUIRE_FALSE(again);
    CHECK(again.error().code == ErrorCode::conflict);
}

TEST_CASE("what is not an account is refused") {
    TestStore store(schemas());
    for (const std::string& user : {std::string(), std::string("a b"), std::string("ann\n"),
                                    std::string("\xc3\xa4nn"), std::string(65, 'a')}) {
        CAPTURE(user);
        CHECK_FALSE(try_add(store, new_account(user)));
    }
    CHECK(try_add(store, new_account(std::string(64, 'a'))));
    NewAccount nameless = new_account("b");
    nameless.name.clear();
    CHECK_FALSE(try_add(store, nameless));
    NewAccount wardless = new_account("c");
    wardless.wards = {" "};
    CHECK_FALSE(try_add(store, wardless));
    NewAccount everywhere = new_account("d");
    everywhere.wards.assign(101, "x");
    CHECK_FALSE(try_add(store, everywhere));
}

TEST_CASE("a new password and disabling end the sessions") {
    TestStore store(schemas());
    const AccountId id = add(store, new_account("ann"));
    const SessionPolicy policy;
    const auto session_lives = [&](const std::function<Result<>(WriteTransaction&)>& change) {
        const auto session =
            store->transact([&](WriteTransaction& tx) { return start_session(tx, id, policy); });
        REQUIRE(session);
        REQUIRE(store->write(change));
        auto snapshot = store->read();
        return find_session(*snapshot, session->token, store.clock.now(), policy)->has_value();
    };
    CHECK(session_lives([](WriteTransaction&) -> Result<> { return {}; }));
    CHECK_FALSE(session_lives([&](WriteTransaction& tx) { return set_password(tx, id, "h"); }));
    CHECK_FALSE(session_lives([&](WriteTransaction& tx) { return set_disabled(tx, id, true); }));
    const auto unknown = store->write(
        [](WriteTransaction& tx) { return set_disabled(tx, AccountId("nobody"), true); });
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == ErrorCode::not_found);
}

TEST_CASE("accounts are listed, and found by team when they may sign in") {
    TestStore store(schemas());
    NewAccount first = new_account("zoe", Role::doctor);
    first.teams = {"renal"};
    NewAccount second = new_account("bob", Role::doctor);
    second.teams = {"renal", "cardiology"};
    const AccountId zoe = add(store, first);
    const AccountId bob = add(store, second);
    REQUIRE(store->write([&](WriteTransaction& tx) { return set_disabled(tx, zoe, true); }));
    auto snapshot = store->read();
    const auto all = list_accounts(*snapshot);
    REQUIRE(all);
    REQUIRE(all->size() == 2);
    CHECK((*all)[0].subject.user == "bob");
    CHECK((*all)[0].subject.teams == std::vector<std::string>{"cardiology", "renal"});
    CHECK((*all)[1].subject.teams == std::vector<std::string>{"renal"});
    CHECK((*all)[1].subject.wards == first.wards);
    CHECK((*all)[1].is_disabled);
    const auto renal = accounts_of_team(*snapshot, "renal");
    REQUIRE(renal);
    REQUIRE(renal->size() == 1);
    CHECK((*renal)[0].subject.account == bob);
}
