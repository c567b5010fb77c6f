// What kind of run a seed gives: how long, how eager the people, how bad the network, which faults.
// Some runs are calm, so that a mistake that needs no fault is found with a short history.
#pragma once

#include "alerting_simulator/dice.h"

namespace wardlight::simulator {

struct Plan {
    Instant start;
    const char* zone = "Europe/London";
    Duration length{};
    int patients = 1;
    int results_per_patient = 3;
    int sets_per_patient = 1;
    int corrected_percent = 20;
    int late_percent = 20;
    int doubled_percent = 10;
    int reacting_percent = 60;  // of notifications that make somebody look
    int gap_percent = 10;       // of shifts that nobody has
    int disk_fault_permille = 0;
    int restarts = 0;
    int sleeps = 0;  // of the whole machine
    int clock_changes = 0;
    bool has_power_cuts = false;
    int setting_changes = 0;
    int people_changes = 0;
    bool has_merge = false;
    bool has_moves = false;
};

[[nodiscard]] Plan plan_of(Dice& dice);

}  // namespace wardlight::simulator
