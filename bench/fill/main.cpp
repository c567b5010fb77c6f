// wardlight_fill: makes the stores that the benchmarks run on.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <chrono>

#include "app/data_folder.h"
#include "base/log.h"
#include "fill/filler.h"

namespace {

using namespace wardlight;

constexpr std::uint64_t kReportEvery = 500'000;

Result<> run(const std::string& folder, const fill::FillPlan& plan) {
    const SystemClock clock;
    auto store = TRY(app::open_store({folder}, clock));
    const auto began = std::chrono::steady_clock::now();
    const auto rate = [began](std::uint64_t count) {
        const std::chrono::duration<double> time = std::chrono::steady_clock::now() - began;
        return static_cast<double>(count) / time.count();
    };
    std::uint64_t reported = 0;
    std::uint64_t written = 0;
    TRY(fill::fill(*store, plan, [&](std::uint64_t count) {
        written = count;
        if (count < reported + kReportEvery) return;
        reported = count;
        fmt::print(stderr, "filled {} ({:.0f}/s)\n", count, rate(count));
    }));
    fmt::print("{{\"written\":{},\"per_second\":{:.0f}}}\n", written, rate(written));
    return {};
}

/// What a filled folder depends on: another answer means that it has to be filled anew.
void print_schema() {
    for (const store::Schema& schema : app::all_schemas())
        fmt::print("{}:{} ", schema.name, schema.steps.size());
    fmt::print("layout:1\n");
}

}  // namespace

int main(int argc, char** argv) {
    CLI::App app{"Fills a data folder for benchmarks"};
    std::string folder;
    fill::FillPlan plan;
    bool is_schema = false;
    app.add_option("--data", folder, "Data folder, new")->type_name("DIR");
    app.add_option("--patients", plan.patients)->check(CLI::PositiveNumber);
    app.add_option("--observations", plan.observations);
    app.add_option("--messages", plan.messages, "Raw messages, already applied");
    app.add_option("--creatinine-days", plan.creatinine_days,
                   "Of one patient more, ten Observations each day");
    app.add_option("--threads", plan.threads)->check(CLI::PositiveNumber);
    app.add_flag("--schema", is_schema, "Print what a filled folder depends on");
    CLI11_PARSE(app, argc, argv);
    if (is_schema) {
        print_schema();
        return 0;
    }
    if (folder.empty()) {
        fmt::print(stderr, "wardlight_fill: --data DIR is needed\n");
        return 1;
    }
    if (const auto done = run(folder, plan); !done) {
        fmt::print(stderr, "wardlight_fill: {} {}\n", done.error().message, done.error().where);
        return 1;
    }
    return 0;
}
