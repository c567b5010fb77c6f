#include "store/store.h"

#include <atomic>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>

#include "base/limits.h"
#include "base/log.h"
#include "store/index_rows.h"
#include "store/schema.h"

namespace wardlight::store {
namespace {
constexpr std::chrono::milliseconds kMaintainEvery{500};
}

struct Store::State {
    std::mutex mutex;
    std::condition_variable work;
    std::deque<Task> queue;
    bool is_stopping = false;

    std::mutex readers_mutex;
    std::vector<std::unique_ptr<SqlConnection>> idle_readers;

    std::mutex change_mutex;
    std::condition_variable changed;
    std::int64_t last_change = 0;
    std::uint64_t wakes = 0;

    std::condition_variable maintain;
    std::thread writer_thread;
    std::thread maintain_thread;
};

Store::Store(std::unique_ptr<Engine> engine, const Clock& clock, Writing writing)
    : engine_(std::move(engine)),
      clock_(clock),
      writing_(writing),
      state_(std::make_unique<State>()) {}

Result<std::unique_ptr<Store>> Store::open(std::unique_ptr<Engine> engine, const Clock& clock,
                                           std::vector<Schema> schemas, Writing writing) {
    std::unique_ptr<Store> store(new Store(std::move(engine), clock, writing));
    TRY(store->start(std::move(schemas)));
    return store;
}

Result<> Store::start(std::vector<Schema> schemas) {
    writer_ = TRY(engine_->open_writer());
    schemas.insert(schemas.begin(), Schema{"store", kStoreSteps});
    TRY(migrate(*writer_, *engine_, schemas));
    TRY(rebuild_index(*writer_));
    {
        auto rows = TRY(writer_->query("SELECT COALESCE(MAX(number), 0) FROM change_log"));
        TRY(rows.next());
        state_->last_change = rows.integer(0);
    }
    if (writing_ == Writing::calling_thread) return {};
    state_->writer_thread = std::thread([this] { write_loop(); });
    state_->maintain_thread = std::thread([this] { maintain_loop(); });
    return {};
}

Store::~Store() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->is_stopping = true;
    }
    state_->work.notify_all();
    state_->maintain.notify_all();
    if (state_->writer_thread.joinable()) state_->writer_thread.join();
    if (state_->maintain_thread.joinable()) state_->maintain_thread.join();
}

Result<Snapshot> Store::read() {
    std::unique_ptr<SqlConnection> connection;
    {
        const std::lock_guard lock(state_->readers_mutex);
        if (!state_->idle_readers.empty()) {
            connection = std::move(state_->idle_readers.back());
            state_->idle_readers.pop_back();
        }
    }
    if (!connection) connection = TRY(engine_->open_reader());
    TRY(connection->execute("BEGIN"));
    SqlConnection& sql = *connection;
    // Shared only because std::function must be copyable; there is one owner.
    auto owner = std::make_shared<std::unique_ptr<SqlConnection>>(std::move(connection));
    return Snapshot(sql, [this, owner] {
        if (!(*owner)->execute("COMMIT")) return;  // a broken connection is not used again
        const std::lock_guard lock(state_->readers_mutex);
        state_->idle_readers.push_back(std::move(*owner));
    });
}

void Store::submit(WriteFunction function, std::function<void(Result<Commit>)> done) {
    if (writing_ == Writing::calling_thread) {
        std::vector<Task> batch;
        batch.push_back({std::move(function), std::move(done)});
        run_batch(batch);
        return;
    }
    {
        const std::lock_guard lock(state_->mutex);
        if (!state_->is_stopping && state_->queue.size() < limits::kWriteQueue) {
            state_->queue.push_back({std::move(function), std::move(done)});
            state_->work.notify_one();
            return;
        }
    }
    done(fail(ErrorCode::busy, "too many writes are waiting"));
}

Result<Commit> Store::write(WriteFunction function) {
    struct Wait {
        std::mutex mutex;
        std::condition_variable ready;
        std::optional<Result<Commit>> result;
    };
    const auto wait = std::make_shared<Wait>();
    submit(std::move(function), [wait](Result<Commit> result) {
        const std::lock_guard lock(wait->mutex);
        wait->result = std::move(result);
        wait->ready.notify_one();
    });
    std::unique_lock lock(wait->mutex);
    wait->ready.wait(lock, [&] { return wait->result.has_value(); });
    return std::move(*wait->result);
}

void Store::write_loop() {
    std::vector<Task> batch;
    for (;;) {
        {
            std::unique_lock lock(state_->mutex);
            state_->work.wait(lock,
                              [this] { return !state_->queue.empty() || state_->is_stopping; });
            if (state_->queue.empty()) return;
            while (!state_->queue.empty() && batch.size() < limits::kWritesPerCommit) {
                batch.push_back(std::move(state_->queue.front()));
                state_->queue.pop_front();
            }
        }
        run_batch(batch);
        batch.clear();
    }
}

struct Store::Outcome {
    Result<> result;
    std::vector<std::function<void()>> after_commit;
};

