#include "net/self_signed.h"

#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>

#include "net/descriptor.h"
#include "net/peer_list.h"

namespace wardlight::net {
namespace {

template <auto Free>
struct Freer {
    template <class T>
    void operator()(T* thing) const {
        Free(thing);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freer<X509_free>>;
using Memory = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freer<X509_EXTENSION_free>>;

constexpr long kDaySeconds = 24L * 60 * 60;

std::string text_of(const Memory& memory) {
    char* data = nullptr;
    const long length = BIO_get_mem_data(memory.get(), &data);
    return {data, static_cast<std::size_t>(length)};
}

Memory memory_with(const std::string& text) {
    return Memory(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Certificate read_certificate(const std::string& pem) {
    return Certificate(PEM_read_bio_X509(memory_with(pem).get(), nullptr, nullptr, nullptr));
}

Key read_key(const std::string& pem) {
    return Key(PEM_read_bio_PrivateKey(memory_with(pem).get(), nullptr, nullptr, nullptr));
}

bool add_extension(X509* certificate, int id, const std::string& value) {
    const Extension extension(X509V3_EXT_conf_nid(nullptr, nullptr, id, value.c_str()));
    return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

std::string alternative_names(const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) {
        if (!text.empty()) text += ',';
        text += (IpAddress::parse(name) ? "IP:" : "DNS:") + name;
    }
    return text;
}

void set_random_serial(X509* certificate) {
    std::array<unsigned char, 16> serial{};
    RAND_bytes(serial.data(), serial.size());
    serial[0] &= 0x7f;  // positive
    BIGNUM* number = BN_bin2bn(serial.data(), serial.size(), nullptr);
    BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate));
    BN_free(number);
}

bool fill(X509* certificate, const CertificateRequest& request) {
    X509_set_version(certificate, X509_VERSION_3);
    set_random_serial(certificate);
    X509_gmtime_adj(X509_getm_notBefore(certificate), -kDaySeconds);
    X509_gmtime_adj(X509_getm_notAfter(certificate), request.valid_days * kDaySeconds);
    X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate), "CN", MBSTRING_UTF8,
                               reinterpret_cast<const unsigned char*>(request.common_name.c_str()),
                               -1, -1, 0);
    bool ok = add_extension(certificate, NID_basic_constraints,
                            request.is_authority ? "critical,CA:TRUE" : "critical,CA:FALSE");
    if (!request.names.empty()) {
        ok = ok &&
             add_extension(certificate, NID_subject_alt_name, alternative_names(request.names));
    }
    return ok;
}

Result<std::string> read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(ErrorCode::not_found, "cannot read the file", path);
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

Result<> write_file(const std::string& path, const std::string& content, int mode) {
    const Descriptor file(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (!file.is_open() ||
        ::write(file.get(), content.data(), content.size()) != static_cast<long>(content.size())) {
        return fail(ErrorCode::unavailable, "cannot write the file", path);
    }
    return {};
}

bool is_valid_for_a_day(const std::string& pem) {
    const Certificate certificate = read_certificate(pem);
    if (!certificate) return false;
    time_t tomorrow = ::time(nullptr) + kDaySeconds;
    return X509_cmp_time(X509_get0_notAfter(certificate.get()), &tomorrow) > 0;
}

}  // namespace

Result<CertificatePair> make_certificate(const CertificateRequest& request,
                                         const CertificatePair* issuer) {
    const Key key(EVP_EC_gen("P-256"));
    const Certificate certificate(X509_new());
    if (!key || !certificate || !fill(certificate.get(), request)) {
        return fail(ErrorCode::invalid, "cannot make a certificate for these names");
    }
    X509_set_pubkey(certificate.get(), key.get());
    Key issuer_key;
    Certificate issuer_certificate;
    if (issuer) {
        issuer_key = read_key(issuer->key_pem);
        issuer_certificate = read_certificate(issuer->certificate_pem);
        if (!issuer_key || !issuer_certificate) {
            return fail(ErrorCode::invalid, "cannot read the issuer's certificate");
        }
    }
    const X509* signing_certificate = issuer ? issuer_certificate.get() : certificate.get();
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(signing_certificate));
    if (X509_sign(certificate.get(), issuer ? issuer_key.get() : key.get(), EVP_sha256()) == 0) {
        return fail(ErrorCode::internal, "cannot sign the certificate");
    }
    const Memory certificate_pem(BIO_new(BIO_s_mem()));
    const Memory key_pem(BIO_new(BIO_s_mem()));
    PEM_write_bio_X509(certificate_pem.get(), certificate.get());
    PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    return CertificatePair{text_of(certificate_pem), text_of(key_pem)};
}

Result<CertificateFiles> ensure_self_signed(const std::string& folder,
                                            const std::vector<std::string>& names) {
    CertificateFiles files{folder + "/certificate.pem", folder + "/key.pem", false};
    const auto existing = read_file(files.certificate_file);
    if (existing && is_valid_for_a_day(*existing) && read_file(files.key_file)) return files;

    CertificateRequest request;
    request.common_name = "Wardlight throw-away";
    request.names = {"localhost", "127.0.0.1", "::1"};
    request.names.insert(request.names.end(), names.begin(), names.end());
    const CertificatePair pair = TRY(make_certificate(request));
    std::error_code error;
    std::filesystem::create_directories(folder, error);
    TRY(write_file(files.key_file, pair.key_pem, 0600));
    TRY(write_file(files.certificate_file, pair.certificate_pem, 0644));
    files.is_new = true;
    return files;
}

}  // namespace wardlight::net
