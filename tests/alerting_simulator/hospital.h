// The simulated hospital: its people, rota, patients and what was measured of them. Plain data; the
// simulation changes it, the checks read it. One thread.
#pragma once

#include <string>
#include <vector>

#include "alerting_simulator/facts.h"
#include "alerts/people.h"
#include "alerts/rota.h"
#include "alerts/site.h"

namespace wardlight::simulator {

class Staff final : public alerts::Directory {
 public:
    std::vector<alerts::Person> all;
    Result<std::vector<alerts::Person>> people(store::Snapshot&) const override { return all; }
};

struct SimulatedPatient {
    std::string id;
    std::string ward;
    int merged_into = -1;
    /// Was on dialysis or on a ward where kidney injury is not told.
    bool is_exempt_from_aki = false;
};

struct Hospital {
    explicit Hospital(TimeZone zone) : site(std::move(zone), staff, {"ICU"}) {}

    Staff staff;
    alerts::Site site;
    alerts::Rota rota;  // as last saved
    std::vector<SimulatedPatient> patients;
    std::vector<Fact> facts;

    /// The record that a patient's data are under now.
    [[nodiscard]] int survivor(int patient) const {
        while (patients[static_cast<std::size_t>(patient)].merged_into >= 0)
            patient = patients[static_cast<std::size_t>(patient)].merged_into;
        return patient;
    }
    [[nodiscard]] const SimulatedPatient& patient(int index) const {
        return patients[static_cast<std::size_t>(index)];
    }
    [[nodiscard]] SimulatedPatient& patient(int index) {
        return patients[static_cast<std::size_t>(index)];
    }
};

inline constexpr std::string_view kOperator = "operator";  // works at the switchboard

}  // namespace wardlight::simulator
