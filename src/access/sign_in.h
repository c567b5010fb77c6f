// From user name, password and one-time code to a session. Every failure looks and takes the same:
// unknown user, wrong password, wrong or used code, disabled account, delay after many failures.
// Each attempt leaves an audit entry.
// Thread-safe. Takes about a tenth of a second of computing: call it on a thread for slow work.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "access/directory_sign_in.h"
#include "access/password.h"
#include "access/secret_key.h"
#include "access/sessions.h"
#include "store/store.h"

namespace wardlight::access {

struct SignInRequest {
    std::string user;
    std::string password;
    std::optional<std::string> code;
    std::string address;  ///< of the client
    std::string device;   ///< as the client describes itself; may be empty
};

struct SignInOutcome {
    enum class State { signed_in, code_needed };
    State state;
    std::string token;  ///< when signed in
};

/// What becomes of somebody whose password only the hospital's directory could prove while it
/// cannot be asked. Letting in is for emergency access alone (decision 29): what is at stake is a
/// patient, and it ends by itself. A passkey that is added, or an account that is disabled, stays.
enum class Unproven { refuse, let_in };

class SignIn {
 public:
    static Result<SignIn> create(store::Store& store, SecretKey key, SessionPolicy policy,
                                 PasswordCost cost = kPasswordCost);

    /// From now on who has no password here is asked for there. It must outlive this.
    void use_directory(const DirectorySignIn& directory) { directory_ = &directory; }

    /// `unauthenticated`, always with the same text, when it does not succeed.
    [[nodiscard]] Result<SignInOutcome> attempt(const SignInRequest& request) const;
    /// Before what asks for a second look at who is there: the password of somebody signed in, with
    /// the same delays, errors and entries as at sign-in. The code is not asked for again: it
    /// counts once, and the next comes after half a minute.
    /// Either way the entry says that the directory could not be asked; refused is `unavailable`,
    /// where "directory".
    [[nodiscard]] Result<> confirm(const SignInRequest& request, Unproven unproven) const;

 private:
    SignIn(store::Store& store, SecretKey key, SessionPolicy policy, std::string decoy)
        : store_(store), key_(std::move(key)), policy_(policy), decoy_hash_(std::move(decoy)) {}

    struct Checked;
    [[nodiscard]] Result<Checked> check(const SignInRequest& request) const;
    Result<> check_in_directory(const SignInRequest& request,
                                std::optional<Credentials>& credentials, Checked& checked) const;
    [[nodiscard]] Result<SignInOutcome> refuse(const SignInRequest& request, const Checked& checked,
                                               std::string_view action) const;
    [[nodiscard]] Result<SignInOutcome> admit(const SignInRequest& request,
                                              const Checked& checked) const;

    store::Store& store_;
    SecretKey key_;
    SessionPolicy policy_;
    const DirectorySignIn* directory_ = nullptr;
    std::string decoy_hash_;  ///< compared with when there is no account, to take the same time
};

}  // namespace wardlight::access
