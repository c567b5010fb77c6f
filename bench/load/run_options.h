// The options that all loads over the network share.
#pragma once

#include <CLI/CLI.hpp>
#include <string>

#include "load/load_run.h"

namespace wardlight::load {

struct RunOptions {
    std::string to;
    RunPlan plan;
};

/// Adds --to, --connections, --seconds, --requests, --rate, --warm-up and --server-pid.
void add_run_options(CLI::App& command, RunOptions& options);
/// The plan with its address read.
[[nodiscard]] Result<RunPlan> plan_of(const RunOptions& options);

/// Prints the error and ends the command with 1, or returns what the function yielded.
template <class Function>
void run_command(Function function) {
    if (const Result<> outcome = function(); !outcome) {
        fmt::print(stderr, "wardlight_load: {}\n", outcome.error().message);
        throw CLI::RuntimeError(1);
    }
}

}  // namespace wardlight::load
