#include "store/store.h"

#include "base/log.h"
#include "base/stop.h"
#include "store/index.h"
#include "store/index_rows.h"
#include "store/schema.h"
#include "store/store_state.h"

namespace wardlight::store {
namespace {
constexpr std::chrono::milliseconds kMaintainEvery{500};
/// A full disk lets small writes pass between large ones that fail: not every success ends trouble.
constexpr std::chrono::seconds kTroubleLasts{3};
}  // namespace

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
    TRY(connection->run("BEGIN"));
    SqlConnection& sql = *connection;
    // Shared only because std::function must be copyable; there is one owner.
    auto owner = std::make_shared<std::unique_ptr<SqlConnection>>(std::move(connection));
    return Snapshot(sql, [this, owner] {
        if (!(*owner)->run("COMMIT")) return;  // a broken connection is not used again
        const std::lock_guard lock(state_->readers_mutex);
        state_->idle_readers.push_back(std::move(*owner));
    });
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

ChangeNumber Store::last_change_of(const PatientId& patient) const {
    return state_->patient_changes.last(patient_key(patient));
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
