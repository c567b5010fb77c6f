#include "directory/socket.h"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "directory/connection.h"

namespace wardlight::directory {
namespace {

using std::chrono::steady_clock;

/// The reason it did not connect until `deadline`; 0 when it did.
int connect_until(int socket, const addrinfo& address, steady_clock::time_point deadline) {
    if (::connect(socket, address.ai_addr, address.ai_addrlen) == 0) return 0;
    if (errno != EINPROGRESS) return errno;
    for (;;) {
        const auto left =
            std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
        if (left.count() <= 0) return ETIMEDOUT;
        pollfd wait{socket, POLLOUT, 0};
        const int ready = ::poll(&wait, 1, static_cast<int>(left.count()));
        if (ready < 0 && errno == EINTR) continue;
        if (ready < 0) return errno;
        if (ready == 0) return ETIMEDOUT;
        int error = 0;
        socklen_t length = sizeof error;
        if (::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) != 0) return errno;
        return error;
    }
}

void limit_waits(int socket) {
    // Blocking again, as the library wants it, but no single read or write lasts longer than this.
    const int flags = ::fcntl(socket, F_GETFL);
    ::fcntl(socket, F_SETFL, flags & ~O_NONBLOCK);
    const timeval longest{std::chrono::seconds(kAnswerWithin).count(), 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &longest, sizeof longest);
    ::setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &longest, sizeof longest);
    const int on = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

}  // namespace

Result<int> open_socket(const Controller& controller) {
    const auto unreachable = [&](const std::string& reason) {
        return fail(ErrorCode::unavailable, controller.url + ": " + reason, "directory");
    };
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* raw = nullptr;
    const int resolved = ::getaddrinfo(controller.host.c_str(),
                                       std::to_string(controller.port).c_str(), &hints, &raw);
    if (resolved != 0)
        return unreachable(std::string("the name has no address: ") + ::gai_strerror(resolved));
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(raw, ::freeaddrinfo);
    const auto deadline = steady_clock::now() + kConnectWithin;
    int error = EHOSTUNREACH;
    for (const addrinfo* address = raw; address != nullptr; address = address->ai_next) {
        const int socket =
            ::socket(address->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
        if (socket < 0) {
            error = errno;
            continue;
        }
        error = connect_until(socket, *address, deadline);
        if (error == 0) {
            limit_waits(socket);
            return socket;
        }
        ::close(socket);
    }
    return unreachable(std::string("cannot connect: ") + std::strerror(error));
}

}  // namespace wardlight::directory
