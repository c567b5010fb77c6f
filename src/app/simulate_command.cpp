#include "app/simulate_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>

#include "app/simulate/feeder.h"
#include "app/simulate/score.h"
#include "app/simulate/stories.h"
#include "app/simulate/truth.h"
#include "base/clock.h"
#include "base/text.h"
#include "json/value.h"

namespace wardlight::app {
namespace {

using namespace simulate;
using std::chrono::hours;

// Set by the signal handler, the one thing it may do.
std::atomic<bool> stop_requested{false};

void request_stop(int) {
    stop_requested = true;
}

struct Arguments {
    std::string to;
    std::uint64_t seed = 1;
    std::string speed = "1";
    int patients = 40;
    std::string duration = "24h";
    std::string history = "6h";
    std::string start = "2026-03-02T06:00:00Z";
    std::string truth_file;
    std::string sent_file;
    std::vector<std::string> wards;
    bool print = false;
    bool stories = false;
    int give_up_seconds = 600;
};

struct ScoreArguments {
    std::string truth_file;
    std::string alerts_file;
    std::string sent_file;
    int late_after_ms = 3'000;
};

[[noreturn]] void give_up(const Error& error) {
    fmt::print(stderr, "wardlight simulate: {}: {}\n", error.where, error.message);
    throw CLI::RuntimeError(error.code == ErrorCode::invalid ? 2 : 1);
}

template <class T>
T or_give_up(Result<T> result) {
    if (!result) give_up(result.error());
    return std::move(*result);
}

// "90m", "24h", "7d"
Result<Duration> parse_duration(std::string_view text, std::string_view option) {
    constexpr std::int64_t kMost = 100'000;
    const auto number =
        text.empty() ? std::nullopt : parse_integer(text.substr(0, text.size() - 1));
    if (number && *number >= 0 && *number <= kMost) {
        if (text.ends_with('m')) return std::chrono::minutes(*number);
        if (text.ends_with('h')) return hours(*number);
        if (text.ends_with('d')) return hours(24 * *number);
    }
    return fail(ErrorCode::invalid, "expected a time such as 90m, 24h or 7d", std::string(option));
}

// Thousandths; 0 stands for "as fast as acknowledged".
Result<std::int64_t> parse_speed(std::string_view text) {
    if (text == "max") return 0;
    const auto milli = parse_milli(text);
    if (!milli || *milli < 0 || *milli > 1'000'000'000) {
        return fail(ErrorCode::invalid, "expected a number such as 1, 10 or 0.5, or max",
                    "--speed");
    }
    return *milli;
}

struct Timing {
    PlanOptions plan;
    std::int64_t pace_milli = 0;
};

Result<Timing> make_timing(const Arguments& arguments) {
    Timing timing;
    PlanOptions& plan = timing.plan;
    plan.seed = arguments.seed;
    plan.patients = arguments.patients;
    plan.wards = arguments.wards;
    for (const auto& ward : plan.wards) {
        if (find_ward(ward) == nullptr)
            return fail(ErrorCode::invalid, "unknown ward " + ward, "--wards");
    }
    plan.duration = TRY(parse_duration(arguments.duration, "--duration"));
    const Duration history =
        std::min(TRY(parse_duration(arguments.history, "--history")), plan.duration);
    const std::int64_t speed = TRY(parse_speed(arguments.speed));
    if (arguments.start != "now") {
        const auto start = parse_instant(arguments.start);
        if (!start)
            return fail(ErrorCode::invalid, "expected now or a time such as 2026-03-02T06:00:00Z",
                        "--start");
        plan.start = std::chrono::floor<std::chrono::seconds>(*start);
        plan.edge = plan.start + history;
        timing.pace_milli = speed;
        return timing;
    }
    const Instant now = std::chrono::floor<std::chrono::seconds>(SystemClock().now());
    if (speed == 0) {  // everything at once, all of it in the past
        plan.start = now - plan.duration;
        plan.edge = now;
        return timing;
    }
    // Squeezed into real time, so that no message carries a time of the future.
    plan.start = now - history;
    plan.edge = now;
    plan.squeeze_milli = std::max<std::int64_t>(speed, 1);
    timing.pace_milli = 1000;
    return timing;
}

void write_file(const std::string& path, const std::string& text, std::string_view option) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    file.flush();
    if (!file) give_up({ErrorCode::unavailable, "cannot write the file", std::string(option)});
}

std::string read_whole_file(const std::string& path, std::string_view option) {
    std::ifstream file(path, std::ios::binary);
    if (!file) give_up({ErrorCode::not_found, "cannot read the file", std::string(option)});
    return {std::istreambuf_iterator<char>(file), {}};
}

void print_messages(const Plan& plan, const MessageWriter& writer) {
    for (const auto& event : plan.events) {
        std::string message = writer.write(event);
        std::ranges::replace(message, '\r', '\n');
        fmt::print("{}\n", message);
    }
}

void write_truth(const Plan& plan, const TimeZone& zone, const std::string& path) {
    const auto truth = compute_truth(plan, zone);
    std::string text;
    std::array<int, 4> count{};
    for (const auto& line : truth) {
        text += to_json(line);
        ++count[static_cast<std::size_t>(line.kind)];
    }
    write_file(path, text, "--truth");
    fmt::print(stderr, "ground truth: {} alerts, {} suppressed, {} amended, {} retracted\n",
               count[0], count[1], count[2], count[3]);
}

void write_sent(const FeederReport& report, const std::string& path) {
    std::string text;
    for (const auto& message : report.sent) {
        text += json::serialize(
                    json::object({{"control_id", message.control_id},
                                  {"acknowledged_at", format_instant(message.acknowledged)}})) +
                "\n";
    }
    write_file(path, text, "--sent");
}

void print_report(const FeederReport& report) {
    for (std::size_t i = 0; i < kFeedCount; ++i) {
        const FeedReport& feed = report.feeds[i];
        fmt::print(stderr, "{:<8} {:>7} acknowledged, {} refused, {} resent, {} reconnects\n",
                   kFeeds[i].application, feed.acknowledged, feed.refused, feed.resent,
                   feed.reconnects);
    }
}

void send_plan(const Plan& plan, const MessageWriter& writer, const Arguments& arguments,
               const Timing& timing) {
    FeederOptions options;
    options.target = or_give_up(parse_target(arguments.to));
    options.edge = timing.plan.edge;
    options.pace_milli = timing.pace_milli;
    options.give_up = std::chrono::seconds(arguments.give_up_seconds);
    options.on_history_sent = [](std::size_t messages) {
        fmt::print(stderr, "history sent: {} messages; now live\n", messages);
    };
    std::signal(SIGINT, request_stop);
    std::signal(SIGTERM, request_stop);
    const auto report = Feeder(plan, writer, options, stop_requested).run();
    print_report(report);
    if (!arguments.sent_file.empty()) write_sent(report, arguments.sent_file);
    if (stop_requested) return;
    if (!report.is_complete)
        give_up({ErrorCode::unavailable, "the server does not answer", arguments.to});
    for (const auto& feed : report.feeds) {
        if (feed.refused > 0)
            give_up({ErrorCode::conflict, "the server refused messages", arguments.to});
    }
}

void run_simulation(const Arguments& arguments) {
    const Timing timing = or_give_up(make_timing(arguments));
    if (arguments.to.empty() && !arguments.print && arguments.truth_file.empty() &&
        !arguments.stories) {
        give_up({ErrorCode::invalid, "say where to send (--to HOST:PORT), or --print", "--to"});
    }
    const TimeZone zone = or_give_up(TimeZone::find(kHospitalZone));
    const Plan plan = make_plan(timing.plan);
    const MessageWriter writer(plan, zone);
    if (arguments.stories) {
        for (std::size_t i = 0; i < plan.people.size(); ++i) {
            fmt::print("{}  {}\n", plan.people[i].identities.front().mrn, plan.stories[i]);
        }
    }
    if (!arguments.truth_file.empty()) write_truth(plan, zone, arguments.truth_file);
    if (arguments.print) print_messages(plan, writer);
    if (!arguments.to.empty()) send_plan(plan, writer, arguments, timing);
}

void run_score(const ScoreArguments& arguments) {
    const auto truth = or_give_up(read_truth(read_whole_file(arguments.truth_file, "--truth")));
    const auto alerts = or_give_up(read_alerts(read_whole_file(arguments.alerts_file, "--alerts")));
    ScoreOptions options;
    options.late_after = std::chrono::milliseconds(arguments.late_after_ms);
    if (!arguments.sent_file.empty()) {
        options.sent = or_give_up(read_sent(read_whole_file(arguments.sent_file, "--sent")));
    }
    const Score result = score(truth, alerts, options);
    for (const auto& finding : result.findings) fmt::print("{}\n", finding);
    fmt::print("{}", to_table(result));
    if (!result.is_clean()) throw CLI::RuntimeError(1);
}

}  // namespace

