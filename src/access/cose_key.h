// The public key of a passkey, as an authenticator writes it (COSE), and checking signatures by it
// with OpenSSL. Which algorithms are taken is the list below and nothing else; the key's own
// algorithm decides, never what a message claims.
// Sources: RFC 9052 and 9053 (COSE), RFC 8230 (RSA), RFC 9864 (Ed448), WebAuthn Level 3, 6.5.1.
// Thread-safe: a key does not change.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

struct evp_pkey_st;

namespace wardlight::access {

/// COSE algorithm numbers, as in IANA's registry.
enum class CoseAlgorithm : std::int64_t {
    es256 = -7,
    eddsa = -8,  ///< Ed25519
    es384 = -35,
    es512 = -36,
    ed448 = -53,
    rs256 = -257,
};

/// In the order in which they are offered: the first an authenticator knows is taken.
inline constexpr std::array kCoseAlgorithms{CoseAlgorithm::es256, CoseAlgorithm::eddsa,
                                            CoseAlgorithm::es384, CoseAlgorithm::es512,
                                            CoseAlgorithm::ed448, CoseAlgorithm::rs256};

inline constexpr int kRsaBitsLeast = 2'048;
inline constexpr int kRsaBitsMost = 8'192;

class CoseKey {
 public:
    /// From the COSE form. Error `invalid`, where "algorithm" for one that is not taken, else
    /// "public_key": a member is missing or too many, the point is not on the curve, RSA is
    /// shorter than 2048 bits.
    [[nodiscard]] static Result<CoseKey> parse(std::string_view cose);

    /// The key of an X.509 certificate (DER), for signatures of that algorithm. Error `invalid`,
    /// where "attestation_certificate".
    [[nodiscard]] static Result<CoseKey> of_certificate(std::string_view der,
                                                        CoseAlgorithm algorithm);

    [[nodiscard]] CoseAlgorithm algorithm() const { return algorithm_; }

    /// Whether the signature is this key's over the message.
    [[nodiscard]] bool verifies(std::string_view message, std::string_view signature) const;

 private:
    struct Free {
        void operator()(evp_pkey_st* key) const;
    };
    using Handle = std::unique_ptr<evp_pkey_st, Free>;
    CoseKey(CoseAlgorithm algorithm, Handle key) : algorithm_(algorithm), key_(std::move(key)) {}

    CoseAlgorithm algorithm_;
    Handle key_;
};

}  // namespace wardlight::access
