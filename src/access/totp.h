// One-time codes from an authenticator app: six digits, 30 seconds (RFC 6238, SHA-1), by liboath.
// Pure functions; thread-safe. That a code is used only once is sign_in.h's task: it remembers the
// step this returns.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace wardlight::access {

/// 20 random bytes.
[[nodiscard]] std::string new_totp_secret();

/// The number of the 30-second step this code belongs to; nothing when it is wrong. One step
/// before and after now are taken, for clocks that differ.
[[nodiscard]] std::optional<std::int64_t> matching_step(std::string_view secret,
                                                        std::string_view code, Instant now);

/// The code of that moment: for tests and the demo.
[[nodiscard]] std::string totp_code(std::string_view secret, Instant at);

/// What an authenticator app reads from a QR code: otpauth://totp/...
[[nodiscard]] std::string totp_uri(std::string_view secret, std::string_view user);
[[nodiscard]] std::string to_base32(std::string_view bytes);

}  // namespace wardlight::access
