// Writes for other systems' requests, without a thread that waits for the commit: to wake one for
// each answer costs more than most of the requests themselves.
#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>

#include "base/limits.h"
#include "store/store.h"

namespace wardlight::api {

/// Of the writes that wait here, and so at most of a commit: feeds and processing keep their room.
inline constexpr std::size_t kWritesUnderway = limits::kWritesPerCommit / 4;

/// Thread-safe.
class CommitQueue {
 public:
    explicit CommitQueue(store::Store& store, std::size_t most = kWritesUnderway)
        : store_(store), most_(most) {}

    /// `done` is called when the write is durable or has failed, on the writer's thread: it must be
    /// quick and submit nothing. When too many are underway the caller waits itself: worker threads
    /// only.
    void submit(store::WriteFunction function, std::function<void(Result<store::Commit>)> done);

 private:
    store::Store& store_;
    const std::size_t most_;
    /// Shared with the writes underway, which the store may let go of after this is gone.
    const std::shared_ptr<std::atomic<std::size_t>> underway_ =
        std::make_shared<std::atomic<std::size_t>>(0);
};

}  // namespace wardlight::api
