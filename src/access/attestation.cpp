#include "access/attestation.h"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

namespace wardlight::access {
namespace {

using cbor::Kind;
using cbor::Value;

struct FreeCertificate {
    void operator()(X509* certificate) const { X509_free(certificate); }
};
using Certificate = std::unique_ptr<X509, FreeCertificate>;

constexpr std::size_t kCertificatesMost = 8;

tl::unexpected<Error> refuse(const char* why, const char* where) {
    ERR_clear_error();
    return fail(ErrorCode::invalid, why, where);
}

Result<std::string_view> bytes_of(const Value& statement, std::string_view name) {
    const Value* value = statement.find(name);
    if (value == nullptr || !value->is(Kind::bytes))
        return refuse("a member of the attestation is missing", "attestation_statement");
    return value->bytes;
}

/// The first certificate of the chain: the one that signed.
Result<std::string_view> signing_certificate(const Value& statement, std::size_t most) {
    const Value* chain = statement.find("x5c");
    if (chain == nullptr || !chain->is(Kind::array) || chain->items.empty() ||
        chain->items.size() > most || !chain->items.front().is(Kind::bytes))
        return refuse("the attestation has no certificate", "attestation_statement");
    return chain->items.front().bytes;
}

std::string_view text_of(const ASN1_STRING* text) {
    return {reinterpret_cast<const char*>(ASN1_STRING_get0_data(text)),
            static_cast<std::size_t>(ASN1_STRING_length(text))};
}

bool has_unit(X509* certificate, std::string_view unit) {
    const X509_NAME* subject = X509_get_subject_name(certificate);
    const int at = X509_NAME_get_index_by_NID(subject, NID_organizationalUnitName, -1);
    return at >= 0 && text_of(X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at))) == unit;
}

/// id-fido-gen-ce-aaguid, where it is there, names the model: an octet string in the octet string
/// of the extension.
bool fits_model(X509* certificate, std::string_view aaguid) {
    const std::unique_ptr<ASN1_OBJECT, decltype(&ASN1_OBJECT_free)> name(
        OBJ_txt2obj("1.3.6.1.4.1.45724.1.1.4", 1), &ASN1_OBJECT_free);
    const int at = X509_get_ext_by_OBJ(certificate, name.get(), -1);
    if (at < 0) return true;
    X509_EXTENSION* extension = X509_get_ext(certificate, at);
    return X509_EXTENSION_get_critical(extension) == 0 &&
           text_of(X509_EXTENSION_get_data(extension)) == "\x04\x10" + std::string(aaguid);
}

/// WebAuthn Level 3, 8.2.1.
Result<> check_packed_certificate(std::string_view der, std::string_view aaguid) {
    const auto* at = reinterpret_cast<const unsigned char*>(der.data());
    const Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    constexpr const char* kWhere = "attestation_certificate";
    if (!certificate) return refuse("the certificate cannot be read", kWhere);
    constexpr long kVersion3 = 2;  // counted from 0
    if (X509_get_version(certificate.get()) != kVersion3)
        return refuse("the certificate is not of version 3", kWhere);
    if (!has_unit(certificate.get(), "Authenticator Attestation"))
        return refuse("the certificate is not one for attestation", kWhere);
    if (X509_check_ca(certificate.get()) != 0)
        return refuse("the certificate is one of an authority", kWhere);
    if (!fits_model(certificate.get(), aaguid))
        return refuse("the certificate is for another model", kWhere);
    return {};
}

Result<> check_packed(const Attestation& attestation) {
    const Value* algorithm = attestation.statement.find("alg");
    if (algorithm == nullptr || !algorithm->is(Kind::integer))
        return refuse("the attestation does not say its algorithm", "attestation_statement");
    const std::string_view signature = TRY(bytes_of(attestation.statement, "sig"));
    const std::string signed_bytes =
        std::string(attestation.authenticator_data) + std::string(attestation.client_data_hash);
    if (attestation.statement.find("x5c") == nullptr) {
        // By the new key itself.
        if (algorithm->integer != static_cast<std::int64_t>(attestation.key.algorithm()))
            return refuse("the attestation's algorithm is not the key's", "attestation_statement");
        if (!attestation.key.verifies(signed_bytes, signature))
            return refuse("the attestation's signature is wrong", "attestation_signature");
        return {};
    }
    const std::string_view der = TRY(signing_certificate(attestation.statement, kCertificatesMost));
    TRY(check_packed_certificate(der, attestation.parsed.credential->aaguid));
    const CoseKey key =
        TRY(CoseKey::of_certificate(der, static_cast<CoseAlgorithm>(algorithm->integer)));
    if (!key.verifies(signed_bytes, signature))
        return refuse("the attestation's signature is wrong", "attestation_signature");
    return {};
}

/// The point of an ES256 key, uncompressed; CoseKey has checked its form.
std::string point_of(std::string_view cose) {
    const auto key = cbor::parse(cose);
    const Value* x = key ? key->find(-2) : nullptr;
    const Value* y = key ? key->find(-3) : nullptr;
    if (x == nullptr || y == nullptr) return {};
    return '\x04' + std::string(x->bytes) + std::string(y->bytes);
}

Result<> check_fido_u2f(const Attestation& attestation) {
    const AttestedCredential& credential = *attestation.parsed.credential;
    if (attestation.key.algorithm() != CoseAlgorithm::es256 || attestation.statement.pairs() != 2)
        return refuse("not the form of this attestation", "attestation_statement");
    const std::string_view signature = TRY(bytes_of(attestation.statement, "sig"));
    const std::string_view der = TRY(signing_certificate(attestation.statement, 1));
    const CoseKey key = TRY(CoseKey::of_certificate(der, CoseAlgorithm::es256));
    const std::string signed_bytes = '\0' + std::string(attestation.parsed.rp_id_hash) +
                                     std::string(attestation.client_data_hash) +
                                     std::string(credential.id) + point_of(credential.public_key);
    if (!key.verifies(signed_bytes, signature))
        return refuse("the attestation's signature is wrong", "attestation_signature");
    return {};
}

}  // namespace

Result<> check_attestation(const Attestation& attestation) {
    if (!attestation.statement.is(Kind::map))
        return refuse("the attestation is no map", "attestation_statement");
    if (attestation.format == "none") {
        if (attestation.statement.pairs() != 0)
            return refuse("an attestation of none that says something", "attestation_statement");
        return {};
    }
    if (attestation.format == "packed") return check_packed(attestation);
    if (attestation.format == "fido-u2f") return check_fido_u2f(attestation);
    return refuse("a kind of attestation that was not asked for", "attestation_format");
}

}  // namespace wardlight::access
