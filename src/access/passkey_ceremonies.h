// From a passkey to a session, to a confirmation of somebody signed in, and to a further passkey.
// Every refusal to sign in or to confirm is one error, whatever was wrong; the audit entry says
// what it was. Failures are counted and delayed with those of the password (sign_in_delay.h).
// Thread-safe. Checking a signature takes less than a millisecond, before the write.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/passkey_challenges.h"
#include "access/passkeys.h"
#include "access/relying_party.h"
#include "access/sessions.h"

namespace wardlight::access {

/// How long a confirmation counts for adding and removing passkeys.
inline constexpr Duration kConfirmedFor = 5min;

struct PasskeyAnswer {
    std::string credential;  ///< id, bytes
    AssertionResponse response;
    std::string user_handle;  ///< bytes; empty when the authenticator gave none
    std::string address;      ///< of the client
    std::string device;       ///< as the client describes itself; may be empty
};

/// What a browser needs to make a passkey.
struct RegistrationStart {
    std::string challenge;
    std::string user_handle;
    std::vector<Passkey> existing;  ///< an authenticator that holds one of them makes no second
};
struct RegistrationAnswer {
    RegistrationResponse response;
    std::vector<std::string> transports;
    std::string name;
};

/// Who asks: a session and where from.
struct SignedIn {
    const Session& session;
    std::string address;
};

class PasskeyCeremonies {
 public:
    PasskeyCeremonies(store::Store& store, SessionPolicy policy) : store_(store), policy_(policy) {}

    /// From now on; until then passkeys are off and everything below is `precondition_failed`.
    void open_for(RelyingParty party);
    /// nullptr while passkeys are off.
    [[nodiscard]] std::shared_ptr<const RelyingParty> relying_party() const;
    /// The same, or `precondition_failed`, where "passkeys_off".
    [[nodiscard]] Result<std::shared_ptr<const RelyingParty>> party() const;

    [[nodiscard]] Result<std::string> begin_sign_in() const;
    /// The session's token. `unauthenticated`, where "passkey"; or "passkey_blocked" for a passkey
    /// that is right in everything but its counter, so that its owner learns of it.
    [[nodiscard]] Result<std::string> sign_in(const PasskeyAnswer& answer) const;

    struct StepUpStart {
        std::string challenge;
        std::vector<Passkey> passkeys;
    };
    [[nodiscard]] Result<StepUpStart> begin_step_up(const Session& session) const;
    /// A second look at who is there, by a passkey of theirs. Errors as sign_in().
    [[nodiscard]] Result<> step_up(const PasskeyAnswer& answer, const Session& session) const;

    /// `forbidden`, where "step_up", unless the session was confirmed in the last five minutes.
    [[nodiscard]] Result<RegistrationStart> begin_registration(const SignedIn& caller) const;
    /// The new passkey's id. `invalid`, where "passkey", whatever check it did not pass; `conflict`
    /// and others as add_passkey().
    [[nodiscard]] Result<std::string> finish_registration(const RegistrationAnswer& answer,
                                                          const SignedIn& caller) const;
    [[nodiscard]] Result<> remove(const std::string& id, const SignedIn& caller) const;
    [[nodiscard]] Result<> rename(const std::string& id, std::string_view name,
                                  const SignedIn& caller) const;

 private:
    struct Checked;
    [[nodiscard]] Result<Checked> check(const PasskeyAnswer& answer,
                                        const ChallengeBond& bond) const;
    /// Runs `admit` in the write that counts the answer, when it is right.
    template <class Admit>
    [[nodiscard]] Result<> settle(const PasskeyAnswer& answer, const ChallengeBond& bond,
                                  Admit admit) const;

    store::Store& store_;
    SessionPolicy policy_;
    std::atomic<std::shared_ptr<const RelyingParty>> party_;
};

/// Whether the session was confirmed within kConfirmedFor; `forbidden`, where "step_up", if not.
Result<> check_confirmed(store::Snapshot& snapshot, const std::string& session, Instant now);
/// Notes that it was.
Result<> note_confirmed(store::WriteTransaction& tx, const std::string& session);

}  // namespace wardlight::access
