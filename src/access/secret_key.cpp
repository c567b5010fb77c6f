#include "access/secret_key.h"

#include <sodium.h>

#include "base/key_file.h"

namespace wardlight::access {
namespace {

unsigned char* bytes_of(std::string& text) {
    return reinterpret_cast<unsigned char*>(text.data());
}
const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

}  // namespace

Result<SecretKey> SecretKey::load_or_create(const std::filesystem::path& path) {
    if (sodium_init() < 0) return fail(ErrorCode::internal, "libsodium does not start");
    return SecretKey(TRY(load_or_create_key(path, crypto_secretbox_KEYBYTES)));
}

std::string SecretKey::seal(std::string_view plain) const {
    std::string sealed(crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES + plain.size(),
                       '\0');
    randombytes_buf(sealed.data(), crypto_secretbox_NONCEBYTES);
    crypto_secretbox_easy(bytes_of(sealed) + crypto_secretbox_NONCEBYTES, bytes_of(plain),
                          plain.size(), bytes_of(sealed), bytes_of(std::string_view(bytes_)));
    return sealed;
}

Result<std::string> SecretKey::open(std::string_view sealed) const {
    constexpr std::size_t kOverhead = crypto_secretbox_NONCEBYTES + crypto_secretbox_MACBYTES;
    if (sealed.size() < kOverhead) return fail(ErrorCode::corrupt, "a sealed secret is too short");
    std::string plain(sealed.size() - kOverhead, '\0');
    const std::string_view box = sealed.substr(crypto_secretbox_NONCEBYTES);
    if (crypto_secretbox_open_easy(bytes_of(plain), bytes_of(box), box.size(), bytes_of(sealed),
                                   bytes_of(std::string_view(bytes_))) != 0) {
        return fail(ErrorCode::corrupt, "a sealed secret does not open with this key");
    }
    return plain;
}

}  // namespace wardlight::access
