// Passkeys as the web writes them: the JSON forms of WebAuthn Level 3, 5.1.8 to 5.1.10, bytes in
// URL-safe base64. Pure; thread-safe.
#pragma once

#include "access/passkey_ceremonies.h"
#include "json/value.h"

namespace wardlight::api {

/// An AuthenticationResponseJSON. Error `invalid`, where "passkey".
[[nodiscard]] Result<access::PasskeyAnswer> read_assertion(const json::Value& passkey);
/// A RegistrationResponseJSON. Error as above.
[[nodiscard]] Result<access::RegistrationAnswer> read_registration(const json::Value& passkey);

/// PublicKeyCredentialRequestOptionsJSON. Without passkeys the person chooses among what the
/// device knows.
[[nodiscard]] json::Value request_options(const access::RelyingParty& party,
                                          std::string_view challenge,
                                          const std::vector<access::Passkey>& passkeys);

/// PublicKeyCredentialCreationOptionsJSON. `user` and `name` are what the device shows.
[[nodiscard]] json::Value creation_options(const access::RelyingParty& party,
                                           const access::RegistrationStart& start,
                                           const access::Subject& subject);

}  // namespace wardlight::api
