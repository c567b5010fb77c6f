// What docs/alerts.md says must happen to one alert by itself, and when, in true time: a second,
// simple account of the state machine and the chain, kept from the alert's events alone and sharing
// no code with the product's. Throws Violation when an event comes too early, twice, out of order
// or in a state that forbids it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alerts/alert.h"

namespace wardlight::simulator {

enum class Phase { none, suppressed, open, acknowledged, snoozed, triaged, closed, retracted };

class Waits {
 public:
    /// `steps` and `severity` are the alert's after the write that holds the event.
    void add(const alerts::Event& event, Instant now, const std::vector<alerts::Step>& steps,
             alerts::Severity severity);

    /// When something must happen by itself.
    [[nodiscard]] std::optional<Instant> due() const;
    /// A restart of the machine that lost the true time changed what is left.
    void move(Duration by);

    [[nodiscard]] Phase phase() const { return phase_; }
    [[nodiscard]] const AccountId& owner() const { return owner_; }
    [[nodiscard]] const AccountId& pending() const { return pending_; }
    [[nodiscard]] bool is_on_switchboard() const { return is_on_switchboard_; }
    [[nodiscard]] bool is_alive() const {
        return phase_ == Phase::open || phase_ == Phase::acknowledged || phase_ == Phase::snoozed ||
               phase_ == Phase::triaged;
    }

 private:
    void restart(Instant now, const std::vector<alerts::Step>& steps);
    void take_step(const alerts::Event& event, Instant now, const std::vector<alerts::Step>& steps);
    void end_chain(const alerts::Event& event, Instant now, const std::vector<alerts::Step>& steps);
    void give_to(const AccountId& owner);
    void stop_waits();
    void drop_handover();
    void snooze(const alerts::Event& event, Instant now, alerts::Severity severity);

    Phase phase_ = Phase::none;
    AccountId owner_;
    AccountId pending_;
    std::size_t next_step_ = 0;
    bool is_anyone_told_ = false;
    bool is_on_switchboard_ = false;
    std::optional<Instant> step_;
    std::optional<Instant> undo_;
    std::optional<Instant> review_;
    std::optional<Instant> handover_;
    std::optional<Instant> snooze_;
};

}  // namespace wardlight::simulator
