// The one program: `wardlight COMMAND`. Each command lives in its own file and adds itself here.
#include <CLI/CLI.hpp>

#include "app/simulate_command.h"

int main(int argc, char** argv) {
    CLI::App app("Wardlight: from the hospital's feed to an alert that somebody acts on",
                 "wardlight");
    app.require_subcommand(1);
    wardlight::app::add_simulate_command(app);
    CLI11_PARSE(app, argc, argv);
    return 0;
}
