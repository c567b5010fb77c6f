// `wardlight serve`: the server.
#pragma once

namespace CLI {
class App;
}

namespace wardlight::app {

/// Exit code 0: stopped by a signal; 1: could not start, with the reason on standard error.
void add_serve_command(CLI::App& app);

}  // namespace wardlight::app
