#include "app/alerts_command.h"

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <map>

#include "alerts/inbox.h"
#include "app/data_folder.h"

namespace wardlight::app {
namespace {

constexpr int kNotDone = 1;

struct Arguments {
    std::string data;
    std::string file;
};

/// The medical record number in use; empty when there is none.
Result<std::string> mrn_of(store::Snapshot& snapshot, const PatientId& patient) {
    const auto key = TRY(store::ResourceKey::make("Patient", patient.value));
    const auto resource = TRY(snapshot.get_json(key));
    if (!resource) return std::string();
    for (const json::Value& identifier : (*resource)["identifier"].items()) {
        if (identifier["use"].text() == "old") continue;
        for (const json::Value& coding : identifier["type"]["coding"].items())
            if (coding["code"].text() == "MR") return std::string(identifier["value"].text());
    }
    return std::string();
}

Result<> export_to(const Arguments& arguments, std::ostream& out) {
    const SystemClock clock;
    const auto store = TRY(open_store(DataFolder{arguments.data}, clock));
    auto snapshot = TRY(store->read());
    return write_alert_lines(snapshot, out);
}

void run_export(const Arguments& arguments) {
    std::ofstream file;
    if (!arguments.file.empty()) file.open(arguments.file, std::ios::trunc);
    std::ostream& out = arguments.file.empty() ? std::cout : file;
    Result<> done = export_to(arguments, out);
    out.flush();
    if (done && !out) done = fail(ErrorCode::unavailable, "cannot write", arguments.file);
    if (done) return;
    std::cerr << "wardlight alerts: " << done.error().message;
    if (!done.error().where.empty()) std::cerr << " (" << done.error().where << ')';
    std::cerr << '\n';
    throw CLI::RuntimeError(kNotDone);  // how a CLI11 callback hands over an exit code
}

}  // namespace

Result<> write_alert_lines(store::Snapshot& snapshot, std::ostream& out) {
    std::map<std::string, std::string> mrns;
    for (const alerts::ExportedAlert& alert : TRY(alerts::export_alerts(snapshot))) {
        auto known = mrns.find(alert.patient.value);
        if (known == mrns.end())
            known = mrns.emplace(alert.patient.value, TRY(mrn_of(snapshot, alert.patient))).first;
        json::Value line = json::object({{"mrn", known->second},
                                         {"rule", alert.rule},
                                         {"level", alert.level},
                                         {"taken_at", format_instant(alert.taken_at)},
                                         {"state", alert.state}});
        if (!alert.analyte.empty()) line.set("analyte", alert.analyte);
        if (alert.opened_at) line.set("opened_at", format_instant(*alert.opened_at));
        if (!alert.suppressed_reason.empty()) line.set("suppressed", alert.suppressed_reason);
        out << json::serialize(line) << '\n';
    }
    return {};
}

void add_alerts_command(CLI::App& app) {
    CLI::App* alerts = app.add_subcommand("alerts", "Look at the alerts of a server from outside");
    alerts->require_subcommand(1);
    auto arguments = std::make_shared<Arguments>();
    CLI::App* action = alerts->add_subcommand(
        "export", "Write what was told and what was withheld, one JSON object on each line");
    action->add_option("--data", arguments->data, "data folder of the server")->required();
    action->add_option("--to", arguments->file, "file to write; standard output without it");
    action->callback([arguments] { run_export(*arguments); });
}

}  // namespace wardlight::app
