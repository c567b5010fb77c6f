// What the store does when its engine fails. tests/faults makes the disk itself fail.
#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <future>
#include <thread>

#include "base/limits.h"
#include "base/stop.h"
#include "store/sqlite/settle_log.h"
#include "store/test_notes.h"

using namespace wardlight;
using namespace wardlight::store;

namespace {

std::int64_t count_notes(Store& store) {
    auto snapshot = store.read();
    REQUIRE(snapshot);
    auto rows = snapshot->sql().query("SELECT COUNT(*) FROM note");
    REQUIRE(rows);
    REQUIRE(*rows->next());
    return rows->integer(0);
}

/// Runs all functions in one commit: they wait while the first holds up the writer.
std::vector<bool> write_together(Store& store, std::vector<WriteFunction> functions) {
    std::promise<void> started;
    std::promise<void> may_go_on;
    store.submit(
        [&](WriteTransaction&) -> Result<> {
            started.set_value();
            may_go_on.get_future().wait();
            return {};
        },
        [](const Result<Commit>&) {}, Priority::alone);
    started.get_future().wait();
    std::vector<std::promise<bool>> outcomes(functions.size());
    for (std::size_t i = 0; i < functions.size(); ++i) {
        store.submit(
            std::move(functions[i]),
            [&outcomes, i](const Result<Commit>& result) {
                outcomes[i].set_value(result.has_value());
            },
            Priority::person);
    }
    may_go_on.set_value();
    std::vector<bool> succeeded;
    succeeded.reserve(outcomes.size());
    for (auto& outcome : outcomes) succeeded.push_back(outcome.get_future().get());
    return succeeded;
}

/// How a disk without room looks to SQLite.
Result<> limit_pages(Store& store, const std::string& most) {
    const auto commit = store.write(
        [&](WriteTransaction& tx) { return tx.sql().execute("PRAGMA max_page_count=" + most); });
    return commit ? Result<>{} : tl::unexpected(commit.error());
}

}  // namespace

TEST_CASE(
    "when the engine rolls back by itself the whole commit has failed, and nobody hears else") {
    TestStore store({notes()});
    const auto succeeded = write_together(
        *store, {add_note(1),
                 [](WriteTransaction& tx) -> Result<> {
                     TRY(tx.sql().execute("ROLLBACK"));  // as SQLite does after a failed read
                     return fail(ErrorCode::unavailable, "disk I/O error");
                 },
                 add_note(3)});
    CHECK(succeeded == std::vector<bool>{false, false, false});
    CHECK(count_notes(*store) == 0);
    REQUIRE(store->write(add_note(4)));
    CHECK(count_notes(*store) == 1);
}

TEST_CASE("a write that runs out of memory fails alone and says that it may be tried again") {
    TestStore store({notes()});
    const auto commit = store->write([](WriteTransaction& tx) -> Result<> {
        TRY(tx.sql().run("INSERT INTO note (id, text) VALUES (1, 'half')"));
        throw std::bad_alloc();
    });
    REQUIRE_FALSE(commit);
    CHECK(commit.error().code == ErrorCode::unavailable);
    CHECK(count_notes(*store) == 0);
}

TEST_CASE("a full disk is trouble until writing has worked for a while") {
    TestStore store({notes()});
    CHECK_FALSE(store->trouble());
    REQUIRE(limit_pages(*store, "1"));  // as many as there are
    const auto refused = store->write(add_note(1, std::string(1U << 20, 'n')));
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "the disk is full");
    const Instant since = store.clock.now();
    REQUIRE(store->trouble());
    CHECK(store->trouble()->error.message == "the disk is full");
    CHECK(store->trouble()->since == since);

    // Small writes still find room; large ones may not.
    REQUIRE(store->write(add_note(2)));
    CHECK(store->trouble());
    REQUIRE(limit_pages(*store, "1000000"));
    store.clock.advance(std::chrono::seconds{10});
    REQUIRE(store->write(add_note(1, std::string(1U << 20, 'n'))));
    CHECK_FALSE(store->trouble());
}

TEST_CASE("damage that a write meets is trouble, what people get wrong is none") {
    TestStore store({notes()});
    const auto failing = [&](ErrorCode code) {
        CHECK_FALSE(store->write(
            [code](WriteTransaction&) -> Result<> { return fail(code, "on purpose"); }));
    };
    for (const ErrorCode code : {ErrorCode::conflict, ErrorCode::invalid, ErrorCode::internal}) {
        failing(code);
        CHECK_FALSE(store->trouble());
    }
    failing(ErrorCode::corrupt);
    REQUIRE(store->trouble());
    CHECK(store->trouble()->error.code == ErrorCode::corrupt);
}

TEST_CASE("a write that ends its transaction fails although it says that it has succeeded") {
    TestStore store({notes()});
    const auto succeeded = write_together(
        *store, {add_note(1), [](WriteTransaction& tx) { return tx.sql().execute("ROLLBACK"); }});
    CHECK(succeeded == std::vector<bool>{false, false});
    CHECK(count_notes(*store) == 0);
    REQUIRE(store->write(add_note(2)));
    CHECK(count_notes(*store) == 1);
}

