// Sends a plan to a server the way a hospital does: one connection per sending application, the
// next message only after the last was acknowledged, and the same message again after a broken
// connection. A message about a person waits until all earlier ones about that person are
// acknowledged, whichever application sends them, so that a run is the same at every speed.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "app/simulate/message.h"
#include "app/simulate/mllp_connection.h"

namespace wardlight::simulate {

struct FeederOptions {
    Target target;
    Instant edge;  // up to here as fast as acknowledged
    std::int64_t pace_milli =
        0;  // simulated per real time behind `edge`, thousandths; 0: no waiting
    std::chrono::seconds acknowledgement_deadline{30};
    /// Ends the run when the server has not acknowledged anything for so long.
    std::chrono::seconds give_up{600};
    std::function<void(std::size_t messages)> on_history_sent;
};

struct FeedReport {
    std::size_t acknowledged = 0;
    std::size_t refused = 0;  // answered AE, AR, CE or CR
    std::size_t resent = 0;   // sent again because the acknowledgement was not seen
    std::size_t reconnects = 0;
};

/// When a message was acknowledged, in real time; for measuring lateness.
struct SentMessage {
    std::string control_id;
    Instant acknowledged;
};

struct FeederReport {
    std::array<FeedReport, kFeedCount> feeds{};
    std::vector<SentMessage> sent;
    bool is_complete = false;  // every message of the plan was answered
};

class Feeder {
 public:
    /// `stop` may be set from anywhere (a signal) and ends the run within a second.
    Feeder(const Plan& plan, const MessageWriter& writer, FeederOptions options,
           const std::atomic<bool>& stop);
    FeederReport run();

 private:
    void run_feed(Feed feed);
    bool wait_for_turn(std::size_t event);
    bool deliver(std::size_t event, std::optional<MllpConnection>& connection, FeedReport& report);
    bool connect(std::optional<MllpConnection>& connection, FeedReport& report, bool is_first);
    bool pause(std::chrono::milliseconds time);
    void mark_done(std::size_t event);
    [[nodiscard]] bool is_over() const { return stop_.load() || has_given_up_.load(); }

    const Plan& plan_;
    const MessageWriter& writer_;
    FeederOptions options_;
    const std::atomic<bool>& stop_;
    std::atomic<bool> has_given_up_{false};
    std::chrono::steady_clock::time_point begin_;
    std::atomic<std::int64_t> last_answer_micros_{0};

    std::mutex mutex_;
    std::condition_variable done_changed_;
    std::vector<std::size_t> turn_;  // per event: how many earlier events its person has
    std::vector<std::size_t> done_;  // per person: how many are acknowledged
    std::size_t history_left_ = 0;
    FeederReport report_;
};

}  // namespace wardlight::simulate
