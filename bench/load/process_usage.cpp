#include "load/process_usage.h"

#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <sstream>
#include <string>

namespace wardlight::load {
namespace {

// Fields of /proc/PID/stat, counted from 1 (man proc).
constexpr int kStateField = 3;
constexpr int kUserTimeField = 14;
constexpr int kSystemTimeField = 15;
constexpr int kResidentPagesField = 24;

}  // namespace

ProcessUsage usage_of(pid_t pid) {
    ProcessUsage usage;
    if (pid <= 0) return usage;
    std::ifstream in("/proc/" + std::to_string(pid) + "/stat");
    std::string line;
    if (!std::getline(in, line)) return usage;
    // The name, in parentheses, may hold anything.
    const auto end_of_name = line.rfind(')');
    if (end_of_name == std::string::npos) return usage;
    std::istringstream fields(line.substr(end_of_name + 1));
    const std::int64_t tick = 1'000'000'000 / sysconf(_SC_CLK_TCK);
    std::string field;
    for (int number = kStateField; fields >> field; ++number) {
        if (number == kUserTimeField || number == kSystemTimeField)
            usage.cpu += std::chrono::nanoseconds(std::stoll(field) * tick);
        if (number == kResidentPagesField)
            usage.resident_bytes = std::stoll(field) * sysconf(_SC_PAGESIZE);
    }
    return usage;
}

std::chrono::nanoseconds own_cpu() {
    rusage own{};
    getrusage(RUSAGE_SELF, &own);
    const auto of = [](const timeval& time) {
        return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
    };
    return of(own.ru_utime) + of(own.ru_stime);
}

}  // namespace wardlight::load
