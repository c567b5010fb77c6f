#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <array>
#include <string_view>

#include "base/text.h"

namespace wardlight::net {
namespace {

constexpr auto kTls12Ciphers = "ECDHE+AESGCM:ECDHE+CHACHA20";
constexpr std::string_view kHttp11{"\x08http/1.1", 9};

std::string openssl_reason() {
    const unsigned long code = ERR_get_error();
    ERR_clear_error();
    const char* reason = code ? ERR_reason_error_string(code) : nullptr;
    return reason ? reason : "unknown reason";
}

Result<> use_certificate(SSL_CTX* context, const std::string& certificate, const std::string& key) {
    if (SSL_CTX_use_certificate_chain_file(context, certificate.c_str()) != 1) {
        return fail(ErrorCode::invalid, "cannot read the certificate: " + openssl_reason(),
                    certificate);
    }
    if (SSL_CTX_use_PrivateKey_file(context, key.c_str(), SSL_FILETYPE_PEM) != 1) {
        return fail(ErrorCode::invalid, "cannot read the key: " + openssl_reason(), key);
    }
    if (SSL_CTX_check_private_key(context) != 1) {
        return fail(ErrorCode::invalid, "the key does not belong to the certificate", key);
    }
    return {};
}

Result<> require_client_certificate(SSL_CTX* context, const std::string& ca_file) {
    STACK_OF(X509_NAME)* names = SSL_load_client_CA_file(ca_file.c_str());
    if (!names || SSL_CTX_load_verify_locations(context, ca_file.c_str(), nullptr) != 1) {
        return fail(ErrorCode::invalid, "cannot read the client CA: " + openssl_reason(), ca_file);
    }
    SSL_CTX_set_client_CA_list(context, names);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
    return {};
}

int select_http11(SSL*, const unsigned char** out, unsigned char* out_length,
                  const unsigned char* offered, unsigned int offered_length, void*) {
    unsigned char* chosen = nullptr;
    const int found = SSL_select_next_proto(
        &chosen, out_length, reinterpret_cast<const unsigned char*>(kHttp11.data()),
        static_cast<unsigned int>(kHttp11.size()), offered, offered_length);
    if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_NOACK;
    *out = chosen;
    return SSL_TLSEXT_ERR_OK;
}

void set_common(SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
    SSL_CTX_set_cipher_list(context, kTls12Ciphers);
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
    // Idle connections give their 34 KB of buffers back; writes may be retried from another place.
    SSL_CTX_set_mode(context, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                  SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
}

}  // namespace

Result<std::shared_ptr<const TlsContext>> TlsContext::server(const TlsServerOptions& options) {
    std::shared_ptr<TlsContext> tls(new TlsContext());
    tls->is_server_ = true;
    tls->context_ = SSL_CTX_new(TLS_server_method());
    if (!tls->context_) return fail(ErrorCode::internal, "OpenSSL: " + openssl_reason());
    set_common(tls->context_);
    SSL_CTX_set_options(tls->context_, SSL_OP_CIPHER_SERVER_PREFERENCE);
    SSL_CTX_set_alpn_select_cb(tls->context_, select_http11, nullptr);
    // Resumption with client certificates fails without a context id of our own.
    constexpr std::array<unsigned char, 9> kSessionContext{'w', 'a', 'r', 'd', 'l',
                                                           'i', 'g', 'h', 't'};
    SSL_CTX_set_session_id_context(tls->context_, kSessionContext.data(), kSessionContext.size());
    TRY(use_certificate(tls->context_, options.certificate_file, options.key_file));
    if (!options.client_ca_file.empty()) {
        TRY(require_client_certificate(tls->context_, options.client_ca_file));
    }
    return tls;
}

Result<std::shared_ptr<const TlsContext>> TlsContext::client(const TlsClientOptions& options) {
    std::shared_ptr<TlsContext> tls(new TlsContext());
    tls->server_name_ = options.server_name;
    tls->context_ = SSL_CTX_new(TLS_client_method());
    if (!tls->context_) return fail(ErrorCode::internal, "OpenSSL: " + openssl_reason());
    set_common(tls->context_);
    SSL_CTX_set_verify(tls->context_, SSL_VERIFY_PEER, nullptr);
    const int loaded =
        options.ca_file.empty()
            ? SSL_CTX_set_default_verify_paths(tls->context_)
            : SSL_CTX_load_verify_locations(tls->context_, options.ca_file.c_str(), nullptr);
    if (loaded != 1) {
        return fail(ErrorCode::invalid, "cannot read the CA: " + openssl_reason(), options.ca_file);
    }
    if (!options.certificate_file.empty()) {
        TRY(use_certificate(tls->context_, options.certificate_file, options.key_file));
    }
    return tls;
}

TlsContext::~TlsContext() {
    SSL_CTX_free(context_);
}

ssl_st* TlsContext::new_session(int fd) const {
    SSL* session = SSL_new(context_);
    if (!session) return nullptr;
    SSL_set_fd(session, fd);
    if (is_server_) {
        SSL_set_accept_state(session);
        return session;
    }
    SSL_set_connect_state(session);
    if (!server_name_.empty()) {
        X509_VERIFY_PARAM* check = SSL_get0_param(session);
        // A name that is an address is compared with the certificate's addresses.
        if (X509_VERIFY_PARAM_set1_ip_asc(check, server_name_.c_str()) != 1) {
            SSL_set1_host(session, server_name_.c_str());
            SSL_set_tlsext_host_name(session, server_name_.c_str());
        }
    }
    return session;
}

PeerCertificate peer_certificate(ssl_st* session) {
    PeerCertificate result;
    X509* certificate = SSL_get1_peer_certificate(session);
    if (!certificate) return result;
    BIO* text = BIO_new(BIO_s_mem());
    X509_NAME_print_ex(text, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253);
    char* data = nullptr;
    const long length = BIO_get_mem_data(text, &data);
    result.subject.assign(data, static_cast<std::size_t>(length));
    BIO_free(text);

    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int digest_length = 0;
    X509_digest(certificate, EVP_sha256(), digest.data(), &digest_length);
    result.fingerprint = to_hex({reinterpret_cast<const char*>(digest.data()), digest_length});
    X509_free(certificate);
    return result;
}

}  // namespace wardlight::net
