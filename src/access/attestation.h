// What an authenticator may say about its make when it registers a key. Wardlight asks for nothing
// (`attestation: "none"`) and trusts no maker; what is sent all the same must be right, for a wrong
// signature means that somebody changed something. Formats: none, packed (by itself or by
// certificate), fido-u2f; others are refused.
// Source: WebAuthn Level 3, 8.2, 8.6, 8.7. Pure; thread-safe.
#pragma once

#include <string_view>

#include "access/authenticator_data.h"
#include "access/cbor.h"
#include "access/cose_key.h"

namespace wardlight::access {

struct Attestation {
    std::string_view format;
    const cbor::Value& statement;
    std::string_view authenticator_data;  ///< as it came
    const AuthenticatorData& parsed;      ///< with its credential
    const CoseKey& key;
    std::string_view client_data_hash;
};

/// Error `invalid`, where "attestation_format", "attestation_statement" (its form),
/// "attestation_certificate" or "attestation_signature".
[[nodiscard]] Result<> check_attestation(const Attestation& attestation);

}  // namespace wardlight::access
