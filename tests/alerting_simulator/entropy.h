// Ids are random, and the order of rows with equal times goes by id: in the simulator the operating
// system's random numbers come from the seed too, so that a run can be repeated exactly.
#pragma once

#include <cstdint>

namespace wardlight::simulator {

void seed_entropy(std::uint64_t seed);

}  // namespace wardlight::simulator
