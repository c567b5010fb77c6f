// A key that is kept beside the data but not in it, so that a stolen copy of the database alone
// does not give away the secrets of one-time codes. XSalsa20-Poly1305 by libsodium. Immutable;
// thread-safe.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace wardlight::access {

class SecretKey {
 public:
    /// Reads the key file, or makes it (mode 0600) when there is none. A file that others may read
    /// is refused.
    static Result<SecretKey> load_or_create(const std::filesystem::path& file);

    [[nodiscard]] std::string seal(std::string_view plain) const;
    /// `corrupt` when it was sealed with another key or changed.
    [[nodiscard]] Result<std::string> open(std::string_view sealed) const;

 private:
    explicit SecretKey(std::string bytes) : bytes_(std::move(bytes)) {}
    std::string bytes_;
};

}  // namespace wardlight::access
