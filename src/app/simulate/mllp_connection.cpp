#include "app/simulate/mllp_connection.h"

#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <utility>

#include "base/text.h"

namespace wardlight::simulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr char kStart = '\x0B';
constexpr std::string_view kEnd = "\x1C\x0D";
constexpr std::size_t kMostAcknowledgementBytes = 1U << 20;
// How often a wait looks whether it should stop.
constexpr milliseconds kGlance{200};

tl::unexpected<Error> broken(std::string message) {
    return fail(ErrorCode::unavailable, std::move(message), "mllp");
}

// Waits until the descriptor can be read or written.
Result<> wait_for(int descriptor, short what, steady_clock::time_point until,
                  const std::atomic<bool>& stop) {
    while (!stop.load()) {
        const auto left = std::chrono::duration_cast<milliseconds>(until - steady_clock::now());
        if (left.count() <= 0) return broken("no answer in time");
        pollfd waiting{descriptor, what, 0};
        const int ready = ::poll(&waiting, 1, static_cast<int>(std::min(left, kGlance).count()));
        if (ready > 0) return {};
        if (ready < 0 && errno != EINTR) return broken("poll failed");
    }
    return broken("stopped");
}

Result<int> connect_to(const addrinfo& address, milliseconds deadline) {
    const int descriptor = ::socket(address.ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                                    address.ai_protocol);
    if (descriptor < 0) return broken("no socket");
    static const std::atomic<bool> kNever{false};
    bool is_connected = ::connect(descriptor, address.ai_addr, address.ai_addrlen) == 0;
    if (!is_connected && errno == EINPROGRESS &&
        wait_for(descriptor, POLLOUT, steady_clock::now() + deadline, kNever)) {
        int error = 0;
        socklen_t size = sizeof(error);
        is_connected =
            ::getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &size) == 0 && error == 0;
    }
    if (!is_connected) {
        ::close(descriptor);
        return broken("cannot connect");
    }
    const int on = 1;
    ::setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
    return descriptor;
}

}  // namespace

Result<Target> parse_target(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == std::string_view::npos || colon == 0) {
        return fail(ErrorCode::invalid, "expected HOST:PORT", "--to");
    }
    std::string_view host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto port = parse_integer(text.substr(colon + 1));
    if (!port || *port < 1 || *port > 65535) {
        return fail(ErrorCode::invalid, "the port must be between 1 and 65535", "--to");
    }
    return Target{std::string(host), std::string(text.substr(colon + 1))};
}

Result<MllpConnection> MllpConnection::open(const Target& target, milliseconds deadline) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(target.host.c_str(), target.port.c_str(), &hints, &found) != 0) {
        return broken("unknown host");
    }
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> addresses(found, &::freeaddrinfo);
    for (const addrinfo* address = found; address != nullptr; address = address->ai_next) {
        if (const auto descriptor = connect_to(*address, deadline))
            return MllpConnection(*descriptor);
    }
    return broken("cannot connect");
}

MllpConnection::MllpConnection(MllpConnection&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), received_(std::move(other.received_)) {}

MllpConnection& MllpConnection::operator=(MllpConnection&& other) noexcept {
    if (this == &other) return *this;
    close();
    descriptor_ = std::exchange(other.descriptor_, -1);
    received_ = std::move(other.received_);
    return *this;
}

MllpConnection::~MllpConnection() {
    close();
}

void MllpConnection::close() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
}

Result<std::string> MllpConnection::exchange(std::string_view message, milliseconds deadline,
                                             const std::atomic<bool>& stop) {
    const auto until = steady_clock::now() + deadline;
    TRY(send_until(message, until, stop));
    return receive_until(until, stop);
}

Result<> MllpConnection::send(std::string_view message, milliseconds deadline,
                              const std::atomic<bool>& stop) {
    return send_until(message, steady_clock::now() + deadline, stop);
}

Result<std::string> MllpConnection::receive(milliseconds deadline, const std::atomic<bool>& stop) {
    return receive_until(steady_clock::now() + deadline, stop);
}

Result<> MllpConnection::send_until(std::string_view message, Until until,
                                    const std::atomic<bool>& stop) {
    std::string frame;
    frame.reserve(message.size() + 3);
    frame += kStart;
    frame += message;
    frame += kEnd;
    for (std::size_t sent = 0; sent < frame.size();) {
        const auto count =
            ::send(descriptor_, frame.data() + sent, frame.size() - sent, MSG_NOSIGNAL);
        if (count > 0) {
            sent += static_cast<std::size_t>(count);
        } else if (errno == EAGAIN) {
            TRY(wait_for(descriptor_, POLLOUT, until, stop));
        } else if (errno != EINTR) {
            return broken("connection lost while sending");
        }
    }
    return {};
}

Result<std::string> MllpConnection::receive_until(Until until, const std::atomic<bool>& stop) {
    while (true) {
        if (const auto end = received_.find(kEnd); end != std::string::npos) {
            const auto start = received_.rfind(kStart, end);
            if (start == std::string::npos) return broken("acknowledgement without start byte");
            std::string answer = received_.substr(start + 1, end - start - 1);
            received_.erase(0, end + kEnd.size());
            return answer;
        }
        if (received_.size() > kMostAcknowledgementBytes) return broken("acknowledgement too long");
        TRY(wait_for(descriptor_, POLLIN, until, stop));
        char buffer[8192];
        const auto count = ::recv(descriptor_, buffer, sizeof(buffer), 0);
        if (count == 0) return broken("connection closed by the server");
        if (count > 0) {
            received_.append(buffer, static_cast<std::size_t>(count));
        } else if (errno != EAGAIN && errno != EINTR) {
            return broken("connection lost while waiting");
        }
    }
}

Result<Acknowledgement> parse_acknowledgement(std::string_view message) {
    if (!message.starts_with("MSH") || message.size() < 8) {
        return fail(ErrorCode::invalid, "not an HL7 acknowledgement", "MSH");
    }
    const char separator = message[3];
    Acknowledgement acknowledgement;
    for (const auto segment : split(message, '\r')) {
        const auto fields = split(segment, separator);
        if (fields[0] == "MSA" && fields.size() > 2) {
            acknowledgement.code = fields[1];
            acknowledgement.control_id = fields[2];
        }
        if (fields[0] == "ERR" && fields.size() > 1) {
            const auto old_style = split(fields[1], '^');
            acknowledgement.error_code = old_style.size() > 3 ? old_style[3]
                                         : fields.size() > 3  ? split(fields[3], '^')[0]
                                                              : std::string_view();
            const auto ampersand = acknowledgement.error_code.find('&');
            if (ampersand != std::string::npos) acknowledgement.error_code.resize(ampersand);
        }
    }
    if (acknowledgement.code.empty())
        return fail(ErrorCode::invalid, "no acknowledgement code", "MSA-1");
    return acknowledgement;
}

}  // namespace wardlight::simulate
