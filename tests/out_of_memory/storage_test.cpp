// Bodies, long texts and backups with their first, second, ... allocation failing: an error, or all
// of it.
#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <thread>

#include "out_of_memory/failing_memory.h"
#include "store/body.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::store;
using testing::Failing;

namespace {

constexpr long kMost = 100'000;
#ifdef WARDLIGHT_SANITIZED
constexpr int kGivenUpAtLeast =
    1;  // only operator new fails: of a parsed text its tree, of a body two
#else
constexpr int kGivenUpAtLeast = 3;
#endif

/// Runs `attempt` with each of its allocations failing; it says what it came to.
template <class Attempt>
void check_every_allocation(Failing failing, Attempt attempt) {
    long failures = 0;
    for (long pass = 0; pass < kMost; ++pass) {
        CAPTURE(pass);
        if (!attempt([&] { testing::fail_allocation(pass, failing); })) break;
        ++failures;
    }
    CHECK(failures > 0);
    CHECK(failures < kMost);
}

enum Outcome { whole, given_up, wrong, not_failed };

/// `work` is true when it is done right. In processes of their own, as what is made once for a
/// thread would be there the second time; and without memory for what ends with a thread the C
/// library stops.
template <class Work>
void check_every_allocation_in_children(Work work) {
    for (const Failing failing : {Failing::once, Failing::from_then_on}) {
        int given_up_so_often = 0;
        check_every_allocation(failing, [&](auto begin_failing) {
            const pid_t child = ::fork();
            REQUIRE(child >= 0);
            if (child == 0) {
                std::signal(SIGABRT, SIG_DFL);
                Outcome outcome = given_up;
                begin_failing();
                try {
                    outcome = work() ? whole : wrong;
                } catch (const std::bad_alloc&) {
                    outcome = given_up;
                }
                const bool has_failed = testing::end_failing();
                ::_exit(outcome == whole && !has_failed ? not_failed : outcome);
            }
            int status = 0;
            REQUIRE(::waitpid(child, &status, 0) == child);
            if (!WIFEXITED(status)) return true;
            REQUIRE(WEXITSTATUS(status) != wrong);
            given_up_so_often += WEXITSTATUS(status) == given_up ? 1 : 0;
            return WEXITSTATUS(status) != not_failed;
        });
        CHECK(given_up_so_often >= kGivenUpAtLeast);
    }
}

}  // namespace

TEST_CASE("a body is packed and unpacked whole or not at all, where neither was done before") {
    std::string text = R"({"meta":{},"items":[)";
    for (int i = 0; i < 3'000; ++i) text += std::to_string(i * i) + ",";
    std::string packed;
    std::thread([&] { packed = pack(text); }).join();
    check_every_allocation_in_children(
        [&] { return pack(text) == packed && unpack_content(packed).value() == text; });
}

TEST_CASE("a text that is longer than any before is read whole or not at all") {
    std::string text = "[0";
    for (int i = 1; i < 100'000; ++i) text += "," + std::to_string(i);
    text += "]";
    check_every_allocation_in_children([&] {
        const auto value = json::parse(text);
        return value && value->size() == 100'000 && (*value)[99'999].text() == "99999";
    });
}

TEST_CASE("a backup without memory is an error or whole") {
    TestStore store;
    store.start_again(Writing::calling_thread);  // nobody else's allocation fails
    REQUIRE(store->write([](WriteTransaction& tx) -> Result<> {
        for (const char* id : {"a", "b", "c"})
            TRY(tx.put_json(json::object({{"resourceType", "Patient"}, {"id", id}})));
        return {};
    }));
    Engine& engine = store->engine();
    const auto copy = store.file().parent_path() / "copy.db";
    check_every_allocation(Failing::once, [&](auto begin_failing) {
        for (const char* end : {"", "-wal", "-shm", "-journal"})
            std::filesystem::remove(std::filesystem::path(copy) += end);
        bool is_done = false;
        begin_failing();
        try {
            is_done = engine.backup_to(copy).has_value();
        } catch (const std::bad_alloc&) {
            is_done = false;
        }
        const bool has_failed = testing::end_failing();
        REQUIRE((is_done || has_failed));
        if (is_done) {
            const auto opened = open_sqlite_copy(copy);
            REQUIRE(opened);
            const auto reader = (*opened)->open_reader();
            REQUIRE(reader);
            auto rows = (*reader)->query("SELECT COUNT(*) FROM resource");
            REQUIRE(rows);
            REQUIRE(*rows->next());
            REQUIRE(rows->integer(0) == 3);
        }
        return has_failed;
    });
}

TEST_CASE("a statement that could not be made without memory is made the next time") {
    TestStore store;
    check_every_allocation(Failing::once, [&](auto begin_failing) {
        const auto opened = open_sqlite(store.file());
        REQUIRE(opened);
        const auto reader = (*opened)->open_reader();
        REQUIRE(reader);
        const auto count = [&] { return (*reader)->run("SELECT COUNT(*) FROM resource"); };
        begin_failing();
        try {
            (void)count();
        } catch (const std::bad_alloc&) {
            // As whoever asked would be told.
        }
        const bool has_failed = testing::end_failing();
        REQUIRE(count());
        return has_failed;
    });
}

TEST_CASE("a check without memory finds no damage that is not there") {
    TestStore store;
    store.start_again(Writing::calling_thread);  // nobody else's allocation fails
    Engine& engine = store->engine();
    check_every_allocation(Failing::once, [&](auto begin_failing) {
        Result<> checked;
        bool has_given_up = false;
        begin_failing();
        try {
            checked = engine.check_integrity();
        } catch (const std::bad_alloc&) {
            has_given_up = true;
        }
        const bool has_failed = testing::end_failing();
        if (!has_given_up && !checked) REQUIRE(checked.error().code == ErrorCode::unavailable);
        return has_failed;
    });
    CHECK(engine.check_integrity());
}
