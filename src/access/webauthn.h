// The checks of a passkey, as pure functions: a registration (WebAuthn Level 3, 7.1) and an
// assertion (7.2) against what is expected of them. No store, no clock. Each check that fails says
// which it was in the error's `where`, one of the codes below: for the audit log and the tests,
// never for the person, who is told one thing for all of them.
// Source: https://www.w3.org/TR/webauthn-3/. Thread-safe.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wardlight::access {

/// Why a registration or an assertion was refused.
namespace passkey_reason {
inline constexpr const char* kClientData = "client_data";  ///< no JSON object of that form
inline constexpr const char* kType = "type";               ///< made for another purpose
inline constexpr const char* kChallenge = "challenge";
inline constexpr const char* kOrigin = "origin";
inline constexpr const char* kCrossOrigin = "cross_origin";  ///< inside a page of another site
inline constexpr const char* kAttestationObject = "attestation_object";
inline constexpr const char* kAuthenticatorData = "authenticator_data";
inline constexpr const char* kRpId = "rp_id";
inline constexpr const char* kUserPresence = "user_presence";
inline constexpr const char* kUserVerification = "user_verification";
inline constexpr const char* kBackupState = "backup_state";  ///< copied, but not to be copied
inline constexpr const char* kBackupEligibility = "backup_eligibility";  ///< has changed
inline constexpr const char* kSignature = "signature";
inline constexpr const char* kSignCount = "sign_count";  ///< perhaps the key has been copied
}  // namespace passkey_reason

inline constexpr std::size_t kClientDataBytesMost = 8U << 10;

/// Who asks, and for what.
struct PasskeyExpectation {
    std::string challenge;             ///< the bytes that were sent
    std::string rp_id;                 ///< "ward.example.org"
    std::vector<std::string> origins;  ///< exactly as a browser writes them
    bool must_verify_user = true;      ///< a passkey stands for password and code together
    bool may_be_embedded = false;      ///< in a page of another site, one of these:
    std::vector<std::string> top_origins = {};
};

/// As a browser sends it, decoded.
struct RegistrationResponse {
    std::string client_data_json;
    std::string attestation_object;
};
struct AssertionResponse {
    std::string client_data_json;
    std::string authenticator_data;
    std::string signature;
};

/// A key that may be kept. That its id is not anybody's already is for the one who keeps it.
struct NewPasskey {
    std::string credential_id;
    std::string public_key;  ///< COSE
    std::int64_t algorithm = 0;
    std::uint32_t sign_count = 0;
    bool is_backup_eligible = false;
    bool is_backed_up = false;
    std::string aaguid;       ///< 16 bytes
    std::string attestation;  ///< format
};
[[nodiscard]] Result<NewPasskey> check_registration(const RegistrationResponse& response,
                                                    const PasskeyExpectation& expected);

/// What is known of the key from before.
struct KnownPasskey {
    std::string public_key;
    std::uint32_t sign_count = 0;
    bool is_backup_eligible = false;
};
struct CheckedAssertion {
    std::uint32_t sign_count = 0;
    bool is_backed_up = false;
};
/// That the key belongs to who is meant is for the caller. The counter is looked at last: with
/// kSignCount everything else was right.
[[nodiscard]] Result<CheckedAssertion> check_assertion(const AssertionResponse& response,
                                                       const KnownPasskey& known,
                                                       const PasskeyExpectation& expected);

/// The challenge that an answer names, before anything is checked: to find what it was sent for.
/// Error `invalid`, where kClientData.
[[nodiscard]] Result<std::string> challenge_of(std::string_view client_data_json);

}  // namespace wardlight::access
