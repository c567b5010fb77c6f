#include "access/recovery.h"

#include <cctype>

#include "access/access_test_support.h"
#include "access/recovery_ceremony.h"
#include "access/sign_in_delay.h"
#include "access/test_authenticator.h"

using namespace wardlight;
using namespace wardlight::access;
using namespace wardlight::access::test;
using store::WriteTransaction;

namespace {

struct Desk {
    Desk() {
        ann = add(store, new_account("ann"));
        first = add(store, new_account("root", Role::administrator));
        second = add(store, new_account("admin", Role::administrator));
        passkeys.open_for({"ward.test", {"https://ward.test"}});
    }

    Result<std::string> start(const AccountId& by, bool removes = false,
                              const std::string& reason = "lost her phone in the river") {
        return store->transact(
            [&](WriteTransaction& tx) { return start_recovery(tx, {ann, reason, removes, by}); });
    }
    Result<std::string> confirm(const std::string& id, const AccountId& by) {
        return store->transact([&](WriteTransaction& tx) { return confirm_recovery(tx, id, by); });
    }
    /// A code that works.
    std::string code(bool removes = false) {
        const auto id = start(first, removes);
        REQUIRE(id);
        auto made = confirm(*id, second);
        REQUIRE(made);
        return *made;
    }
    RecoveryCode typed(const std::string& text, const char* user = "ann") const {
        return {user, text, "10.0.0.1"};
    }
    Result<std::string> finish(const std::string& text, const TestAuthenticator& phone,
                               const std::function<void(AnswerParts&)>& change = {}) const {
        const auto start = TRY(recoveries.begin(typed(text)));
        AnswerParts parts;
        parts.challenge = start.registration.challenge;
        if (change) change(parts);
        return recoveries.finish(typed(text), {phone.make(parts), {"internal"}, "New phone"},
                                 "Chrome");
    }
    /// Why the last attempt was refused.
    std::string reason() {
        const audit::Entry entry = audit_entries(store).front().entry;
        CHECK(entry.action == "recovery.use");
        return entry.reason;
    }
    std::size_t open() {
        auto snapshot = store->read();
        return open_recoveries(*snapshot, store.clock.now())->size();
    }

    store::TestStore store{schemas()};
    AccountId ann;
    AccountId first;
    AccountId second;
    PasskeyCeremonies passkeys{*store, SessionPolicy{}};
    RecoveryCeremony recoveries{*store, passkeys, SessionPolicy{}};
};

}  // namespace

TEST_CASE("a recovery takes two administrators, neither of them the person") {
    Desk desk;
    CHECK(desk.start(desk.ann).error().code == ErrorCode::forbidden);
    CHECK(desk.start(desk.first, false, "too short").error().code == ErrorCode::invalid);
    CHECK(desk.start(desk.first, false, std::string(501, 'x')).error().code == ErrorCode::invalid);
    const auto id = desk.start(desk.first);
    REQUIRE(id);
    CHECK(desk.start(desk.second).error().code == ErrorCode::conflict);
    CHECK(desk.confirm(*id, desk.first).error().code == ErrorCode::forbidden);
    CHECK(desk.confirm(*id, desk.ann).error().code == ErrorCode::forbidden);
    CHECK(desk.confirm("x", desk.second).error().code == ErrorCode::not_found);
    const auto code = desk.confirm(*id, desk.second);
    REQUIRE(code);
    CHECK(code->size() == 14);
    // The code is shown once, and stored only as a hash.
    CHECK(desk.confirm(*id, desk.second).error().code == ErrorCode::not_found);
    auto snapshot = desk.store->read();
    auto rows = snapshot->sql().query("SELECT code_hash FROM account_recovery");
    REQUIRE(*rows->next());
    CHECK(rows->text(0).size() == 64);
    CHECK(rows->text(0).find(code->substr(0, 4)) == std::string_view::npos);
}

TEST_CASE("a disabled or unknown account is not recovered") {
    Desk desk;
    REQUIRE(
        desk.store->write([&](WriteTransaction& tx) { return set_disabled(tx, desk.ann, true); }));
    CHECK(desk.start(desk.first).error().code == ErrorCode::not_found);
    desk.ann = AccountId("x");
    CHECK(desk.start(desk.first).error().code == ErrorCode::not_found);
}

