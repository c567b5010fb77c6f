#include "access/sign_in.h"

#include <thread>

#include "access/access_test_support.h"
#include "access/sign_in_delay.h"
#include "access/totp.h"

using namespace wardlight;
using namespace wardlight::access;
using namespace wardlight::access::test;
using store::TestStore;
using store::WriteTransaction;
using State = SignInOutcome::State;

namespace {

struct Door {
    Door() : folder(std::filesystem::temp_directory_path() / ("wardlight-door-" + new_uuid())) {
        std::filesystem::create_directories(folder);
        ann = add(store, new_account("ann"));
        NewAccount with_code = new_account("bob", Role::doctor);
        with_code.sealed_totp_secret = key.seal(secret);
        bob = add(store, with_code);
    }
    ~Door() { std::filesystem::remove_all(folder); }

    Result<SignInOutcome> attempt(std::string user, std::string password,
                                  std::optional<std::string> code = {},
                                  std::string address = "10.0.0.1") const {
        return sign_in.attempt(
            {std::move(user), std::move(password), std::move(code), std::move(address)});
    }
    bool is_refused(std::string user, std::string password, std::optional<std::string> code = {},
                    std::string address = "10.0.0.1") const {
        const auto outcome =
            attempt(std::move(user), std::move(password), std::move(code), std::move(address));
        if (outcome) return false;
        // One error for every reason.
        CHECK(outcome.error().code == ErrorCode::unauthenticated);
        CHECK(outcome.error().message == "the user name, password or code is not right");
        CHECK(outcome.error().where == "sign_in");
        return true;
    }
    std::string code() const { return totp_code(secret, store.clock.now()); }
    std::string last_reason() { return audit_entries(store).front().entry.reason; }

    std::filesystem::path folder;
    TestStore store{schemas()};
    SecretKey key = [this] {
        std::filesystem::create_directories(folder);
        return *SecretKey::load_or_create(folder / "access.key");
    }();
    std::string secret = new_totp_secret();
    AccountId ann;
    AccountId bob;
    SignIn sign_in = *SignIn::create(*store, key, SessionPolicy{}, kCheap);
};

}  // namespace

TEST_CASE("the right password opens a session and is noted") {
    Door door;
    const auto outcome = door.attempt("Ann", kPassword);
    REQUIRE(outcome);
    CHECK(outcome->state == State::signed_in);
    auto snapshot = door.store->read();
    const auto session =
        find_session(*snapshot, outcome->token, door.store.clock.now(), SessionPolicy{});
    REQUIRE(*session);
    CHECK((*session)->subject.account == door.ann);
    const auto entries = audit_entries(door.store);
    REQUIRE(entries.size() == 1);
    CHECK(entries[0].entry.action == "sign_in");
    CHECK(entries[0].entry.actor.account == door.ann);
    CHECK(entries[0].entry.actor.session == (*session)->id);
    CHECK(entries[0].entry.decision == audit::Decision::permit);
}

TEST_CASE("every failure is the same error, and the audit log knows which it was") {
    Door door;
    CHECK(door.is_refused("ann", "wrong"));
    CHECK(door.last_reason() == "wrong_password");
    CHECK(door.is_refused("ann", ""));
    CHECK(door.last_reason() == "wrong_password");
    CHECK(door.is_refused("nobody", kPassword));
    CHECK(door.last_reason() == "unknown_user");
    CHECK(door.is_refused("", ""));
    CHECK(door.is_refused("bob", kPassword, "000000x"));
    CHECK(door.last_reason() == "wrong_code");
    CHECK(door.is_refused("bob", "wrong", door.code()));
    CHECK(door.last_reason() == "wrong_password");
    REQUIRE(
        door.store->write([&](WriteTransaction& tx) { return set_disabled(tx, door.ann, true); }));
    CHECK(door.is_refused("ann", kPassword));
    CHECK(door.last_reason() == "disabled");
    for (const auto& recorded : audit_entries(door.store)) {
        CHECK(recorded.entry.decision == audit::Decision::deny);
        CHECK(recorded.entry.outcome == audit::Outcome::failure);
    }
}

TEST_CASE("an account with codes needs one, and each counts once") {
    Door door;
    const auto asked = door.attempt("bob", kPassword);
    REQUIRE(asked);
    CHECK(asked->state == State::code_needed);
    CHECK(asked->token.empty());
    const std::string code = door.code();
    CHECK(door.attempt("bob", kPassword, code)->state == State::signed_in);
    CHECK(door.is_refused("bob", kPassword, code));
    CHECK(door.last_reason() == "used_code");
    // Nor may the code of an earlier step be used after a later one.
    CHECK(door.is_refused("bob", kPassword, totp_code(door.secret, door.store.clock.now() - 30s)));
    door.store.clock.advance(30s);
    CHECK(door.attempt("bob", kPassword, door.code())->state == State::signed_in);
}

