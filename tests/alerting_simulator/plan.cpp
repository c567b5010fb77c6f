#include "alerting_simulator/plan.h"

#include "alerting_simulator/violation.h"

namespace wardlight::simulator {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;
using std::chrono::hours;
using std::chrono::sys_days;
using namespace std::chrono;

/// Noon before the nights in which London's clocks change, and any day of the year.
Instant start_of(Dice& dice) {
    const Instant spring = sys_days{2026y / March / 28} + 12h;
    const Instant autumn = sys_days{2026y / October / 24} + 12h;
    if (dice.chance(15)) return spring;
    if (dice.chance(15)) return autumn;
    return sys_days{2026y / January / 1} + days(dice.between(0, 364)) +
           std::chrono::minutes(dice.between(0, 24 * 60 - 1));
}

}  // namespace

Plan plan_of(Dice& dice) {
    Plan plan;
    plan.start = start_of(dice);
    plan.zone = dice.chance(80) ? "Europe/London" : "Asia/Hong_Kong";
    // Most runs are small: a million of them find more than a tenth of that many large ones.
    const bool is_large = dice.chance(15);
    plan.length = hours(is_large ? dice.between(12, 36) : dice.between(2, 12));
    plan.patients = is_large ? dice.small(2, 3) : dice.chance(75) ? 1 : 2;
    plan.results_per_patient = is_large ? dice.small(2, 5) : dice.small(1, 4);
    plan.sets_per_patient = dice.chance(is_large ? 70 : 25) ? dice.small(1, 2) : 0;
    plan.corrected_percent = dice.small(0, 40);
    plan.late_percent = dice.small(0, 50);
    plan.doubled_percent = dice.small(0, 30);
    plan.reacting_percent = dice.chance(15) ? 0 : dice.small(10, 60);
    plan.gap_percent = dice.chance(50) ? 0 : dice.small(5, 100);
    plan.has_merge = plan.patients > 1 && dice.chance(25);
    plan.has_moves = dice.chance(40);
    plan.people_changes = dice.chance(30) ? dice.small(1, 3) : 0;
    plan.setting_changes = dice.chance(30) ? dice.small(1, 3) : 0;
    const bool is_calm = dice.chance(25);
    if (is_calm) return plan;
    plan.disk_fault_permille = dice.chance(60) ? dice.small(5, 120) : 0;
    plan.restarts = dice.chance(40) ? dice.small(1, 3) : 0;
    plan.sleeps = dice.chance(30) ? dice.small(1, 2) : 0;
    plan.clock_changes = dice.chance(50) ? dice.small(1, 4) : 0;
    plan.has_power_cuts = dice.chance(20);
    return plan;
}

}  // namespace wardlight::simulator
