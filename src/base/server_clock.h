// The time a running server goes by. The machine's time of day may be set, forwards or back, by a
// person, by NTP or by a leap second; the time since it was started cannot. A server reads the time
// of day once, when it starts, and from then on adds what has really passed: nobody who waits five
// minutes for an answer waits an hour because a clock was set. Where the two have come apart is
// decided by whoever owns the waits (alerts/clock_change.h): it moves them and this clock together.
// Thread-safe.
#pragma once

#include <atomic>
#include <string>

#include "base/clock.h"

namespace wardlight {

/// What the machine offers.
class MachineClocks {
 public:
    virtual ~MachineClocks() = default;
    /// May be set.
    [[nodiscard]] virtual Instant time_of_day() const = 0;
    /// Since the machine was started, sleep included; is never set.
    [[nodiscard]] virtual Duration uptime() const = 0;
    /// Differs after each start of the machine.
    [[nodiscard]] virtual std::string boot() const = 0;
};

class SystemMachineClocks final : public MachineClocks {
 public:
    [[nodiscard]] Instant time_of_day() const override { return SystemClock().now(); }
    [[nodiscard]] Duration uptime() const override;
    [[nodiscard]] std::string boot() const override;
};

class ServerClock final : public Clock {
 public:
    /// `machine` must outlive this.
    explicit ServerClock(const MachineClocks& machine)
        : machine_(machine),
          started_at_(to_micros(machine.time_of_day()) - machine.uptime().count()) {}

    [[nodiscard]] Instant now() const override {
        return from_micros(started_at_.load() + machine_.uptime().count());
    }
    /// How far the machine's time of day has been set away from this clock; positive: forwards.
    [[nodiscard]] Duration set_by() const { return machine_.time_of_day() - now(); }

    /// What this clock would have shown at uptime 0; with boot() it tells a later process on the
    /// same machine what time it is, whatever the time of day says.
    [[nodiscard]] Instant at_boot() const { return from_micros(started_at_.load()); }
    void set_at_boot(Instant instant) { started_at_.store(to_micros(instant)); }
    [[nodiscard]] const MachineClocks& machine() const { return machine_; }

 private:
    const MachineClocks& machine_;
    std::atomic<std::int64_t> started_at_;
};

}  // namespace wardlight
