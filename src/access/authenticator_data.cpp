#include "access/authenticator_data.h"

#include "access/cbor.h"

namespace wardlight::access {
namespace {

constexpr std::size_t kHashBytes = 32;
constexpr std::size_t kHeadBytes = kHashBytes + 1 + 4;  // hash, flags, counter
constexpr std::size_t kAaguidBytes = 16;
constexpr std::size_t kCredentialHeadBytes = kAaguidBytes + 2;

// Bits of the flags.
constexpr unsigned kUserPresent = 0x01;
constexpr unsigned kUserVerified = 0x04;
constexpr unsigned kBackupEligible = 0x08;
constexpr unsigned kBackedUp = 0x10;
constexpr unsigned kHasCredential = 0x40;
constexpr unsigned kHasExtensions = 0x80;

std::uint32_t big_endian(std::string_view bytes) {
    std::uint32_t number = 0;
    for (const char c : bytes) number = number << 8U | static_cast<unsigned char>(c);
    return number;
}

tl::unexpected<Error> refuse(const char* why) {
    return fail(ErrorCode::invalid, why, "authenticator_data");
}

/// Takes the credential from the front of `rest`.
Result<AttestedCredential> take_credential(std::string_view& rest) {
    if (rest.size() < kCredentialHeadBytes) return refuse("the credential is cut off");
    AttestedCredential credential;
    credential.aaguid = rest.substr(0, kAaguidBytes);
    const std::size_t id_length = big_endian(rest.substr(kAaguidBytes, 2));
    rest.remove_prefix(kCredentialHeadBytes);
    if (id_length == 0 || id_length > kCredentialIdBytesMost)
        return fail(ErrorCode::invalid, "a credential id is 1 to 1023 bytes", "credential_id");
    if (rest.size() < id_length) return refuse("the credential is cut off");
    credential.id = rest.substr(0, id_length);
    rest.remove_prefix(id_length);
    const auto key = cbor::parse_first(rest);
    if (!key) return refuse("the key is not canonical CBOR");
    credential.public_key = rest.substr(0, key->length);
    rest.remove_prefix(key->length);
    return credential;
}

}  // namespace

Result<AuthenticatorData> parse_authenticator_data(std::string_view bytes) {
    if (bytes.size() < kHeadBytes) return refuse("shorter than 37 bytes");
    const unsigned flags = static_cast<unsigned char>(bytes[kHashBytes]);
    AuthenticatorData data;
    data.rp_id_hash = bytes.substr(0, kHashBytes);
    data.is_user_present = (flags & kUserPresent) != 0;
    data.is_user_verified = (flags & kUserVerified) != 0;
    data.is_backup_eligible = (flags & kBackupEligible) != 0;
    data.is_backed_up = (flags & kBackedUp) != 0;
    data.sign_count = big_endian(bytes.substr(kHashBytes + 1, 4));
    std::string_view rest = bytes.substr(kHeadBytes);
    if ((flags & kHasCredential) != 0) data.credential = TRY(take_credential(rest));
    if ((flags & kHasExtensions) != 0) {
        const auto extensions = cbor::parse_first(rest);
        if (!extensions || !extensions->value.is(cbor::Kind::map))
            return refuse("the extensions are no canonical CBOR map");
        rest.remove_prefix(extensions->length);
    }
    if (!rest.empty()) return refuse("something follows");
    return data;
}

}  // namespace wardlight::access
