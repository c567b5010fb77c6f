// A plan: everything that will happen in one run, in the order of sending. The same options give
// the same plan, byte for byte, on every machine.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "app/simulate/event.h"
#include "base/time.h"

namespace wardlight::simulate {

struct PlanOptions {
    std::uint64_t seed = 1;
    int patients = 40;
    Instant start;
    Duration duration = std::chrono::hours(24);
    /// Until here the plan is back-history, sent as fast as it is acknowledged.
    Instant edge;
    /// Simulated time behind `edge` is squeezed by this factor (thousandths) in every timestamp, so
    /// that a live run faster than the clock still carries times of today. 1000 leaves all as it
    /// is.
    std::int64_t squeeze_milli = 1000;
    /// Wards in use; empty for all.
    std::vector<std::string> wards;
};

struct Plan {
    std::vector<Person> people;
    std::vector<Event> events;  // by time of sending
    /// Which story each person was given, for the table of `--stories` and for tests.
    std::vector<std::string_view> stories;
};

inline constexpr int kMostPatients = 100'000;

[[nodiscard]] Plan make_plan(const PlanOptions& options);

}  // namespace wardlight::simulate
