// A phone's live stream (GET /api/live): keeps every event with the time at which it had arrived
// whole. Listens on a thread of its own from start() to stop().
#pragma once

#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "load/http_exchange.h"
#include "load/load_run.h"

namespace wardlight::load {

class LiveListener {
 public:
    struct Event {
        SteadyTime at;
        std::string text;
    };

    ~LiveListener();
    /// Returns when the stream has sent its first event.
    Result<> start(const Address& server, const SignIn& sign_in);
    void stop();
    /// Events from `first` on.
    [[nodiscard]] std::vector<Event> events_from(std::size_t first) const;
    /// True when the stream ended by itself.
    [[nodiscard]] bool is_broken() const { return is_broken_; }

 private:
    void listen();

    std::optional<ClientTls> tls_;
    std::unique_ptr<Connection> connection_;
    mutable std::mutex mutex_;
    std::vector<Event> events_;
    std::atomic<bool> is_stopping_ = false;
    std::atomic<bool> is_broken_ = false;
    std::thread thread_;
};

}  // namespace wardlight::load