TEST_CASE("with the code the person makes a passkey, and is signed in by it alone") {
    Desk desk;
    const auto old = desk.store->transact([&](WriteTransaction& tx) {
        return start_session(tx, desk.ann, SessionPolicy{}, "Lost phone");
    });
    REQUIRE(old);
    const TestAuthenticator phone;
    std::string code = desk.code();
    // As people type it.
    for (char& c : code) c = c == '-' ? ' ' : static_cast<char>(std::tolower(c));
    const auto token = desk.finish(code, phone);
    REQUIRE(token);
    auto snapshot = desk.store->read();
    const auto now = desk.store.clock.now();
    CHECK((*find_session(*snapshot, *token, now, SessionPolicy{}))->subject.user == "ann");
    CHECK_FALSE(*find_session(*snapshot, old->token, now, SessionPolicy{}));
    CHECK(*is_revoked(*snapshot, old->token));
    CHECK(passkeys_of(*snapshot, desk.ann)->size() == 1);
    const auto entries = audit_entries(desk.store);
    CHECK(entries[0].entry.action == "passkey.add");
    CHECK(entries[1].entry.action == "recovery.use");
    CHECK(entries[1].entry.reason == "recovery_code");
    // Once.
    CHECK(desk.finish(code, TestAuthenticator()).error().where == "recovery");
    CHECK(desk.reason() == "wrong_code");
    CHECK(desk.open() == 0);
}

TEST_CASE("old passkeys go when that was asked for, and stay otherwise") {
    for (const bool removes : {false, true}) {
        CAPTURE(removes);
        Desk desk;
        const TestAuthenticator lost;
        const TestAuthenticator found;
        REQUIRE(desk.finish(desk.code(), lost));
        REQUIRE(desk.finish(desk.code(removes), found));
        auto snapshot = desk.store->read();
        CHECK(passkeys_of(*snapshot, desk.ann)->size() == (removes ? 1 : 2));
        CHECK(find_passkey(*snapshot, lost.credential_id)->has_value() == !removes);
    }
}

TEST_CASE("a passkey that is not right uses nothing up") {
    Desk desk;
    const TestAuthenticator phone;
    const std::string code = desk.code();
    const auto refused =
        desk.finish(code, phone, [](AnswerParts& parts) { parts.origin = "https://evil.test"; });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().where == "passkey");
    CHECK(desk.reason() == passkey_reason::kOrigin);
    CHECK_FALSE(desk.finish(code, phone, [](AnswerParts& parts) { parts.challenge = "x"; }));
    CHECK(desk.reason() == passkey_reason::kChallenge);
    CHECK(desk.finish(code, phone));
}

TEST_CASE("every wrong name or code is one error; five wrong codes end it") {
    Desk desk;
    const std::string code = desk.code();
    const auto refused = [&](const RecoveryCode& typed) {
        const auto start = desk.recoveries.begin(typed);
        REQUIRE_FALSE(start);
        CHECK(start.error().code == ErrorCode::unauthenticated);
        CHECK(start.error().where == "recovery");
        return desk.reason();
    };
    CHECK(refused(desk.typed(code, "nobody")) == "unknown_user");
    CHECK(refused(desk.typed(code, "root")) == "wrong_code");
    for (std::int64_t i = 1; i < kRecoveryAttempts; ++i)
        CHECK(refused(desk.typed("AAAA-BBBB-CCCC")) == "wrong_code");
    CHECK(desk.open() == 1);
    CHECK(refused(desk.typed("")) == "wrong_code");
    CHECK(desk.open() == 0);
    CHECK(refused(desk.typed(code)) == "delayed");
    desk.store.clock.advance(kFirstDelay);
    CHECK(refused(desk.typed(code)) == "wrong_code");
}

TEST_CASE("a code lasts ten minutes, a recovery waits a day for its second administrator") {
    Desk desk;
    std::string code = desk.code();
    desk.store.clock.advance(kRecoveryCodeLasts - 1s);
    CHECK(desk.recoveries.begin(desk.typed(code)));
    desk.store.clock.advance(1s);
    CHECK_FALSE(desk.recoveries.begin(desk.typed(code)));
    CHECK(desk.open() == 0);

    const auto id = desk.start(desk.first);
    REQUIRE(id);
    desk.store.clock.advance(kRecoveryWaits - 1s);
    CHECK(desk.open() == 1);
    desk.store.clock.advance(1s);
    CHECK(desk.confirm(*id, desk.second).error().code == ErrorCode::not_found);
    // Called off, it is over, and another can begin.
    const auto next = desk.start(desk.first);
    REQUIRE(next);
    REQUIRE(desk.store->write([&](WriteTransaction& tx) -> Result<> {
        TRY(cancel_recovery(tx, *next));
        return {};
    }));
    CHECK(desk.confirm(*next, desk.second).error().code == ErrorCode::not_found);
    CHECK(desk.start(desk.second));
}

TEST_CASE("an account that was disabled meanwhile is not recovered, nor is one without passkeys") {
    Desk desk;
    const std::string code = desk.code();
    const PasskeyCeremonies off(*desk.store, SessionPolicy{});
    const RecoveryCeremony none(*desk.store, off, SessionPolicy{});
    CHECK(none.begin(desk.typed(code)).error().code == ErrorCode::precondition_failed);
    REQUIRE(
        desk.store->write([&](WriteTransaction& tx) { return set_disabled(tx, desk.ann, true); }));
    CHECK_FALSE(desk.recoveries.begin(desk.typed(code)));
    CHECK(desk.reason() == "disabled");
}
