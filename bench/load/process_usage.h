// What a process has used of the machine, from /proc. CPU time survives a busy machine, where
// throughput does not. Linux only; thread-safe.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>

namespace wardlight::load {

struct ProcessUsage {
    std::chrono::nanoseconds cpu{};  // user and system, all threads; to a hundredth of a second
    std::int64_t resident_bytes = 0;
};

/// All zero for pid 0 or a process that is gone.
[[nodiscard]] ProcessUsage usage_of(pid_t pid);
/// This process, to the microsecond.
[[nodiscard]] std::chrono::nanoseconds own_cpu();

}  // namespace wardlight::load
