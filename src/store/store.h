// The store: FHIR resources with history, search and one ordered change log; the tables of other
// folders beside them, in the same transactions.
//
//   auto snapshot = TRY(store.read());
//   auto patient = TRY(snapshot.get(key));
//
//   TRY(store.write([&](WriteTransaction& tx) -> Result<> {
//       TRY(tx.put(TRY(prepare(resource))));
//       return {};
//   }));
//
// A write is a function of the state: the store runs writes one after another, several to one
// commit, and returns when the commit is on disk. A write may be run more than once;
// it must have no effect but through its transaction. write() blocks: call it from worker threads
// only; submit() calls back instead.
//
// Thread-safety: Store is safe from any thread; a Snapshot belongs to one thread and should be
// short: no network wait while one is held.
#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "store/engine.h"
#include "store/resource.h"
#include "store/sql.h"

namespace wardlight::store {

/// One committed state of everything.
class Snapshot {
 public:
    Snapshot(SqlConnection& sql, std::function<void()> on_end)
        : sql_(&sql), on_end_(std::move(on_end)) {}
    Snapshot(Snapshot&& other) noexcept
        : sql_(other.sql_), on_end_(std::exchange(other.on_end_, nullptr)) {}
    Snapshot& operator=(Snapshot&&) = delete;
    ~Snapshot() {
        if (on_end_) on_end_();
    }

    /// Newest version; nothing when there never was one. A deleted resource is returned as such.
    Result<std::optional<StoredResource>> get(const ResourceKey& key);
    /// As get(), parsed, without deleted ones.
    Result<std::optional<json::Value>> get_json(const ResourceKey& key);
    /// Whose the resource is, or was when it was deleted; empty for nobody's and for none.
    Result<PatientId> patient_of(const ResourceKey& key);
    Result<std::optional<StoredResource>> get_version(const ResourceKey& key, std::int64_t version);
    /// Versions of one resource, newest first, starting below `before_version` (0: from the
    /// newest).
    Result<std::vector<StoredResource>> history(const ResourceKey& key, std::int64_t before_version,
                                                std::size_t limit);
    /// Changes after a position, in order.
    Result<std::vector<Change>> changes_after(ChangeNumber after, std::size_t limit);
    Result<ChangeNumber> last_change();

    /// For the tables of the caller's own folder.
    [[nodiscard]] SqlConnection& sql() { return *sql_; }

 protected:
    SqlConnection* sql_;
    std::function<void()> on_end_;
};

class WriteTransaction : public Snapshot {
 public:
    WriteTransaction(SqlConnection& sql, Instant now) : Snapshot(sql, nullptr), now_(now) {}

    /// When this transaction runs; the time of everything it writes.
    [[nodiscard]] Instant now() const { return now_; }

    struct Written {
        std::int64_t version = 0;
        Operation operation = Operation::create;
    };
    /// Creates or updates. With `expected_version`, fails with precondition_failed when the stored
    /// version differs (0: must not exist).
    Result<Written> put(const PreparedResource& resource,
                        std::optional<std::int64_t> expected_version = {});
    /// prepare() and put_if_changed() in one, for writers that build resources inside the
    /// transaction.
    Result<Written> put_json(const json::Value& resource);
    /// put(), but writes nothing when the content is already what is stored.
    Result<Written> put_if_changed(const PreparedResource& resource);
    /// Deleting what does not exist is no error and no change.
    Result<> remove(const ResourceKey& key);

    /// Of each change so far, in order.
    [[nodiscard]] const std::vector<ResourceKey>& written() const { return written_; }
    /// The keys (index.h) of the patients whom something was written for or taken from.
    [[nodiscard]] std::vector<std::int64_t> take_changed_patients() {
        return std::move(changed_patients_);
    }

    /// Runs after the commit is durable, on the writer's thread; must be quick and must not throw.
    void after_commit(std::function<void()> action) { after_commit_.push_back(std::move(action)); }
    [[nodiscard]] std::vector<std::function<void()>> take_after_commit() {
        return std::move(after_commit_);
    }

 private:
    struct Existing;
    Result<std::optional<Existing>> find_existing(const ResourceKey& key);
    Result<> keep_version(const Existing& existing);
    Result<Written> write_first(const PreparedResource& resource);
    Result<Written> write_next(const Existing& existing, const PreparedResource& resource);
    Result<> log_change(const ResourceKey& key, std::int64_t version, Operation operation,
                        const PatientId& patient);

