#include "access/sign_in.h"

#include "access/sign_in_delay.h"
#include "access/totp.h"
#include "audit/audit_log.h"
#include "base/ids.h"

namespace wardlight::access {

struct SignIn::Checked {
    bool is_right = false;
    bool needs_code = false;
    AccountId account;  // empty: no such user
    std::string_view reason;
    std::optional<std::int64_t> step;  // of the one-time code
};

namespace {

tl::unexpected<Error> wrong() {
    return fail(ErrorCode::unauthenticated, "the user name, password or code is not right",
                "sign_in");
}

constexpr std::string_view kSignIn = "sign_in";
constexpr std::string_view kStepUp = "step_up";

audit::Entry entry_of(const SignInRequest& request, const AccountId& account,
                      std::string_view action, std::string_view reason) {
    audit::Entry entry;
    // What was typed as user name is not kept: it may have been a password.
    entry.actor.account = account;
    entry.actor.address = request.address;
    entry.action = action;
    entry.reason = reason;
    return entry;
}

}  // namespace

Result<SignIn> SignIn::create(store::Store& store, SecretKey key, SessionPolicy policy,
                              PasswordCost cost) {
    std::string decoy = TRY(hash_password(new_secret(24), cost));
    return SignIn(store, std::move(key), policy, std::move(decoy));
}

Result<SignInOutcome> SignIn::attempt(const SignInRequest& request) const {
    const Checked checked = TRY(check(request));
    if (!checked.is_right) return refuse(request, checked, kSignIn);
    if (checked.needs_code) return SignInOutcome{SignInOutcome::State::code_needed, {}};
    return admit(request, checked);
}

Result<> SignIn::confirm(const SignInRequest& request, Unproven unproven) const {
    const Checked checked = TRY(check({request.user, request.password, {}, request.address, {}}));
    if (checked.is_right) return {};
    const bool is_unproven = checked.reason == kDirectoryUnreachable && !checked.account.empty() &&
                             !request.password.empty();
    if (is_unproven && unproven == Unproven::let_in) {
        // Emergency access must not hang on another machine.
        TRY(audit::record(store_, entry_of(request, checked.account, kStepUp, checked.reason)));
        return {};
    }
    auto refused = refuse(request, checked, kStepUp);
    if (is_unproven && !refused && refused.error().code == ErrorCode::unauthenticated) {
        return fail(ErrorCode::unavailable,
                    "the hospital's directory, which knows the password, does not answer",
                    "directory");
    }
    TRY(std::move(refused));
    return {};
}

Result<SignIn::Checked> SignIn::check(const SignInRequest& request) const {
    Checked checked;
    std::optional<Credentials> credentials;
    bool is_waiting = false;
    {
        // Ended before the slow part: a snapshot held that long would hold up the store.
        auto snapshot = TRY(store_.read());
        credentials = TRY(credentials_of(snapshot, request.user));
        is_waiting = TRY(is_delayed(snapshot, request.user, request.address, store_.clock().now()));
    }
    // The slow part is done in every case, or the time would tell which case it is.
    const bool is_here = credentials && !credentials->is_of_directory;
    const bool is_known =
        is_password(is_here ? credentials->password_hash : decoy_hash_, request.password) &&
        is_here;
    if (credentials) checked.account = credentials->account;
    checked.reason = !credentials               ? "unknown_user"
                     : is_waiting               ? "delayed"
                     : credentials->is_disabled ? "disabled"
                     : !is_known                ? "wrong_password"
                                                : "password";
    if (directory_ != nullptr && !is_waiting && checked.reason != "password")
        TRY(check_in_directory(request, credentials, checked));
    if (checked.reason != "password" && checked.reason != kByDirectory) return checked;
    if (!credentials->sealed_totp_secret) {
        checked.is_right = true;
        return checked;
    }
    if (!request.code || request.code->empty()) {
        checked.is_right = checked.needs_code = true;
        return checked;
    }
    const std::string secret = TRY(key_.open(*credentials->sealed_totp_secret));
    checked.step = matching_step(secret, *request.code, store_.clock().now());
    checked.is_right = checked.step.has_value();
    checked.reason = checked.is_right ? "password_and_code" : "wrong_code";
    return checked;
}

/// For who has no password here. Who has one and typed another is not asked for there: the password
/// may be theirs elsewhere; but it takes as long.
Result<> SignIn::check_in_directory(const SignInRequest& request,
                                    std::optional<Credentials>& credentials,
                                    Checked& checked) const {
    if (credentials && !credentials->is_of_directory) {
        directory_->spend(request.user);
        return {};
    }
    DirectoryVerdict verdict = TRY(directory_->check(request.user, request.password));
    // Who is barred stays so when nothing new can be learned.
    if (verdict.reason == kDirectoryUnreachable && checked.reason == "disabled") return {};
    checked.reason = verdict.reason;
    if (!verdict.account.empty()) checked.account = verdict.account;
    if (verdict.is_right) credentials = std::move(verdict.credentials);
    return {};
}

Result<SignInOutcome> SignIn::refuse(const SignInRequest& request, const Checked& checked,
                                     std::string_view action) const {
    audit::Entry entry = entry_of(request, checked.account, action, checked.reason);
    entry.decision = audit::Decision::deny;
    entry.outcome = audit::Outcome::failure;
    TRY(store_.write([&](store::WriteTransaction& tx) -> Result<> {
        // Trying during the delay does not prolong it.
        // Nor does a directory that cannot be asked: nothing was tried.
        if (checked.reason != "delayed" && checked.reason != kDirectoryUnreachable)
            TRY(note_failure(tx, request.user, request.address));
        TRY(audit::append(tx, entry));
        return {};
    }));
    return wrong();
}

Result<SignInOutcome> SignIn::admit(const SignInRequest& request, const Checked& checked) const {
    SignInOutcome outcome{SignInOutcome::State::signed_in, {}};
    bool is_code_used = false;
    TRY(store_.write([&](store::WriteTransaction& tx) -> Result<> {
        // Decided here, where only one attempt runs at a time: a code counts once.
        is_code_used = checked.step && !TRY(use_totp_step(tx, checked.account, *checked.step));
        audit::Entry entry = entry_of(request, checked.account, kSignIn,
                                      is_code_used ? "used_code" : checked.reason);
        if (is_code_used) {
            entry.decision = audit::Decision::deny;
            entry.outcome = audit::Outcome::failure;
            TRY(note_failure(tx, request.user, request.address));
        } else {
            TRY(forget_failures(tx, request.user, request.address));
            NewSession session = TRY(start_session(tx, checked.account, policy_, request.device));
            entry.actor.session = session.id;
            outcome.token = std::move(session.token);
        }
        TRY(audit::append(tx, entry));
        return {};
    }));
    if (is_code_used) return wrong();
    return outcome;
}

}  // namespace wardlight::access
