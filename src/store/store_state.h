// What store.cpp and store_writer.cpp share; nobody else includes it.
#pragma once

#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "store/patient_changes.h"
#include "store/store.h"

namespace wardlight::store {

struct Store::Task {
    WriteFunction function;
    std::function<void(Result<Commit>)> done;
    Priority priority = Priority::feed;
};

struct Store::State {
    std::mutex mutex;
    std::condition_variable work;
    std::deque<Task> people;  // and writes that are alone
    std::deque<Task> feeds;
    std::deque<Task> processing;
    bool is_stopping = false;

    std::deque<Task>& queue_of(Priority priority) {
        if (priority == Priority::feed) return feeds;
        return priority == Priority::processing ? processing : people;
    }
    [[nodiscard]] bool has_work() const {
        return !people.empty() || !feeds.empty() || !processing.empty();
    }

    std::mutex readers_mutex;
    std::vector<std::unique_ptr<SqlConnection>> idle_readers;

    std::mutex change_mutex;
    std::condition_variable changed;
    std::int64_t last_change = 0;
    std::uint64_t wakes = 0;

    PatientChanges patient_changes;

    bool is_settled = false;  // writer thread only
    mutable std::mutex trouble_mutex;
    std::optional<Trouble> trouble;
    Instant failed_at;

    std::condition_variable maintain;
    std::thread writer_thread;
    std::thread maintain_thread;
};

}  // namespace wardlight::store
