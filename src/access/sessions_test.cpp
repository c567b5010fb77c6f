#include "access/sessions.h"

#include "access/access_test_support.h"

using namespace wardlight;
using namespace wardlight::access;
using namespace wardlight::access::test;
using store::TestStore;
using store::WriteTransaction;

namespace {

struct Desk {
    TestStore store{schemas()};
    SessionPolicy policy;
    AccountId ann = add(store, new_account("ann"));

    NewSession start() {
        auto session =
            store->transact([&](WriteTransaction& tx) { return start_session(tx, ann, policy); });
        REQUIRE(session);
        return *session;
    }
    std::optional<Session> find(std::string_view token) {
        auto snapshot = store->read();
        REQUIRE(snapshot);
        auto found = find_session(*snapshot, token, store.clock.now(), policy);
        REQUIRE(found);
        return *found;
    }
    void touch(const std::string& id) {
        REQUIRE(store->write([&](WriteTransaction& tx) { return touch_session(tx, id); }));
    }
};

}  // namespace

TEST_CASE("a token opens its session, also after a restart, and no other text does") {
    Desk desk;
    const NewSession first = desk.start();
    const NewSession second = desk.start();
    desk.store.reopen();
    const auto found = desk.find(first.token);
    REQUIRE(found);
    CHECK(found->subject.user == "ann");
    CHECK(found->subject.wards == std::vector<std::string>{"7B"});
    CHECK(found->id == first.id);
    {
        auto snapshot = desk.store->read();
        const auto now = desk.store.clock.now();
        CHECK((*find_session_by_id(*snapshot, first.id, now, desk.policy))->csrf == found->csrf);
        CHECK_FALSE(*find_session_by_id(*snapshot, first.token, now, desk.policy));
        CHECK_FALSE(*find_session_by_id(*snapshot, first.id, now + desk.policy.idle, desk.policy));
    }
    CHECK(found->csrf.size() >= 32);
    CHECK(found->csrf != desk.find(second.token)->csrf);
    CHECK(first.token.size() >= 43);  // 256 bits
    for (const std::string& wrong :
         {std::string(), std::string("x"), first.id, first.token + "x", std::string(1'000, 'x')}) {
        CHECK_FALSE(desk.find(wrong));
    }
}

TEST_CASE("a session ends without activity, and in any case after the longest time") {
    Desk desk;
    const NewSession session = desk.start();
    desk.store.clock.advance(desk.policy.idle - 1us);
    CHECK(desk.find(session.token));
    desk.touch(session.id);
    desk.store.clock.advance(desk.policy.idle - 1us);
    CHECK(desk.find(session.token));
    desk.store.clock.advance(1us);
    CHECK_FALSE(desk.find(session.token));

    const NewSession busy = desk.start();
    Duration passed{0};
    while (passed + desk.policy.idle / 2 < desk.policy.longest) {
        desk.store.clock.advance(desk.policy.idle / 2);
        passed += desk.policy.idle / 2;
        CHECK(desk.find(busy.token));
        desk.touch(busy.id);
    }
    desk.store.clock.advance(desk.policy.longest - passed - 1us);
    CHECK(desk.find(busy.token));
    desk.store.clock.advance(1us);
    CHECK_FALSE(desk.find(busy.token));
}

TEST_CASE("one session more than the limit ends the oldest") {
    Desk desk;
    desk.policy.per_account = 2;
    const NewSession first = desk.start();
    desk.store.clock.advance(1s);
    const NewSession second = desk.start();
    CHECK(desk.find(first.token));
    desk.store.clock.advance(1s);
    const NewSession third = desk.start();
    CHECK_FALSE(desk.find(first.token));
    CHECK(desk.find(second.token));
    CHECK(desk.find(third.token));
}

TEST_CASE("a session that was ended stays ended") {
    Desk desk;
    const NewSession session = desk.start();
    REQUIRE(desk.store->write([&](WriteTransaction& tx) { return end_session(tx, session.id); }));
    CHECK_FALSE(desk.find(session.token));
    desk.touch(session.id);
    CHECK_FALSE(desk.find(session.token));
}

TEST_CASE("expired sessions do not stay in the store") {
    Desk desk;
    desk.start();
    desk.store.clock.advance(desk.policy.longest);
    desk.start();
    auto snapshot = desk.store->read();
    auto rows = snapshot->sql().query("SELECT COUNT(*) FROM session");
    REQUIRE(rows);
    REQUIRE(*rows->next());
    CHECK(rows->integer(0) == 1);
}
