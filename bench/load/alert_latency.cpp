#include "load/alert_latency.h"

#include <memory>
#include <unordered_map>

#include "intake/identity.h"
#include "load/live_listener.h"
#include "load/mllp_exchange.h"
#include "load/run_options.h"

namespace wardlight::load {
namespace {

constexpr std::chrono::seconds kLongestWait{30};
constexpr std::chrono::milliseconds kPause{20};

struct LatencyOptions {
    RunOptions run;
    MessagePlan messages;
    std::string live;
    SignIn sign_in;
};

/// The load, with the time at which each critical result had left. Each is of a patient who has no
/// other, so that the patient's topic on the stream is this alert.
class CriticalExchange final : public MllpExchange {
 public:
    CriticalExchange(const MessageSource& source, double warm_up_seconds, double rate)
        : MllpExchange(source),
          source_(source),
          first_measured_(static_cast<std::uint64_t>(warm_up_seconds * rate)) {}

    void on_sent(std::uint64_t number, SteadyTime at) override {
        if (!source_.is_critical(number) || number < first_measured_) return;
        const std::string patient = intake::patient_id(MessageSource::kPatientAuthority,
                                                       source_.medical_record_number(number));
        waiting_.emplace("\"patient:" + patient + "\"", at);
    }

    std::unordered_map<std::string, SteadyTime>& waiting() { return waiting_; }

 private:
    const MessageSource& source_;
    std::uint64_t first_measured_;
    std::unordered_map<std::string, SteadyTime> waiting_;  // by topic
};

struct Arrivals {
    Samples latencies;
    std::uint64_t resets = 0;  // events that only say: fetch everything again
};

/// Takes out of `waiting` what the event tells of. A reset tells of all that was sent before.
void take_event(const LiveListener::Event& event,
                std::unordered_map<std::string, SteadyTime>& waiting, Arrivals& arrivals) {
    const bool is_reset = event.text.find("event: reset") != std::string::npos;
    if (is_reset) ++arrivals.resets;
    if (!is_reset && event.text.find("\"alerts\"") == std::string::npos) return;
    const auto take = [&](auto found) {
        arrivals.latencies.add(event.at - found->second);
        return waiting.erase(found);
    };
    if (is_reset) {
        for (auto it = waiting.begin(); it != waiting.end();)
            it = it->second < event.at ? take(it) : std::next(it);
        return;
    }
    for (auto at = event.text.find("\"patient:"); at != std::string::npos;
         at = event.text.find("\"patient:", at + 1)) {
        const auto end = event.text.find('"', at + 1);
        if (end == std::string::npos) return;
        const auto found = waiting.find(event.text.substr(at, end + 1 - at));
        if (found != waiting.end() && found->second < event.at) take(found);
    }
}

Arrivals match(const LiveListener& live, std::unordered_map<std::string, SteadyTime>& waiting) {
    Arrivals arrivals;
    const auto deadline = std::chrono::steady_clock::now() + kLongestWait;
    std::size_t read = 0;
    while (!waiting.empty() && std::chrono::steady_clock::now() < deadline && !live.is_broken()) {
        const auto events = live.events_from(read);
        read += events.size();
        for (const auto& event : events) take_event(event, waiting, arrivals);
        if (events.empty()) std::this_thread::sleep_for(kPause);
    }
    return arrivals;
}

Result<> run(const LatencyOptions& options) {
    const RunPlan plan = TRY(plan_of(options.run));
    if (plan.rate <= 0) return fail(ErrorCode::invalid, "--rate is needed");
    MessagePlan messages = options.messages;
    messages.kind = MessageKind::oru;
    messages.critical_is_new_patient = true;
    messages.run = name_of_run();
    const MessageSource source(messages);
    CriticalExchange exchange(source, plan.warm_up_seconds, plan.rate);
    LiveListener live;
    TRY(live.start(TRY(parse_address(options.live)), options.sign_in));
    RunOutcome outcome = TRY(run_load(plan, exchange));
    const std::uint64_t expected = exchange.waiting().size();
    Arrivals arrivals = match(live, exchange.waiting());
    live.stop();
    Figures figures;
    figures.set("per_second", static_cast<double>(outcome.answered) / outcome.seconds);
    figures.set("wrong", outcome.wrong);
    figures.set("unanswered", outcome.unanswered + outcome.unsent);
    figures.set("acknowledged_p99_ms", outcome.latencies.percentile(0.99));
    figures.set("alerts_expected", expected);
    figures.set("alerts_missed", std::uint64_t{exchange.waiting().size()});
    figures.set("resets", arrivals.resets);
    figures.set_latencies(arrivals.latencies);
    figures.print();
    return {};
}

}  // namespace

void add_alert_latency_command(CLI::App& app) {
    auto options = std::make_shared<LatencyOptions>();
    CLI::App* command = app.add_subcommand(
        "alert-latency", "From a critical result sent to its alert on the live stream");
    options->run.plan.connections = 64;
    options->messages.critical_every = 20;
    add_run_options(*command, options->run);
    command->add_option("--live", options->live, "The server's HTTPS")->required();
    command->add_option("--cookie", options->sign_in.cookie, "Of a clinician")->required();
    command->add_option("--patients", options->messages.patients)->check(CLI::PositiveNumber);
    command->add_option("--first-patient", options->messages.first_patient);
    command->add_option("--critical-every", options->messages.critical_every)
        ->check(CLI::PositiveNumber);
    command->callback([options] { run_command([&] { return run(*options); }); });
}

}  // namespace wardlight::load
