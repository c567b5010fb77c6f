// The open connections of one server: counted against a limit, reachable for stopping, and waited
// for. Thread-safe.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_set>
#include <vector>

namespace wardlight::net {

template <class Connection>
class Connections {
 public:
    explicit Connections(std::size_t limit) : limit_(limit) {}

    /// False when the limit is reached or `close` was called.
    [[nodiscard]] bool add(const std::shared_ptr<Connection>& connection) {
        const std::lock_guard lock(mutex_);
        if (is_closed_ || open_.size() >= limit_) return false;
        open_.insert(connection);
        return true;
    }
    void remove(const std::shared_ptr<Connection>& connection) {
        const std::lock_guard lock(mutex_);
        open_.erase(connection);
        if (open_.empty()) empty_.notify_all();
    }
    /// No further connection is added.
    void close() {
        const std::lock_guard lock(mutex_);
        is_closed_ = true;
    }
    [[nodiscard]] std::size_t count() const {
        const std::lock_guard lock(mutex_);
        return open_.size();
    }
    [[nodiscard]] std::vector<std::shared_ptr<Connection>> all() const {
        const std::lock_guard lock(mutex_);
        return {open_.begin(), open_.end()};
    }
    [[nodiscard]] bool wait_until_empty(std::chrono::milliseconds most) {
        std::unique_lock lock(mutex_);
        return empty_.wait_for(lock, most, [this] { return open_.empty(); });
    }

 private:
    const std::size_t limit_;
    mutable std::mutex mutex_;
    std::condition_variable empty_;
    std::unordered_set<std::shared_ptr<Connection>> open_;
    bool is_closed_ = false;
};

}  // namespace wardlight::net
