#include "net/tcp_client.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstring>

namespace wardlight::net {
namespace {

constexpr int kTlsRecordMost = 16'384;

struct FreeAddresses {
    void operator()(addrinfo* list) const { ::freeaddrinfo(list); }
};

Result<> wait_on(int fd, short events, std::chrono::milliseconds timeout) {
    pollfd waiting{fd, events, 0};
    for (;;) {
        const int ready = ::poll(&waiting, 1, static_cast<int>(timeout.count()));
        if (ready > 0) return {};
        if (ready == 0) return fail(ErrorCode::unavailable, "no answer in time");
        if (errno != EINTR) return fail(ErrorCode::unavailable, std::strerror(errno));
    }
}

Result<Descriptor> connect_one(const addrinfo& address, std::chrono::milliseconds timeout) {
    Descriptor fd(
        ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP));
    if (!fd.is_open()) return fail(ErrorCode::unavailable, std::strerror(errno));
    if (::connect(fd.get(), address.ai_addr, address.ai_addrlen) != 0) {
        if (errno != EINPROGRESS) return fail(ErrorCode::unavailable, std::strerror(errno));
        TRY(wait_on(fd.get(), POLLOUT, timeout));
        int error = 0;
        socklen_t length = sizeof error;
        ::getsockopt(fd.get(), SOL_SOCKET, SO_ERROR, &error, &length);
        if (error != 0) return fail(ErrorCode::unavailable, std::strerror(error));
    }
    const int on = 1;
    ::setsockopt(fd.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return fd;
}

}  // namespace

void TcpClient::SessionFree::operator()(ssl_st* session) const {
    SSL_free(session);
}

TcpClient::TcpClient(Descriptor socket, Options options)
    : options_(std::move(options)), socket_(std::move(socket)) {}
TcpClient::TcpClient(TcpClient&&) noexcept = default;
TcpClient& TcpClient::operator=(TcpClient&&) noexcept = default;
TcpClient::~TcpClient() = default;

Result<TcpClient> TcpClient::connect(const Endpoint& endpoint, Options options) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const char* host = endpoint.host.empty() ? "localhost" : endpoint.host.c_str();
    if (::getaddrinfo(host, std::to_string(endpoint.port).c_str(), &hints, &found) != 0) {
        return fail(ErrorCode::not_found, "unknown host", to_string(endpoint));
    }
    const std::unique_ptr<addrinfo, FreeAddresses> addresses(found);
    Error last{ErrorCode::unavailable, "no address", to_string(endpoint)};
    for (const addrinfo* address = addresses.get(); address; address = address->ai_next) {
        Result<Descriptor> fd = connect_one(*address, options.timeout);
        if (fd) {
            TcpClient client(std::move(*fd), std::move(options));
            TRY(client.handshake());
            return client;
        }
        last.message = fd.error().message;
    }
    return tl::unexpected<Error>(std::move(last));
}

Result<> TcpClient::handshake() {
    if (!options_.tls) return {};
    session_.reset(options_.tls->new_session(socket_.get()));
    if (!session_) return fail(ErrorCode::internal, "OpenSSL has no memory");
    for (;;) {
        ERR_clear_error();
        const int returned = SSL_do_handshake(session_.get());
        if (returned == 1) return {};
        TRY(wait_for_tls(returned));
    }
}

Result<> TcpClient::send(std::string_view bytes) {
    while (!bytes.empty()) {
        long put = 0;
        if (session_) {
            ERR_clear_error();
            const std::size_t part = std::min<std::size_t>(bytes.size(), kTlsRecordMost);
            put = SSL_write(session_.get(), bytes.data(), static_cast<int>(part));
            if (put <= 0) {
                TRY(wait_for_tls(static_cast<int>(put)));
                continue;
            }
        } else {
            put = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (put < 0) {
                if (errno != EAGAIN) return fail(ErrorCode::unavailable, std::strerror(errno));
                TRY(wait(POLLOUT));
                continue;
            }
        }
        bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return {};
}

Result<std::string> TcpClient::receive() {
    std::array<char, kTlsRecordMost> buffer;
    for (;;) {
        if (session_) {
            ERR_clear_error();
            const int got = SSL_read(session_.get(), buffer.data(), buffer.size());
            if (got > 0) return std::string(buffer.data(), static_cast<std::size_t>(got));
            if (SSL_get_error(session_.get(), got) == SSL_ERROR_ZERO_RETURN) return std::string();
            TRY(wait_for_tls(got));
            continue;
        }
        const long got = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
        if (got >= 0) return std::string(buffer.data(), static_cast<std::size_t>(got));
        if (errno != EAGAIN) return fail(ErrorCode::unavailable, std::strerror(errno));
        TRY(wait(POLLIN));
    }
}

void TcpClient::finish_sending() {
    if (session_) SSL_shutdown(session_.get());
    ::shutdown(socket_.get(), SHUT_WR);
}

Result<> TcpClient::wait(short events) const {
    return wait_on(socket_.get(), events, options_.timeout);
}

Result<> TcpClient::wait_for_tls(int returned) const {
    switch (SSL_get_error(session_.get(), returned)) {
        case SSL_ERROR_WANT_READ:
            return wait(POLLIN);
        case SSL_ERROR_WANT_WRITE:
            return wait(POLLOUT);
        default: {
            const long verified = SSL_get_verify_result(session_.get());
            const char* reason = verified != X509_V_OK ? X509_verify_cert_error_string(verified)
                                                       : ERR_reason_error_string(ERR_peek_error());
            return fail(ErrorCode::unavailable,
                        std::string("TLS: ") + (reason ? reason : "connection closed"));
        }
    }
}

}  // namespace wardlight::net
