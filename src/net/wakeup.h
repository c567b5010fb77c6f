// Lets a coroutine sleep until another part of its own io thread has something for it. Not
// thread-safe: other threads post to the io_context first. A notify before the wait is not lost.
#pragma once

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>

namespace wardlight::net {

/// Completion as a tuple with the error code in it: nothing throws.
inline constexpr auto kAwaitTuple = boost::asio::as_tuple(boost::asio::use_awaitable);

class Wakeup {
 public:
    using TimePoint = std::chrono::steady_clock::time_point;

    explicit Wakeup(boost::asio::io_context& io) : timer_(io) {}

    /// True when notified, false when the time came first.
    boost::asio::awaitable<bool> wait_until(TimePoint until) {
        if (!is_set_) {
            timer_.expires_at(until);
            co_await timer_.async_wait(kAwaitTuple);
        }
        const bool was_set = is_set_;
        is_set_ = false;
        co_return was_set;
    }

    void notify() {
        is_set_ = true;
        timer_.cancel();
    }

 private:
    boost::asio::steady_timer timer_;
    bool is_set_ = false;
};

}  // namespace wardlight::net
