// What is measured of the simulated patients: creatinine, potassium and bedside observations, each
// with its versions. `Fact::delivered` is what the server has acknowledged: the truth that its
// alerts must agree with.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "base/time.h"
#include "json/value.h"

namespace wardlight::simulator {

enum class FactKind { creatinine, potassium, vitals };

/// One version as its sender has it.
struct Version {
    int number = 0;
    bool is_withdrawn = false;
    int amount = 0;  // creatinine: umol/L; potassium: tenths of mmol/L
    /// Respirations, SpO2, oxygen (0 or 1), systolic, pulse, consciousness (0 alert, 1 confused),
    /// tenths of degrees; -1: not measured.
    std::array<int, 7> vitals{};
};

struct Fact {
    FactKind kind{};
    std::string id;
    int patient = 0;
    Instant taken;
    std::optional<Version> delivered;
    /// Places in the order of all deliveries: when the server may have had it first, and when it
    /// first said so.
    int first_tried = 0;
    int first_delivered = 0;
};

/// The resources that carry the version, about `patient` ("p0").
[[nodiscard]] std::vector<json::Value> resources_of(const Fact& fact, const Version& version,
                                                    const std::string& patient);
[[nodiscard]] json::Value patient_resource(const std::string& patient,
                                           const std::string& replaced_by = {});
/// `ward` empty: the stay is over.
[[nodiscard]] json::Value stay_resource(const std::string& patient, const std::string& ward,
                                        Instant since);
[[nodiscard]] json::Value dialysis_resource(const std::string& patient);

}  // namespace wardlight::simulator
