#include <filesystem>
#include <thread>

#include "access/access_test_support.h"
#include "access/passkey_ceremonies.h"
#include "access/sign_in.h"
#include "access/sign_in_delay.h"
#include "access/test_authenticator.h"

using namespace wardlight;
using namespace wardlight::access;
using namespace wardlight::access::test;
using store::TestStore;
using store::WriteTransaction;
namespace reason = wardlight::access::passkey_reason;

namespace {

struct Hospital {
    Hospital() {
        ann = add(store, new_account("ann"));
        bob = add(store, new_account("bob", Role::doctor));
        passkeys.open_for({"ward.test", {"https://ward.test"}});
    }

    Session session_of(const AccountId& account) {
        const auto made = store->transact([&](WriteTransaction& tx) {
            return start_session(tx, account, SessionPolicy{}, "Phone");
        });
        REQUIRE(made);
        auto snapshot = store->read();
        auto found = find_session_by_id(*snapshot, made->id, store.clock.now(), SessionPolicy{});
        REQUIRE(*found);
        return **found;
    }
    void confirm(const Session& session) {
        REQUIRE(store->write([&](WriteTransaction& tx) { return note_confirmed(tx, session.id); }));
    }

    Result<std::string> enrol(TestAuthenticator& authenticator, const Session& session,
                              AnswerParts parts = {}) {
        const SignedIn caller{session, kAddress};
        auto start = TRY(passkeys.begin_registration(caller));
        handle = start.user_handle;
        if (parts.challenge.empty()) parts.challenge = start.challenge;
        return passkeys.finish_registration({authenticator.make(parts), {"internal"}, "My phone"},
                                            caller);
    }
    /// A passkey of Ann's.
    std::string enrol_ann(TestAuthenticator& authenticator, const AnswerParts& parts = {}) {
        const Session session = session_of(ann);
        confirm(session);
        auto id = enrol(authenticator, session, parts);
        REQUIRE(id);
        return *id;
    }

    PasskeyAnswer answer(const TestAuthenticator& authenticator, const AnswerParts& parts) const {
        PasskeyAnswer made;
        made.credential = authenticator.credential_id;
        made.response = authenticator.sign(parts);
        made.user_handle = handle;
        made.address = kAddress;
        made.device = "Chrome, Android";
        return made;
    }
    AnswerParts for_sign_in() const {
        AnswerParts parts;
        const auto challenge = passkeys.begin_sign_in();
        REQUIRE(challenge);
        parts.challenge = *challenge;
        return parts;
    }
    /// Why it was refused, by the audit log; empty for a session.
    std::string refusal(const PasskeyAnswer& made, const char* where = "passkey") {
        const auto token = passkeys.sign_in(made);
        if (token) return {};
        // One error for every reason.
        CHECK(token.error().code == ErrorCode::unauthenticated);
        CHECK(token.error().where == where);
        const audit::Entry entry = audit_entries(store).front().entry;
        CHECK(entry.action == "sign_in");
        CHECK(entry.decision == audit::Decision::deny);
        CHECK(entry.outcome == audit::Outcome::failure);
        return entry.reason;
    }
    std::vector<Passkey> listed(const AccountId& account) {
        auto snapshot = store->read();
        return *passkeys_of(*snapshot, account);
    }
    std::int64_t count(const char* sql) {
        auto snapshot = store->read();
        auto rows = snapshot->sql().query(sql);
        REQUIRE(*rows->next());
        return rows->integer(0);
    }

    static constexpr const char* kAddress = "10.0.0.1";
    TestStore store{schemas()};
    AccountId ann;
    AccountId bob;
    std::string handle;
    PasskeyCeremonies passkeys{*store, SessionPolicy{}};
};

}  // namespace

