#include "app/doctor_command.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "app/doctor.h"

namespace wardlight::app {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUse = 2;

struct Arguments {
    std::string data;
    std::string configuration;
    bool is_quick = false;
};

[[noreturn]] void stop(int exit_code) {
    throw CLI::RuntimeError(exit_code);  // how a CLI11 callback hands over an exit code
}

void run(const Arguments& arguments) {
    DoctorRequest request;
    request.reads_every_page = !arguments.is_quick;
    request.has_configuration = !arguments.configuration.empty();
    if (request.has_configuration) {
        const auto read = read_configuration(arguments.configuration, request.configuration);
        if (!read) {
            std::cout << to_line({Grade::fail, "configuration", read.error().message}) << '\n';
            stop(kFailed);
        }
    }
    if (!arguments.data.empty()) request.configuration.data = arguments.data;
    if (request.configuration.data.empty()) {
        std::cerr << "wardlight doctor: --data is needed, or a --config that names the folder\n";
        stop(kWrongUse);
    }
    bool has_failed = false;
    for (const Finding& finding : examine(request, SystemClock())) {
        std::cout << to_line(finding) << '\n';
        has_failed = has_failed || finding.grade == Grade::fail;
    }
    if (has_failed) stop(kFailed);
}

}  // namespace

void add_doctor_command(CLI::App& app) {
    CLI::App* doctor = app.add_subcommand(
        "doctor", "Check the data folder, the machine and the configuration; changes nothing");
    const auto arguments = std::make_shared<Arguments>();
    doctor->add_option("--data", arguments->data, "data folder of the server");
    doctor->add_option("--config", arguments->configuration, "its configuration file");
    doctor->add_flag("--quick", arguments->is_quick, "do not read every page of the store");
    doctor->callback([arguments] { run(*arguments); });
}

}  // namespace wardlight::app
