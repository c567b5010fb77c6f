#include "app/hl7_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>

#include "app/hl7_send.h"
#include "app/hl7_show.h"
#include "hl7v2/batch.h"
#include "hl7v2/character_set.h"

namespace wardlight::app {
namespace {

constexpr int kRefused = 1;
constexpr int kWrongUse = 2;
constexpr std::size_t kFileBytes = 1U << 30;

struct Arguments {
    std::vector<std::string> files;
    std::string to;
    int timeout_seconds = 30;
    std::string zone = "Europe/London";
    std::string character_set;
};

[[noreturn]] void stop(int exit_code) {
    throw CLI::RuntimeError(exit_code);  // how a CLI11 callback hands over an exit code
}

template <class T>
T or_stop(Result<T> result) {
    if (result) return std::move(*result);
    std::cerr << "error: " << result.error().message << '\n';
    stop(kWrongUse);
}

Result<std::string> read_file(const std::string& path) {
    std::error_code ignored;
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    const bool readable = file && !std::filesystem::is_directory(path, ignored);
    const auto size = readable ? static_cast<std::streamoff>(file.tellg()) : -1;
    if (size < 0) return fail(ErrorCode::not_found, "cannot read " + path);
    if (static_cast<std::uintmax_t>(size) > kFileBytes)
        return fail(ErrorCode::too_large, path + " is longer than 1 GB; split it");
    std::string bytes(static_cast<std::size_t>(size), '\0');
    file.seekg(0);
    file.read(bytes.data(), size);
    if (!file) return fail(ErrorCode::not_found, "cannot read " + path);
    return bytes;
}

Hl7File open_file(const std::string& path) {
    hl7v2::MessageFile file = hl7v2::messages_of_file(or_stop(read_file(path)));
    for (const std::string_view warning : file.warnings)
        std::cerr << "warning: " << path << ": " << warning << '\n';
    if (file.messages.empty()) std::cerr << "warning: " << path << ": holds no message\n";
    return {path, std::move(file.messages)};
}

std::vector<Hl7File> open_files(const std::vector<std::string>& paths) {
    std::vector<Hl7File> files;
    for (const std::string& path : paths) files.push_back(open_file(path));
    return files;
}

void run_send(const Arguments& arguments) {
    const simulate::Target target = or_stop(simulate::parse_target(arguments.to));
    const Hl7SendReport report =
        send_hl7_files(target, open_files(arguments.files),
                       std::chrono::seconds(arguments.timeout_seconds), std::cout);
    std::cerr << fmt::format("{} sent: {} accepted, {} refused, {} without answer\n", report.sent,
                             report.accepted, report.refused, report.unanswered);
    if (!report.is_good()) stop(kRefused);
}

void run_show(const Arguments& arguments) {
    if (!arguments.character_set.empty() &&
        !hl7v2::is_known_character_set(arguments.character_set)) {
        std::cerr << "error: unknown character set; use a name of HL7 table 0211\n";
        stop(kWrongUse);
    }
    const Hl7ShowOptions options{or_stop(TimeZone::find(arguments.zone)), arguments.character_set};
    bool all_good = true;
    for (const Hl7File& file : open_files(arguments.files)) {
        std::cout << file.name << '\n';
        std::size_t number = 0;
        for (const std::string& message : file.messages)
            all_good &=
                show_hl7_message(message, ++number, file.messages.size(), options, std::cout);
    }
    std::cout.flush();
    if (!all_good) stop(kRefused);
}

void add_send(CLI::App& parent) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = parent.add_subcommand(
        "send",
        "Send the messages of files over MLLP and print each acknowledgement on a line:\n"
        "file, message number, control id, code, text (separated by tabs).\n"
        "A file holds bare messages, a batch or MLLP frames, with any ends of lines.\n"
        "Exit code: 0 all accepted, 1 one was not AA or CA, 2 wrong use.");
    command->add_option("--to", arguments->to, "HOST:PORT of the MLLP listener")->required();
    command->add_option("--timeout", arguments->timeout_seconds, "seconds to wait for each answer")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();
    command->add_option("FILE", arguments->files, "files to send")->required();
    command->callback([arguments] { run_send(*arguments); });
}

void add_show(CLI::App& parent) {
    auto arguments = std::make_shared<Arguments>();
    CLI::App* command = parent.add_subcommand(
        "show",
        "Show how the messages of files are read: segments, fields by name, decoded values,\n"
        "times as points in time, and warnings. Sends and stores nothing.\n"
        "Exit code: 0, 1 when a message would be refused, 2 wrong use.");
    command->add_option("--zone", arguments->zone, "time zone of the feed")->capture_default_str();
    command->add_option("--character-set", arguments->character_set,
                        "character set of the feed, for messages without MSH-18");
    command->add_option("FILE", arguments->files, "files to show")->required();
    command->callback([arguments] { run_show(*arguments); });
}

}  // namespace

void add_hl7_command(CLI::App& app) {
    CLI::App* hl7 = app.add_subcommand("hl7", "Send and look at HL7 v2 messages");
    hl7->require_subcommand(1);
    add_send(*hl7);
    add_show(*hl7);
}

}  // namespace wardlight::app
