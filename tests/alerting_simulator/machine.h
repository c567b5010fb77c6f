// The simulated machine: true time, which only the simulator knows, the time of day, which may be
// set wrong, and the server process, which may be killed and started again. One thread.
#pragma once

#include <fmt/format.h>

#include <memory>
#include <optional>

#include "alerting_simulator/history.h"
#include "alerting_simulator/virtual_disk.h"
#include "alerts/timer_runner.h"
#include "base/server_clock.h"
#include "store/store.h"

namespace wardlight::simulator {

class VirtualClocks final : public MachineClocks {
 public:
    explicit VirtualClocks(Instant start) : now_(start), started_(start) {}

    [[nodiscard]] Instant time_of_day() const override { return now_ + wrong_by_; }
    [[nodiscard]] Duration uptime() const override { return now_ - started_; }
    [[nodiscard]] std::string boot() const override { return fmt::format("boot-{}", boots_); }

    [[nodiscard]] Instant now() const { return now_; }
    void pass_until(Instant instant) { now_ = instant; }
    void set_time_of_day(Duration by) { wrong_by_ += by; }
    [[nodiscard]] Duration wrong_by() const { return wrong_by_; }
    void boot_again() {
        started_ = now_;
        ++boots_;
    }

 private:
    Instant now_;
    Instant started_;
    Duration wrong_by_{};
    int boots_ = 1;
};

/// How a write ended for whoever asked for it.
enum class Ending { done, refused, failed, unknown };

struct Answer {
    Ending ending = Ending::done;
    Error error;  // of refused and failed
};

class Machine {
 public:
    /// `disk` must be wiped and outlive this.
    Machine(VirtualDisk& disk, const alerts::Site& site, Instant start, History& history);

    VirtualClocks clocks;

    [[nodiscard]] Instant now() const { return clocks.now(); }
    [[nodiscard]] Instant server_now() const { return clock_->now(); }
    /// Lets true time pass.
    void pass_until(Instant instant);

    [[nodiscard]] bool is_running() const { return store_ != nullptr; }
    [[nodiscard]] store::Store& store() { return *store_; }
    /// Starts the server. Returns by how much waits may be other than they were in true time: only
    /// after a start of the machine, when nobody can know how long it was off.
    Duration start();
    void kill();
    /// Starts the machine anew: uptime begins again.
    void reboot();

    /// As any part of the server writes. `unknown`: the process was killed, nobody was told.
    Answer write(const store::WriteFunction& function);
    /// As the timer thread does. True when everything due was done undisturbed.
    bool run_timers();
    [[nodiscard]] std::optional<Instant> next_timer();
    /// The timer thread will find that the time of day was set.
    [[nodiscard]] bool is_clock_set() const;

    /// True time of the newest committed write.
    [[nodiscard]] Instant last_write() const { return last_write_; }
    /// When a fault last met the timer thread; alerts may then be put off for a while.
    [[nodiscard]] std::optional<Instant> last_timer_fault() const { return last_timer_fault_; }

 private:
    [[nodiscard]] Duration lost_time() const;
    [[nodiscard]] bool is_marked() const;
    [[nodiscard]] bool has_kept_clock() const;
    /// Whatever the server was told: what is on disk counts.
    void note_writes();

    VirtualDisk& disk_;
    const alerts::Site& site_;
    History& history_;
    Instant start_;
    std::unique_ptr<ServerClock> clock_;
    std::unique_ptr<store::Store> store_;
    /// Of the server's clock before the true time, as long as the machine was not started anew.
    Duration ahead_by_{};
    bool has_booted_ = false;
    std::int64_t last_change_ = 0;
    Instant last_write_;
    std::optional<Instant> last_timer_fault_;
};

}  // namespace wardlight::simulator
