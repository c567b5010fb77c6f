#include "load/connection.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.h"

namespace wardlight::load {
namespace {

constexpr std::size_t kReadBytes = 64 << 10;

tl::unexpected<Error> system_error(std::string_view what) {
    return fail(ErrorCode::unavailable, std::string(what) + ": " + std::strerror(errno));
}

tl::unexpected<Error> tls_error(std::string_view what) {
    char text[256] = "closed";
    if (const unsigned long code = ERR_get_error(); code != 0)
        ERR_error_string_n(code, text, sizeof text);
    return fail(ErrorCode::unavailable, std::string(what) + ": " + text);
}

}  // namespace

Result<Address> parse_address(std::string_view text) {
    if (const auto scheme = text.find("://"); scheme != std::string_view::npos)
        text.remove_prefix(scheme + 3);
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos) return fail(ErrorCode::invalid, "HOST:PORT is wanted");
    const auto port = parse_integer(text.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) return fail(ErrorCode::invalid, "no such port");
    return Address{std::string(text.substr(0, colon)), static_cast<std::uint16_t>(*port)};
}

Result<ClientTls> ClientTls::create() {
    SSL_CTX* context = SSL_CTX_new(TLS_client_method());
    if (context == nullptr) return tls_error("TLS");
    SSL_CTX_set_verify(context, SSL_VERIFY_NONE, nullptr);
    SSL_CTX_set_mode(context, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                                  SSL_MODE_RELEASE_BUFFERS);
    return ClientTls(context);
}

Result<std::unique_ptr<Connection>> Connection::open(const Address& address, const ClientTls* tls) {
    const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (descriptor < 0) return system_error("socket");
    auto connection = std::unique_ptr<Connection>(new Connection(descriptor));
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(address.port);
    if (inet_pton(AF_INET, address.host.c_str(), &to.sin_addr) != 1)
        return fail(ErrorCode::invalid, "an IPv4 address is wanted");
    if (connect(descriptor, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0)
        return system_error("connect");
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (tls != nullptr) {
        connection->ssl_.reset(SSL_new(tls->context()));
        if (!connection->ssl_ || SSL_set_fd(connection->ssl_.get(), descriptor) != 1 ||
            SSL_connect(connection->ssl_.get()) != 1) {
            return tls_error("TLS handshake");
        }
    }
    if (fcntl(descriptor, F_SETFL, O_NONBLOCK) != 0) return system_error("fcntl");
    return connection;
}

Connection::~Connection() {
    close(descriptor_);
}

Result<long> Connection::write_some(std::string_view bytes) {
    if (ssl_) {
        const int written = SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
        if (written > 0) return written;
        const int why = SSL_get_error(ssl_.get(), written);
        if (why == SSL_ERROR_WANT_WRITE || why == SSL_ERROR_WANT_READ) return 0;
        return tls_error("sending");
    }
    const ssize_t written = send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (written >= 0) return static_cast<long>(written);
    if (errno == EAGAIN || errno == EINTR) return 0;
    return system_error("sending");
}

Result<long> Connection::read_some(char* into, std::size_t size) {
    if (ssl_) {
        const int got = SSL_read(ssl_.get(), into, static_cast<int>(size));
        if (got > 0) return got;
        const int why = SSL_get_error(ssl_.get(), got);
        if (why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE) return 0;
        if (why == SSL_ERROR_ZERO_RETURN) return -1;
        return tls_error("receiving");
    }
    const ssize_t got = recv(descriptor_, into, size, 0);
    if (got > 0) return static_cast<long>(got);
    if (got == 0) return -1;
    if (errno == EAGAIN || errno == EINTR) return 0;
    return system_error("receiving");
}

Result<bool> Connection::flush() {
    while (sent_ < outgoing_.size()) {
        const long written = TRY(write_some(std::string_view(outgoing_).substr(sent_)));
        if (written == 0) return false;
        sent_ += static_cast<std::size_t>(written);
    }
    outgoing_.clear();
    sent_ = 0;
    return true;
}

Result<bool> Connection::receive() {
    static thread_local char buffer[kReadBytes];
    for (;;) {
        const long got = TRY(read_some(buffer, sizeof buffer));
        if (got < 0) return false;
        if (got == 0) return true;
        incoming_.append(buffer, static_cast<std::size_t>(got));
    }
}

}  // namespace wardlight::load
