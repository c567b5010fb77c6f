#include "api/chart_routes.h"

#include <algorithm>

#include "api/alert_view.h"
#include "api/chart_summary.h"
#include "api/observation_grid.h"
#include "api/patient_access.h"
#include "api/patient_banner.h"
#include "api/patient_ties.h"
#include "api/result_view.h"
#include "store/search.h"

namespace wardlight::api {
namespace {

using json::Value;
using net::Request;

constexpr std::size_t kObservationsMost = 100'000;
constexpr auto kGridDays = std::chrono::hours{24 * 7};

struct Chart {
    PatientRecord record;
    TiedPatient tied;
    std::string_view reason;  // why it may be read
};

/// Loads, decides and records; only then may anything be shown.
Result<Chart> open_chart(const AppServices& services, store::Snapshot& snapshot,
                         const Request& request, std::string_view action,
                         std::string_view permission) {
    const Caller& caller = caller_of(request);
    Chart chart{
        TRY(services.records.load(snapshot, PatientId{request.path_parameter("id")})), {}, {}};
    chart.tied =
        TRY(TieReader(snapshot, caller.subject(), services.store.clock().now()).of(chart.record));
    chart.reason = TRY(
        disclose(services.store, caller, {action, permission, chart.record.id, chart.tied.ties}));
    return chart;
}

Result<AlertCards> cards_for(const AppServices& services, store::Snapshot& snapshot,
                             const Request& request) {
    return AlertCards::make(services, snapshot, caller_of(request).subject());
}

Result<std::vector<Value>> laboratory(store::Snapshot& snapshot, const PatientId& patient) {
    return store::search_all(snapshot, "Observation",
                             {{"patient", patient.value}, {"category", "laboratory"}},
                             kObservationsMost);
}

/// The analyte to show first: that of the most severe living alert, else creatinine.
std::string hero_of(const std::vector<alerts::Alert>& alive) {
    const alerts::Alert* worst = nullptr;
    for (const alerts::Alert& alert : alive) {
        if (alert.rule == alerts::Rule::news2) continue;
        if (worst == nullptr || alert.severity > worst->severity) worst = &alert;
    }
    if (worst == nullptr || worst->rule == alerts::Rule::aki || worst->analyte.empty())
        return "a.creatinine";
    return "a." + worst->analyte;
}

Result<Value> get_patient(const AppServices& services, const Request& request) {
    auto snapshot = TRY(services.store.read());
    const Chart chart = TRY(
        open_chart(services, snapshot, request, "patient.read", access::permission::kPatientsRead));
    const PatientRecord& record = chart.record;
    const auto writer = TRY(cards_for(services, snapshot, request));
    Value cards{json::Array{}};
    for (const alerts::Alert& alert : chart.tied.alive) cards.push(TRY(writer.card(alert)));
    return json::Object{{"as_of", TRY(as_of(snapshot, services))},
                        {"patient", banner(record.patient())},
                        {"place", place_json(record.place)},
                        {"allergies", TRY(allergies(snapshot, record.id))},
                        {"encounter", encounter_json(record.encounter())},
                        {"problems", TRY(problems(snapshot, record.id))},
                        {"documents", TRY(documents(snapshot, record.id))},
                        {"orders", TRY(orders(snapshot, record.id))},
                        {"alerts", std::move(cards)},
                        {"news2", TRY(news2_chip(snapshot, services.site, record.id,
                                                 services.store.clock().now()))},
                        {"can", json::Object{{"read", true}}},
                        {"access", access_json(chart.reason, chart.tied)}};
}

/// Reports that are text: microbiology, radiology.
Value text_reports(const std::vector<Value>& observations) {
    Value out{json::Array{}};
    for (const Value& observation : observations) {
        if (!observation["valueString"].is_string() ||
            observation["status"].text() == "entered-in-error")
            continue;
        out.push(json::Object{{"id", observation["id"]},
                              {"name", analyte_name(observation)},
                              {"text", observation["valueString"]},
                              {"status", observation["status"]},
                              {"reported_at", observation["issued"]}});
    }
    return out;
}

Result<Value> get_results(const AppServices& services, const Request& request) {
    auto snapshot = TRY(services.store.read());
    const Chart chart = TRY(
        open_chart(services, snapshot, request, "results.read", access::permission::kResultsRead));
    const auto observations = TRY(laboratory(snapshot, chart.record.id));
    return json::Object{{"as_of", TRY(as_of(snapshot, services))},
                        {"patient", banner(chart.record.patient())},
                        {"analytes", analytes(observations, hero_of(chart.tied.alive))},
                        {"texts", text_reports(observations)},
                        {"access", access_json(chart.reason, chart.tied)}};
}

Result<Value> get_result(const AppServices& services, const Request& request) {
    auto snapshot = TRY(services.store.read());
    const Chart chart = TRY(
        open_chart(services, snapshot, request, "results.read", access::permission::kResultsRead));
    const std::string& code = request.path_parameter("code");
    const auto observations = TRY(laboratory(snapshot, chart.record.id));
    const auto points = series(observations, code);
    if (points.empty()) return fail(ErrorCode::not_found, "there is no such result");
    const Value latest = result_value(*points.back());
    Value values{json::Array{}};
    for (const Value* point : points) values.push(result_value(*point));
    Value card;
    for (const alerts::Alert& alert : chart.tied.alive) {
        const std::string about =
            alert.rule == alerts::Rule::aki ? "a.creatinine" : "a." + alert.analyte;
        if (alert.rule != alerts::Rule::news2 && about == code) {
            card = TRY(TRY(cards_for(services, snapshot, request)).card(alert));
        }
    }
    return json::Object{{"as_of", TRY(as_of(snapshot, services))},
                        {"patient", banner(chart.record.patient())},
                        {"code", code},
                        {"name", analyte_name(*points.back())},
                        {"unit", latest["value"]["unit"]},
                        {"reference", latest["reference"]},
                        {"reference_low", latest["reference_low"]},
                        {"reference_high", latest["reference_high"]},
                        {"reference_for", nullptr},
                        {"points", std::move(values)},
                        {"alert", std::move(card)},
                        {"access", access_json(chart.reason, chart.tied)}};
}

Result<Value> get_observations(const AppServices& services, const Request& request) {
    auto snapshot = TRY(services.store.read());
    const Chart chart = TRY(open_chart(services, snapshot, request, "observations.read",
                                       access::permission::kResultsRead));
    const Instant now = services.store.clock().now();
    Value grid =
        TRY(observation_grid(snapshot, services.site, chart.record.id, now - kGridDays, now));
    json::Object out{{"as_of", TRY(as_of(snapshot, services))},
                     {"patient", banner(chart.record.patient())},
                     {"access", access_json(chart.reason, chart.tied)}};
    for (const json::Member& member : grid.members()) out.push_back(member);
    return out;
}

}  // namespace

std::vector<net::Route> chart_routes(const AppServices& services) {
    const auto patients = net::Permission::named(access::permission::kPatientsRead);
    const auto results = net::Permission::named(access::permission::kResultsRead);
    const auto with = [&services](auto function) {
        return json_handler(
            [&services, function](const Request& request) { return function(services, request); });
    };
    return {
        {"GET", "/api/patients/{id}", patients, with(get_patient)},
        {"GET", "/api/patients/{id}/results", results, with(get_results)},
        {"GET", "/api/patients/{id}/results/{code}", results, with(get_result)},
        {"GET", "/api/patients/{id}/observations", results, with(get_observations)},
    };
}

}  // namespace wardlight::api
