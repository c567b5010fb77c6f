#include "access/cose_key.h"

#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include <algorithm>
#include <optional>

#include "access/cbor.h"
#include "base/need.h"

namespace wardlight::access {
namespace {

using cbor::Kind;
using cbor::Value;

template <auto free_function>
struct Freed {
    template <class T>
    void operator()(T* made) const {
        free_function(made);
    }
};
using Context = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using ParameterBuilder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;

// Members of a COSE key (RFC 9052, 7.1) and of its kinds (RFC 9053, 7; RFC 8230, 4).
constexpr std::int64_t kKeyType = 1;
constexpr std::int64_t kAlgorithm = 3;
constexpr std::int64_t kCurve = -1;
constexpr std::int64_t kX = -2;
constexpr std::int64_t kY = -3;
constexpr std::int64_t kModulus = -1;
constexpr std::int64_t kExponent = -2;

constexpr std::int64_t kOctetKeyPair = 1;
constexpr std::int64_t kEllipticCurve = 2;
constexpr std::int64_t kRsa = 3;

struct Form {
    CoseAlgorithm algorithm;
    std::int64_t key_type;
    std::int64_t curve;         // 0: none
    std::size_t coordinate;     // bytes of each
    int openssl;                // EVP_PKEY_...
    const char* group;          // OpenSSL's name of the curve
    const EVP_MD* (*digest)();  // nullptr: the algorithm has its own
};
constexpr std::array kForms{
    Form{CoseAlgorithm::es256, kEllipticCurve, 1, 32, EVP_PKEY_EC, "prime256v1", EVP_sha256},
    Form{CoseAlgorithm::es384, kEllipticCurve, 2, 48, EVP_PKEY_EC, "secp384r1", EVP_sha384},
    Form{CoseAlgorithm::es512, kEllipticCurve, 3, 66, EVP_PKEY_EC, "secp521r1", EVP_sha512},
    Form{CoseAlgorithm::eddsa, kOctetKeyPair, 6, 32, EVP_PKEY_ED25519, nullptr, nullptr},
    Form{CoseAlgorithm::ed448, kOctetKeyPair, 7, 57, EVP_PKEY_ED448, nullptr, nullptr},
    Form{CoseAlgorithm::rs256, kRsa, 0, 0, EVP_PKEY_RSA, nullptr, EVP_sha256},
};

const Form* form_of(std::int64_t algorithm) {
    const auto* found = std::find_if(kForms.begin(), kForms.end(), [algorithm](const Form& form) {
        return static_cast<std::int64_t>(form.algorithm) == algorithm;
    });
    return found == kForms.end() ? nullptr : found;
}

tl::unexpected<Error> bad_key(const char* why) {
    // What OpenSSL noted about it must not be taken for a fault of what comes next.
    ERR_clear_error();
    return fail(ErrorCode::invalid, why, "public_key");
}

const unsigned char* bytes_of(std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
}

bool is_integer(const Value* value, std::int64_t wanted) {
    return value != nullptr && value->is(Kind::integer) && value->integer == wanted;
}

std::optional<std::string_view> bytes_member(const Value& key, std::int64_t name) {
    const Value* value = key.find(name);
    if (value == nullptr || !value->is(Kind::bytes)) return std::nullopt;
    return value->bytes;
}

EVP_PKEY* from_parameters(const char* kind, OSSL_PARAM_BLD* builder) {
    const Parameters parameters(need(OSSL_PARAM_BLD_to_param(builder)));
    const Context context(need(EVP_PKEY_CTX_new_from_name(nullptr, kind, nullptr)));
    EVP_PKEY* key = nullptr;
    if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
        EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
        return nullptr;
    return key;
}

Result<EVP_PKEY*> elliptic(const Value& key, const Form& form) {
    const auto x = bytes_member(key, kX);
    const auto y = bytes_member(key, kY);
    if (key.pairs() != 5 || !is_integer(key.find(kCurve), form.curve) || !x || !y ||
        x->size() != form.coordinate || y->size() != form.coordinate)
        return bad_key("the members of the key are not those of its curve");
    const std::string point = '\x04' + std::string(*x) + std::string(*y);  // uncompressed
    const ParameterBuilder builder(need(OSSL_PARAM_BLD_new()));
    OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, form.group, 0);
    OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                     point.size());
    std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>> made(from_parameters("EC", builder.get()));
    if (!made) return bad_key("the point is not on the curve");
    const Context check(need(EVP_PKEY_CTX_new(made.get(), nullptr)));
    if (EVP_PKEY_public_check(check.get()) != 1) return bad_key("the point is not on the curve");
    return made.release();
}

