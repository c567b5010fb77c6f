// Using a recovery code (recovery.h): the person makes a new passkey with it and is signed in by
// that. Every refusal is one error, delayed like a wrong password. Thread-safe.
#pragma once

#include "access/passkey_ceremonies.h"
#include "access/recovery.h"

namespace wardlight::access {

/// What a person types.
struct RecoveryCode {
    std::string user;
    std::string code;
    std::string address;  ///< of the client
};

/// What a browser needs to make the passkey, and for whom.
struct RecoveryStart {
    RegistrationStart registration;
    Subject subject;
};

class RecoveryCeremony {
 public:
    RecoveryCeremony(store::Store& store, const PasskeyCeremonies& passkeys, SessionPolicy policy)
        : store_(store), passkeys_(passkeys), policy_(policy) {}

    /// `unauthenticated`, where "recovery".
    [[nodiscard]] Result<RecoveryStart> begin(const RecoveryCode& typed) const;
    /// Keeps the passkey, ends the account's other sessions, removes its other passkeys where that
    /// was asked for, and opens a session: its token. Errors as begin(); `invalid`, where
    /// "passkey", for a passkey that does not pass.
    [[nodiscard]] Result<std::string> finish(const RecoveryCode& typed,
                                             const RegistrationAnswer& answer,
                                             std::string_view device) const;

 private:
    struct Checked;
    [[nodiscard]] Result<Checked> check(const RecoveryCode& typed) const;
    [[nodiscard]] Result<> refuse(const RecoveryCode& typed, const Checked& checked) const;

    store::Store& store_;
    const PasskeyCeremonies& passkeys_;
    SessionPolicy policy_;
};

}  // namespace wardlight::access
