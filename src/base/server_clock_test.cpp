#include "base/server_clock.h"

#include <doctest/doctest.h>

using namespace wardlight;
using namespace std::chrono_literals;

namespace {

class HandMachine final : public MachineClocks {
 public:
    [[nodiscard]] Instant time_of_day() const override { return shown; }
    [[nodiscard]] Duration uptime() const override { return up; }
    [[nodiscard]] std::string boot() const override { return "one"; }

    Instant shown = from_micros(1'790'000'000'000'000);
    Duration up = 3h;
};

}  // namespace

TEST_CASE("a server's clock counts what passes and not what is set") {
    HandMachine machine;
    const Instant start = machine.shown;
    ServerClock clock(machine);
    CHECK(clock.now() == start);
    CHECK(clock.set_by() == 0s);
    machine.up += 5min;
    machine.shown += 5min - 1h;
    CHECK(clock.now() == start + 5min);
    CHECK(clock.set_by() == -1h);
    clock.set_at_boot(clock.at_boot() - 1h);
    CHECK(clock.now() == machine.shown);
    CHECK(clock.set_by() == 0s);
}

TEST_CASE("the system's uptime goes forwards only, and its time of day is this century's") {
    const SystemMachineClocks machine;
    const Duration before = machine.uptime();
    CHECK(before > 0s);
    CHECK(machine.uptime() >= before);
    CHECK(machine.time_of_day() > from_micros(1'700'000'000'000'000));
    CHECK(machine.boot() == machine.boot());
}
