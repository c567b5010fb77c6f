#include "access/password.h"

#include <sodium.h>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

#include <array>
#include <optional>

#include "base/text.h"

namespace wardlight::access {
namespace {

constexpr std::size_t kMostBytes = kPasswordLongest * 4;

std::optional<icu::UnicodeString> normalise(std::string_view password) {
    if (password.size() > kMostBytes || !is_valid_utf8(password)) return std::nullopt;
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfkc = icu::Normalizer2::getNFKCInstance(status);
    if (U_FAILURE(status)) return std::nullopt;
    const icu::UnicodeString text = icu::UnicodeString::fromUTF8(
        icu::StringPiece(password.data(), static_cast<int32_t>(password.size())));
    icu::UnicodeString normal = nfkc->normalize(text, status);
    if (U_FAILURE(status)) return std::nullopt;
    return normal;
}

std::string to_utf8(const icu::UnicodeString& text) {
    std::string bytes;
    text.toUTF8String(bytes);
    return bytes;
}

}  // namespace

Result<> check_new_password(std::string_view password, std::string_view user) {
    const auto normal = normalise(password);
    if (!normal)
        return fail(ErrorCode::invalid, "the password is too long or not text", "password");
    const auto characters = static_cast<std::size_t>(normal->countChar32());
    if (characters < kPasswordShortest) {
        return fail(ErrorCode::invalid, "the password needs at least 12 characters", "password");
    }
    if (characters > kPasswordLongest) {
        return fail(ErrorCode::invalid, "the password may have at most 128 characters", "password");
    }
    if (!user.empty() && equals_ignoring_case(password, user)) {
        return fail(ErrorCode::invalid, "the password must not be the user name", "password");
    }
    return {};
}

Result<std::string> hash_password(std::string_view password, PasswordCost cost) {
    const auto normal = normalise(password);
    if (!normal || normal->isEmpty()) {
        return fail(ErrorCode::invalid, "the password is empty, too long or not text", "password");
    }
    if (sodium_init() < 0) return fail(ErrorCode::internal, "libsodium does not start");
    const std::string bytes = to_utf8(*normal);
    std::array<char, crypto_pwhash_STRBYTES> hash{};
    if (crypto_pwhash_str_alg(hash.data(), bytes.data(), bytes.size(), cost.passes,
                              cost.memory_bytes, crypto_pwhash_ALG_ARGON2ID13) != 0) {
        return fail(ErrorCode::unavailable, "not enough memory to hash a password");
    }
    return std::string(hash.data());
}

bool is_password(std::string_view hash, std::string_view password) {
    const auto normal = normalise(password);
    if (!normal || normal->isEmpty() || sodium_init() < 0) return false;
    const std::string bytes = to_utf8(*normal);
    return crypto_pwhash_str_verify(std::string(hash).c_str(), bytes.data(), bytes.size()) == 0;
}

}  // namespace wardlight::access
