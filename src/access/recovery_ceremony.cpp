#include "access/recovery_ceremony.h"

#include "access/accounts.h"
#include "access/sign_in_delay.h"
#include "audit/audit_log.h"

namespace wardlight::access {
namespace {

constexpr std::string_view kRight = "recovery_code";
constexpr std::string_view kDelayed = "delayed";

tl::unexpected<Error> wrong() {
    return fail(ErrorCode::unauthenticated, "the name or the code is not right, or it is too late",
                "recovery");
}

ChallengeBond bond_of(const Recovery& recovery) {
    return {ChallengePurpose::recovery, recovery.account, recovery.id};
}

audit::Entry entry_of(const RecoveryCode& typed, const AccountId& account) {
    audit::Entry entry;
    entry.actor.account = account;
    entry.actor.address = typed.address;
    entry.action = "recovery.use";
    entry.resource_type = "account";
    entry.resource_id = account.value;
    return entry;
}

}  // namespace

struct RecoveryCeremony::Checked {
    std::string_view reason;
    AccountId account;  // empty: no such user
    Subject subject;
    std::optional<Recovery> recovery;
};

Result<RecoveryCeremony::Checked> RecoveryCeremony::check(const RecoveryCode& typed) const {
    Checked checked;
    auto snapshot = TRY(store_.read());
    const Instant now = store_.clock().now();
    const auto account = TRY(find_account_of_user(snapshot, typed.user));
    const bool is_waiting = TRY(is_delayed(snapshot, typed.user, typed.address, now));
    if (account) {
        checked.account = account->subject.account;
        checked.subject = account->subject;
        checked.recovery = TRY(recovery_of_code(snapshot, checked.account, typed.code, now));
    }
    checked.reason = !account               ? "unknown_user"
                     : is_waiting           ? kDelayed
                     : account->is_disabled ? "disabled"
                     : !checked.recovery    ? "wrong_code"
                                            : kRight;
    return checked;
}

Result<> RecoveryCeremony::refuse(const RecoveryCode& typed, const Checked& checked) const {
    TRY(store_.write([&](store::WriteTransaction& tx) -> Result<> {
        audit::Entry entry = entry_of(typed, checked.account);
        entry.reason = checked.reason;
        entry.decision = audit::Decision::deny;
        entry.outcome = audit::Outcome::failure;
        if (checked.reason != kDelayed) {
            TRY(note_failure(tx, typed.user, typed.address));
            if (!checked.account.empty()) TRY(note_wrong_recovery_code(tx, checked.account));
        }
        TRY(audit::append(tx, entry));
        return {};
    }));
    return wrong();
}

Result<RecoveryStart> RecoveryCeremony::begin(const RecoveryCode& typed) const {
    TRY(passkeys_.party());
    const Checked checked = TRY(check(typed));
    if (checked.reason != kRight) TRY(refuse(typed, checked));
    return store_.transact([&](store::WriteTransaction& tx) -> Result<RecoveryStart> {
        RecoveryStart start;
        start.subject = checked.subject;
        start.registration.user_handle = TRY(user_handle_of(tx, checked.account));
        start.registration.challenge = TRY(new_challenge(tx, bond_of(*checked.recovery)));
        // A device that still holds one may make another in its place: it is what was lost.
        if (!checked.recovery->removes_passkeys)
            start.registration.existing = TRY(passkeys_of(tx, checked.account));
        return start;
    });
}

Result<std::string> RecoveryCeremony::finish(const RecoveryCode& typed,
                                             const RegistrationAnswer& answer,
                                             std::string_view device) const {
    const auto party = TRY(passkeys_.party());
    const Checked checked = TRY(check(typed));
    if (checked.reason != kRight) TRY(refuse(typed, checked));
    const std::string challenge =
        challenge_of(answer.response.client_data_json).value_or(std::string());
    const auto made = check_registration(answer.response, {challenge, party->id, party->origins});
    std::string token;
    std::string reason;
    TRY(store_.write([&](store::WriteTransaction& tx) -> Result<> {
        reason = made ? std::string() : made.error().where;
        const bool is_open = TRY(take_challenge(tx, challenge, bond_of(*checked.recovery)));
        if (reason.empty() && !is_open) reason = passkey_reason::kChallenge;
        audit::Entry entry = entry_of(typed, checked.account);
        if (!reason.empty()) {
            // The code holds: it is the device that did not do it.
            entry.reason = reason;
            entry.decision = audit::Decision::deny;
            entry.outcome = audit::Outcome::failure;
            TRY(audit::append(tx, entry));
            return {};
        }
        TRY(end_recovery(tx, checked.recovery->id));
        if (checked.recovery->removes_passkeys) TRY(remove_passkeys_of(tx, checked.account));
        const std::string id =
            TRY(add_passkey(tx, checked.account, *made, answer.transports, answer.name));
        TRY(revoke_sessions_of(tx, checked.account));
        TRY(forget_failures(tx, typed.user, typed.address));
        NewSession session = TRY(start_session(tx, checked.account, policy_, device));
        token = std::move(session.token);
        entry.actor.session = session.id;
        entry.reason = kRight;
        TRY(audit::append(tx, entry));
        audit::Entry added = entry;
        added.action = "passkey.add";
        added.resource_type = "passkey";
        added.resource_id = id;
        TRY(audit::append(tx, added));
        return {};
    }));
    if (!reason.empty())
        return fail(ErrorCode::invalid, "the passkey could not be added", "passkey");
    return token;
}

}  // namespace wardlight::access