TEST_CASE("a passkey is added by somebody who has just shown who they are") {
    Hospital hospital;
    TestAuthenticator phone;
    const Session session = hospital.session_of(hospital.ann);
    const auto refused = hospital.enrol(phone, session);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::forbidden);
    CHECK(refused.error().where == "step_up");

    hospital.confirm(session);
    const auto id = hospital.enrol(phone, session);
    REQUIRE(id);
    CHECK(hospital.handle.size() == 64);
    const auto listed = hospital.listed(hospital.ann);
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].id == *id);
    CHECK(listed[0].credential == phone.credential_id);
    CHECK(listed[0].name == "My phone");
    CHECK(listed[0].transports == std::vector<std::string>{"internal"});
    CHECK_FALSE(listed[0].last_used_at);
    const audit::Entry entry = audit_entries(hospital.store).front().entry;
    CHECK(entry.action == "passkey.add");
    CHECK(entry.resource_id == *id);
    CHECK(entry.actor.session == session.id);
    CHECK(entry.decision == audit::Decision::permit);

    // The confirmation is of this session and lasts five minutes.
    CHECK_FALSE(hospital.enrol(phone, hospital.session_of(hospital.ann)));
    hospital.store.clock.advance(kConfirmedFor);
    CHECK_FALSE(hospital.enrol(phone, session));
}

TEST_CASE("a registration that is not right adds nothing, and the audit log says why") {
    Hospital hospital;
    TestAuthenticator phone;
    const Session session = hospital.session_of(hospital.ann);
    hospital.confirm(session);
    const auto refused = [&](const AnswerParts& parts) {
        const auto id = hospital.enrol(phone, session, parts);
        REQUIRE_FALSE(id);
        CHECK(id.error().code == ErrorCode::invalid);
        CHECK(id.error().where == "passkey");
        CHECK(id.error().message == "the passkey could not be added");
        const audit::Entry entry = audit_entries(hospital.store).front().entry;
        CHECK(entry.action == "passkey.add");
        CHECK(entry.decision == audit::Decision::deny);
        return entry.reason;
    };
    AnswerParts parts;
    parts.challenge = "a challenge that was never given";
    CHECK(refused(parts) == reason::kChallenge);
    parts = {};
    parts.origin = "https://evil.test";
    CHECK(refused(parts) == reason::kOrigin);
    parts = {};
    parts.flags = kPresent;
    CHECK(refused(parts) == reason::kUserVerification);
    CHECK(hospital.listed(hospital.ann).empty());
}

TEST_CASE("a challenge counts once, for five minutes, for its session and its purpose") {
    Hospital hospital;
    TestAuthenticator phone;
    const Session session = hospital.session_of(hospital.ann);
    const Session other = hospital.session_of(hospital.ann);
    hospital.confirm(session);
    hospital.confirm(other);
    const auto start = hospital.passkeys.begin_registration({session, "10.0.0.1"});
    REQUIRE(start);
    AnswerParts parts;
    parts.challenge = start->challenge;
    const auto finish = [&](const Session& of) {
        return hospital.passkeys.finish_registration({phone.make(parts), {}, "x"},
                                                     {of, "10.0.0.1"});
    };
    CHECK_FALSE(finish(other));
    CHECK(finish(session));
    phone.credential_id[0] ^= 1;
    CHECK_FALSE(finish(session));
    CHECK(audit_entries(hospital.store).front().entry.reason == reason::kChallenge);
    // One that was made for a confirmation or to sign in adds none.
    parts.challenge = hospital.passkeys.begin_step_up(session)->challenge;
    CHECK_FALSE(finish(session));
    parts.challenge = *hospital.passkeys.begin_sign_in();
    CHECK_FALSE(finish(session));
    const auto late = hospital.passkeys.begin_registration({session, "10.0.0.1"});
    REQUIRE(late);
    parts.challenge = late->challenge;
    hospital.store.clock.advance(kChallengeLasts);
    CHECK_FALSE(finish(session));
    CHECK(hospital.listed(hospital.ann).size() == 1);
}

TEST_CASE("a credential belongs to one account") {
    Hospital hospital;
    TestAuthenticator phone;
    hospital.enrol_ann(phone);
    const Session session = hospital.session_of(hospital.bob);
    hospital.confirm(session);
    const auto taken = hospital.enrol(phone, session);
    REQUIRE_FALSE(taken);
    CHECK(taken.error().code == ErrorCode::conflict);
    CHECK(audit_entries(hospital.store).front().entry.reason == "credential");
    CHECK(hospital.listed(hospital.bob).empty());
}

