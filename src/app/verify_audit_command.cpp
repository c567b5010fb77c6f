#include "app/verify_audit_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <sstream>

#include "app/data_folder.h"
#include "audit/sealer.h"
#include "audit/verify.h"

namespace wardlight::app {
namespace {

constexpr int kUnsound = 1;
constexpr int kNotVerified = 2;

struct Arguments {
    std::string data;
    std::string checkpoint;
    std::string save;
};

Result<std::string> read_text(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) return fail(ErrorCode::not_found, "cannot be read", file);
    return std::move(text).str();
}

Result<> save_checkpoint(store::Snapshot& snapshot, const std::string& file) {
    const std::string note = TRY(audit::newest_checkpoint(snapshot));
    if (note.empty())
        return fail(ErrorCode::not_found, "nothing is sealed yet: there is no checkpoint to save");
    std::ofstream out(file, std::ios::binary | std::ios::trunc);
    out << note << std::flush;
    if (!out) return fail(ErrorCode::unavailable, "cannot be written", file);
    return {};
}

void print(const audit::Verification& found) {
    for (const std::string& problem : found.problems) std::cout << problem << '\n';
    if (found.has_more_problems) std::cout << "... and more\n";
    std::cout << fmt::format("{} entries, {} of them sealed, {} checkpoints: {}\n", found.entries,
                             found.sealed, found.checkpoints,
                             found.is_sound() ? "sound" : "NOT SOUND");
}

Result<bool> run(const Arguments& arguments) {
    const DataFolder folder{arguments.data};
    // Without this the mistyped name of a folder would become an empty log, and a new key sound.
    for (const auto& file : {folder.store_file(), folder.audit_key()}) {
        std::error_code unreadable;
        if (!std::filesystem::exists(file, unreadable))
            return fail(ErrorCode::not_found, "it is not there", file.string());
    }
    std::optional<std::string> kept;
    if (!arguments.checkpoint.empty()) kept = TRY(read_text(arguments.checkpoint));
    const audit::LogKey key = TRY(audit::LogKey::load_or_create(folder.audit_key()));
    const SystemClock clock;
    const auto store = TRY(open_store(folder, clock));
    auto snapshot = TRY(store->read());
    std::cout << "log " << key.verifier_key() << '\n';
    const audit::Verification found = TRY(audit::verify(snapshot, key, kept));
    print(found);
    if (found.is_sound() && !arguments.save.empty()) TRY(save_checkpoint(snapshot, arguments.save));
    return found.is_sound();
}

}  // namespace

void add_verify_audit_command(CLI::App& app) {
    const auto arguments = std::make_shared<Arguments>();
    CLI::App* command = app.add_subcommand(
        "verify-audit", "Check the audit log against its seals, also while the server runs");
    command->add_option("--data", arguments->data, "Data folder of the server")
        ->required()
        ->type_name("DIR");
    command
        ->add_option("--checkpoint", arguments->checkpoint,
                     "Checkpoint of this log that was kept elsewhere")
        ->type_name("FILE");
    command
        ->add_option("--save-checkpoint", arguments->save,
                     "Where to write the newest checkpoint when the log is sound")
        ->type_name("FILE");
    command->callback([arguments] {
        const auto is_sound = run(*arguments);
        if (!is_sound) {
            const Error& error = is_sound.error();
            std::cerr << "wardlight verify-audit: "
                      << (error.where.empty() ? "" : error.where + ": ") << error.message << '\n';
            throw CLI::RuntimeError(kNotVerified);
        }
        if (!*is_sound) throw CLI::RuntimeError(kUnsound);
    });
}

}  // namespace wardlight::app
