// Runs a command of the command line inside a test, with what it prints.
#pragma once

#include <CLI/CLI.hpp>
#include <iostream>
#include <sstream>
#include <string>

namespace wardlight::app {

struct Captured {
    int exit_code;
    std::string out;
    std::string err;
};

inline Captured run_command(void (*add_command)(CLI::App&), const std::string& arguments) {
    CLI::App app{"test"};
    app.require_subcommand(1);
    add_command(app);
    std::ostringstream out;
    std::ostringstream err;
    auto* const old_out = std::cout.rdbuf(out.rdbuf());
    auto* const old_err = std::cerr.rdbuf(err.rdbuf());
    int exit_code = 0;
    try {
        app.parse(arguments);
    } catch (const CLI::Error& error) {
        exit_code = error.get_exit_code();
    }
    std::cout.rdbuf(old_out);
    std::cerr.rdbuf(old_err);
    return {exit_code, out.str(), err.str()};
}

}  // namespace wardlight::app
