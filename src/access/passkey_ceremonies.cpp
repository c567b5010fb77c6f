#include "access/passkey_ceremonies.h"

#include <utility>

#include "access/accounts.h"
#include "access/sign_in_delay.h"
#include "audit/audit_log.h"
#include "base/log.h"
#include "base/text.h"

namespace wardlight::access {
namespace {

constexpr std::string_view kRight = "passkey";
constexpr std::string_view kDelayed = "delayed";
constexpr std::string_view kBlocked = "blocked";

tl::unexpected<Error> wrong() {
    return fail(ErrorCode::unauthenticated, "that did not work", "passkey");
}

std::string_view action_of(ChallengePurpose purpose) {
    return purpose == ChallengePurpose::sign_in ? "sign_in" : "step_up";
}

audit::Entry entry_of(const SignedIn& caller, std::string_view action, const std::string& id) {
    audit::Entry entry;
    entry.actor.account = caller.session.subject.account;
    entry.actor.role = access::code_of(caller.session.subject.role);
    entry.actor.session = caller.session.id;
    entry.actor.address = caller.address;
    entry.action = action;
    entry.resource_type = "passkey";
    entry.resource_id = id;
    entry.reason = "own";
    return entry;
}

void refuse(audit::Entry& entry, std::string_view reason) {
    entry.reason = reason;
    entry.decision = audit::Decision::deny;
    entry.outcome = audit::Outcome::failure;
}

/// What a person is not told and a maker of browsers would ask. Reasons and places, never values.
void log_refusal(const Error& error) {
    log::info("a passkey was refused", {{"check", error.where}, {"detail", error.message}});
}

PasskeyExpectation expectation(std::string challenge, const RelyingParty& party) {
    return {std::move(challenge), party.id, party.origins};
}

}  // namespace

struct PasskeyCeremonies::Checked {
    std::string reason;  // kRight, or what was wrong
    std::string challenge;
    std::optional<Passkey> passkey;
    std::string counted_as;  // whose failures these are
    CheckedAssertion use;
};

Result<> note_confirmed(store::WriteTransaction& tx, const std::string& session) {
    return tx.sql().run("UPDATE session SET confirmed_at = $1 WHERE id = $2", to_micros(tx.now()),
                        session);
}

Result<> check_confirmed(store::Snapshot& snapshot, const std::string& session, Instant now) {
    auto rows =
        TRY(snapshot.sql().query("SELECT 1 FROM session WHERE id = $1 AND confirmed_at > $2",
                                 session, to_micros(now - kConfirmedFor)));
    if (TRY(rows.next())) return {};
    return fail(ErrorCode::forbidden, "show first that it is you", "step_up");
}

void PasskeyCeremonies::open_for(RelyingParty party) {
    party_.store(std::make_shared<const RelyingParty>(std::move(party)));
}

std::shared_ptr<const RelyingParty> PasskeyCeremonies::relying_party() const {
    return party_.load();
}

Result<std::shared_ptr<const RelyingParty>> PasskeyCeremonies::party() const {
    auto party = relying_party();
    if (!party)
        return fail(ErrorCode::precondition_failed,
                    "passkeys are not set up on this server: it has no public_url", "passkeys_off");
    return party;
}

Result<PasskeyCeremonies::Checked> PasskeyCeremonies::check(const PasskeyAnswer& answer,
                                                            const ChallengeBond& bond) const {
    const auto party = TRY(this->party());
    Checked checked;
    // One nobody knows is counted by itself: it is nobody's failure.
    checked.counted_as = "passkey " + to_hex(sha256(answer.credential));
    auto challenge = challenge_of(answer.response.client_data_json);
    if (challenge) checked.challenge = std::move(*challenge);
    {
        auto snapshot = TRY(store_.read());
        const Instant now = store_.clock().now();
        checked.passkey = TRY(find_passkey(snapshot, answer.credential));
        const auto account = checked.passkey ? TRY(find_account(snapshot, checked.passkey->account))
                                             : std::optional<Account>();
        if (account) checked.counted_as = account->subject.user;
        const std::string handle =
            account ? TRY(find_user_handle(snapshot, account->subject.account)) : std::string();
        // Signing in, the handle says whose passkey it is meant to be; later that is known.
        const bool is_handle_right =
            answer.user_handle == handle ||
            (bond.purpose != ChallengePurpose::sign_in && answer.user_handle.empty());
        const bool is_own =
            bond.account.empty() || (account && account->subject.account == bond.account);
        if (!account || !is_own) {
            checked.reason = "unknown_passkey";
        } else if (TRY(is_delayed(snapshot, checked.counted_as, answer.address, now))) {
            checked.reason = kDelayed;
        } else if (account->is_disabled) {
            checked.reason = "disabled";
        } else if (!is_handle_right) {
            checked.reason = "user_handle";
        } else if (!TRY(is_open_challenge(snapshot, checked.challenge, bond, now))) {
            checked.reason = passkey_reason::kChallenge;
        }
    }
    if (!checked.reason.empty()) return checked;
    const Passkey& passkey = *checked.passkey;
    const auto use = check_assertion(
        answer.response, {passkey.public_key, passkey.sign_count, passkey.is_backup_eligible},
        expectation(checked.challenge, *party));
    checked.reason = use ? std::string(kRight) : use.error().where;
    if (use)
        checked.use = *use;
    else
        log_refusal(use.error());
    if (use && passkey.blocked_at) checked.reason = kBlocked;
    return checked;
}

template <class Admit>
Result<> PasskeyCeremonies::settle(const PasskeyAnswer& answer, const ChallengeBond& bond,
                                   Admit admit) const {
    const Checked checked = TRY(check(answer, bond));
    std::string reason;
    TRY(store_.write([&](store::WriteTransaction& tx) -> Result<> {
        reason = checked.reason;
        // Counts once, whatever comes of it; of two answers at the same time one is too late.
        const bool is_open = TRY(take_challenge(tx, checked.challenge, bond));
        if (reason == kRight && !is_open) reason = passkey_reason::kChallenge;
        // Used, blocked or removed since it was read: the answer holds no longer, and is no sign of
        // a copy either.
        if (reason == kRight && !TRY(note_passkey_use(tx, *checked.passkey, checked.use)))
            reason = "used_meanwhile";
        if (reason == passkey_reason::kSignCount) TRY(block_passkey(tx, checked.passkey->id));
        audit::Entry entry;
        if (checked.passkey) {
            entry.actor.account = checked.passkey->account;
            entry.resource_type = "passkey";
            entry.resource_id = checked.passkey->id;
        }
        entry.actor.address = answer.address;
        entry.action = action_of(bond.purpose);
        entry.reason = reason;
        if (reason == kRight) {
            TRY(forget_failures(tx, checked.counted_as, answer.address));
            TRY(admit(tx, checked.passkey->account, entry));
        } else {
            refuse(entry, reason);
            // Trying during the delay does not prolong it.
            if (reason != kDelayed) TRY(note_failure(tx, checked.counted_as, answer.address));
        }
        TRY(audit::append(tx, entry));
        return {};
    }));
    if (reason == kRight) return {};
    if (reason == passkey_reason::kSignCount || reason == kBlocked) {
        return fail(ErrorCode::unauthenticated, "this passkey may have been copied and is blocked",
                    "passkey_blocked");
    }
    return wrong();
}

Result<std::string> PasskeyCeremonies::begin_sign_in() const {
    TRY(party());
    return store_.transact([](store::WriteTransaction& tx) {
        return new_challenge(tx, {ChallengePurpose::sign_in, {}, {}});
    });
}

Result<std::string> PasskeyCeremonies::sign_in(const PasskeyAnswer& answer) const {
    std::string token;
    TRY(settle(answer, {ChallengePurpose::sign_in, {}, {}},
               [&](store::WriteTransaction& tx, const AccountId& account,
                   audit::Entry& entry) -> Result<> {
                   NewSession session = TRY(start_session(tx, account, policy_, answer.device));
                   entry.actor.session = session.id;
                   token = std::move(session.token);
                   return {};
               }));
    return token;
}

Result<PasskeyCeremonies::StepUpStart> PasskeyCeremonies::begin_step_up(
    const Session& session) const {
    TRY(party());
    return store_.transact([&](store::WriteTransaction& tx) -> Result<StepUpStart> {
        const AccountId& account = session.subject.account;
        StepUpStart start;
        start.challenge = TRY(new_challenge(tx, {ChallengePurpose::step_up, account, session.id}));
        start.passkeys = TRY(passkeys_of(tx, account));
        return start;
    });
}

Result<> PasskeyCeremonies::step_up(const PasskeyAnswer& answer, const Session& session) const {
    return settle(
        answer, {ChallengePurpose::step_up, session.subject.account, session.id},
        [&](store::WriteTransaction& tx, const AccountId&, audit::Entry& entry) -> Result<> {
            entry.actor.session = session.id;
            return note_confirmed(tx, session.id);
        });
}

Result<RegistrationStart> PasskeyCeremonies::begin_registration(const SignedIn& caller) const {
    TRY(party());
    const AccountId& account = caller.session.subject.account;
    return store_.transact([&](store::WriteTransaction& tx) -> Result<RegistrationStart> {
        TRY(check_confirmed(tx, caller.session.id, tx.now()));
        RegistrationStart start;
        start.existing = TRY(passkeys_of(tx, account));
        if (start.existing.size() >= kPasskeysMost)
            return fail(ErrorCode::too_large, "too many passkeys: remove one first", "passkeys");
        start.user_handle = TRY(user_handle_of(tx, account));
        start.challenge =
            TRY(new_challenge(tx, {ChallengePurpose::registration, account, caller.session.id}));
        return start;
    });
}

Result<std::string> PasskeyCeremonies::finish_registration(const RegistrationAnswer& answer,
                                                           const SignedIn& caller) const {
    const auto party = TRY(this->party());
    const AccountId& account = caller.session.subject.account;
    const ChallengeBond bond{ChallengePurpose::registration, account, caller.session.id};
    const std::string challenge =
        challenge_of(answer.response.client_data_json).value_or(std::string());
    const auto made = check_registration(answer.response, expectation(challenge, *party));
    if (!made) log_refusal(made.error());
    std::string id;
    std::string reason;
    std::optional<Error> refusal;
    TRY(store_.write([&](store::WriteTransaction& tx) -> Result<> {
        refusal.reset();
        reason = made ? std::string() : made.error().where;
        const bool is_open = TRY(take_challenge(tx, challenge, bond));
        if (reason.empty() && !is_open) reason = passkey_reason::kChallenge;
        if (reason.empty()) {
            auto added = add_passkey(tx, account, *made, answer.transports, answer.name);
            if (added) {
                id = std::move(*added);
            } else if (added.error().code == ErrorCode::conflict ||
                       added.error().code == ErrorCode::invalid ||
                       added.error().code == ErrorCode::too_large) {
                reason = added.error().where;
                refusal = std::move(added).error();
            } else {
                return tl::unexpected(std::move(added).error());
            }
        }
        audit::Entry entry = entry_of(caller, "passkey.add", id);
        if (!reason.empty()) refuse(entry, reason);
        TRY(audit::append(tx, entry));
        return {};
    }));
    if (refusal) return tl::unexpected(std::move(*refusal));
    if (!reason.empty())
        return fail(ErrorCode::invalid, "the passkey could not be added", "passkey");
    return id;
}

Result<> PasskeyCeremonies::remove(const std::string& id, const SignedIn& caller) const {
    TRY(store_.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(check_confirmed(tx, caller.session.id, tx.now()));
        TRY(remove_passkey(tx, caller.session.subject.account, id));
        TRY(audit::append(tx, entry_of(caller, "passkey.remove", id)));
        return {};
    }));
    return {};
}

Result<> PasskeyCeremonies::rename(const std::string& id, std::string_view name,
                                   const SignedIn& caller) const {
    TRY(store_.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(rename_passkey(tx, caller.session.subject.account, id, name));
        TRY(audit::append(tx, entry_of(caller, "passkey.rename", id)));
        return {};
    }));
    return {};
}

}  // namespace wardlight::access
