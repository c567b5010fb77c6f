// Passwords: Argon2id by libsodium, after Unicode normalisation (NFKC), so that the same password
// typed on two keyboards is one. Thread-safe; a hash takes about a tenth of a second and 64 MiB,
// so it is done only on threads for slow work.
// Sources: RFC 9106; NIST SP 800-63B (length over composition rules).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"

namespace wardlight::access {

struct PasswordCost {
    unsigned long long passes;
    std::size_t memory_bytes;
};
inline constexpr PasswordCost kPasswordCost{3, 64U << 20};
inline constexpr std::size_t kPasswordShortest = 12;  // characters
inline constexpr std::size_t kPasswordLongest = 128;  // characters

/// Whether a new password may be used; the error says what to change, for people.
[[nodiscard]] Result<> check_new_password(std::string_view password, std::string_view user);

/// Text that holds salt, cost and hash.
[[nodiscard]] Result<std::string> hash_password(std::string_view password,
                                                PasswordCost cost = kPasswordCost);

/// False for a wrong password, an empty one, one that is too long, and a damaged hash.
[[nodiscard]] bool is_password(std::string_view hash, std::string_view password);

}  // namespace wardlight::access
