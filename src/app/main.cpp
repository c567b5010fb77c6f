// The command line of Wardlight. One line per command; each command lives in its own file.
#include <CLI/CLI.hpp>

#include "app/backup_command.h"
#include "app/directory_command.h"
#include "app/doctor_command.h"
#include "app/export_command.h"
#include "app/hl7_command.h"
#include "app/rota_command.h"
#include "app/rule_command.h"
#include "app/serve_command.h"
#include "app/simulate_command.h"
#include "app/user_command.h"
#include "app/verify_audit_command.h"
#include "base/stop.h"

/// Read by jemalloc before main: a thread of its own gives unused memory back, also when nothing
/// else happens.
// NOLINTNEXTLINE(readability-identifier-naming)
extern "C" const char* malloc_conf;
const char* malloc_conf = "background_thread:true";

int main(int argc, char** argv) {
    wardlight::prepare_last_words();
    CLI::App app{"Wardlight: the clinical mobile platform a hospital runs itself"};
    app.require_subcommand(1);
    wardlight::app::add_backup_command(app);
    wardlight::app::add_directory_command(app);
    wardlight::app::add_doctor_command(app);
    wardlight::app::add_export_command(app);
    wardlight::app::add_hl7_command(app);
    wardlight::app::add_rota_command(app);
    wardlight::app::add_rule_command(app);
    wardlight::app::add_serve_command(app);
    wardlight::app::add_simulate_command(app);
    wardlight::app::add_user_command(app);
    wardlight::app::add_verify_audit_command(app);
    CLI11_PARSE(app, argc, argv);
    return 0;
}
