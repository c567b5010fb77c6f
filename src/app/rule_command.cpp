#include "app/rule_command.h"

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <memory>

#include "app/rule_table.h"

namespace wardlight::app {
namespace {

constexpr int kFaultyTable = 2;

struct Arguments {
    std::string table;
    std::string zone = "Europe/London";
};

[[noreturn]] void stop(int exit_code) {
    throw CLI::RuntimeError(exit_code);  // how a CLI11 callback hands over an exit code
}

/// At most one byte more than the limit, which run_rule_table then refuses.
std::string read_limited(std::istream& in) {
    std::string text(kRuleTableBytes + 1, '\0');
    in.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

std::string read_table(const std::string& path) {
    if (path == "-") return read_limited(std::cin);
    std::error_code ignored;
    std::ifstream file(path, std::ios::binary);
    if (!file.is_open() || std::filesystem::is_directory(path, ignored)) {
        std::cerr << "error: cannot read the table: no readable file at " << path << '\n';
        stop(kFaultyTable);
    }
    std::string text = read_limited(file);
    if (file.bad()) {
        std::cerr << "error: reading " << path << " failed half-way\n";
        stop(kFaultyTable);
    }
    return text;
}

void run(RuleTable rule, const Arguments& arguments) {
    const auto zone = TimeZone::find(arguments.zone);
    if (!zone) {
        std::cerr << "error: " << zone.error().message << '\n';
        stop(kFaultyTable);
    }
    const std::string csv = read_table(arguments.table);
    const auto problems = run_rule_table(csv, {rule, *zone}, std::cout, std::cerr);
    std::cout.flush();
    if (problems > 0 || !std::cout) stop(kFaultyTable);
}

void add_rule(CLI::App& parent, RuleTable rule, const std::string& name, const std::string& what) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = parent.add_subcommand(name, what);
    command->add_option("--table", arguments->table, "CSV file of cases, '-' for standard input")
        ->required();
    command->add_option("--zone", arguments->zone, "time zone of times without one")
        ->capture_default_str();
    command->callback([rule, arguments] { run(rule, *arguments); });
}

}  // namespace

void add_rule_command(CLI::App& app) {
    CLI::App* rule = app.add_subcommand(
        "rule", "Run a table of cases through a clinical rule, each row back with its result");
    rule->require_subcommand(1);
    add_rule(*rule, RuleTable::aki, "aki",
             "AKI warning. Columns: id,age,sex,llri,ulri,c1_umol_l,collected,history\n"
             "(history: value@time;value@time). Adds: stage,flag,comment");
    add_rule(*rule, RuleTable::news2, "news2",
             "NEWS2. Columns: id,rr,spo2,scale,on_o2,sbp,pulse,acvpu,temp.\n"
             "Adds: total,red,band,min_monitoring,incomplete");
}

}  // namespace wardlight::app
