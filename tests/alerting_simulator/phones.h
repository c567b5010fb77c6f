// The people: who looks at their phone when, what they do with what they see, and how their taps
// reach the server: late, twice, after somebody else's, from people who went home meanwhile. Some
// never react. One thread.
#pragma once

#include <vector>

#include "alerting_simulator/run.h"
#include "alerts/actions.h"

namespace wardlight::simulator {

class Phones {
 public:
    explicit Phones(Run& run) : run_(run) {}

    /// Hires everybody and enters their rounds.
    void schedule();
    /// These people were told something just now.
    void ring(const std::vector<AccountId>& told);
    /// Every person's inbox, checked.
    void look_at_all();

 private:
    struct Tap {
        AlertId alert;
        alerts::Viewer viewer;
        alerts::ActionRequest request;
    };

    void look(const AccountId& person, bool is_round);
    void look_at_switchboard(bool is_round);
    void act_on(const alerts::Alert& alert, const alerts::Viewer& viewer);
    alerts::ActionRequest choose(const alerts::Alert& alert, const AccountId& viewer);
    alerts::Action choose_action(const alerts::AlertState& state, const AccountId& viewer);
    void send(const Tap& tap, Instant at, int attempts);
    void arrive(const Tap& tap, int attempts);
    /// An alert as it was before a tap.
    struct Before {
        std::int64_t events = 0;
        std::int64_t version = 0;
    };
    void check_effect(const Tap& tap, const Answer& answer, const Before& before) const;
    [[nodiscard]] std::vector<alerts::Event> events_after(const AlertId& id,
                                                          std::int64_t sequence) const;
    [[nodiscard]] Before read(const AlertId& id) const;

    Run& run_;
};

}  // namespace wardlight::simulator
