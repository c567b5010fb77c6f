// TLS 1.2 and 1.3 by OpenSSL 3, directly on the socket. A context is made once and is then
// thread-safe; sessions belong to one connection.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"

struct ssl_ctx_st;
struct ssl_st;

namespace wardlight::net {

struct TlsServerOptions {
    std::string certificate_file;  ///< PEM, leaf first, then the chain
    std::string key_file;          ///< PEM
    std::string client_ca_file;    ///< empty: clients show no certificate; else one of these issued
                                   ///< it, or the handshake fails
};

struct TlsClientOptions {
    std::string ca_file;           ///< empty: the system's
    std::string certificate_file;  ///< empty: none is shown
    std::string key_file;
    std::string server_name;  ///< checked against the certificate, and sent as SNI
};

class TlsContext {
 public:
    static Result<std::shared_ptr<const TlsContext>> server(const TlsServerOptions& options);
    static Result<std::shared_ptr<const TlsContext>> client(const TlsClientOptions& options);
    ~TlsContext();
    TlsContext(const TlsContext&) = delete;
    TlsContext& operator=(const TlsContext&) = delete;

    /// A session on `fd`; nullptr when out of memory. The caller frees it with SSL_free.
    [[nodiscard]] ssl_st* new_session(int fd) const;

 private:
    TlsContext() = default;
    ssl_ctx_st* context_ = nullptr;
    bool is_server_ = false;
    std::string server_name_;
};

/// What the other side proved with its certificate; empty without one.
struct PeerCertificate {
    std::string subject;      ///< RFC 2253: "CN=lab-feed,O=Example Trust"
    std::string fingerprint;  ///< SHA-256, lower-case hex
};
[[nodiscard]] PeerCertificate peer_certificate(ssl_st* session);

}  // namespace wardlight::net
