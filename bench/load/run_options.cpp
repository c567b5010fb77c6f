#include "load/run_options.h"

namespace wardlight::load {

void add_run_options(CLI::App& command, RunOptions& options) {
    RunPlan& plan = options.plan;
    command.add_option("--to", options.to, "The server")->required()->type_name("HOST:PORT");
    command.add_option("--connections", plan.connections, "Each sends when the last was answered")
        ->check(CLI::PositiveNumber);
    command.add_option("--seconds", plan.seconds, "Measured after the warm-up");
    command.add_option("--requests", plan.requests, "Ends when so many are answered");
    command.add_option("--rate", plan.rate, "Requests per second; latency counts from when due");
    command.add_flag("--reconnect", plan.reconnects, "A new connection for each request");
    command.add_option("--warm-up", plan.warm_up_seconds, "Seconds sent but not measured");
    command.add_option("--server-pid", plan.server_process, "Reports the CPU time it used");
}

Result<RunPlan> plan_of(const RunOptions& options) {
    RunPlan plan = options.plan;
    plan.server = TRY(parse_address(options.to));
    if (plan.seconds <= 0 && plan.requests == 0)
        return fail(ErrorCode::invalid, "--seconds or --requests is needed");
    return plan;
}

}  // namespace wardlight::load
