// `wardlight simulate` and `wardlight simulate score`.
#pragma once

namespace CLI {
class App;
}

namespace wardlight::app {

/// Adds the command; its callback ends the process with CLI::RuntimeError when the run fails.
void add_simulate_command(CLI::App& app);

}  // namespace wardlight::app
