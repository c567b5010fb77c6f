// wardlight_load: the clients of the benchmarks. Each command makes one run against a server that
// is already there and prints one JSON object of figures; bench/run.mjs does the rest.
#include <CLI/CLI.hpp>
#include <csignal>

#include "load/alert_latency.h"
#include "load/disk_sync.h"
#include "load/fhir_load.h"
#include "load/idle_clients.h"
#include "load/mllp_load.h"

int main(int argc, char** argv) {
    CLI::App app{"Loads for Wardlight's benchmarks; figures as one JSON object"};
    app.require_subcommand(1);
    // A server that closes a connection is an error to report, not the end of this program.
    std::signal(SIGPIPE, SIG_IGN);
    wardlight::load::add_disk_sync_command(app);
    wardlight::load::add_mllp_command(app);
    wardlight::load::add_fhir_commands(app);
    wardlight::load::add_alert_latency_command(app);
    wardlight::load::add_idle_clients_command(app);
    CLI11_PARSE(app, argc, argv);
    return 0;
}
