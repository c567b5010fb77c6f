// `wardlight_load alert-latency`: from the last byte of a critical result leaving for the server to
// the event on the live stream that tells phones of the alert.
#pragma once

#include <CLI/CLI.hpp>

namespace wardlight::load {

void add_alert_latency_command(CLI::App& app);

}  // namespace wardlight::load
