// `wardlight doctor`: is this machine fit to run, and if not, what is wrong?
#pragma once

namespace CLI {
class App;
}

namespace wardlight::app {

/// One line per finding. Exit code 0: nothing failed; 1: at least one FAIL; 2: wrong use.
void add_doctor_command(CLI::App& app);

}  // namespace wardlight::app
