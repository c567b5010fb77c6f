#include "net/stream.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "net/net_limits.h"
#include "net/wakeup.h"

namespace wardlight::net {
namespace asio = boost::asio;
using asio::awaitable;

std::shared_ptr<Stream> Stream::adopt(asio::io_context& io, Descriptor socket,
                                      std::shared_ptr<const TlsContext> tls) {
    const int on = 1;
    ::setsockopt(socket.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    return std::shared_ptr<Stream>(new Stream(io, socket.release(), std::move(tls)));
}

Stream::Stream(asio::io_context& io, int fd, std::shared_ptr<const TlsContext> tls)
    : io_(io), descriptor_(io, fd), timer_(io), tls_(std::move(tls)) {
    if (!tls_) return;
    session_ = tls_->new_session(fd);
    is_aborted_ = session_ == nullptr;
}

Stream::~Stream() {
    SSL_free(session_);
}

awaitable<IoStatus> Stream::handshake() {
    while (session_) {
        ERR_clear_error();
        const int returned = SSL_do_handshake(session_);
        if (returned == 1) break;
        const Attempt attempt = tls_outcome(returned);
        const IoStatus status = co_await wait_for(attempt.need);
        if (status != IoStatus::ok) co_return status;
    }
    co_return is_aborted_ ? IoStatus::error : IoStatus::ok;
}

awaitable<ReadResult> Stream::read_some(char* into, std::size_t capacity) {
    ReadResult result{IoStatus::ok, 0};
    for (;;) {
        if (is_aborted_) {
            result.status = is_expired_ ? IoStatus::timeout : IoStatus::error;
            co_return result;
        }
        if (is_reading_stopped_) {
            result.status = IoStatus::end;
            co_return result;
        }
        const Attempt attempt = try_read(into, capacity);
        if (attempt.need == Need::nothing) {
            result.bytes = attempt.bytes;
            co_return result;
        }
        result.status = co_await wait_for(attempt.need);
        if (result.status != IoStatus::ok) co_return result;
    }
}

awaitable<IoStatus> Stream::write_all(std::string_view bytes) {
    if (is_aborted_) co_return is_expired_ ? IoStatus::timeout : IoStatus::error;
    while (!bytes.empty()) {
        const Attempt attempt = try_write(bytes);
        if (attempt.need == Need::nothing) {
            bytes.remove_prefix(attempt.bytes);
            continue;
        }
        const IoStatus status = co_await wait_for(attempt.need);
        if (status != IoStatus::ok) co_return status;
    }
    co_return IoStatus::ok;
}

awaitable<void> Stream::close_gently() {
    if (is_aborted_) co_return;
    if (session_ && !is_tls_broken_) {
        ERR_clear_error();
        SSL_shutdown(session_);
        // Only the raw socket is read from here on.
        is_tls_broken_ = true;
    }
    ::shutdown(descriptor_.native_handle(), SHUT_WR);
    const TimePoint until = std::chrono::steady_clock::now() + kLingerDeadline;
    set_write_deadline(kNever);
    set_read_deadline(until);
    std::array<char, 4'096> discarded;
    for (std::size_t total = 0; total < kLingerBytes && !is_aborted_;) {
        const long got = ::recv(descriptor_.native_handle(), discarded.data(), discarded.size(), 0);
        if (got > 0) {
            total += static_cast<std::size_t>(got);
            continue;
        }
        if (got == 0 || (errno != EAGAIN && errno != EINTR)) break;
        const IoStatus status = co_await wait_for(Need::read);
        if (status != IoStatus::ok) break;
    }
    abort();
}

void Stream::stop_reading() {
    if (is_aborted_) return;
    is_reading_stopped_ = true;
    boost::system::error_code ignored;
    descriptor_.cancel(ignored);  // a waiting writer looks again and goes on
}

void Stream::abort() {
    if (is_aborted_) return;
    is_aborted_ = true;
    timer_.cancel();
    boost::system::error_code ignored;
    descriptor_.close(ignored);
}

void Stream::set_read_deadline(TimePoint when) {
    read_deadline_ = when;
    arm();
}

void Stream::set_write_deadline(TimePoint when) {
    write_deadline_ = when;
    arm();
}

void Stream::enable_keep_alive(std::chrono::seconds idle) {
    const int on = 1;
    const int probe_after = static_cast<int>(std::max<long>(1, idle.count()));
    const int probe_every = std::max(1, probe_after / 3);
    const int probes = 3;
    const auto unanswered_ms =
        static_cast<unsigned int>((probe_after + probes * probe_every) * 1'000);
    const int fd = descriptor_.native_handle();
    ::setsockopt(fd, SOL_SOCKET, SO_KEEPALIVE, &on, sizeof on);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPIDLE, &probe_after, sizeof probe_after);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPINTVL, &probe_every, sizeof probe_every);
    ::setsockopt(fd, IPPROTO_TCP, TCP_KEEPCNT, &probes, sizeof probes);
    ::setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &unanswered_ms, sizeof unanswered_ms);
}

