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

TEST_CASE("somebody's devices are listed, and a session can be ended from another") {
    Desk desk;
    const auto start = [&](const char* device) {
        return *desk.store->transact(
            [&](WriteTransaction& tx) { return start_session(tx, desk.ann, desk.policy, device); });
    };
    const auto devices = [&] {
        auto snapshot = desk.store->read();
        return *devices_of(*snapshot, desk.ann, desk.store.clock.now(), desk.policy);
    };
    const auto revoke = [&](const AccountId& account, const std::string& id) {
        return desk.store->write(
            [&](WriteTransaction& tx) { return revoke_session(tx, account, id); });
    };
    const auto told = [&](const std::string& token) {
        auto snapshot = desk.store->read();
        return *is_revoked(*snapshot, token);
    };
    const NewSession phone = start("Chrome, Android");
    desk.store.clock.advance(1min);
    const NewSession desktop = start("Firefox, Windows");
    const AccountId bob = add(desk.store, new_account("bob"));
    auto listed = devices();
    REQUIRE(listed.size() == 2);
    CHECK(listed[0].session == desktop.id);
    CHECK(listed[1].device == "Chrome, Android");
    CHECK(listed[1].signed_in_at == desk.store.clock.now() - 1min);

    // Nobody ends somebody else's.
    CHECK_FALSE(revoke(bob, phone.id));
    CHECK(desk.find(phone.token));
    REQUIRE(revoke(desk.ann, phone.id));
    CHECK_FALSE(desk.find(phone.token));
    CHECK(desk.find(desktop.token));
    CHECK(told(phone.token));
    CHECK_FALSE(told(desktop.token));
    CHECK_FALSE(told("another"));
    CHECK(devices().size() == 1);
    CHECK_FALSE(revoke(desk.ann, phone.id));

    const NewSession third = start("Safari, iPhone");
    REQUIRE(desk.store->write(
        [&](WriteTransaction& tx) { return revoke_sessions_of(tx, desk.ann, third.id); }));
    CHECK_FALSE(desk.find(desktop.token));
    CHECK(desk.find(third.token));
    auto snapshot = desk.store->read();
    const auto living = *living_sessions(*snapshot, desk.store.clock.now(), desk.policy);
    CHECK(living == std::unordered_set<std::string>{third.id});
    CHECK(living_sessions(*snapshot, desk.store.clock.now() + desk.policy.idle, desk.policy)
              ->empty());
}

TEST_CASE("one's own sign-out is no revocation, and a device too many neither") {
    Desk desk;
    const NewSession own = desk.start();
    REQUIRE(desk.store->write([&](WriteTransaction& tx) { return end_session(tx, own.id); }));
    std::vector<NewSession> all;
    for (std::size_t i = 0; i <= desk.policy.per_account; ++i) {
        desk.store.clock.advance(1s);
        all.push_back(desk.start());
    }
    CHECK_FALSE(desk.find(all.front().token));
    CHECK(desk.find(all.back().token));
    auto snapshot = desk.store->read();
    CHECK_FALSE(*is_revoked(*snapshot, own.token));
    CHECK_FALSE(*is_revoked(*snapshot, all.front().token));
}