TEST_CASE("a passkey opens a session, and that is noted") {
    Hospital hospital;
    TestAuthenticator phone;
    const std::string id = hospital.enrol_ann(phone);
    const auto token = hospital.passkeys.sign_in(hospital.answer(phone, hospital.for_sign_in()));
    REQUIRE(token);
    auto snapshot = hospital.store->read();
    const auto session =
        find_session(*snapshot, *token, hospital.store.clock.now(), SessionPolicy{});
    REQUIRE(*session);
    CHECK((*session)->subject.account == hospital.ann);
    const audit::Entry entry = audit_entries(hospital.store).front().entry;
    CHECK(entry.action == "sign_in");
    CHECK(entry.reason == "passkey");
    CHECK(entry.resource_id == id);
    CHECK(entry.actor.account == hospital.ann);
    CHECK(entry.actor.session == (*session)->id);
    CHECK(entry.decision == audit::Decision::permit);
    CHECK(hospital.listed(hospital.ann)[0].last_used_at == hospital.store.clock.now());
    // Signing in is no confirmation: a phone left lying right afterwards adds no passkey.
    CHECK_FALSE(check_confirmed(*snapshot, (*session)->id, hospital.store.clock.now()));
}

TEST_CASE("every way not to sign in is one error, and the audit log knows which it was") {
    Hospital hospital;
    TestAuthenticator phone;
    hospital.enrol_ann(phone);
    const auto with = [&](const std::function<void(AnswerParts&)>& change) {
        AnswerParts parts = hospital.for_sign_in();
        change(parts);
        return hospital.answer(phone, parts);
    };
    const auto good = with([](AnswerParts&) {});
    CHECK(hospital.refusal(good).empty());
    CHECK(hospital.refusal(good) == reason::kChallenge);  // once only
    CHECK(hospital.refusal(with([](AnswerParts& parts) { parts.origin = "https://evil.test"; })) ==
          reason::kOrigin);
    CHECK(hospital.refusal(with([](AnswerParts& parts) { parts.flags = kPresent; })) ==
          reason::kUserVerification);
    CHECK(hospital.refusal(with([](AnswerParts& parts) { parts.client_data = "{"; })) ==
          reason::kChallenge);
    PasskeyAnswer answer = with([](AnswerParts&) {});
    answer.user_handle = std::string(64, 'x');
    CHECK(hospital.refusal(answer) == "user_handle");
    hospital.store.clock.advance(kLongestDelay);
    answer = with([](AnswerParts&) {});
    answer.user_handle.clear();
    CHECK(hospital.refusal(answer) == "user_handle");
    answer = with([](AnswerParts&) {});
    answer.credential += 'x';
    CHECK(hospital.refusal(answer) == "unknown_passkey");
    hospital.store.clock.advance(kLongestDelay);
    TestAuthenticator stranger;
    stranger.credential_id = phone.credential_id;
    CHECK(hospital.refusal(hospital.answer(stranger, hospital.for_sign_in())) ==
          reason::kSignature);
    hospital.store.clock.advance(kLongestDelay);
    REQUIRE(hospital.store->write(
        [&](WriteTransaction& tx) { return set_disabled(tx, hospital.ann, true); }));
    CHECK(hospital.refusal(with([](AnswerParts&) {})) == "disabled");
}

TEST_CASE("failures are counted with those of the password, and delay both") {
    Hospital hospital;
    TestAuthenticator phone;
    hospital.enrol_ann(phone);
    const auto wrong = [&] {
        AnswerParts parts = hospital.for_sign_in();
        parts.flags = kPresent;
        return hospital.refusal(hospital.answer(phone, parts));
    };
    for (std::int64_t i = 0; i < kFreeFailures; ++i) CHECK(wrong() == reason::kUserVerification);
    {
        auto snapshot = hospital.store->read();
        CHECK(*is_delayed(*snapshot, "ann", "10.0.0.1", hospital.store.clock.now()));
    }
    CHECK(hospital.refusal(hospital.answer(phone, hospital.for_sign_in())) == "delayed");
    hospital.store.clock.advance(kFirstDelay);
    CHECK(hospital.refusal(hospital.answer(phone, hospital.for_sign_in())).empty());
    auto snapshot = hospital.store->read();
    CHECK_FALSE(*is_delayed(*snapshot, "ann", "10.0.0.1", hospital.store.clock.now()));
}

