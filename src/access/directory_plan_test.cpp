#include "access/directory_plan.h"

#include "access/access_test_support.h"
#include "access/sessions.h"

using namespace wardlight;
using namespace wardlight::access;
using namespace wardlight::access::test;
using directory::Person;
using directory::Standing;
using store::TestStore;
using store::WriteTransaction;

namespace {

const GroupMapping& mapping() {
    static const GroupMapping kMapping = *parse_group_mapping(R"(
version = "1"
[[rule]]
id = "nurses"
group = "cn=nurses,dc=t"
role = "ward_nurse"
wards = ["7B"]
[[rule]]
id = "doctors"
group = "cn=doctors,dc=t"
role = "doctor"
[[rule]]
id = "icu"
group = "cn=icu,dc=t"
wards = ["ICU"]
)");
    return kMapping;
}

DirectoryAccount account(const std::string& user, DirectoryBar bar = DirectoryBar::none) {
    DirectoryAccount one;
    one.account.subject.account = AccountId("account-" + user);
    one.account.subject.user = user;
    one.account.subject.name = "Name of " + user;
    one.account.subject.role = Role::ward_nurse;
    one.account.subject.wards = {"7B"};
    one.account.is_disabled = bar != DirectoryBar::none;
    one.account.is_of_directory = true;
    one.directory_id = "id-" + user;
    one.bar = bar;
    return one;
}

Person person(const std::string& user, std::vector<std::string> groups = {"cn=nurses,dc=t"}) {
    Person one;
    one.id = "id-" + user;
    one.dn = "cn=" + user + ",dc=t";
    one.user = user;
    one.name = "Name of " + user;
    one.groups = std::move(groups);
    return one;
}

DirectoryPlan plan(const std::vector<DirectoryAccount>& accounts, const std::vector<Person>& people,
                   std::set<std::string> locals = {}) {
    return plan_changes({accounts, people, std::move(locals)}, mapping(), 20'000);
}

}  // namespace

TEST_CASE("a person who is as before changes nothing") {
    const auto planned = plan({account("ann")}, {person("ann"), person("somebody_else")});
    CHECK(planned.changes.empty());
    CHECK(planned.active == 1);
    CHECK(planned.losing == 0);
}

TEST_CASE("what bars a person of the directory") {
    struct Row {
        const char* what;
        std::vector<Person> people;
        DirectoryBar before;
        DirectoryBar after;
    };
    Person disabled = person("ann");
    disabled.standing = Standing::disabled;
    Person expired = person("ann");
    expired.standing = Standing::expired;
    const Row rows[] = {
        {"gone", {}, DirectoryBar::none, DirectoryBar::missing},
        {"disabled", {disabled}, DirectoryBar::none, DirectoryBar::disabled},
        {"expired", {expired}, DirectoryBar::none, DirectoryBar::expired},
        {"in no group", {person("ann", {})}, DirectoryBar::none, DirectoryBar::no_role},
        {"in groups of two roles",
         {person("ann", {"cn=nurses,dc=t", "cn=doctors,dc=t"})},
         DirectoryBar::none,
         DirectoryBar::role_conflict},
        {"back", {person("ann")}, DirectoryBar::missing, DirectoryBar::none},
        {"from disabled to gone", {}, DirectoryBar::disabled, DirectoryBar::missing},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const auto planned = plan({account("ann", row.before)}, row.people);
        REQUIRE(planned.changes.size() == 1);
        const DirectoryChange& change = planned.changes.front();
        CHECK(change.bar_before == row.before);
        CHECK(change.bar_after == row.after);
        CHECK_FALSE(change.changes_rights());
        CHECK(change.loses_access() ==
              (row.before == DirectoryBar::none && row.after != DirectoryBar::none));
        CHECK(planned.losing == (change.loses_access() ? 1 : 0));
    }
}

TEST_CASE("other groups are other rights, and a lost permission is a loss") {
    const auto more = plan({account("ann")}, {person("ann", {"cn=nurses,dc=t", "cn=icu,dc=t"})});
    REQUIRE(more.changes.size() == 1);
    CHECK(more.changes[0].after.wards == std::vector<std::string>{"7B", "ICU"});
    CHECK(more.changes[0].rules == std::vector<std::string>{"nurses", "icu"});
    CHECK(more.losing == 0);
    // A doctor may do all that a nurse may.
    const auto other = plan({account("ann")}, {person("ann", {"cn=doctors,dc=t"})});
    REQUIRE(other.changes.size() == 1);
    CHECK(other.changes[0].after.role == Role::doctor);
    CHECK(other.losing == 0);
    DirectoryAccount administrator = account("ann");
    administrator.account.subject.role = Role::administrator;
    CHECK(plan({administrator}, {person("ann")}).losing == 1);
}

TEST_CASE("a new name is taken over unless somebody has it") {
    Person renamed = person("ann");
    renamed.user = "ann.smith";
    renamed.name = "Ann Smith";
    const auto planned = plan({account("ann")}, {renamed});
    REQUIRE(planned.changes.size() == 1);
    CHECK(planned.changes[0].user_after == "ann.smith");
    CHECK(planned.changes[0].name_after == "Ann Smith");
    CHECK(plan({account("ann")}, {renamed}, {"ann.smith"}).changes.empty());
    CHECK(plan({account("ann"), account("ann.smith")}, {renamed, person("ann.smith")})
              .changes.empty());
    renamed.user = "not a name";
    CHECK(plan({account("ann")}, {renamed}).changes.empty());
}

TEST_CASE("when it is a mass change") {
    struct Row {
        std::size_t losing;
        std::size_t active;
        std::size_t percent;
        bool is_mass;
    };
    constexpr Row kRows[] = {
        {0, 0, 20, false},      {0, 10, 20, false},    {1, 1, 20, false},
        {2, 2, 20, true},       {4, 10, 20, false},    {5, 24, 20, true},
        {5, 25, 20, false},     {6, 25, 20, true},     {200, 1'000, 20, false},
        {201, 1'000, 20, true}, {99, 100, 100, false}, {100, 100, 100, true},
    };
    for (const Row& row : kRows) {
        CAPTURE(row.losing);
        CAPTURE(row.active);
        DirectoryPlan planned;
        planned.losing = row.losing;
        planned.active = row.active;
        CHECK(is_mass_change(planned, row.percent) == row.is_mass);
    }
}

TEST_CASE("what is planned is done, with an entry each") {
    TestStore store{schemas()};
    const Rights rights{Role::ward_nurse, {"7B"}, {}};
    const auto add_one = [&](const std::string& user) {
        auto added = store->transact([&](WriteTransaction& tx) {
            return add_directory_account(tx, {"id-" + user, user, "Name of " + user, rights});
        });
        REQUIRE(added);
        return *added;
    };
    const AccountId ann = add_one("ann");
    const AccountId bob = add_one("bob");
    const auto session = store->transact(
        [&](WriteTransaction& tx) { return start_session(tx, ann, SessionPolicy{}); });
    const auto bobs = store->transact(
        [&](WriteTransaction& tx) { return start_session(tx, bob, SessionPolicy{}); });
    REQUIRE(session);

    const auto apply = [&](const std::vector<Person>& people) {
        REQUIRE(store->write([&](WriteTransaction& tx) -> Result<> {
            const auto accounts = TRY(directory_accounts(tx));
            return apply_changes(tx, plan(accounts, people).changes);
        }));
    };
    apply({person("bob", {"cn=doctors,dc=t", "cn=icu,dc=t"})});
    {
        auto snapshot = *store->read();
        CHECK_FALSE(*find_session(snapshot, session->token, store.clock.now(), SessionPolicy{}));
        CHECK(*is_revoked(snapshot, session->token));
        const auto still = *find_session(snapshot, bobs->token, store.clock.now(), SessionPolicy{});
        REQUIRE(still);
        // The same session has the new rights at once.
        CHECK(still->subject.role == Role::doctor);
        CHECK(still->subject.wards == std::vector<std::string>{"ICU"});
        CHECK((*find_account(snapshot, ann))->is_disabled);
        CHECK((*find_directory_account(snapshot, "id-ann"))->bar == DirectoryBar::missing);
    }
    const auto entries = audit_entries(store);
    REQUIRE(entries.size() == 2);
    CHECK(entries[1].entry.action == "account.disable");
    CHECK(entries[1].entry.reason == "missing");
    CHECK(entries[1].entry.resource_id == ann.value);
    CHECK(entries[1].entry.actor.role == "directory");
    CHECK(entries[0].entry.action == "account.rights");
    CHECK(entries[0].entry.resource_id == bob.value);

    apply({person("ann"), person("bob", {"cn=doctors,dc=t", "cn=icu,dc=t"})});
    auto snapshot = *store->read();
    CHECK_FALSE((*find_account(snapshot, ann))->is_disabled);
    // What was ended stays ended.
    CHECK_FALSE(*find_session(snapshot, session->token, store.clock.now(), SessionPolicy{}));
    CHECK(audit_entries(store).front().entry.reason == "returned");
}
