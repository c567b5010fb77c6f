#include "load/live_listener.h"

#include <fmt/format.h>
#include <poll.h>

namespace wardlight::load {
namespace {

constexpr int kPollMilliseconds = 50;
constexpr std::chrono::seconds kLongestStart{30};

}  // namespace

Result<> LiveListener::start(const Address& server, const SignIn& sign_in) {
    tls_.emplace(TRY(ClientTls::create()));
    connection_ = TRY(Connection::open(server, &*tls_));
    connection_->outgoing() = fmt::format(
        "GET /api/live HTTP/1.1\r\nHost: localhost\r\nCookie: {}\r\n\r\n", sign_in.cookie);
    if (!TRY(connection_->flush())) return fail(ErrorCode::unavailable, "the stream is not asked");
    thread_ = std::thread([this] { listen(); });
    const auto deadline = std::chrono::steady_clock::now() + kLongestStart;
    while (events_from(0).empty()) {
        if (is_broken_ || std::chrono::steady_clock::now() > deadline)
            return fail(ErrorCode::unavailable, "the live stream does not begin");
        std::this_thread::sleep_for(std::chrono::milliseconds(kPollMilliseconds));
    }
    return {};
}

LiveListener::~LiveListener() {
    stop();
}

void LiveListener::stop() {
    is_stopping_ = true;
    if (thread_.joinable()) thread_.join();
}

std::vector<LiveListener::Event> LiveListener::events_from(std::size_t first) const {
    const std::lock_guard lock(mutex_);
    return {events_.begin() + static_cast<std::ptrdiff_t>(std::min(first, events_.size())),
            events_.end()};
}

void LiveListener::listen() {
    std::string& incoming = connection_->incoming();
    while (!is_stopping_ && !is_broken_) {
        pollfd waiting{connection_->descriptor(), POLLIN, 0};
        if (poll(&waiting, 1, kPollMilliseconds) <= 0) continue;
        const auto is_open = connection_->receive();
        const auto now = std::chrono::steady_clock::now();
        for (std::size_t end; (end = incoming.find("\n\n")) != std::string::npos;) {
            const std::lock_guard lock(mutex_);
            events_.push_back({now, incoming.substr(0, end)});
            incoming.erase(0, end + 2);
        }
        if (!is_open || !*is_open) is_broken_ = true;
    }
}

}  // namespace wardlight::load
