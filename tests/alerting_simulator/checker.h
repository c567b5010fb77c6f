// What must hold after every step of a run, checked against the rows on disk and an account of its
// own (waits.h); throws Violation. One thread.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "alerting_simulator/hospital.h"
#include "alerting_simulator/machine.h"
#include "alerting_simulator/waits.h"
#include "alerts/inbox.h"

namespace wardlight::simulator {

class Checker {
 public:
    Checker(VirtualDisk& disk, Machine& machine, const Hospital& hospital, History& history)
        : disk_(disk), machine_(machine), hospital_(hospital), history_(history) {}

    /// Takes in what is new on disk; the server may be down. Returns who was told something.
    std::vector<AccountId> after_step();
    /// After the timer thread did undisturbed what was due: nothing may be left over.
    void nothing_is_overdue() const;
    /// What one person sees.
    void inbox_of(const alerts::Viewer& viewer, const alerts::Inbox& inbox) const;
    /// Nobody acted any more, and time ran out: everything is where somebody sees it.
    void everything_has_ended();
    /// A restart of the machine that lost the true time.
    void move_waits(Duration by);

    [[nodiscard]] std::int64_t event_count() const { return events_; }

 private:
    struct Known {
        alerts::AlertState folded;
        Waits waits;
        std::int64_t events = 0;
        std::string key;  // patient, rule, analyte
        bool was_merged = false;
    };

    void take_in(const std::string& id, std::int64_t events, std::vector<AccountId>& told);
    void add(const alerts::Alert& alert, const alerts::Event& event, Known& known);
    void check_recipients(const alerts::Alert& alert, const alerts::Event& event) const;
    void check_states_agree(const alerts::Alert& alert, const Known& known) const;
    void check_timers();
    void check_one_living() const;
    void check_notifications(const std::string& id, const Known& known);

    VirtualDisk& disk_;
    Machine& machine_;
    const Hospital& hospital_;
    History& history_;
    std::map<std::string, Known> alerts_;
    std::int64_t events_ = 0;
};

}  // namespace wardlight::simulator
