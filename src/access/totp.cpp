#include "access/totp.h"

#include <liboath/oath.h>
#include <sodium.h>

#include <algorithm>
#include <array>

namespace wardlight::access {
namespace {

constexpr std::size_t kSecretBytes = 20;
constexpr unsigned kDigits = 6;
constexpr std::size_t kStepsAround = 1;

std::time_t seconds_of(Instant instant) {
    return static_cast<std::time_t>(
        std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count());
}

}  // namespace

std::string new_totp_secret() {
    std::string secret(kSecretBytes, '\0');
    randombytes_buf(secret.data(), secret.size());
    return secret;
}

std::optional<std::int64_t> matching_step(std::string_view secret, std::string_view code,
                                          Instant now) {
    const bool is_six_digits =
        code.size() == kDigits &&
        std::all_of(code.begin(), code.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!is_six_digits) return std::nullopt;
    const std::string text(code);
    int position = 0;
    std::uint64_t step = 0;
    const int outcome = oath_totp_validate4(
        secret.data(), secret.size(), seconds_of(now), OATH_TOTP_DEFAULT_TIME_STEP_SIZE,
        OATH_TOTP_DEFAULT_START_TIME, kStepsAround, &position, &step, 0, text.c_str());
    if (outcome < 0) return std::nullopt;
    return static_cast<std::int64_t>(step);
}

std::string totp_code(std::string_view secret, Instant at) {
    std::array<char, kDigits + 1> code{};
    if (oath_totp_generate(secret.data(), secret.size(), seconds_of(at),
                           OATH_TOTP_DEFAULT_TIME_STEP_SIZE, OATH_TOTP_DEFAULT_START_TIME, kDigits,
                           code.data()) != OATH_OK) {
        return {};
    }
    return code.data();
}

std::string to_base32(std::string_view bytes) {
    constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    std::string text;
    unsigned buffer = 0;
    int bits = 0;
    for (const char byte : bytes) {
        buffer = (buffer << 8) | static_cast<unsigned char>(byte);
        for (bits += 8; bits >= 5; bits -= 5) text += kAlphabet[(buffer >> (bits - 5)) & 31];
    }
    if (bits > 0) text += kAlphabet[(buffer << (5 - bits)) & 31];
    return text;
}

std::string totp_uri(std::string_view secret, std::string_view user) {
    return "otpauth://totp/Wardlight:" + std::string(user) + "?secret=" + to_base32(secret) +
           "&issuer=Wardlight";
}

}  // namespace wardlight::access