    Instant now_;
    std::vector<ResourceKey> written_;
    std::vector<std::int64_t> changed_patients_;
    std::vector<std::function<void()>> after_commit_;
};

/// Why writing fails at present.
struct Trouble {
    Error error;
    Instant since{};
};

/// Where the last commit left the change log.
struct Commit {
    ChangeNumber last_change{};
};

using WriteFunction = std::function<Result<>(WriteTransaction&)>;

/// Who goes first. A `person` waits for an answer; a `feed` waits for an acknowledgement; for
/// `processing`, such as applying what was acknowledged, nobody waits. Feeds and processing share
/// the time of a commit, so that neither keeps the other from going on. A write that is `alone`
/// shares its commit with no other: for one that changes what the others go by.
enum class Priority { person, feed, processing, alone };

/// Where writes run. `calling_thread` starts no thread at all: for one thread that owns everything,
/// such as a simulation that must do the same each time.
enum class Writing { own_thread, calling_thread };

class Store {
 public:
    /// Opens or creates the data file and brings the tables of all folders up to date.
    static Result<std::unique_ptr<Store>> open(std::unique_ptr<Engine> engine, const Clock& clock,
                                               std::vector<Schema> schemas,
                                               Writing writing = Writing::own_thread);
    ~Store();
    Store(const Store&) = delete;
    Store& operator=(const Store&) = delete;

    Result<Snapshot> read();

    /// Runs the function and returns when its effects are durable. Error busy when the queue is
    /// full.
    Result<Commit> write(WriteFunction function);
    /// The same without waiting; `done` is called on the writer's thread and must be quick.
    void submit(WriteFunction function, std::function<void(Result<Commit>)> done,
                Priority priority = Priority::feed);
    /// Whether a person's write is queued.
    [[nodiscard]] bool is_anybody_waiting() const;
    /// write() for a function that yields a value.
    template <class Function>
    auto transact(Function function) -> std::invoke_result_t<Function, WriteTransaction&> {
        using Returned = std::invoke_result_t<Function, WriteTransaction&>;
        std::optional<Returned> outcome;
        auto commit = write([&](WriteTransaction& tx) -> Result<> {
            outcome.emplace(function(tx));
            if (!*outcome) return tl::unexpected(outcome->error());
            return {};
        });
        if (!commit) return tl::unexpected(std::move(commit).error());
        return std::move(*outcome);
    }

    /// Number of the newest durable change.
    [[nodiscard]] ChangeNumber last_change() const;
    /// No state up to now holds a change of the patient's resources after this number, as they came
    /// or went; it may be too new. Of what this process has written: resources are written by no
    /// other.
    [[nodiscard]] ChangeNumber last_change_of(const PatientId& patient) const;
    /// Waits until there is a change after `after`, or the timeout; returns the newest number.
    ChangeNumber wait_for_change(ChangeNumber after, std::chrono::milliseconds timeout);
    /// Wakes all waiters once (shutdown).
    void wake_waiters();

    /// Something while nothing can be written, and for some seconds after each failure. In trouble
    /// the store tries by itself whether it is over.
    [[nodiscard]] std::optional<Trouble> trouble() const;

    [[nodiscard]] Engine& engine() { return *engine_; }
    [[nodiscard]] const Clock& clock() const { return clock_; }

 private:
    struct Task;
    struct Outcome;
    struct Committed;
    Store(std::unique_ptr<Engine> engine, const Clock& clock, Writing writing);
    Result<> start(std::vector<Schema> schemas);
    void write_loop();
    void maintain_loop();
    void run_batch(std::vector<Task>& batch);
    void gather(std::vector<Task>& batch);
    bool add_next(std::vector<Task>& batch, std::chrono::nanoseconds elapsed);
    Outcome run_one(const WriteFunction& function);
    Result<Outcome> run_isolated(const WriteFunction& function);
    std::optional<std::vector<Outcome>> run_together(std::vector<Task>& batch);
    Result<std::vector<Outcome>> run_apart(const std::vector<Task>& batch);
    Result<Committed> commit_all(std::vector<Task>& batch);
    void stop_if_durability_is_lost() const;
    void note_failure(const Error& error);
    void note_maintenance(const Error& error);
    void note_success();

    std::unique_ptr<Engine> engine_;
    const Clock& clock_;
    Writing writing_;
    std::unique_ptr<SqlConnection> writer_;
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace wardlight::store
