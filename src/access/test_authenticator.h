// For tests only: an authenticator in software, whose answers can be made wrong in one thing.
#pragma once

#include <doctest/doctest.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>

#include <functional>
#include <memory>
#include <string>

#include "access/webauthn.h"
#include "base/ids.h"
#include "base/text.h"

namespace wardlight::access::test {

// As CBOR: numbers up to 65535 are enough here.
inline std::string cbor_head(unsigned major, std::size_t argument) {
    const auto byte = [](std::size_t value) { return static_cast<char>(value & 0xFFU); };
    const char first = byte(major << 5U);
    if (argument < 24) return {static_cast<char>(first | byte(argument))};
    if (argument < 256) return {static_cast<char>(first | 24), byte(argument)};
    return {static_cast<char>(first | 25), byte(argument >> 8U), byte(argument)};
}
inline std::string cbor_number(std::int64_t value) {
    return value < 0 ? cbor_head(1, static_cast<std::size_t>(-1 - value))
                     : cbor_head(0, static_cast<std::size_t>(value));
}
inline std::string cbor_bytes(std::string_view bytes) {
    return cbor_head(2, bytes.size()) + std::string(bytes);
}
inline std::string cbor_text(std::string_view text) {
    return cbor_head(3, text.size()) + std::string(text);
}

inline constexpr unsigned kPresent = 0x01;
inline constexpr unsigned kVerified = 0x04;
inline constexpr unsigned kEligible = 0x08;
inline constexpr unsigned kBackedUp = 0x10;
inline constexpr unsigned kAttested = 0x40;
inline constexpr unsigned kExtended = 0x80;

/// What an answer is made of. The defaults are right.
struct AnswerParts {
    std::string type;  ///< empty: that of the ceremony
    std::string challenge;
    std::string origin = "https://ward.test";
    std::string more_client_data;  ///< text of further members, with a comma before
    std::string client_data;       ///< the whole text, instead of the above
    std::string rp_id = "ward.test";
    unsigned flags = kPresent | kVerified;
    std::uint32_t sign_count = 0;
    std::string after_head;  ///< further bytes of the authenticator data
    std::string format = "none";
    std::string statement = cbor_head(5, 0);
    std::string public_key;                                     ///< COSE; empty: its own
    std::function<void(std::string&)> on_attestation_object{};  ///< changes its bytes
    std::function<void(std::string&)> on_authenticator_data{};  ///< before they are signed
};

class TestAuthenticator {
 public:
    TestAuthenticator() : key_(EVP_EC_gen("P-256"), &EVP_PKEY_free) {
        REQUIRE(key_);
        credential_id = *from_base64(new_secret(32));
    }

    [[nodiscard]] std::string cose_key() const {
        return cbor_head(5, 5) + cbor_number(1) + cbor_number(2) + cbor_number(3) +
               cbor_number(-7) + cbor_number(-1) + cbor_number(1) + cbor_number(-2) +
               cbor_bytes(coordinate(OSSL_PKEY_PARAM_EC_PUB_X)) + cbor_number(-3) +
               cbor_bytes(coordinate(OSSL_PKEY_PARAM_EC_PUB_Y));
    }

    [[nodiscard]] RegistrationResponse make(const AnswerParts& parts) const {
        RegistrationResponse response;
        response.client_data_json = client_data(parts, "webauthn.create");
        const std::string data = registration_data(parts);
        std::string object = cbor_head(5, 3) + cbor_text("fmt") + cbor_text(parts.format) +
                             cbor_text("attStmt") + parts.statement + cbor_text("authData") +
                             cbor_bytes(data);
        if (parts.on_attestation_object) parts.on_attestation_object(object);
        response.attestation_object = object;
        return response;
    }

    [[nodiscard]] std::string registration_data(const AnswerParts& parts) const {
        AnswerParts attested = parts;
        attested.flags |= kAttested;
        const std::string key = parts.public_key.empty() ? cose_key() : parts.public_key;
        const std::string id_length{static_cast<char>(credential_id.size() >> 8U),
                                    static_cast<char>(credential_id.size() & 0xFFU)};
        attested.after_head =
            std::string(16, '\x07') + id_length + credential_id + key + parts.after_head;
        return data_of(attested);
    }

    [[nodiscard]] AssertionResponse sign(const AnswerParts& parts) const {
        AssertionResponse response;
        response.client_data_json = client_data(parts, "webauthn.get");
        response.authenticator_data = data_of(parts);
        response.signature =
            signature(response.authenticator_data + sha256(response.client_data_json));
        return response;
    }

    [[nodiscard]] std::string signature(const std::string& message) const {
        const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                              &EVP_MD_CTX_free);
        const auto* bytes = reinterpret_cast<const unsigned char*>(message.data());
        std::size_t length = 0;
        REQUIRE(EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1);
        REQUIRE(EVP_DigestSign(context.get(), nullptr, &length, bytes, message.size()) == 1);
        std::string made(length, '\0');
        REQUIRE(EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(made.data()),
                               &length, bytes, message.size()) == 1);
        made.resize(length);
        return made;
    }

    [[nodiscard]] static std::string client_data(const AnswerParts& parts,
                                                 const std::string& type) {
        if (!parts.client_data.empty()) return parts.client_data;
        return R"({"type":")" + (parts.type.empty() ? type : parts.type) + R"(","challenge":")" +
               to_base64url(parts.challenge) + R"(","origin":")" + parts.origin + "\"" +
               parts.more_client_data + "}";
    }

    std::string credential_id;

 private:
    [[nodiscard]] static std::string data_of(const AnswerParts& parts) {
        std::string data = sha256(parts.rp_id) + static_cast<char>(parts.flags);
        for (unsigned shift = 24;; shift -= 8) {
            data += static_cast<char>(parts.sign_count >> shift & 0xFFU);
            if (shift == 0) break;
        }
        data += parts.after_head;
        if (parts.on_authenticator_data) parts.on_authenticator_data(data);
        return data;
    }

    [[nodiscard]] std::string coordinate(const char* name) const {
        BIGNUM* number = nullptr;
        REQUIRE(EVP_PKEY_get_bn_param(key_.get(), name, &number) == 1);
        std::string bytes(32, '\0');
        BN_bn2binpad(number, reinterpret_cast<unsigned char*>(bytes.data()), 32);
        BN_free(number);
        return bytes;
    }

    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key_;
};

}  // namespace wardlight::access::test
