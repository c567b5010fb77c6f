// The writer: takes the writes that wait, runs them one after another, several to one commit, and
// tells each what became of it when the commit is on disk.
#include <new>

#include "base/limits.h"
#include "base/log.h"
#include "store/store_state.h"

namespace wardlight::store {
namespace {

/// Of a commit's time, what feeds may take before processing has its share.
constexpr auto kFeedShare = limits::kCommitWithin / 2;

/// Codes that the engine alone gives.
bool is_of_disk(ErrorCode code) {
    return code == ErrorCode::unavailable || code == ErrorCode::corrupt;
}

}  // namespace

void Store::submit(WriteFunction function, std::function<void(Result<Commit>)> done,
                   Priority priority) {
    Task task{std::move(function), std::move(done), priority};
    if (writing_ == Writing::calling_thread) {
        std::vector<Task> batch;
        batch.push_back(std::move(task));
        return run_batch(batch);
    }
    {
        const std::lock_guard lock(state_->mutex);
        auto& queue = state_->queue_of(priority);
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
    submit(
        std::move(function),
        [wait](Result<Commit> result) {
            const std::lock_guard lock(wait->mutex);
            wait->result = std::move(result);
            wait->ready.notify_one();
        },
        Priority::person);
    std::unique_lock lock(wait->mutex);
    wait->ready.wait(lock, [&] { return wait->result.has_value(); });
    return std::move(*wait->result);
}

void Store::write_loop() {
    std::vector<Task> batch;
    for (;;) {
        {
            std::unique_lock lock(state_->mutex);
            state_->work.wait(lock, [this] { return state_->has_work() || state_->is_stopping; });
            if (!state_->has_work()) return;
            gather(batch);
        }
        run_batch(batch);
        batch.clear();
        if (const auto kept = engine_->keep_short(*writer_); !kept) note_maintenance(kept.error());
    }
}

/// The people's; the state's mutex is held.
void Store::gather(std::vector<Task>& batch) {
    auto& people = state_->people;
    while (!people.empty() && batch.size() < limits::kWritesPerCommit) {
        const bool is_alone = people.front().priority == Priority::alone;
        if (is_alone && !batch.empty()) return;
        batch.push_back(std::move(people.front()));
        people.pop_front();
        if (is_alone) return;
    }
}

/// One more for a commit that has taken this long; false when it should end.
bool Store::add_next(std::vector<Task>& batch, std::chrono::nanoseconds elapsed) {
    if (writing_ == Writing::calling_thread || batch.size() >= limits::kWritesPerCommit)
        return false;
    if (!batch.empty() && batch.front().priority == Priority::alone) return false;
    const std::lock_guard lock(state_->mutex);
    // The first of a batch is somebody's, unless all are processing.
    const bool does_anybody_wait =
        !state_->people.empty() || !state_->feeds.empty() ||
        (!batch.empty() && batch.front().priority != Priority::processing);
    if (elapsed > (does_anybody_wait ? limits::kCommitWithin : limits::kLongestCommit))
        return false;
    // Who came meanwhile need not wait for the next commit. There are never more of them than
    // threads that wait and other systems' writes underway, so they keep nobody else from going on.
    if (!state_->people.empty() && state_->people.front().priority != Priority::alone) {
        batch.push_back(std::move(state_->people.front()));
        state_->people.pop_front();
        return true;
    }
    const bool is_turn_of_feeds = elapsed < kFeedShare || state_->processing.empty();
    auto& queue = is_turn_of_feeds && !state_->feeds.empty() ? state_->feeds : state_->processing;
    if (queue.empty()) return false;
    batch.push_back(std::move(queue.front()));
    queue.pop_front();
    return true;
}

bool Store::is_anybody_waiting() const {
    const std::lock_guard lock(state_->mutex);
    return !state_->people.empty();
}

struct Store::Outcome {
    Result<> result;
    std::vector<std::function<void()>> after_commit;
    std::vector<std::int64_t> changed_patients;
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
    } catch (const std::bad_alloc&) {
        outcome.result = fail(ErrorCode::unavailable, "out of memory");
    } catch (const std::exception& exception) {
        outcome.result =
            fail(ErrorCode::internal, std::string("a write threw: ") + exception.what());
    }
    if (outcome.result) {
        outcome.after_commit = tx.take_after_commit();
        outcome.changed_patients = tx.take_changed_patients();
    }
    return outcome;
}

/// Its effects go if it fails, and only they.
Result<Store::Outcome> Store::run_isolated(const WriteFunction& function) {
    TRY(writer_->execute("SAVEPOINT task"));
    Outcome outcome = run_one(function);
    // The engine undid everything: going on would commit each of the following writes by itself and
    // this one's half of a batch never. The whole batch has failed.
    if (!writer_->is_in_transaction()) {
        TRY(std::move(outcome.result));
        return fail(ErrorCode::internal, "a write ended its transaction");
    }
    if (!outcome.result) TRY(writer_->execute("ROLLBACK TO task"));
    TRY(writer_->execute("RELEASE task"));
    return outcome;
}

/// A savepoint around each write would copy every page it touches once more, and nearly all writes
/// succeed. So the batch runs without them; when a write fails after it has changed something, all
/// is undone and run again with savepoints. Nothing is returned when that is needed.
///
/// Feeds and processing join the batch while there is time for them. It counts from where the
/// people's writes end: however long those take, everybody goes on.
std::optional<std::vector<Store::Outcome>> Store::run_together(std::vector<Task>& batch) {
    using Time = std::chrono::steady_clock::time_point;
    const std::size_t gathered = batch.size();
    std::optional<Time> start;
    std::vector<Outcome> outcomes;
    for (std::size_t i = 0;; ++i) {
        if (i == gathered) start = std::chrono::steady_clock::now();
        if (i == batch.size() && !add_next(batch, std::chrono::steady_clock::now() - *start))
            return outcomes;
        const std::int64_t changes_before = writer_->total_changes();
        outcomes.push_back(run_one(batch[i].function));
        const bool has_left_traces =
            !outcomes.back().result && writer_->total_changes() != changes_before;
        if (has_left_traces || !writer_->is_in_transaction()) return std::nullopt;
    }
}

Result<std::vector<Store::Outcome>> Store::run_apart(const std::vector<Task>& batch) {
    std::vector<Outcome> outcomes;
    outcomes.reserve(batch.size());
    for (const Task& task : batch) outcomes.push_back(TRY(run_isolated(task.function)));
    return outcomes;
}

Result<Store::Committed> Store::commit_all(std::vector<Task>& batch) {
    TRY(writer_->execute("BEGIN IMMEDIATE"));
    if (!state_->is_settled) TRY(engine_->settle());
    state_->is_settled = true;
    auto together = run_together(batch);
    if (!together) {
        if (writer_->is_in_transaction()) TRY(writer_->execute("ROLLBACK"));
        TRY(writer_->execute("BEGIN IMMEDIATE"));
    }
    Committed committed{together ? std::move(*together) : TRY(run_apart(batch)), 0};
    {
        auto rows = TRY(writer_->query("SELECT COALESCE(MAX(number), 0) FROM change_log"));
        TRY(rows.next());
        committed.last_change = rows.integer(0);
    }
    for (const Outcome& outcome : committed.outcomes) {
        for (const std::int64_t patient : outcome.changed_patients)
            state_->patient_changes.note(patient, ChangeNumber{committed.last_change});
    }
    TRY(writer_->execute("COMMIT"));
    return committed;
}

void Store::run_batch(std::vector<Task>& batch) {
    const auto committed = commit_all(batch);
    if (!committed) {
        stop_if_durability_is_lost();
        if (writer_->is_in_transaction()) (void)writer_->execute("ROLLBACK");
        note_failure(committed.error());
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
    note_success();
    for (std::size_t i = 0; i < batch.size(); ++i) {
        const Outcome& outcome = committed->outcomes[i];
        for (const auto& action : outcome.after_commit) action();
        if (outcome.result) {
            batch[i].done(Commit{ChangeNumber{committed->last_change}});
        } else {
            if (is_of_disk(outcome.result.error().code)) note_failure(outcome.result.error());
            batch[i].done(tl::unexpected(outcome.result.error()));
        }
    }
}

}  // namespace wardlight::store