void add_simulate_command(CLI::App& app) {
    auto* command = app.add_subcommand(
        "simulate", "Send a simulated hospital's feed over MLLP, with ground truth");
    auto arguments = std::make_shared<Arguments>();
    command->add_option("--to", arguments->to, "Server's MLLP address, HOST:PORT");
    command->add_option("--seed", arguments->seed, "The same seed gives the same hospital")
        ->capture_default_str();
    command
        ->add_option("--speed", arguments->speed,
                     "Simulated per real time; max: as fast as acknowledged")
        ->capture_default_str();
    command->add_option("--patients", arguments->patients, "Number of patients")
        ->check(CLI::Range(1, kMostPatients))
        ->capture_default_str();
    command->add_option("--duration", arguments->duration, "Simulated time, e.g. 90m, 24h, 7d")
        ->capture_default_str();
    command
        ->add_option("--history", arguments->history,
                     "How much of it is sent at once at the beginning")
        ->capture_default_str();
    command->add_option("--start", arguments->start, "Where simulated time begins; now: live")
        ->capture_default_str();
    command->add_option("--wards", arguments->wards, "Only these wards, e.g. 7A,7B")
        ->delimiter(',');
    command->add_option("--truth", arguments->truth_file,
                        "Write what should alert to this file (NDJSON)");
    command->add_option("--sent", arguments->sent_file,
                        "Write when each message was acknowledged (NDJSON)");
    command
        ->add_option("--give-up", arguments->give_up_seconds,
                     "Seconds without any answer after which to end")
        ->check(CLI::Range(1, 86'400))
        ->capture_default_str();
    command->add_flag("--print", arguments->print, "Write the messages to standard output");
    command->add_flag("--stories", arguments->stories,
                      "Write each patient's MRN and story to standard output");

    auto* scoring = command->add_subcommand(
        "score", "Compare exported alerts with the ground truth; 1 when they differ");
    auto score_arguments = std::make_shared<ScoreArguments>();
    scoring->add_option("--truth", score_arguments->truth_file, "File that simulate --truth wrote")
        ->required();
    scoring->add_option("--alerts", score_arguments->alerts_file, "The server's alerts, NDJSON")
        ->required();
    scoring->add_option("--sent", score_arguments->sent_file,
                        "File that simulate --sent wrote: also counts late alerts");
    scoring
        ->add_option("--late-after", score_arguments->late_after_ms,
                     "Milliseconds after which an alert is late")
        ->check(CLI::Range(1, 86'400'000))
        ->capture_default_str();
    scoring->callback([score_arguments] { run_score(*score_arguments); });
    command->callback([command, scoring, arguments] {
        if (!command->got_subcommand(scoring)) run_simulation(*arguments);
    });
}

}  // namespace wardlight::app
