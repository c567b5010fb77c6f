// `wardlight directory check | plan | apply`: the hospital's directory from the command line.
#pragma once

namespace CLI {
class App;
}

namespace wardlight::app {

void add_directory_command(CLI::App& app);

}  // namespace wardlight::app