struct Store::Committed {
    std::vector<Outcome> outcomes;
    std::int64_t last_change = 0;
};

Store::Outcome Store::run_one(const WriteFunction& function) {
    WriteTransaction tx(*writer_, clock_.now());
    Outcome outcome;
    try {
        outcome.result = function(tx);
    } catch (const std::exception& exception) {
        outcome.result =
            fail(ErrorCode::internal, std::string("a write threw: ") + exception.what());
    }
    if (outcome.result) outcome.after_commit = tx.take_after_commit();
    return outcome;
}

/// Its effects go if it fails, and only they.
Result<Store::Outcome> Store::run_isolated(const WriteFunction& function) {
    TRY(writer_->execute("SAVEPOINT task"));
    Outcome outcome = run_one(function);
    if (!outcome.result) TRY(writer_->execute("ROLLBACK TO task"));
    TRY(writer_->execute("RELEASE task"));
    return outcome;
}

/// A savepoint around each write would copy every page it touches once more, and nearly all writes
/// succeed. So the batch runs without them; when a write fails after it has changed something, all
/// is undone and run again with savepoints. Nothing is returned when that is needed.
std::optional<std::vector<Store::Outcome>> Store::run_together(const std::vector<Task>& batch) {
    std::vector<Outcome> outcomes;
    outcomes.reserve(batch.size());
    for (const Task& task : batch) {
        const std::int64_t changes_before = writer_->total_changes();
        outcomes.push_back(run_one(task.function));
        const bool has_left_traces =
            !outcomes.back().result && writer_->total_changes() != changes_before;
        if (has_left_traces || !writer_->is_in_transaction()) return std::nullopt;
    }
    return outcomes;
}

Result<std::vector<Store::Outcome>> Store::run_apart(const std::vector<Task>& batch) {
    std::vector<Outcome> outcomes;
    outcomes.reserve(batch.size());
    for (const Task& task : batch) outcomes.push_back(TRY(run_isolated(task.function)));
    return outcomes;
}

Result<Store::Committed> Store::commit_all(const std::vector<Task>& batch) {
    TRY(writer_->execute("BEGIN IMMEDIATE"));
    auto together = run_together(batch);
    if (!together) {
        // It may be gone already: after some errors the engine undoes everything by itself.
        (void)writer_->execute("ROLLBACK");
        TRY(writer_->execute("BEGIN IMMEDIATE"));
    }
    Committed committed{together ? std::move(*together) : TRY(run_apart(batch)), 0};
    {
        auto rows = TRY(writer_->query("SELECT COALESCE(MAX(number), 0) FROM change_log"));
        TRY(rows.next());
        committed.last_change = rows.integer(0);
    }
    TRY(writer_->execute("COMMIT"));
    return committed;
}

void Store::run_batch(std::vector<Task>& batch) {
    const auto committed = commit_all(batch);
    if (!committed) {
        // After a failed sync nobody knows what is on disk: stop, and let recovery decide on
        // restart.
        CHECK_INVARIANT(!engine_->is_durability_lost());
        (void)writer_->execute("ROLLBACK");
        log::error("a commit failed", {{"code", std::string(name_of(committed.error().code))},
                                       {"reason", committed.error().message},
                                       {"writes", std::to_string(batch.size())}});
        for (Task& task : batch) task.done(tl::unexpected(committed.error()));
        return;
    }
    {
        const std::lock_guard lock(state_->change_mutex);
        state_->last_change = committed->last_change;
    }
    state_->changed.notify_all();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const Outcome& outcome = committed->outcomes[i];
        for (const auto& action : outcome.after_commit) action();
        if (outcome.result) {
            batch[i].done(Commit{ChangeNumber{committed->last_change}});
        } else {
            batch[i].done(tl::unexpected(outcome.result.error()));
        }
    }
}

void Store::maintain_loop() {
    std::unique_lock lock(state_->mutex);
    while (!state_->is_stopping) {
        state_->maintain.wait_for(lock, kMaintainEvery);
        lock.unlock();
        if (const auto done = engine_->maintain(); !done) {
            log::warning("store maintenance failed", {{"reason", done.error().message}});
        }
        lock.lock();
    }
}

ChangeNumber Store::last_change() const {
    const std::lock_guard lock(state_->change_mutex);
    return ChangeNumber{state_->last_change};
}

ChangeNumber Store::wait_for_change(ChangeNumber after, std::chrono::milliseconds timeout) {
    std::unique_lock lock(state_->change_mutex);
    const std::uint64_t wakes = state_->wakes;
    state_->changed.wait_for(lock, timeout, [&] {
        return state_->last_change > static_cast<std::int64_t>(after) || state_->wakes != wakes;
    });
    return ChangeNumber{state_->last_change};
}

void Store::wake_waiters() {
    {
        const std::lock_guard lock(state_->change_mutex);
        ++state_->wakes;
    }
    state_->changed.notify_all();
}

}  // namespace wardlight::store
