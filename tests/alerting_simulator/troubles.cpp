#include "alerting_simulator/troubles.h"

#include <fmt/format.h>

#include <algorithm>

#include "alerting_simulator/violation.h"
#include "alerts/policy.h"

namespace wardlight::simulator {
namespace {

using namespace std::chrono_literals;
using std::chrono::hours;

constexpr auto kShift = hours(12);

}  // namespace

void Troubles::schedule() {
    start_server();
    save_first_rota();
    const auto enter = [&](int times, void (Troubles::*what)()) {
        for (int i = 0; i < times; ++i)
            run_.agenda.at(run_.some_time(), [this, what] { (this->*what)(); });
    };
    enter(run_.plan.restarts, &Troubles::stop_server);
    enter(run_.plan.sleeps, &Troubles::sleep);
    enter(run_.plan.clock_changes, &Troubles::set_clock);
    enter(run_.plan.people_changes, &Troubles::change_people);
    for (int i = 0; i < run_.plan.setting_changes; ++i)
        enter(1, run_.dice.chance(50) ? &Troubles::edit_rota : &Troubles::edit_chains);
}

void Troubles::save_first_rota() {
    alerts::Rota rota = alerts::default_rota();
    const Instant first = std::chrono::floor<std::chrono::hours>(run_.plan.start) - kShift;
    for (const auto& [role, people] : std::vector<std::pair<std::string, std::vector<std::string>>>{
             {"renal_oncall", {"renal-1", "renal-2"}},
             {"medical_oncall", {"medic", "renal-2"}},
             {"outreach", {"outreach"}},
             {"site_coordinator", {"site"}}}) {
        for (Instant from = first; from < run_.end() + hours(24); from += kShift) {
            if (run_.dice.chance(run_.plan.gap_percent)) continue;
            rota.shifts.push_back({fmt::format("shift-{}", rota.shifts.size()), role,
                                   AccountId{run_.dice.pick(people)}, from, from + kShift});
        }
    }
    if (!save_rota(rota)) throw Violation{"the first rota is refused"};
}

bool Troubles::save_rota(const alerts::Rota& rota) {
    const std::int64_t version = run_.hospital.rota.version;
    const Answer answer = run_.machine.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(alerts::save_rota(tx, rota, version, AccountId{"admin"}, true));
        return {};
    });
    store::Snapshot snapshot(run_.disk.sql(), nullptr);
    auto now = alerts::load_rota(snapshot);
    if (!now) throw Violation{"the rota cannot be read: " + now.error().message};
    run_.hospital.rota = std::move(*now);
    return answer.ending == Ending::done;
}

void Troubles::start_server() {
    is_start_entered_ = false;
    if (run_.machine.is_running()) return;
    const bool is_first = run_.machine.now() == run_.plan.start;
    if (!is_first) run_.tempt_fate();
    const Duration lost = run_.machine.start();
    run_.disk.plan(Fault::none, 0);
    run_.checker.move_waits(lost);
    if (lost != 0s) run_.history.note(fmt::format("waits moved by {} s", lost / 1s));
    server_stopped();
}

void Troubles::server_stopped() {
    if (run_.machine.is_running() || is_start_entered_) return;
    is_start_entered_ = true;
    if (run_.plan.has_power_cuts && run_.dice.chance(50)) {
        run_.machine.reboot();
        if (run_.dice.chance(50)) set_clock();
    }
    run_.agenda.at(run_.machine.now() + run_.dice.delay(1s, 30min), [this] { start_server(); });
}

void Troubles::stop_server() {
    if (!run_.machine.is_running()) return;
    run_.machine.kill();
    server_stopped();
}

void Troubles::sleep() {
    const Duration length = run_.dice.delay(1min, 5h);
    const bool is_machine = run_.dice.chance(50);
    (is_machine ? run_.sleeps_until : run_.timers_blocked_until) = run_.machine.now() + length;
    run_.history.note(
        fmt::format("{} for {} s", is_machine ? "machine sleeps" : "no timers run", length / 1s));
}

void Troubles::set_clock() {
    const std::vector<Duration> sizes = {1s, 1s, 2s, 3s, 5min, 1h, 3h, hours(26), hours(24 * 40)};
    Duration by = run_.dice.pick(sizes);
    if (run_.dice.chance(50)) by = -by;
    // Somebody notices and sets it right.
    if (run_.dice.chance(25)) by = -run_.machine.clocks.wrong_by();
    run_.machine.clocks.set_time_of_day(by);
    run_.most_wrong = std::max(run_.most_wrong, run_.machine.clocks.wrong_by());
    run_.history.note(fmt::format("clock is set by {} s", by / 1s));
}

void Troubles::edit_rota() {
    if (!run_.can_serve()) return;
    alerts::Rota rota = run_.hospital.rota;
    if (rota.shifts.empty()) return;
    run_.history.note("the rota is edited");
    for (int i = 0; i < 4 && !rota.shifts.empty(); ++i) {
        alerts::Shift& shift = run_.dice.pick(rota.shifts);
        if (run_.dice.chance(50))
            shift.person = AccountId{run_.dice.chance(50) ? "renal-1" : "medic"};
        else
            shift.until = std::max(shift.from + 1h, shift.until - hours(run_.dice.between(0, 11)));
    }
    run_.tempt_fate();
    (void)save_rota(rota);
}

void Troubles::edit_chains() {
    if (!run_.can_serve()) return;
    store::Snapshot snapshot(run_.disk.sql(), nullptr);
    auto set = alerts::load_policies(snapshot);
    if (!set) throw Violation{"the chains cannot be read"};
    run_.history.note("the chains are edited");
    for (alerts::Policy& policy : set->policies) {
        for (alerts::Step& step : policy.steps)
            if (run_.dice.chance(30)) step.after = std::chrono::seconds(run_.dice.between(0, 3600));
        if (run_.dice.chance(20))
            policy.steps.insert(policy.steps.begin(), {0s, std::string(alerts::kOwnerTeam)});
        if (run_.dice.chance(10)) policy.steps.erase(policy.steps.begin(), policy.steps.end() - 1);
    }
    // By night another chain: 20:00 to 08:00 on the hospital's clocks.
    set->routes.insert(set->routes.begin(), {"aki", "*", {}, 20 * 60, 8 * 60, "medical", "other"});
    run_.tempt_fate();
    const Answer answer = run_.machine.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(alerts::save_policies(tx, alerts::to_json(*set), set->version, AccountId{"admin"}));
        return {};
    });
    if (answer.ending == Ending::refused)
        throw Violation{"chains are refused: " + answer.error.message + " " + answer.error.where};
}

void Troubles::change_people() {
    auto& staff = run_.hospital.staff.all;
    if (!away_.empty() && run_.dice.chance(40)) {
        run_.history.note(away_.back().id.value + " is back");
        staff.push_back(away_.back());
        away_.pop_back();
        return;
    }
    if (staff.empty()) return;
    const auto who =
        staff.begin() + run_.dice.between(0, static_cast<std::int64_t>(staff.size()) - 1);
    run_.history.note(who->id.value + " is removed");
    away_.push_back(*who);
    staff.erase(who);
}

}  // namespace wardlight::simulator
