#include "alerting_simulator/machine.h"

#include "alerting_simulator/violation.h"
#include "alerts/alert_table.h"
#include "alerts/clock_change.h"
#include "alerts/schema.h"
#include "store/timers.h"

namespace wardlight::simulator {

Machine::Machine(VirtualDisk& disk, const alerts::Site& site, Instant start, History& history)
    : clocks(start),
      disk_(disk),
      site_(site),
      history_(history),
      start_(start),
      clock_(std::make_unique<ServerClock>(clocks)),
      last_write_(start) {}

void Machine::pass_until(Instant instant) {
    if (instant > clocks.now()) clocks.pass_until(instant);
    history_.set_time(clocks.now() - start_, clock_->now());
}

/// What docs/alerts.md promises after a start of the machine, in true time.
Duration Machine::lost_time() const {
    constexpr auto kTolerance = std::chrono::seconds(2);
    if (!has_booted_) return {};
    const Instant newest_on_record = last_write_ + ahead_by_;
    if (newest_on_record > clocks.time_of_day() + kTolerance) return clocks.now() - last_write_;
    return ahead_by_ - clocks.wrong_by();
}

/// Whether a start that was cut off had already taken effect.
bool Machine::is_marked() const {
    auto rows = disk_.sql().query("SELECT boot, at FROM clock_mark");
    return rows && *rows->next() && rows->text(0) == clocks.boot() &&
           rows->integer(1) == to_micros(clock_->now());
}

/// Whether a change of the clock was written before the process ended.
bool Machine::has_kept_clock() const {
    auto rows = disk_.sql().query("SELECT at_boot FROM clock_mark");
    return rows && *rows->next() && rows->integer(0) == to_micros(clock_->at_boot());
}

Duration Machine::start() {
    clock_ = std::make_unique<ServerClock>(clocks);
    auto opened = store::Store::open(
        disk_.engine(), *clock_, {{"timer", store::kTimerSteps}, {"alerts", alerts::kAlertSteps}},
        store::Writing::calling_thread);
    if (!opened) throw Violation{"the store does not open: " + opened.error().message};
    store_ = std::move(*opened);
    disk_.keep_as_new();
    const bool has_fault = disk_.planned() != Fault::none;
    const Duration lost = lost_time();
    bool is_up = false;
    try {
        is_up = alerts::resume_clock(*store_, *clock_).has_value();
        if (!is_up && !has_fault) throw Violation{"the server does not start"};
    } catch (const ProcessKilled&) {
        history_.note("server is killed while it starts");
    }
    if (!is_up) kill();
    const bool has_effect = is_up || is_marked();
    if (!has_effect) return {};
    has_booted_ = false;
    ahead_by_ = clock_->now() - clocks.now();
    note_writes();
    last_write_ = clocks.now();  // the mark, which is no change of a resource
    history_.set_time(clocks.now() - start_, clock_->now());
    if (is_up) history_.note("server runs");
    return lost;
}

void Machine::note_writes() {
    auto rows = disk_.sql().query("SELECT COALESCE(MAX(number), 0) FROM change_log");
    if (!rows || !*rows->next()) throw Violation{"the change log cannot be read"};
    if (rows->integer(0) == last_change_) return;
    last_change_ = rows->integer(0);
    last_write_ = clocks.now();
}

void Machine::kill() {
    store_.reset();
    disk_.forget_uncommitted();
    note_writes();
    history_.note("server is down");
}

void Machine::reboot() {
    clocks.boot_again();
    has_booted_ = true;
    history_.note("machine starts anew");
}

Answer Machine::write(const store::WriteFunction& function) {
    const bool has_fault = disk_.planned() != Fault::none;
    try {
        const auto done = store_->write(function);
        if (done) {
            note_writes();
            return {Ending::done, {}};
        }
        // The virtual disk's own errors have this code, and nothing else in the core has.
        const bool is_refused = done.error().code != ErrorCode::unavailable;
        if (!is_refused && !has_fault)
            throw Violation{"a write failed without a fault: " + done.error().message};
        return {is_refused ? Ending::refused : Ending::failed, done.error()};
    } catch (const ProcessKilled&) {
        kill();
        return {Ending::unknown, {}};
    }
}

bool Machine::run_timers() {
    const bool has_fault = disk_.planned() != Fault::none;
    try {
        const auto done = alerts::TimerRunner::run_once(*store_, site_, clock_.get());
        note_writes();
        ahead_by_ = clock_->now() - clocks.now();
        const bool is_disturbed = has_fault && disk_.planned() == Fault::none;
        if (!done && !is_disturbed)
            throw Violation{"timers failed without a fault: " + done.error().message};
        if (is_disturbed) last_timer_fault_ = clocks.now();
        return done && !is_disturbed;
    } catch (const ProcessKilled&) {
        last_timer_fault_ = clocks.now();
        kill();
        if (has_kept_clock()) ahead_by_ = clock_->now() - clocks.now();
        return false;
    }
}

bool Machine::is_clock_set() const {
    const Duration by = clock_->set_by();
    return by > alerts::kClockTolerance || by < -alerts::kClockTolerance;
}

std::optional<Instant> Machine::next_timer() {
    auto snapshot = store_->read();
    const auto due = store::next_timer(*snapshot, alerts::kTimerKind);
    if (!due) throw Violation{"timers cannot be read: " + due.error().message};
    if (!*due) return std::nullopt;
    return clocks.now() + (**due - clock_->now());
}

}  // namespace wardlight::simulator
