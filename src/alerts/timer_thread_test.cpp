// The thread that does what is due, when it comes to what it cannot do.
#include <doctest/doctest.h>

#include <future>
#include <thread>

#include "alerts/clock_change.h"
#include "alerts/test_hospital.h"
#include "alerts/timer_runner.h"

using namespace wardlight;
using namespace wardlight::alerts;
using namespace std::chrono_literals;

namespace {

class Ward : public HospitalWithAlert {
 public:
    std::size_t told() { return count_events(only_alert().id, EventKind::notified); }
    Instant next() {
        auto snapshot = data->read();
        const auto due = store::next_timer(*snapshot, kTimerKind);
        REQUIRE(due);
        REQUIRE(*due);
        return **due;
    }
};

class StandingMachine final : public MachineClocks {
 public:
    explicit StandingMachine(Instant now) : now_(now) {}
    [[nodiscard]] Instant time_of_day() const override { return now_ + set_by; }
    [[nodiscard]] Duration uptime() const override { return 1h; }
    [[nodiscard]] std::string boot() const override { return "1"; }

    Duration set_by{};

 private:
    Instant now_;
};

}  // namespace

TEST_CASE("a store that is busy is asked again later, and no timer is put off for it") {
    Ward ward;
    ward.data.clock.advance(5min);
    const Instant due = ward.next();
    ward.directory.failure = Error{ErrorCode::busy, "made to fail", ""};
    const auto refused = TimerRunner::run_once(*ward.data, ward.site);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::busy);
    CHECK(ward.next() == due);
    ward.directory.failure.reset();
    const std::size_t told = ward.told();
    REQUIRE(TimerRunner::run_once(*ward.data, ward.site));
    CHECK(ward.told() == told + 1);
}

TEST_CASE("timers that another has done meanwhile are not done again") {
    Ward ward;
    ward.data.clock.advance(5min);
    const std::size_t told = ward.told();
    std::promise<void> started;
    std::promise<void> may_go_on;
    std::thread other([&] {
        CHECK(ward.data->write([&](store::WriteTransaction& tx) -> Result<> {
            started.set_value();
            may_go_on.get_future().wait();
            TRY(run_due_timers(tx, ward.site));
            return {};
        }));
    });
    started.get_future().wait();
    // Sees the timer due and comes to its turn when the other has done it.
    std::thread runner([&] { CHECK(TimerRunner::run_once(*ward.data, ward.site)); });
    while (!ward.data->is_anybody_waiting()) std::this_thread::yield();
    may_go_on.set_value();
    other.join();
    runner.join();
    CHECK(ward.told() == told + 1);
}

TEST_CASE("nothing is done by a clock that cannot be followed") {
    Ward ward;
    StandingMachine machine(ward.data.clock.now());
    ServerClock clock(machine);
    REQUIRE(resume_clock(*ward.data, clock));
    machine.set_by = 1h;
    ward.data.clock.advance(5min);
    const std::size_t told = ward.told();
    ward.data.failures.fail_from(1);
    const auto refused = TimerRunner::run_once(*ward.data, ward.site, &clock);
    ward.data.failures.fail_at(0);
    REQUIRE_FALSE(refused);
    CHECK(ward.told() == told);
}

TEST_CASE("the thread goes on after each statement that fails while it looks what is due") {
    Ward ward;
    const std::size_t told = ward.told();
    {
        const TimerRunner runner(*ward.data, ward.site);
        constexpr int kStatementsOfOneLook = 12;
        for (int n = 1; n <= kStatementsOfOneLook; ++n) {
            CAPTURE(n);
            ward.data.failures.fail_at(n);
            for (int i = 0; i < 10'000 && !ward.data.failures.has_failed(); ++i) {
                ward.data->wake_waiters();
                (void)ward.data->wait_for_change(ward.data->last_change(), 2ms);
            }
            CHECK(ward.data.failures.has_failed());
        }
        ward.data.failures.fail_at(0);
        ward.data.clock.advance(5min);
        for (int i = 0; i < 10'000 && ward.told() == told; ++i) {
            ward.data->wake_waiters();
            (void)ward.data->wait_for_change(ward.data->last_change(), 2ms);
        }
    }
    CHECK(ward.told() == told + 1);
}
