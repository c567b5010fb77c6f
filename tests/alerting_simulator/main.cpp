// Runs of the simulated alerting core:
//   alerting_simulator --seed 17 [--verbose]      one seed; --verbose prints what happened
//   alerting_simulator --seeds 1..1000            many; stops at the first that fails
//   alerting_simulator ... --keep-going           goes on and lists all that fail
#include <fmt/format.h>

#include <unistd.h>
#include <CLI/CLI.hpp>
#include <chrono>
#include <csignal>

#include "alerting_simulator/simulation.h"
#include "base/log.h"
#include "base/text.h"

namespace {

using namespace wardlight;

std::uint64_t seed_now = 0;

/// A broken invariant stops the process: which seed it was must not be lost.
void say_seed(int) {
    constexpr std::size_t kDigits = 20;
    char text[kDigits + 1];
    std::size_t at = kDigits;
    text[at] = '\n';
    for (std::uint64_t rest = seed_now; rest > 0 || at == kDigits; rest /= 10)
        text[--at] = static_cast<char>('0' + rest % 10);
    const char* words = "stopped in seed ";
    (void)!::write(STDERR_FILENO, words, 16);
    (void)!::write(STDERR_FILENO, text + at, kDigits + 1 - at);
    ::_exit(3);
}

struct Options {
    std::uint64_t from = 1;
    std::uint64_t until = 1;
    bool is_verbose = false;
    bool keeps_going = false;
};

bool read_range(const std::string& text, Options& options) {
    const auto dots = text.find("..");
    if (dots == std::string::npos) return false;
    const auto from = parse_integer(text.substr(0, dots));
    const auto until = parse_integer(text.substr(dots + 2));
    if (!from || !until || *from < 0 || *until < *from) return false;
    options.from = static_cast<std::uint64_t>(*from);
    options.until = static_cast<std::uint64_t>(*until);
    return true;
}

int run(const Options& options) {
    simulator::VirtualDisk disk;
    std::int64_t failed = 0;
    std::int64_t steps = 0;
    std::int64_t events = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (std::uint64_t seed = options.from; seed <= options.until; ++seed) {
        seed_now = seed;
        const simulator::Outcome outcome = simulator::simulate(disk, seed, options.is_verbose);
        steps += outcome.steps;
        events += outcome.events;
        if (!outcome.violation) continue;
        ++failed;
        fmt::print("seed {} fails: {}\n  again: alerting_simulator --seed {} --verbose\n", seed,
                   *outcome.violation, seed);
        if (!options.keeps_going) break;
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    const auto seeds = seed_now - options.from + 1;
    fmt::print("{} seeds, {} steps, {} events of alerts, {:.1f} s, {:.0f} seeds/s: {} failed\n",
               seeds, steps, events, took.count(), static_cast<double>(seeds) / took.count(),
               failed);
    return failed == 0 ? 0 : 1;
}

}  // namespace

int main(int count, char** words) {
    CLI::App app("Simulates the alerting core with everything that goes wrong");
    Options options;
    std::string range;
    auto* one = app.add_option("--seed", options.from, "One seed");
    app.add_option("--seeds", range, "A range: FROM..TO")->excludes(one);
    app.add_flag("--verbose", options.is_verbose, "Print what happened");
    app.add_flag("--keep-going", options.keeps_going, "Do not stop at the first failure");
    CLI11_PARSE(app, count, words);
    options.until = options.from;
    if (!range.empty() && !read_range(range, options)) {
        fmt::print(stderr, "--seeds takes a range such as 1..1000\n");
        return 2;
    }
    log::set_level(log::Level::none);
    std::signal(SIGABRT, say_seed);
    return run(options);
}
