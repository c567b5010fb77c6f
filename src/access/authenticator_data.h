// What an authenticator says about itself and the moment, in the bytes it signs.
// Source: WebAuthn Level 3, 6.1. Pure; thread-safe.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace wardlight::access {

inline constexpr std::size_t kCredentialIdBytesMost = 1'023;  // WebAuthn Level 3, 7.1 step 25

/// A new key, as it comes with a registration. Views into what was read.
struct AttestedCredential {
    std::string_view aaguid;  ///< 16 bytes: the model of the authenticator; may be all zero
    std::string_view id;
    std::string_view public_key;  ///< COSE
};

struct AuthenticatorData {
    std::string_view rp_id_hash;  ///< SHA-256 of the relying party's id
    bool is_user_present = false;
    bool is_user_verified = false;
    bool is_backup_eligible = false;  ///< the key may be copied to other devices of its owner
    bool is_backed_up = false;
    std::uint32_t sign_count = 0;
    std::optional<AttestedCredential> credential;
};

/// Error `invalid`, where "authenticator_data"; "credential_id" for one that is too long or empty.
[[nodiscard]] Result<AuthenticatorData> parse_authenticator_data(std::string_view bytes);

}  // namespace wardlight::access