TEST_CASE("a counter that goes back blocks the passkey, and its owner is told") {
    Hospital hospital;
    TestAuthenticator phone;
    AnswerParts first;
    first.sign_count = 5;
    const std::string id = hospital.enrol_ann(phone, first);
    const auto count = [&](std::uint32_t number) {
        AnswerParts parts = hospital.for_sign_in();
        parts.sign_count = number;
        return hospital.answer(phone, parts);
    };
    CHECK(hospital.refusal(count(6)).empty());
    CHECK(hospital.refusal(count(6), "passkey_blocked") == reason::kSignCount);
    CHECK(audit_entries(hospital.store).front().entry.resource_id == id);
    REQUIRE(hospital.listed(hospital.ann)[0].blocked_at);
    // Nor does it help to count on.
    CHECK(hospital.refusal(count(7), "passkey_blocked") == "blocked");
    CHECK(hospital.listed(hospital.ann)[0].sign_count == 6);
    // Whoever has only the id learns nothing.
    AnswerParts parts = hospital.for_sign_in();
    TestAuthenticator stranger;
    stranger.credential_id = phone.credential_id;
    CHECK(hospital.refusal(hospital.answer(stranger, parts)) == reason::kSignature);
}

TEST_CASE("of two answers to one challenge at the same time one opens a session") {
    Hospital hospital;
    TestAuthenticator phone;
    hospital.enrol_ann(phone);
    const PasskeyAnswer answer = hospital.answer(phone, hospital.for_sign_in());
    std::atomic<int> opened{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
        threads.emplace_back([&] {
            if (hospital.passkeys.sign_in(answer)) ++opened;
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(opened == 1);
    CHECK_FALSE(hospital.listed(hospital.ann)[0].blocked_at);
}

TEST_CASE("a passkey confirms its own person in their own session") {
    Hospital hospital;
    TestAuthenticator phone;
    hospital.enrol_ann(phone);
    const Session session = hospital.session_of(hospital.ann);
    const Session other = hospital.session_of(hospital.ann);
    const auto challenge_for = [&](const Session& of) {
        AnswerParts parts;
        const auto start = hospital.passkeys.begin_step_up(of);
        REQUIRE(start);
        CHECK(start->passkeys.size() == hospital.listed(of.subject.account).size());
        parts.challenge = start->challenge;
        return parts;
    };
    PasskeyAnswer answer = hospital.answer(phone, challenge_for(session));
    CHECK_FALSE(hospital.passkeys.step_up(answer, other));
    answer = hospital.answer(phone, challenge_for(session));
    answer.user_handle.clear();  // whose it must be is known
    CHECK(hospital.passkeys.step_up(answer, session));
    const audit::Entry entry = audit_entries(hospital.store).front().entry;
    CHECK(entry.action == "step_up");
    CHECK(entry.reason == "passkey");
    CHECK(entry.actor.session == session.id);
    {
        auto snapshot = hospital.store->read();
        CHECK(check_confirmed(*snapshot, session.id, hospital.store.clock.now()));
        CHECK_FALSE(check_confirmed(*snapshot, other.id, hospital.store.clock.now()));
    }
    CHECK_FALSE(hospital.passkeys.step_up(answer, session));
    // A colleague's passkey on the same phone confirms nobody else; nor does one to sign in with.
    const Session bobs = hospital.session_of(hospital.bob);
    CHECK_FALSE(hospital.passkeys.step_up(hospital.answer(phone, challenge_for(bobs)), bobs));
    CHECK(audit_entries(hospital.store).front().entry.reason == "unknown_passkey");
    CHECK_FALSE(hospital.passkeys.step_up(hospital.answer(phone, hospital.for_sign_in()), session));
}

TEST_CASE("naming and removing are for one's own, removing for who was confirmed") {
    Hospital hospital;
    TestAuthenticator phone;
    const std::string id = hospital.enrol_ann(phone);
    const Session session = hospital.session_of(hospital.ann);
    const Session bobs = hospital.session_of(hospital.bob);
    hospital.confirm(bobs);
    const SignedIn ann{session, "10.0.0.1"};
    const SignedIn bob{bobs, "10.0.0.1"};
    CHECK(hospital.passkeys.rename(id, " Ward phone ", ann));
    CHECK(hospital.listed(hospital.ann)[0].name == "Ward phone");
    CHECK(hospital.passkeys.rename(id, "x", bob).error().code == ErrorCode::not_found);
    for (const std::string& name : {std::string(), std::string("  "), std::string(61, 'x'),
                                    std::string("a\nb"), std::string("\xFF")}) {
        CHECK(hospital.passkeys.rename(id, name, ann).error().code == ErrorCode::invalid);
    }
    std::string sixty;
    for (int i = 0; i < 60; ++i) sixty += "\xE9\x91\xB0";
    CHECK(hospital.passkeys.rename(id, sixty, ann));

    CHECK(hospital.passkeys.remove(id, ann).error().where == "step_up");
    CHECK(hospital.passkeys.remove(id, bob).error().code == ErrorCode::not_found);
    hospital.confirm(session);
    CHECK(hospital.passkeys.remove(id, ann));
    CHECK(audit_entries(hospital.store).front().entry.action == "passkey.remove");
    CHECK(hospital.listed(hospital.ann).empty());
    CHECK(hospital.refusal(hospital.answer(phone, hospital.for_sign_in())) == "unknown_passkey");
}

TEST_CASE("the last way in is not removed") {
    Hospital hospital;
    TestAuthenticator phone;
    const std::string id = hospital.enrol_ann(phone);
    REQUIRE(hospital.store->write([&](WriteTransaction& tx) {
        return tx.sql().run("UPDATE account SET password_hash = '' WHERE id = $1",
                            hospital.ann.value);
    }));
    const Session session = hospital.session_of(hospital.ann);
    hospital.confirm(session);
    const SignedIn caller{session, "10.0.0.1"};
    CHECK(hospital.passkeys.remove(id, caller).error().code == ErrorCode::conflict);
    TestAuthenticator second;
    const auto other = hospital.enrol(second, session);
    REQUIRE(other);
    // One that is blocked is no way in.
    REQUIRE(hospital.store->write([&](WriteTransaction& tx) { return block_passkey(tx, *other); }));
    CHECK(hospital.passkeys.remove(id, caller).error().code == ErrorCode::conflict);
    CHECK(hospital.passkeys.remove(*other, caller).has_value());
    CHECK(hospital.listed(hospital.ann).size() == 1);
}

TEST_CASE("there are at most twenty passkeys, and few open challenges") {
    Hospital hospital;
    const Session session = hospital.session_of(hospital.ann);
    hospital.confirm(session);
    for (std::size_t i = 0; i < kPasskeysMost; ++i) {
        TestAuthenticator authenticator;
        REQUIRE(hospital.enrol(authenticator, session));
    }
    TestAuthenticator further;
    CHECK(hospital.enrol(further, session).error().code == ErrorCode::too_large);

    for (std::size_t i = 0; i < 2 * kChallengesPerSession; ++i)
        REQUIRE(hospital.passkeys.begin_step_up(session));
    CHECK(hospital.count("SELECT COUNT(*) FROM passkey_challenge WHERE purpose = 'step_up'") ==
          static_cast<std::int64_t>(kChallengesPerSession));
    // The oldest goes, the newest counts; too old ones go with the next.
    hospital.store.clock.advance(kChallengeLasts);
    REQUIRE(hospital.passkeys.begin_sign_in());
    CHECK(hospital.count("SELECT COUNT(*) FROM passkey_challenge") == 1);
    REQUIRE(hospital.store->write([&](WriteTransaction& tx) -> Result<> {
        for (std::size_t i = 0; i < kChallengesMost + 5; ++i)
            TRY(new_challenge(tx, {ChallengePurpose::sign_in, {}, {}}));
        return {};
    }));
    CHECK(hospital.count("SELECT COUNT(*) FROM passkey_challenge WHERE purpose = 'sign_in'") ==
          static_cast<std::int64_t>(kChallengesMost));
}

TEST_CASE("without an address of the server there are no passkeys") {
    Hospital hospital;
    const PasskeyCeremonies off(*hospital.store, SessionPolicy{});
    const Session session = hospital.session_of(hospital.ann);
    hospital.confirm(session);
    CHECK(off.relying_party() == nullptr);
    CHECK(off.begin_sign_in().error().code == ErrorCode::precondition_failed);
    CHECK(off.sign_in({}).error().code == ErrorCode::precondition_failed);
    CHECK(off.begin_step_up(session).error().code == ErrorCode::precondition_failed);
    CHECK(off.step_up({}, session).error().code == ErrorCode::precondition_failed);
    CHECK(off.begin_registration({session, "10.0.0.1"}).error().code ==
          ErrorCode::precondition_failed);
    CHECK(off.finish_registration({}, {session, "10.0.0.1"}).error().code ==
          ErrorCode::precondition_failed);
}
