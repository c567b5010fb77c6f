// Sends requests over many connections and measures the answers. Each connection is synchronous:
// the next request goes out when the last was answered. Closed loop without a rate: as fast as
// answered. Open loop with one: requests are due at fixed times and latency counts from then, so
// that a server that stalls cannot slow down the measurement of its stall. One thread, one epoll.
#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "load/connection.h"
#include "load/figures.h"
#include "load/samples.h"

namespace wardlight::load {

using SteadyTime = std::chrono::steady_clock::time_point;

/// What is sent and what counts as an answer.
class Exchange {
 public:
    virtual ~Exchange() = default;
    /// Appends request number `number`, whole.
    virtual void write_request(std::uint64_t number, std::string& out) = 0;
    enum class Answer { incomplete, right, wrong };
    /// Looks whether `incoming` holds the whole answer to request `number` and takes it out.
    virtual Answer take_answer(std::uint64_t number, std::string& incoming) = 0;
    /// When the last byte of a request left this side.
    virtual void on_sent(std::uint64_t /*number*/, SteadyTime /*at*/) {}
};

struct RunPlan {
    Address server;
    bool uses_tls = false;
    std::size_t connections = 1;
    /// The run ends at whichever comes first; 0 is never.
    double seconds = 0;
    std::uint64_t requests = 0;
    double rate = 0;             // requests per second; 0: as fast as answered
    bool reconnects = false;     // a new connection for each request
    double warm_up_seconds = 0;  // sent and checked, not measured
    pid_t server_process = 0;    // whose CPU time is to be reported
};

struct RunOutcome {
    Samples latencies;
    std::uint64_t answered = 0;  // rightly, while measured
    std::uint64_t wrong = 0;
    std::uint64_t unsent = 0;      // open loop: due, but no connection was free until the end
    std::uint64_t unanswered = 0;  // after waiting for kDrainSeconds
    double seconds = 0;            // measured
    std::chrono::nanoseconds client_cpu{};
    std::chrono::nanoseconds server_cpu{};

    void describe(Figures& figures);
};

inline constexpr int kDrainSeconds = 30;

[[nodiscard]] Result<RunOutcome> run_load(const RunPlan& plan, Exchange& exchange);

}  // namespace wardlight::load
