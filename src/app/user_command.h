// `wardlight user add|list|disable|enable|passwd`: local accounts, also while the server runs.
#pragma once

namespace CLI {
class App;
}

namespace wardlight::app {

/// Exit code 0: done; 1: not, with the reason on standard error.
void add_user_command(CLI::App& app);

}  // namespace wardlight::app
