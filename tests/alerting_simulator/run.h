// Everything one run is made of, and the agenda of what is still to happen. One thread.
#pragma once

#include <functional>
#include <map>
#include <utility>

#include "alerting_simulator/checker.h"
#include "alerting_simulator/plan.h"

namespace wardlight::simulator {

/// What is still to happen, in order of time; what was entered first comes first.
class Agenda {
 public:
    void at(Instant instant, std::function<void()> what) {
        entries_.emplace(std::pair(instant, ++entered_), std::move(what));
    }
    [[nodiscard]] bool is_empty() const { return entries_.empty(); }
    [[nodiscard]] Instant next() const { return entries_.begin()->first.first; }
    void do_next() {
        const auto entry = entries_.extract(entries_.begin());
        entry.mapped()();
    }

 private:
    std::map<std::pair<Instant, std::int64_t>, std::function<void()>> entries_;
    std::int64_t entered_ = 0;
};

struct Run {
    Run(std::uint64_t seed, VirtualDisk& the_disk, bool is_verbose)
        : dice(seed),
          plan(plan_of(dice)),
          history(is_verbose),
          disk(the_disk),
          hospital(*TimeZone::find(plan.zone)),
          machine(disk, hospital.site, plan.start, history),
          checker(disk, machine, hospital, history) {}

    Dice dice;
    Plan plan;
    History history;
    VirtualDisk& disk;
    Hospital hospital;
    Machine machine;
    Checker checker;
    Agenda agenda;

    /// Nothing new happens any more; what is under way still arrives.
    bool is_over = false;
    /// The machine sleeps, or the timer thread gets no turn, until then.
    Instant sleeps_until;
    Instant timers_blocked_until;
    /// The furthest the time of day was ever wrong.
    Duration most_wrong{};

    [[nodiscard]] bool can_serve() const {
        return machine.is_running() && machine.now() >= sleeps_until;
    }
    [[nodiscard]] Instant end() const { return plan.start + plan.length; }
    Instant some_time() { return plan.start + dice.time(Duration(0), plan.length); }
    /// Perhaps the next write meets a fault.
    void tempt_fate() {
        if (is_over || dice.between(1, 1000) > plan.disk_fault_permille) return;
        disk.plan(static_cast<Fault>(dice.small(1, 5)), dice.small(0, 60));
    }
};

}  // namespace wardlight::simulator