TEST_CASE("a log that cannot be kept short is trouble, and no write fails for it") {
    TestStore store({notes()});
    store.failures.fails_maintenance = true;
    // What follows a commit is over when the next one is.
    REQUIRE(store->write(add_note(1)));
    REQUIRE(store->write(add_note(2)));
    REQUIRE(store->trouble());
    CHECK(store->trouble()->error.message == "made to fail");
    // The store's own thread comes to the same, and tries whether it is over.
    store.failures.fails_maintenance = false;
    REQUIRE(store->write(add_note(3)));
    store.clock.advance(std::chrono::seconds{10});
    REQUIRE(store->write(add_note(4)));
    CHECK_FALSE(store->trouble());
    store.failures.fails_maintenance = true;
    for (int i = 0; i < 1'000 && !store->trouble(); ++i)
        (void)store->wait_for_change(store->last_change(), std::chrono::milliseconds{20});
    CHECK(store->trouble());
    CHECK(count_notes(*store) == 4);
}

TEST_CASE("a reader that cannot be opened is an error, and the next one is opened") {
    TestStore store;
    const auto busy = store->read();  // takes the one that is there
    store.failures.fail_at(1);
    const auto refused = store->read();
    CHECK(store.failures.has_failed());
    REQUIRE_FALSE(refused);
    CHECK(refused.error().message == "made to fail");
    CHECK(store->read());
}

TEST_CASE("after a sync that failed the process stops before anybody hears of the write") {
    const TestStore folder;
    const pid_t child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        Failures failures;
        auto engine = open_sqlite(folder.file().parent_path() / "other.db");
        auto store = Store::open(std::make_unique<FailingEngine>(std::move(*engine), failures),
                                 folder.clock, {notes()}, Writing::calling_thread);
        failures.is_durability_lost = true;
        failures.fail_from(1);
        (void)(*store)->write(add_note(1));
        ::_exit(0);  // not reached
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == static_cast<int>(StopCode::disk));
}

TEST_CASE("in trouble the store tries by itself whether it is over") {
    TestStore store({notes()});
    REQUIRE(limit_pages(*store, "1"));
    REQUIRE_FALSE(store->write(add_note(1, std::string(1U << 20, 'n'))));
    REQUIRE(store->trouble());
    store.clock.advance(std::chrono::seconds{10});
    for (int i = 0; i < 1'000 && store->trouble(); ++i)
        (void)store->wait_for_change(store->last_change(), std::chrono::milliseconds{20});
    CHECK_FALSE(store->trouble());
}

TEST_CASE("settling a log keeps every byte of it, and one that is not there is settled") {
    const auto file = std::filesystem::temp_directory_path() / ("wardlight-" + new_uuid());
    CHECK(settle_log(file) == Settled::done);
    const std::string bytes = std::string(3U << 20, 'a') + "end";
    std::ofstream(file, std::ios::binary) << bytes;
    CHECK(settle_log(file) == Settled::done);
    std::ifstream in(file, std::ios::binary);
    const std::string after{std::istreambuf_iterator<char>(in), {}};
    CHECK((after == bytes));
    std::filesystem::remove(file);
}

TEST_CASE(
    "whoever waits for a write goes before what the feeds have queued, and nothing is left out") {
    TestStore store({notes()});
    std::promise<void> started;
    std::promise<void> may_go_on;
    store->submit(
        [&](WriteTransaction&) -> Result<> {
            started.set_value();
            may_go_on.get_future().wait();
            return {};
        },
        [](const Result<Commit>&) {});
    started.get_future().wait();
    // More than one commit's time allows.
    constexpr int kQueued = 1'000;
    std::atomic<int> stored = 0;
    for (int i = 0; i < kQueued; ++i) {
        store->submit(
            [add = add_note(i)](WriteTransaction& tx) {
                const auto end = std::chrono::steady_clock::now() + limits::kCommitWithin / 100;
                while (std::chrono::steady_clock::now() < end) std::this_thread::yield();
                return add(tx);
            },
            [&](const Result<Commit>& result) { stored += result ? 1 : 0; });
    }
    std::atomic<int> before_person = -1;
    std::thread person([&] {
        CHECK(store->write([&](WriteTransaction& tx) {
            before_person = stored.load();
            return add_note(kQueued)(tx);
        }));
    });
    // The person must be in the queue when the writer goes on; what was queued then comes later.
    while (!store->is_anybody_waiting()) std::this_thread::yield();
    may_go_on.set_value();
    person.join();
    while (stored < kQueued) std::this_thread::yield();
    CHECK(before_person == 0);
    CHECK(count_notes(*store) == kQueued + 1);
}

TEST_CASE("people whose writes take long do not keep the feeds from going on") {
    TestStore store({notes()});
    std::atomic<bool> is_over = false;
    std::vector<std::thread> people;
    for (int i = 0; i < 3; ++i) {
        people.emplace_back([&, i] {
            for (int n = 0; !is_over; ++n) {
                CHECK(store->write([&](WriteTransaction& tx) {
                    const auto end = std::chrono::steady_clock::now() + 2 * limits::kCommitWithin;
                    while (std::chrono::steady_clock::now() < end) std::this_thread::yield();
                    return add_note(1'000'000 * (i + 1) + n)(tx);
                }));
            }
        });
    }
    while (!store->is_anybody_waiting()) std::this_thread::yield();
    for (const Priority priority : {Priority::feed, Priority::processing}) {
        std::promise<bool> done;
        store->submit(
            add_note(static_cast<int>(priority)),
            [&](const Result<Commit>& result) { done.set_value(result.has_value()); }, priority);
        CHECK(done.get_future().get());
    }
    is_over = true;
    for (std::thread& person : people) person.join();
}
