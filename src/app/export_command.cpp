#include "app/export_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <map>
#include <memory>

#include "alerts/inbox.h"
#include "api/patient_banner.h"
#include "app/data_folder.h"
#include "audit/audit_log.h"
#include "base/clock.h"

namespace wardlight::app {
namespace {

Result<std::string> record_number(store::Snapshot& snapshot, const PatientId& patient) {
    const auto key = TRY(store::ResourceKey::make("Patient", patient.value));
    const auto resource = TRY(snapshot.get_json(key));
    return resource ? std::string(api::banner(*resource)["mrn"].text()) : std::string();
}

json::Value line_of(const alerts::ExportedAlert& alert, const std::string& mrn) {
    auto line = json::object({{"mrn", mrn},
                              {"patient", alert.patient.value},
                              {"rule", alert.rule},
                              {"level", alert.level},
                              {"taken_at", format_instant(alert.taken_at)},
                              {"state", alert.state}});
    if (!alert.analyte.empty()) line.set("analyte", alert.analyte);
    if (alert.opened_at) line.set("opened_at", format_instant(*alert.opened_at));
    if (!alert.suppressed_reason.empty()) line.set("reason", alert.suppressed_reason);
    return line;
}

// Patient data leaves the house: that is on record before the first byte does.
Result<> note_export(store::Store& store) {
    TRY(store.write([](store::WriteTransaction& tx) -> Result<> {
        audit::Entry entry;
        entry.actor.role = "command_line";
        entry.action = "alerts.export";
        entry.purpose = audit::purpose::kAdministration;
        entry.reason = "command_line";
        TRY(audit::append(tx, entry));
        return {};
    }));
    return {};
}

Result<> run_export(const std::string& data) {
    if (!std::filesystem::exists(DataFolder{data}.store_file()))
        return fail(ErrorCode::not_found, "there is no data folder of a server", "--data");
    const SystemClock clock;
    const auto store = TRY(open_store(DataFolder{data}, clock));
    return export_alerts_as_json(*store, std::cout);
}

}  // namespace

Result<> export_alerts_as_json(store::Store& store, std::ostream& out) {
    TRY(note_export(store));
    auto snapshot = TRY(store.read());
    std::map<PatientId, std::string> numbers;
    for (const auto& alert : TRY(alerts::export_alerts(snapshot))) {
        auto known = numbers.find(alert.patient);
        if (known == numbers.end())
            known =
                numbers.emplace(alert.patient, TRY(record_number(snapshot, alert.patient))).first;
        out << json::serialize(line_of(alert, known->second)) << '\n';
    }
    return {};
}

void add_export_command(CLI::App& app) {
    auto data = std::make_shared<std::string>();
    CLI::App* command = app.add_subcommand("export", "Write out what a server holds");
    command->require_subcommand(1);
    CLI::App* alerts = command->add_subcommand(
        "alerts", "Every alert told or withheld, one JSON object on each line");
    alerts->add_option("--data", *data, "Data folder of the server, running or not")
        ->required()
        ->type_name("DIR");
    alerts->callback([data] {
        const auto done = run_export(*data);
        if (done) return;
        fmt::print(stderr, "wardlight export: {}\n", done.error().message);
        throw CLI::RuntimeError(1);
    });
}

}  // namespace wardlight::app
