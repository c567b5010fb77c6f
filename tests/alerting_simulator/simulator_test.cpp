// The simulator in script/test: a thousand seeds, and whether it can be believed.
#include <doctest/doctest.h>
#include <unistd.h>

#include <array>

#include "alerting_simulator/simulation.h"
#include "alerting_simulator/violation.h"
#include "alerting_simulator/waits.h"
#include "base/clock.h"

#include "base/log.h"
#include "store/store.h"

using namespace wardlight;
using namespace wardlight::simulator;
using namespace std::chrono_literals;
using alerts::Event;
using alerts::EventKind;

namespace {

constexpr std::uint64_t kSeeds = 1'000;
constexpr std::uint64_t kSeedsCompared = 12;
// Found by longer runs. Two alerts of one patient after a merge, a repeat of a result that turned
// out to be its opposite; the others were errors of the simulator's own account.
constexpr std::array<std::uint64_t, 14> kSeedsThatFailedOnce = {
    765'750, 23'819, 134'844, 122'244, 18'676,  41'081,  50'007,
    66'641,  85'035, 86'266,  90'581,  132'029, 195'462, 200'452};

const std::vector<alerts::Step> kChain = {
    {0s, "ward_nurse"}, {5min, "medical_oncall"}, {5min, "switchboard"}};

Event event(EventKind kind, int step = 0, const char* code = "") {
    Event out{.kind = kind, .at = Instant{}};
    out.step = step;
    out.code = code;
    return out;
}

/// An alert one minute after it was opened and its nurse was told.
Waits told() {
    Waits waits;
    waits.add(event(EventKind::opened), Instant{}, kChain, alerts::Severity::critical);
    waits.add(event(EventKind::notified, 0, "ward_nurse"), Instant{}, kChain,
              alerts::Severity::critical);
    return waits;
}

bool accepts(Waits waits, const Event& what, Duration at) {
    try {
        waits.add(what, Instant{} + at, kChain, alerts::Severity::critical);
        return true;
    } catch (const Violation&) {
        return false;
    }
}

}  // namespace

TEST_CASE("a thousand made-up days keep every promise of the alerting core") {
    log::set_level(log::Level::none);
    VirtualDisk disk;
    const auto must_pass = [&](std::uint64_t seed) {
        const Outcome outcome = simulate(disk, seed, false);
        CHECK_MESSAGE(!outcome.violation, "alerting_simulator --seed ", seed,
                      " --verbose: ", outcome.violation.value_or(""));
    };
    for (const std::uint64_t seed : kSeedsThatFailedOnce) must_pass(seed);
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) must_pass(seed);
    log::set_level(log::Level::info);
}

TEST_CASE("the same seed leaves the same rows again, and in a file what it leaves in memory") {
    log::set_level(log::Level::none);
    const auto folder = std::filesystem::temp_directory_path() /
                        ("wardlight-simulator-" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    {
        VirtualDisk memory;
        VirtualDisk file(folder / "disk.db");
        std::string before;
        for (std::uint64_t seed = 1; seed <= kSeedsCompared; ++seed) {
            CAPTURE(seed);
            CHECK_FALSE(simulate(memory, seed, false).violation);
            const std::string first = memory.digest();
            CHECK_FALSE(simulate(memory, seed, false).violation);
            CHECK(memory.digest() == first);
            CHECK_FALSE(simulate(file, seed, false).violation);
            CHECK(file.digest() == first);
            CHECK(first != before);
            before = first;
        }
    }
    std::filesystem::remove_all(folder);
    log::set_level(log::Level::info);
}

TEST_CASE("the second account of an alert refuses what comes early, late in order, or twice") {
    const Event second = event(EventKind::notified, 1, "medical_oncall");
    CHECK_FALSE(accepts(told(), second, 5min - 1us));
    CHECK(accepts(told(), second, 5min));
    CHECK_FALSE(accepts(told(), event(EventKind::notified, 0, "ward_nurse"), 5min));
    CHECK_FALSE(accepts(told(), event(EventKind::notified, 1, "site_coordinator"), 5min));
    CHECK_FALSE(accepts(told(), event(EventKind::chain_ended, 1), 5min));
    CHECK_FALSE(accepts(told(), event(EventKind::opened), 5min));
    CHECK_FALSE(accepts(told(), event(EventKind::woken), 5min));
    CHECK_FALSE(accepts(told(), event(EventKind::review_overdue), 5h));
    CHECK(accepts(told(), event(EventKind::raised), 1min));
    Waits waits = told();
    waits.add(second, Instant{} + 5min, kChain, alerts::Severity::critical);
    CHECK(waits.due() == Instant{} + 10min);
    CHECK_FALSE(accepts(waits, event(EventKind::chain_ended, 2), 10min - 1us));
    CHECK(accepts(waits, event(EventKind::chain_ended, 2), 10min));
}

TEST_CASE("a disk's faults do what they are called") {
    log::set_level(log::Level::none);
    // One statement that fails is nothing lost: the store runs the write once more by itself.
    struct Case {
        Fault fault;
        bool is_killed;
        bool is_kept;
    };
    for (const Case& one :
         {Case{Fault::none, false, true}, Case{Fault::statement_fails, false, true},
          Case{Fault::commit_fails, false, false}, Case{Fault::killed_in_statement, true, false},
          Case{Fault::killed_before_commit, true, false},
          Case{Fault::killed_after_commit, true, true}}) {
        CAPTURE(static_cast<int>(one.fault));
        VirtualDisk disk;
        const ManualClock clock(Instant{});
        auto opened = store::Store::open(disk.engine(), clock, {}, store::Writing::calling_thread);
        REQUIRE(opened);
        disk.plan(one.fault, 1);
        bool is_killed = false;
        try {
            const auto done = (*opened)->write([](store::WriteTransaction& tx) -> Result<> {
                TRY(tx.sql().run("INSERT INTO change_log VALUES (1, 0, 0, 'a', 1, 0, '')"));
                return tx.sql().run("INSERT INTO change_log VALUES (2, 0, 0, 'b', 1, 0, '')");
            });
            CHECK(done.has_value() == one.is_kept);
        } catch (const ProcessKilled&) {
            is_killed = true;
        }
        CHECK(is_killed == one.is_killed);
        opened->reset();
        disk.forget_uncommitted();
        auto rows = disk.sql().query("SELECT COUNT(*) FROM change_log");
        REQUIRE(*rows->next());
        CHECK(rows->integer(0) == (one.is_kept ? 2 : 0));
        CHECK(disk.planned() == Fault::none);
    }
    log::set_level(log::Level::info);
}