PeerCertificate Stream::certificate() const {
    return session_ ? peer_certificate(session_) : PeerCertificate{};
}

Stream::Attempt Stream::try_read(char* into, std::size_t capacity) {
    if (session_) {
        if (is_tls_broken_) return {Need::failed, 0};
        ERR_clear_error();
        const int got = SSL_read(session_, into, static_cast<int>(capacity));
        return got > 0 ? Attempt{Need::nothing, static_cast<std::size_t>(got)} : tls_outcome(got);
    }
    for (;;) {
        const long got = ::recv(descriptor_.native_handle(), into, capacity, 0);
        if (got > 0) return {Need::nothing, static_cast<std::size_t>(got)};
        if (got == 0) return {Need::end, 0};
        if (errno == EINTR) continue;
        return {errno == EAGAIN ? Need::read : Need::failed, 0};
    }
}

Stream::Attempt Stream::try_write(std::string_view bytes) {
    if (session_) {
        if (is_tls_broken_) return {Need::failed, 0};
        ERR_clear_error();
        constexpr std::size_t kMost = 1U << 20;
        const int put =
            SSL_write(session_, bytes.data(), static_cast<int>(std::min(bytes.size(), kMost)));
        return put > 0 ? Attempt{Need::nothing, static_cast<std::size_t>(put)} : tls_outcome(put);
    }
    for (;;) {
        const long put =
            ::send(descriptor_.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (put >= 0) return {Need::nothing, static_cast<std::size_t>(put)};
        if (errno == EINTR) continue;
        return {errno == EAGAIN ? Need::write : Need::failed, 0};
    }
}

Stream::Attempt Stream::tls_outcome(int returned) {
    switch (SSL_get_error(session_, returned)) {
        case SSL_ERROR_WANT_READ:
            return {Need::read, 0};
        case SSL_ERROR_WANT_WRITE:
            return {Need::write, 0};
        case SSL_ERROR_ZERO_RETURN:
            return {Need::end, 0};
        default:
            // OpenSSL forbids further calls after a fatal error, SSL_shutdown included.
            is_tls_broken_ = true;
            ERR_clear_error();
            return {Need::failed, 0};
    }
}

awaitable<IoStatus> Stream::wait_for(Need need) {
    if (need == Need::end) co_return IoStatus::end;
    if (need == Need::failed) co_return IoStatus::error;
    if (is_aborted_) co_return is_expired_ ? IoStatus::timeout : IoStatus::error;
    const auto direction = need == Need::write ? asio::posix::descriptor_base::wait_write
                                               : asio::posix::descriptor_base::wait_read;
    co_await descriptor_.async_wait(direction, kAwaitTuple);
    if (is_expired_) co_return IoStatus::timeout;
    co_return is_aborted_ ? IoStatus::error : IoStatus::ok;
}

// The timer is moved only when it would fire too late: a busy connection sets deadlines thousands
// of times between two expiries.
void Stream::arm() {
    const TimePoint next = std::min(read_deadline_, write_deadline_);
    if (is_aborted_ || next >= armed_for_) return;
    armed_for_ = next;
    timer_.expires_at(next);
    timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
        if (error) return;
        if (const auto self = weak.lock()) self->on_timer();
    });
}

void Stream::on_timer() {
    armed_for_ = kNever;
    if (std::min(read_deadline_, write_deadline_) > std::chrono::steady_clock::now()) {
        arm();
        return;
    }
    is_expired_ = true;
    abort();
}

}  // namespace wardlight::net
