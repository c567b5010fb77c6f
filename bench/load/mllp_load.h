// `wardlight_load mllp`: HL7 v2 messages in, acknowledgements out.
#pragma once

#include <CLI/CLI.hpp>

namespace wardlight::load {

void add_mllp_command(CLI::App& app);

}  // namespace wardlight::load
