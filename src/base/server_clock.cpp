#include "base/server_clock.h"

#include <ctime>
#include <fstream>

namespace wardlight {

Duration SystemMachineClocks::uptime() const {
    timespec passed{};
    CHECK_INVARIANT(::clock_gettime(CLOCK_BOOTTIME, &passed) == 0);
    return std::chrono::seconds(passed.tv_sec) +
           std::chrono::duration_cast<Duration>(std::chrono::nanoseconds(passed.tv_nsec));
}

std::string SystemMachineClocks::boot() const {
    std::ifstream file("/proc/sys/kernel/random/boot_id");
    std::string id;
    std::getline(file, id);
    return id;
}

}  // namespace wardlight
