#include "audit/log_key.h"

#include <sodium.h>

#include "base/key_file.h"
#include "base/text.h"

namespace wardlight::audit {
namespace {

constexpr char kEd25519 = '\1';  // C2SP signed-note: type of the signature
constexpr std::size_t kKeyIdBytes = 4;
constexpr std::size_t kNameBytes = 8;

const unsigned char* raw(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* raw(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}

}  // namespace

Result<LogKey> LogKey::load_or_create(const std::filesystem::path& file) {
    if (sodium_init() < 0) return fail(ErrorCode::internal, "libsodium does not start");
    const std::string bytes =
        TRY(load_or_create_key(file, crypto_sign_SEEDBYTES + crypto_auth_hmacsha256_KEYBYTES));
    LogKey key;
    key.secret_key_.resize(crypto_sign_SECRETKEYBYTES);
    key.public_key_.resize(crypto_sign_PUBLICKEYBYTES);
    crypto_sign_seed_keypair(raw(key.public_key_), raw(key.secret_key_), raw(bytes));
    key.pseudonym_key_ = bytes.substr(crypto_sign_SEEDBYTES);
    key.name_ = "wardlight-audit-" + to_hex(sha256(key.public_key_).substr(0, kNameBytes));
    return key;
}

std::string LogKey::verifier_key() const {
    return name_ + "+" + to_hex(key_id(name_, public_key_)) + "+" +
           to_base64(kEd25519 + public_key_);
}

std::string LogKey::sign(std::string_view text) const {
    std::string signature(crypto_sign_BYTES, '\0');
    crypto_sign_detached(raw(signature), nullptr, raw(text), text.size(), raw(secret_key_));
    return signature;
}

std::string LogKey::pseudonym(std::string_view patient) const {
    return to_hex(bytes_of(hmac_sha256(pseudonym_key_, patient)));
}

std::string key_id(std::string_view name, std::string_view public_key) {
    return sha256(std::string(name) + "\n" + kEd25519 + std::string(public_key))
        .substr(0, kKeyIdBytes);
}

bool is_signed(std::string_view text, std::string_view signature, std::string_view public_key) {
    if (signature.size() != crypto_sign_BYTES || public_key.size() != crypto_sign_PUBLICKEYBYTES)
        return false;
    return crypto_sign_verify_detached(raw(signature), raw(text), text.size(), raw(public_key)) ==
           0;
}

Digest hmac_sha256(std::string_view key, std::string_view text) {
    Digest digest;
    crypto_auth_hmacsha256_state state;
    crypto_auth_hmacsha256_init(&state, raw(key), key.size());
    crypto_auth_hmacsha256_update(&state, raw(text), text.size());
    crypto_auth_hmacsha256_final(&state, digest.data());
    return digest;
}

}  // namespace wardlight::audit
