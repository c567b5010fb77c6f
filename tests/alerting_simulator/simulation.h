// One run from one seed: a few patients, their results and their people over hours or days, with
// whatever goes wrong; checked after every step and at its end.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "alerting_simulator/virtual_disk.h"

namespace wardlight::simulator {

struct Outcome {
    std::optional<std::string> violation;
    std::int64_t steps = 0;
    std::int64_t events = 0;  // of alerts
};

/// The disk is wiped first. With `prints`, the history goes to standard output.
[[nodiscard]] Outcome simulate(VirtualDisk& disk, std::uint64_t seed, bool prints);

}  // namespace wardlight::simulator
