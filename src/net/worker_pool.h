// Threads that run plain functions, fed by one bounded queue. A full queue is the caller's to
// answer for (503, or stop reading), so nothing piles up unseen. Thread-safe.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace wardlight::net {

class WorkerPool {
 public:
    struct Options {
        std::size_t threads;
        std::size_t queue;  ///< jobs that may wait; a further one is refused
        std::string name;   ///< for logs
    };
    explicit WorkerPool(Options options);
    ~WorkerPool();
    WorkerPool(const WorkerPool&) = delete;
    WorkerPool& operator=(const WorkerPool&) = delete;

    /// False when the queue is full or the pool is stopping; the job is then not run.
    [[nodiscard]] bool try_run(std::function<void()> job);

    /// Runs what is queued, then ends the threads. Returns when they have ended.
    void stop();

    [[nodiscard]] std::size_t waiting() const;

 private:
    void work();

    const Options options_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::function<void()>> jobs_;
    bool is_stopping_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace wardlight::net
