#include "app/backup_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>

#include "app/backup.h"

namespace wardlight::app {
namespace {

constexpr int kFailed = 1;
constexpr int kWrongUse = 2;

struct Arguments {
    std::string data;
    std::string file;
    bool is_forced = false;
};

[[noreturn]] void stop(int exit_code) {
    throw CLI::RuntimeError(exit_code);  // how a CLI11 callback hands over an exit code
}

template <class T>
T or_stop(Result<T> result) {
    if (!result) {
        const Error& error = result.error();
        std::cerr << "wardlight backup: " << (error.where.empty() ? "" : error.where + ": ")
                  << error.message << '\n';
        stop(kFailed);
    }
    return std::move(*result);
}

std::string described(const BackupReport& report) {
    const auto number = static_cast<std::int64_t>(report.newest_change);
    return fmt::format(
        "{} bytes, every page checked, newest change {}{}", report.bytes, number,
        report.newest_change_at ? " of " + format_instant(*report.newest_change_at) : "");
}

void make(const Arguments& arguments) {
    if (arguments.data.empty() || arguments.file.empty()) {
        std::cerr << "wardlight backup: --data and --to are needed\n";
        stop(kWrongUse);
    }
    const DataFolder folder{arguments.data};
    const BackupReport report = or_stop(make_backup(folder, arguments.file));
    std::cout << arguments.file << ": " << described(report) << '\n';
    const auto leave_out = [](const std::filesystem::path& key, std::string_view why) {
        std::error_code ignored;
        if (!std::filesystem::exists(key, ignored)) return;
        std::cout << "not in it: " << key.string() << " (" << why
                  << "; keep a copy of it elsewhere)\n";
    };
    leave_out(folder.access_key(), "needed for one-time codes");
    leave_out(folder.audit_key(), "needed to verify the audit log");
}

void verify(const Arguments& arguments) {
    std::cout << arguments.file << ": " << described(or_stop(verify_backup(arguments.file)))
              << '\n';
}

void restore(const Arguments& arguments) {
    const SystemClock clock;
    const DataFolder folder{arguments.data};
    const Restored restored = or_stop(restore_backup(
        arguments.file, folder,
        arguments.is_forced ? WhenOccupied::move_aside : WhenOccupied::refuse, clock));
    if (!restored.moved_aside.empty())
        std::cout << "the old store is kept as " << restored.moved_aside.string() << '\n';
    std::cout << folder.store_file().string() << ": " << described(restored.report) << '\n';
}

CLI::App* add_action(CLI::App& parent, const std::string& name, const std::string& what,
                     Arguments& arguments) {
    CLI::App* action = parent.add_subcommand(name, what);
    action->add_option("file", arguments.file, "the backup")->required();
    return action;
}

}  // namespace

void add_backup_command(CLI::App& app) {
    CLI::App* backup =
        app.add_subcommand("backup", "Copy the store into one file, also while the server runs");
    const auto arguments = std::make_shared<Arguments>();
    backup->add_option("--data", arguments->data, "data folder of the server");
    backup->add_option("--to", arguments->file, "file to write; must not be there yet");
    backup->callback([backup, arguments] {
        if (backup->get_subcommands().empty()) make(*arguments);
    });

    const auto to_verify = std::make_shared<Arguments>();
    add_action(*backup, "verify", "Read a backup from end to end and check it", *to_verify)
        ->callback([to_verify] { verify(*to_verify); });

    const auto to_restore = std::make_shared<Arguments>();
    CLI::App* action =
        add_action(*backup, "restore",
                   "Put a backup into a data folder; the server must be stopped", *to_restore);
    action->add_option("--data", to_restore->data, "data folder; made when it is not there")
        ->required();
    action->add_flag("--force", to_restore->is_forced,
                     "if there is a store, move it aside (it is kept)");
    action->callback([to_restore] { restore(*to_restore); });
}

}  // namespace wardlight::app
