#include "net/acceptor.h"

#include <sys/socket.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <future>
#include <new>

#include "base/log.h"

namespace wardlight::net {
namespace asio = boost::asio;

namespace {
constexpr auto kPauseWithoutDescriptors = std::chrono::milliseconds(100);
}

std::shared_ptr<Acceptor> Acceptor::start(asio::io_context& io, Descriptor listening,
                                          OnConnection on_connection) {
    std::shared_ptr<Acceptor> acceptor(
        new Acceptor(io, std::move(listening), std::move(on_connection)));
    asio::co_spawn(io, acceptor->run(acceptor), asio::detached);
    return acceptor;
}

Acceptor::Acceptor(asio::io_context& io, Descriptor listening, OnConnection on_connection)
    : io_(io),
      listening_(io, listening.release()),
      pause_(io),
      on_connection_(std::move(on_connection)) {}

void Acceptor::stop() {
    std::promise<void> stopped;
    asio::post(io_, [this, &stopped] {
        is_stopped_ = true;
        boost::system::error_code ignored;
        listening_.close(ignored);
        pause_.notify();
        stopped.set_value();
    });
    stopped.get_future().wait();
}

asio::awaitable<void> Acceptor::run(std::shared_ptr<Acceptor> self) {
    while (!self->is_stopped_) {
        co_await listening_.async_wait(asio::posix::descriptor_base::wait_read, kAwaitTuple);
        if (is_stopped_) break;
        if (!try_accept_waiting()) {
            log::error("no file descriptor or memory left for a new connection");
            co_await pause_.wait_until(std::chrono::steady_clock::now() + kPauseWithoutDescriptors);
        }
    }
}

bool Acceptor::try_accept_waiting() {
    try {
        return accept_waiting();
    } catch (const std::bad_alloc&) {
        return false;  // this client connects again; the next one must find somebody listening
    }
}

bool Acceptor::accept_waiting() {
    for (;;) {
        sockaddr_storage address{};
        socklen_t length = sizeof address;
        Descriptor connection(::accept4(listening_.native_handle(),
                                        reinterpret_cast<sockaddr*>(&address), &length,
                                        SOCK_NONBLOCK | SOCK_CLOEXEC));
        if (connection.is_open()) {
            on_connection_(std::move(connection), IpAddress::from(address));
            continue;
        }
        if (errno == EINTR || errno == ECONNABORTED) continue;
        return errno != EMFILE && errno != ENFILE && errno != ENOBUFS && errno != ENOMEM;
    }
}

}  // namespace wardlight::net
