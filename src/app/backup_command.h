// `wardlight backup`, `wardlight backup verify`, `wardlight backup restore`.
#pragma once

namespace CLI {
class App;
}

namespace wardlight::app {

/// Exit code 0: done; 1: not, with the reason on standard error; 2: wrong use.
void add_backup_command(CLI::App& app);

}  // namespace wardlight::app
