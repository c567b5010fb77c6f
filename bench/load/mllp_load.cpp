#include "load/mllp_load.h"

#include <memory>

#include "load/data_file.h"
#include "load/mllp_exchange.h"
#include "load/process_usage.h"
#include "load/run_options.h"

namespace wardlight::load {
namespace {

constexpr std::chrono::seconds kLongestApplying{600};

struct MllpOptions {
    RunOptions run;
    std::string kind = "adt";
    MessagePlan messages;
    std::string data;
};

/// From the first message sent to the last applied: what the server sustains, not what it owes.
Result<> measure_applying(const MllpOptions& options, SteadyTime began, std::int64_t cpu_before,
                          std::uint64_t messages, Figures& figures) {
    DataFile file = TRY(DataFile::open(options.data));
    TRY(file.wait_until_applied(kLongestApplying));
    const double seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
    const auto cpu = usage_of(options.run.plan.server_process).cpu.count() - cpu_before;
    const auto count = static_cast<double>(std::max<std::uint64_t>(messages, 1));
    figures.set("applied_seconds", seconds);
    figures.set("applied_per_second", count / seconds);
    figures.set("applied_server_cpu_us", static_cast<double>(cpu) / 1e3 / count);
    figures.set("alerts",
                static_cast<std::uint64_t>(TRY(file.number("SELECT COUNT(*) FROM alert"))));
    figures.set("quarantined", static_cast<std::uint64_t>(TRY(file.number(
                                   "SELECT COUNT(*) FROM raw_message WHERE state = 2"))));
    return {};
}

Result<> run(const MllpOptions& options) {
    const RunPlan plan = TRY(plan_of(options.run));
    MessagePlan messages = options.messages;
    messages.kind = TRY(message_kind(options.kind));
    messages.run = name_of_run();
    const MessageSource source(messages);
    MllpExchange exchange(source);
    const auto began = std::chrono::steady_clock::now();
    const auto cpu_before = usage_of(plan.server_process).cpu.count();
    RunOutcome outcome = TRY(run_load(plan, exchange));
    Figures figures;
    outcome.describe(figures);
    if (!options.data.empty())
        TRY(measure_applying(options, began, cpu_before, outcome.answered, figures));
    figures.print();
    return {};
}

}  // namespace

void add_mllp_command(CLI::App& app) {
    auto options = std::make_shared<MllpOptions>();
    CLI::App* command = app.add_subcommand("mllp", "HL7 v2 messages, each acknowledged with AA");
    options->run.plan.connections = 64;
    add_run_options(*command, options->run);
    command->add_option("--kind", options->kind, "adt, oru, vitals or mix");
    command->add_option("--patients", options->messages.patients, "Messages go round them")
        ->check(CLI::PositiveNumber);
    command->add_option("--first-patient", options->messages.first_patient,
                        "Number of the first of them");
    command->add_option("--critical-every", options->messages.critical_every,
                        "One ORU in so many has a critical potassium");
    command
        ->add_option("--until-applied", options->data,
                     "Also measures until every message is applied; looks into this data folder")
        ->type_name("DIR");
    command->callback([options] { run_command([&] { return run(*options); }); });
}

}  // namespace wardlight::load
