// Which server a passkey is for. It follows from the configuration and never from a request: a
// browser signs for the address its person sees, and that must be ours.
// Source: WebAuthn Level 3, 4 ("RP ID"), 13.4.9. Pure; thread-safe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wardlight::access {

struct RelyingParty {
    std::string id;                    ///< "ward.example.org"
    std::vector<std::string> origins;  ///< "https://ward.example.org"
};

/// Of the address that people use: https, a name (passkeys do not work for bare IP addresses), a
/// port where it is not 443, and no path. "http" for localhost only. Error `invalid`.
[[nodiscard]] Result<RelyingParty> relying_party_of(std::string_view public_url);

}  // namespace wardlight::access
