// wardlight_inside: what can be measured without a server. Each command makes one run and prints
// one JSON object of figures.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "app/data_folder.h"
#include "fill/synthetic.h"
#include "hl7v2/message.h"
#include "load/figures.h"
#include "load/hl7_messages.h"
#include "load/run_options.h"
#include "store/search.h"

namespace wardlight::inside {
namespace {

using load::Figures;
using std::chrono::steady_clock;

/// One kilobyte of ADT, parsed again and again on this thread: framing, all segments and fields
/// found, the patient's number read.
Result<> measure_parser(double seconds) {
    const load::MessageSource source({.kind = load::MessageKind::adt, .run = load::name_of_run()});
    std::string text;
    source.write(0, text);
    constexpr std::uint64_t kBlock = 1'000;
    std::uint64_t parsed = 0;
    const auto began = steady_clock::now();
    std::chrono::duration<double> time{};
    do {
        for (std::uint64_t i = 0; i < kBlock; ++i) {
            const auto message = TRY(hl7v2::Message::parse(text));
            const hl7v2::Segment* patient = message.first("PID");
            CHECK_INVARIANT(patient != nullptr && !patient->field(3).empty());
        }
        parsed += kBlock;
        time = steady_clock::now() - began;
    } while (time.count() < seconds);
    Figures figures;
    figures.set("message_bytes", std::uint64_t{text.size()});
    figures.set("per_second", static_cast<double>(parsed) / time.count());
    figures.set("nanoseconds", time.count() * 1e9 / static_cast<double>(parsed));
    figures.print();
    return {};
}

struct SearchOptions {
    std::string data;
    std::string type = "Observation";
    std::vector<std::string> parameters;
    std::int64_t patient = -1;
    std::size_t rounds = 200;
};

/// A search by the store alone: no HTTP, no sign-in, no audit.
Result<> measure_search(const SearchOptions& options) {
    const SystemClock clock;
    auto store = TRY(app::open_store({options.data}, clock));
    const auto type = fhir::type_number(options.type);
    if (!type) return fail(ErrorCode::invalid, "no such resource type");
    store::QueryParameters query;
    if (options.patient >= 0)
        query.emplace_back("patient",
                           fill::patient_id(static_cast<std::uint64_t>(options.patient)));
    for (const std::string& parameter : options.parameters) {
        const auto equals = parameter.find('=');
        if (equals == std::string::npos) return fail(ErrorCode::invalid, "NAME=VALUE is wanted");
        query.emplace_back(parameter.substr(0, equals), parameter.substr(equals + 1));
    }
    load::Samples samples;
    std::size_t matches = 0;
    // The first reads from disk what the others find in memory, as in a running server.
    for (std::size_t round = 0; round <= options.rounds; ++round) {
        const auto before = steady_clock::now();
        const auto request = TRY(store::parse_search(*type, query));
        auto snapshot = TRY(store->read());
        matches = TRY(store::search(snapshot, request)).matches.size();
        if (round > 0) samples.add(steady_clock::now() - before);
    }
    Figures figures;
    figures.set("matches", std::uint64_t{matches});
    figures.set_latencies(samples);
    figures.print();
    return {};
}

}  // namespace
}  // namespace wardlight::inside

int main(int argc, char** argv) {
    using namespace wardlight;
    CLI::App app{"Benchmarks inside one process; figures as one JSON object"};
    app.require_subcommand(1);
    double seconds = 2;
    CLI::App* parser = app.add_subcommand("parser", "HL7 v2 messages parsed on one core");
    parser->add_option("--seconds", seconds);
    parser->callback([&] { load::run_command([&] { return inside::measure_parser(seconds); }); });
    inside::SearchOptions options;
    CLI::App* search = app.add_subcommand("search", "One search, repeatedly, by the store alone");
    search->add_option("--data", options.data)->required()->type_name("DIR");
    search->add_option("--type", options.type);
    search->add_option("--patient", options.patient, "Number of the patient");
    search->add_option("--parameter", options.parameters, "NAME=VALUE");
    search->add_option("--rounds", options.rounds)->check(CLI::PositiveNumber);
    search->callback([&] { load::run_command([&] { return inside::measure_search(options); }); });
    CLI11_PARSE(app, argc, argv);
    return 0;
}