TEST_CASE("the same code at the same time opens one session") {
    Door door;
    const std::string code = door.code();
    std::atomic<int> opened{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            if (door.attempt("bob", kPassword, code)) ++opened;
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(opened == 1);
}

TEST_CASE("after five failures the right password has to wait, and then works") {
    Door door;
    for (int i = 0; i < kFreeFailures; ++i) CHECK(door.is_refused("ann", "wrong"));
    CHECK(door.is_refused("ann", kPassword));
    CHECK(door.last_reason() == "delayed");
    // Trying while waiting makes it no longer.
    for (int i = 0; i < 20; ++i) CHECK(door.is_refused("ann", "wrong"));
    door.store.clock.advance(kFirstDelay);
    CHECK(door.attempt("ann", kPassword));
    // And the count starts anew.
    CHECK(door.is_refused("ann", "wrong"));
    CHECK(door.attempt("ann", kPassword));
}

TEST_CASE("nobody can lock a colleague out from another address") {
    Door door;
    for (int i = 0; i < 50; ++i) CHECK(door.is_refused("ann", "wrong", {}, "6.6.6.6"));
    CHECK(door.attempt("ann", kPassword, {}, "10.0.0.1"));
    CHECK(door.is_refused("ann", kPassword, {}, "6.6.6.6"));
    CHECK(door.attempt("bob", kPassword, door.code(), "6.6.6.6"));
}

TEST_CASE("an unknown user name is delayed like a known one") {
    Door door;
    for (int i = 0; i < kFreeFailures; ++i) CHECK(door.is_refused("nobody", "wrong"));
    auto snapshot = door.store->read();
    CHECK(*is_delayed(*snapshot, "nobody", "10.0.0.1", door.store.clock.now()));
    CHECK_FALSE(*is_delayed(*snapshot, "somebody", "10.0.0.1", door.store.clock.now()));
}

TEST_CASE("the delay doubles up to its limit and is forgotten in the end") {
    struct Row {
        std::int64_t failures;
        Duration delay;
    };
    for (const Row& row : {Row{0, 0s}, Row{4, 0s}, Row{5, 1s}, Row{6, 2s}, Row{14, 512s},
                           Row{15, 15min}, Row{1'000'000, 15min}}) {
        CAPTURE(row.failures);
        CHECK(delay_after(row.failures) == row.delay);
    }
    Door door;
    for (int i = 0; i < kFreeFailures; ++i) CHECK(door.is_refused("ann", "wrong"));
    door.store.clock.advance(kFailuresForgotten + 1s);
    CHECK(door.is_refused("bob", "wrong"));  // cleans up
    auto snapshot = door.store->read();
    auto rows = snapshot->sql().query("SELECT COUNT(*) FROM sign_in_failure");
    REQUIRE(*rows->next());
    CHECK(rows->integer(0) == 1);
}

TEST_CASE("with another key a code cannot be checked, and that is no wrong password") {
    Door door;
    const SecretKey other = *SecretKey::load_or_create(door.folder / "other.key");
    const SignIn sign_in = *SignIn::create(*door.store, other, SessionPolicy{}, kCheap);
    const auto outcome = sign_in.attempt({"bob", kPassword, door.code(), "10.0.0.1"});
    REQUIRE_FALSE(outcome);
    CHECK(outcome.error().code == ErrorCode::corrupt);
}

TEST_CASE("who is signed in can be asked for the password again, as often as at sign-in") {
    Door door;
    const auto confirm = [&](const char* password, const char* user = "ann") {
        return door.sign_in.confirm({user, password, {}, "10.0.0.1"}, Unproven::refuse);
    };
    CHECK(confirm(kPassword));
    // With a one-time code at sign-in as well: it counts once and is not asked for.
    CHECK(confirm(kPassword, "bob"));
    const auto refused = confirm("wrong");
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::unauthenticated);
    const audit::Recorded last = audit_entries(door.store).front();
    CHECK(last.entry.action == "step_up");
    CHECK(last.entry.reason == "wrong_password");
    CHECK(last.entry.decision == audit::Decision::deny);
    for (std::int64_t i = 1; i <= kFreeFailures; ++i) CHECK_FALSE(confirm("wrong"));
    // Now the right one must wait too, and so must signing in.
    CHECK_FALSE(confirm(kPassword));
    CHECK(door.last_reason() == "delayed");
    CHECK(door.is_refused("ann", kPassword));
    REQUIRE(
        door.store->write([&](WriteTransaction& tx) { return set_disabled(tx, door.bob, true); }));
    CHECK_FALSE(confirm(kPassword, "bob"));
}
