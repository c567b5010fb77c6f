// One non-blocking connection to the server, plain or TLS, for a load program with a single thread
// and one epoll for all of them.
#pragma once

#include <openssl/ssl.h>

#include <cstdint>
#include <memory>
#include <string>

#include "base/result.h"

namespace wardlight::load {

struct Address {
    std::string host;
    std::uint16_t port = 0;
};

/// "127.0.0.1:2575", "https://127.0.0.1:8443".
[[nodiscard]] Result<Address> parse_address(std::string_view text);

/// TLS as a client that believes any certificate: the server's is made for the run.
class ClientTls {
 public:
    static Result<ClientTls> create();
    [[nodiscard]] SSL_CTX* context() const { return context_.get(); }

 private:
    explicit ClientTls(SSL_CTX* context) : context_(context) {}
    struct Free {
        void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
    };
    std::unique_ptr<SSL_CTX, Free> context_;
};

class Connection {
 public:
    /// Connects, with the TLS handshake where `tls` is given; blocks for that long only.
    static Result<std::unique_ptr<Connection>> open(const Address& address, const ClientTls* tls);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    [[nodiscard]] int descriptor() const { return descriptor_; }

    /// Puts bytes into the queue of what is to be sent; flush() sends.
    std::string& outgoing() { return outgoing_; }
    /// Sends what can be sent now; true when nothing is left.
    [[nodiscard]] Result<bool> flush();
    /// Takes what has arrived into incoming(); false when the other side has closed.
    [[nodiscard]] Result<bool> receive();
    std::string& incoming() { return incoming_; }

 private:
    explicit Connection(int descriptor) : descriptor_(descriptor) {}
    [[nodiscard]] Result<long> write_some(std::string_view bytes);       // 0: not now
    [[nodiscard]] Result<long> read_some(char* into, std::size_t size);  // 0: not now, -1: closed

    struct Free {
        void operator()(SSL* ssl) const { SSL_free(ssl); }
    };
    int descriptor_;
    std::unique_ptr<SSL, Free> ssl_;
    std::string outgoing_;
    std::size_t sent_ = 0;  // of outgoing_
    std::string incoming_;
};

}  // namespace wardlight::load
