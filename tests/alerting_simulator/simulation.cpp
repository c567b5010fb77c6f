#include "alerting_simulator/simulation.h"

#include "alerting_simulator/entropy.h"
#include "alerting_simulator/network.h"
#include "alerting_simulator/phones.h"
#include "alerting_simulator/troubles.h"
#include "alerting_simulator/truth.h"
#include "alerting_simulator/violation.h"

namespace wardlight::simulator {
namespace {

using namespace std::chrono_literals;

constexpr int kStepsMost = 100'000;

class Simulation {
 public:
    Simulation(std::uint64_t seed, VirtualDisk& disk, bool is_verbose)
        : run_(seed, disk, is_verbose), network_(run_), phones_(run_), troubles_(run_) {}

    Outcome play(bool prints) {
        Outcome outcome;
        try {
            begin();
            while (!is_done()) step();
            end();
        } catch (const Violation& violation) {
            outcome.violation = violation.what;
            run_.history.note("VIOLATION: " + violation.what);
        }
        if (prints) run_.history.print();
        outcome.steps = steps_;
        outcome.events = run_.checker.event_count();
        return outcome;
    }

 private:
    void begin() {
        run_.machine.pass_until(run_.plan.start);
        phones_.schedule();
        troubles_.schedule();
        network_.schedule();
        run_.agenda.at(run_.end(), [this] { stop_everything(); });
    }

    /// From now on the disk works, the clock is left alone, nobody acts, and what is under way
    /// arrives.
    void stop_everything() {
        run_.is_over = true;
        run_.sleeps_until = run_.timers_blocked_until = run_.machine.now();
        run_.history.note("nobody acts any more");
    }

    [[nodiscard]] bool is_done() {
        return run_.is_over && run_.agenda.is_empty() && run_.machine.is_running() && !next_wake();
    }

    /// When the timer thread looks again: at the next timer, and within a second when the clock was
    /// set.
    std::optional<Instant> next_wake() {
        if (!run_.machine.is_running()) return std::nullopt;
        auto wake = run_.machine.next_timer();
        if (run_.machine.is_clock_set()) {
            const Instant soon = run_.machine.now() + run_.dice.time(0s, 1s);
            wake = wake ? std::min(*wake, soon) : soon;
        }
        if (!wake) return std::nullopt;
        return std::max(
            {*wake, run_.machine.now(), run_.sleeps_until, run_.timers_blocked_until, not_before_});
    }

    void step() {
        if (++steps_ > kStepsMost) throw Violation{"the run does not end"};
        const auto wake = next_wake();
        if (wake && (run_.agenda.is_empty() || *wake <= run_.agenda.next())) {
            run_.machine.pass_until(*wake);
            run_timers();
        } else {
            run_.machine.pass_until(run_.agenda.next());
            run_.agenda.do_next();
        }
        troubles_.server_stopped();
        phones_.ring(run_.checker.after_step());
    }

    void run_timers() {
        run_.tempt_fate();
        const bool is_undisturbed = run_.machine.run_timers();
        not_before_ = is_undisturbed ? run_.machine.now() : run_.machine.now() + 1s;
        if (!is_undisturbed) return;
        phones_.ring(run_.checker.after_step());
        run_.checker.nothing_is_overdue();
    }

    void end() {
        run_.checker.nothing_is_overdue();
        run_.checker.everything_has_ended();
        phones_.look_at_all();
        // A clock that runs days ahead makes new results look too old to be told: a hazard of its
        // own (docs/hazards.md), which no rule of these checks can see past.
        if (run_.most_wrong > 8h) return;
        auto snapshot = run_.machine.store().read();
        check_truth(*snapshot, run_.hospital);
    }

    Run run_;
    Network network_;
    Phones phones_;
    Troubles troubles_;
    Instant not_before_;
    int steps_ = 0;
};

}  // namespace

Outcome simulate(VirtualDisk& disk, std::uint64_t seed, bool prints) {
    disk.wipe();
    seed_entropy(seed);
    return Simulation(seed, disk, prints).play(prints);
}

}  // namespace wardlight::simulator
