// The secrets of one audit log: an Ed25519 key that signs its checkpoints, and a key that makes
// pseudonyms of patient ids. The log's name follows from its public key, so that two logs never
// share one. Immutable; thread-safe.
#pragma once

#include <filesystem>
#include <string>

#include "audit/merkle.h"

namespace wardlight::audit {

class LogKey {
 public:
    /// Reads the key file, or makes it (mode 0600) when there is none.
    [[nodiscard]] static Result<LogKey> load_or_create(const std::filesystem::path& file);

    /// "wardlight-audit-1f0c9a7e63d24b58"
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] const std::string& public_key() const { return public_key_; }
    /// For whoever checks signatures: "name+key id+key" as C2SP signed-note writes it.
    [[nodiscard]] std::string verifier_key() const;

    [[nodiscard]] std::string sign(std::string_view text) const;
    /// Says nothing of whose it is to who does not have the key; the same for the same patient.
    [[nodiscard]] std::string pseudonym(std::string_view patient) const;

 private:
    LogKey() = default;
    std::string secret_key_;
    std::string public_key_;
    std::string pseudonym_key_;
    std::string name_;
};

/// C2SP signed-note: what stands before a signature, to tell keys of one name apart. 4 bytes.
[[nodiscard]] std::string key_id(std::string_view name, std::string_view public_key);

[[nodiscard]] bool is_signed(std::string_view text, std::string_view signature,
                             std::string_view public_key);

[[nodiscard]] Digest hmac_sha256(std::string_view key, std::string_view text);

}  // namespace wardlight::audit