Result<EVP_PKEY*> edwards(const Value& key, const Form& form) {
    const auto x = bytes_member(key, kX);
    if (key.pairs() != 4 || !is_integer(key.find(kCurve), form.curve) || !x ||
        x->size() != form.coordinate)
        return bad_key("the members of the key are not those of its curve");
    EVP_PKEY* made = EVP_PKEY_new_raw_public_key(form.openssl, nullptr, bytes_of(*x), x->size());
    if (made == nullptr) return bad_key("the key is not on the curve");
    return made;
}

Result<EVP_PKEY*> rsa(const Value& key) {
    const auto modulus = bytes_member(key, kModulus);
    const auto exponent = bytes_member(key, kExponent);
    constexpr std::size_t kExponentBytesMost = 8;
    if (key.pairs() != 4 || !modulus || !exponent || modulus->size() > kRsaBitsMost / 8 ||
        exponent->size() > kExponentBytesMost)
        return bad_key("the members of the key are not those of RSA");
    const Number n(need(BN_bin2bn(bytes_of(*modulus), static_cast<int>(modulus->size()), nullptr)));
    const Number e(
        need(BN_bin2bn(bytes_of(*exponent), static_cast<int>(exponent->size()), nullptr)));
    if (BN_num_bits(n.get()) < kRsaBitsLeast) return bad_key("an RSA key of fewer than 2048 bits");
    if (BN_is_odd(n.get()) == 0 || BN_is_odd(e.get()) == 0 || BN_is_one(e.get()) != 0)
        return bad_key("these numbers are no RSA key");
    const ParameterBuilder builder(need(OSSL_PARAM_BLD_new()));
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get());
    OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get());
    EVP_PKEY* made = from_parameters("RSA", builder.get());
    if (made == nullptr) return bad_key("these numbers are no RSA key");
    return made;
}

Result<EVP_PKEY*> public_key(const Value& key, const Form& form) {
    switch (form.key_type) {
        case kEllipticCurve:
            return elliptic(key, form);
        case kOctetKeyPair:
            return edwards(key, form);
        default:
            return rsa(key);
    }
}

}  // namespace

void CoseKey::Free::operator()(evp_pkey_st* key) const {
    EVP_PKEY_free(key);
}

Result<CoseKey> CoseKey::parse(std::string_view cose) {
    const auto key = cbor::parse(cose);
    if (!key) return bad_key("the key is not canonical CBOR");
    const Value* algorithm = key->find(kAlgorithm);
    if (algorithm == nullptr || !algorithm->is(Kind::integer))
        return bad_key("the key does not say its algorithm");
    const Form* form = form_of(algorithm->integer);
    if (form == nullptr)
        return fail(ErrorCode::invalid, "an algorithm that was not asked for", "algorithm");
    if (!is_integer(key->find(kKeyType), form->key_type))
        return bad_key("the kind of key is not that of its algorithm");
    return CoseKey(form->algorithm, Handle(TRY(public_key(*key, *form))));
}

Result<CoseKey> CoseKey::of_certificate(std::string_view der, CoseAlgorithm algorithm) {
    const auto refuse = [](const char* why) {
        ERR_clear_error();
        return fail(ErrorCode::invalid, why, "attestation_certificate");
    };
    const unsigned char* at = bytes_of(der);
    const Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    if (!certificate || at != bytes_of(der) + der.size())
        return refuse("the certificate cannot be read");
    Handle key(X509_get_pubkey(certificate.get()));
    const Form* form = form_of(static_cast<std::int64_t>(algorithm));
    if (!key || form == nullptr || EVP_PKEY_get_base_id(key.get()) != form->openssl)
        return refuse("the certificate's key is not one of the algorithm");
    return CoseKey(algorithm, std::move(key));
}

bool CoseKey::verifies(std::string_view message, std::string_view signature) const {
    const Form* form = form_of(static_cast<std::int64_t>(algorithm_));
    const DigestContext context(need(EVP_MD_CTX_new()));
    const EVP_MD* digest = form->digest == nullptr ? nullptr : form->digest();
    const bool is_right =
        EVP_DigestVerifyInit(context.get(), nullptr, digest, nullptr, key_.get()) == 1 &&
        EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message),
                         message.size()) == 1;
    if (!is_right) ERR_clear_error();
    return is_right;
}

}  // namespace wardlight::access
