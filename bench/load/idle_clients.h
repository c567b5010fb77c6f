// `wardlight_load idle`: how much memory of the server a TLS client costs that has asked something
// once and now only holds its connection open.
#pragma once

#include <CLI/CLI.hpp>

namespace wardlight::load {

void add_idle_clients_command(CLI::App& app);

}  // namespace wardlight::load
