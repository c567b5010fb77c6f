// Replies of one MLLP connection: completed in any order by any thread, taken out in the order of
// their messages. Thread-safe.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

namespace wardlight::net {

class ReplyQueue;

struct ReplyPlace {
    ReplyPlace(std::weak_ptr<ReplyQueue> owner, std::uint64_t place_number)
        : queue(std::move(owner)), number(place_number) {}
    ~ReplyPlace();
    ReplyPlace(const ReplyPlace&) = delete;
    ReplyPlace& operator=(const ReplyPlace&) = delete;

    const std::weak_ptr<ReplyQueue> queue;
    const std::uint64_t number;
};

class ReplyQueue : public std::enable_shared_from_this<ReplyQueue> {
 public:
    /// `wake` is called, from any thread, when the first reply in order has become ready.
    explicit ReplyQueue(std::function<void()> wake) : wake_(std::move(wake)) {}

    [[nodiscard]] std::shared_ptr<ReplyPlace> expect(std::size_t message_bytes);
    void complete(std::uint64_t number, std::string bytes);
    /// Appends the replies that are ready, in order; returns the message bytes this acknowledges.
    std::size_t take_ready(std::string& out);
    /// Nobody will take replies any more; `wake` is not called again.
    void detach();

    [[nodiscard]] std::size_t waiting() const;        ///< messages without a written reply
    [[nodiscard]] std::size_t waiting_bytes() const;  ///< and their size

 private:
    struct Entry {
        std::size_t message_bytes;
        std::optional<std::string> reply;
    };
    mutable std::mutex mutex_;
    std::function<void()> wake_;
    std::deque<Entry> entries_;
    std::uint64_t first_number_ = 0;  // of entries_.front()
    std::size_t waiting_bytes_ = 0;
};

}  // namespace wardlight::net
