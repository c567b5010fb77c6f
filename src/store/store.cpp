#include "store/store.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <iterator>
#include <mutex>
#include <thread>

#include "base/limits.h"
#include "base/log.h"
#include "base/stop.h"
#include "store/schema.h"

namespace wardlight::store {
namespace {
constexpr std::chrono::milliseconds kMaintainEvery{500};
/// Storing a message costs about a quarter of applying it: both get half of the time.
constexpr std::size_t kArrivingPerProcessed = 4;
/// A full disk lets small writes pass between large ones that fail: not every success ends trouble.
constexpr std::chrono::seconds kTroubleLasts{3};
}  // namespace

struct Store::State {
    std::mutex mutex;
    std::condition_variable work;
    std::deque<Task> people;  // write(): somebody waits
    std::deque<Task> arriving;
    std::deque<Task> processing;
    bool is_stopping = false;

    std::mutex readers_mutex;
    std::vector<std::unique_ptr<SqlConnection>> idle_readers;

    std::mutex change_mutex;
    std::condition_variable changed;
    std::int64_t last_change = 0;
    std::uint64_t wakes = 0;

    bool is_settled = false;  // writer thread only
    mutable std::mutex trouble_mutex;
    std::optional<Trouble> trouble;
    Instant failed_at;

    std::condition_variable maintain;
    std::thread writer_thread;
    std::thread maintain_thread;
};

Store::Store(std::unique_ptr<Engine> engine, const Clock& clock)
    : engine_(std::move(engine)), clock_(clock), state_(std::make_unique<State>()) {}

Result<std::unique_ptr<Store>> Store::open(std::unique_ptr<Engine> engine, const Clock& clock,
                                           std::vector<Schema> schemas) {
    std::unique_ptr<Store> store(new Store(std::move(engine), clock));
    TRY(store->start(std::move(schemas)));
    return store;
}

Result<> Store::start(std::vector<Schema> schemas) {
    writer_ = TRY(engine_->open_writer());
    schemas.insert(schemas.begin(), Schema{"store", kStoreSteps});
    TRY(migrate(*writer_, *engine_, schemas));
    {
        auto rows = TRY(writer_->query("SELECT COALESCE(MAX(number), 0) FROM change_log"));
        TRY(rows.next());
        state_->last_change = rows.integer(0);
    }
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

void Store::submit(WriteFunction function, std::function<void(Result<Commit>)> done, Turn turn) {
    enqueue(turn == Turn::arriving ? state_->arriving : state_->processing,
            {std::move(function), std::move(done)});
}

void Store::enqueue(std::deque<Task>& queue, Task task) {
    {
        const std::lock_guard lock(state_->mutex);
        if (!state_->is_stopping && queue.size() < limits::kWriteQueue) {
            queue.push_back(std::move(task));
            state_->work.notify_one();
            return;
        }
    }
    task.done(fail(ErrorCode::busy, "too many writes are waiting"));
}

Result<Commit> Store::write(WriteFunction function) {
    struct Wait {
        std::mutex mutex;
        std::condition_variable ready;
        std::optional<Result<Commit>> result;
    };
    const auto wait = std::make_shared<Wait>();
    enqueue(state_->people, {std::move(function), [wait](Result<Commit> result) {
                                 const std::lock_guard lock(wait->mutex);
                                 wait->result = std::move(result);
                                 wait->ready.notify_one();
                             }});
    std::unique_lock lock(wait->mutex);
    wait->ready.wait(lock, [&] { return wait->result.has_value(); });
    return std::move(*wait->result);
}

void Store::write_loop() {
    std::vector<Task> batch;
    for (;;) {
        take_batch(batch);
        if (batch.empty()) return;
        run_batch(batch);
        if (const auto kept = engine_->keep_short(*writer_); !kept) note_maintenance(kept.error());
    }
}

/// Those who wait first, then what an earlier batch did not come to (it is still in `batch`), then
/// the rest. Empty when the store stops.
void Store::take_batch(std::vector<Task>& batch) {
    std::unique_lock lock(state_->mutex);
    state_->work.wait(lock, [&] {
        return !batch.empty() || !state_->people.empty() || !state_->arriving.empty() ||
               !state_->processing.empty() || state_->is_stopping;
    });
    std::vector<Task> next;
    const auto take = [&next](std::deque<Task>& queue, std::size_t most) {
        for (; most > 0 && !queue.empty() && next.size() < limits::kWritesPerCommit; --most) {
            next.push_back(std::move(queue.front()));
            queue.pop_front();
        }
    };
    take(state_->people, limits::kWritesPerCommit);
    std::move(batch.begin(), batch.end(), std::back_inserter(next));
    while (next.size() < limits::kWritesPerCommit &&
           !(state_->processing.empty() && state_->arriving.empty())) {
        take(state_->processing, 1);
        take(state_->arriving, kArrivingPerProcessed);
    }
    batch = std::move(next);
}

namespace {

/// Runs one write inside the open transaction; its effects go if it fails.
Result<> run_isolated(SqlConnection& sql, const WriteFunction& function, WriteTransaction& tx) {
    TRY(sql.execute("SAVEPOINT task"));
    Result<> outcome;
    try {
        outcome = function(tx);
    } catch (const std::bad_alloc&) {
        outcome = fail(ErrorCode::unavailable, "out of memory");
    } catch (const std::exception& exception) {
        outcome = fail(ErrorCode::internal, std::string("a write threw: ") + exception.what());
    }
    // Going on would commit each of the following writes by itself and this one's half of a batch
    // never: the whole batch has failed.
    if (!sql.is_in_transaction()) {
        return outcome ? fail(ErrorCode::internal, "a write ended its transaction") : outcome;
    }
    if (!outcome) TRY(sql.execute("ROLLBACK TO task"));
    TRY(sql.execute("RELEASE task"));
    return outcome;
}

/// Codes that the engine alone gives.
bool is_of_disk(ErrorCode code) {
    return code == ErrorCode::unavailable || code == ErrorCode::corrupt;
}

}  // namespace

void Store::run_batch(std::vector<Task>& batch) {
    struct Outcome {
        Result<> result;
        std::vector<std::function<void()>> after_commit;
    };
    std::vector<Outcome> outcomes;
    outcomes.reserve(batch.size());
    std::int64_t last = 0;
    const auto run_all = [&]() -> Result<> {
        TRY(writer_->execute("BEGIN IMMEDIATE"));
        if (!state_->is_settled) TRY(engine_->settle());
        state_->is_settled = true;
        const auto end = std::chrono::steady_clock::now() + limits::kCommitWithin;
        for (Task& task : batch) {
            if (!outcomes.empty() && std::chrono::steady_clock::now() > end) break;
            WriteTransaction tx(*writer_, clock_.now());
            Outcome outcome{run_isolated(*writer_, task.function, tx), {}};
            if (!writer_->is_in_transaction()) return outcome.result;
            if (outcome.result) outcome.after_commit = tx.take_after_commit();
            outcomes.push_back(std::move(outcome));
        }
        {
            auto rows = TRY(writer_->query("SELECT COALESCE(MAX(number), 0) FROM change_log"));
            TRY(rows.next());
            last = rows.integer(0);
        }
        return writer_->execute("COMMIT");
    };
    const Result<> committed = run_all();
    if (!committed) {
        stop_if_durability_is_lost();
        if (writer_->is_in_transaction()) (void)writer_->execute("ROLLBACK");
        note_failure(committed.error());
        log::error("a commit failed", {{"code", std::string(name_of(committed.error().code))},
                                       {"reason", committed.error().message},
                                       {"writes", std::to_string(batch.size())}});
        for (Task& task : batch) task.done(tl::unexpected(committed.error()));
        batch.clear();
        return;
    }
    {
        const std::lock_guard lock(state_->change_mutex);
        state_->last_change = last;
    }
    state_->changed.notify_all();
    note_success();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        for (const auto& action : outcomes[i].after_commit) action();
        if (outcomes[i].result) {
            batch[i].done(Commit{ChangeNumber{last}});
        } else {
            if (is_of_disk(outcomes[i].result.error().code))
                note_failure(outcomes[i].result.error());
            batch[i].done(tl::unexpected(outcomes[i].result.error()));
        }
    }
    batch.erase(batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(outcomes.size()));
}

namespace {
/// Changes nothing, but must reach the disk.
Result<> try_to_write(WriteTransaction& tx) {
    return tx.sql().run("UPDATE schema_version SET version = version WHERE name = 'store'");
}
}  // namespace

/// After a failed sync nobody knows what is on disk, and asking again gives a false answer: stop,
/// and let recovery decide at the restart.
void Store::stop_if_durability_is_lost() const {
    if (!engine_->is_durability_lost()) return;
    stop_at_once(StopCode::disk,
                 "the disk did not confirm a write: the server stops and starts again from what is "
                 "on the disk; nothing acknowledged is lost; look at the disk");
}

void Store::note_maintenance(const Error& error) {
    stop_if_durability_is_lost();
    log::warning("store maintenance failed", {{"reason", error.message}});
    note_failure(error);
}

void Store::note_failure(const Error& error) {
    const std::lock_guard lock(state_->trouble_mutex);
    state_->failed_at = clock_.now();
    const Instant since = state_->trouble ? state_->trouble->since : state_->failed_at;
    state_->trouble = Trouble{error, since};
}

void Store::note_success() {
    {
        const std::lock_guard lock(state_->trouble_mutex);
        if (!state_->trouble || clock_.now() - state_->failed_at < kTroubleLasts) return;
        state_->trouble.reset();
    }
    log::info("the store can be written again");
}

bool Store::is_anybody_waiting() const {
    const std::lock_guard lock(state_->mutex);
    return !state_->people.empty();
}

std::optional<Trouble> Store::trouble() const {
    const std::lock_guard lock(state_->trouble_mutex);
    return state_->trouble;
}

void Store::maintain_loop() {
    std::unique_lock lock(state_->mutex);
    while (!state_->is_stopping) {
        state_->maintain.wait_for(lock, kMaintainEvery);
        lock.unlock();
        if (const auto done = engine_->maintain(); !done) {
            note_maintenance(done.error());
        }
        if (trouble()) submit(try_to_write, [](const Result<Commit>&) {});
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
