#include "app/simulate/feeder.h"

#include <algorithm>
#include <thread>

#include "base/clock.h"

namespace wardlight::simulate {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

constexpr milliseconds kConnectDeadline{5'000};
constexpr milliseconds kFirstPause{50};
constexpr milliseconds kLongestPause{2'000};
// A server under load may refuse with "internal error"; that is no statement about the message.
constexpr std::string_view kInternalError = "207";
constexpr int kMostRefusals = 5;

std::int64_t steady_micros() {
    return std::chrono::duration_cast<std::chrono::microseconds>(
               steady_clock::now().time_since_epoch())
        .count();
}

}  // namespace

Feeder::Feeder(const Plan& plan, const MessageWriter& writer, FeederOptions options,
               const std::atomic<bool>& stop)
    : plan_(plan),
      writer_(writer),
      options_(std::move(options)),
      stop_(stop),
      done_(plan.people.size()) {
    std::vector<std::size_t> count(plan.people.size());
    for (const auto& event : plan.events) {
        turn_.push_back(count[event.person]++);
        if (event.sent <= options_.edge) ++history_left_;
    }
}

FeederReport Feeder::run() {
    begin_ = steady_clock::now();
    last_answer_micros_ = steady_micros();
    std::vector<std::thread> threads;
    for (std::size_t feed = 0; feed < kFeedCount; ++feed) {
        threads.emplace_back([this, feed] { run_feed(static_cast<Feed>(feed)); });
    }
    for (auto& thread : threads) thread.join();
    std::size_t answered = 0;
    for (const auto& feed : report_.feeds) answered += feed.acknowledged + feed.refused;
    report_.is_complete = answered == plan_.events.size();
    return std::move(report_);
}

void Feeder::run_feed(Feed feed) {
    FeedReport& report = report_.feeds[static_cast<std::size_t>(feed)];
    std::optional<MllpConnection> connection;
    for (std::size_t i = 0; i < plan_.events.size(); ++i) {
        if (plan_.events[i].feed != feed) continue;
        if (!wait_for_turn(i) || !deliver(i, connection, report)) break;
        mark_done(i);
    }
    // The others may be waiting for a message that will not be sent.
    done_changed_.notify_all();
}

bool Feeder::wait_for_turn(std::size_t event) {
    const Event& what = plan_.events[event];
    auto due = begin_;
    if (options_.pace_milli > 0 && what.sent > options_.edge) {
        due += std::chrono::duration_cast<steady_clock::duration>((what.sent - options_.edge) *
                                                                  1000 / options_.pace_milli);
    }
    constexpr milliseconds kGlance{200};  // a signal handler cannot notify
    std::unique_lock lock(mutex_);
    while (!is_over()) {
        const bool is_turn = done_[what.person] == turn_[event];
        const auto now = steady_clock::now();
        if (is_turn && now >= due) return true;
        const auto until = is_turn ? std::min(due, now + kGlance) : now + kGlance;
        done_changed_.wait_until(lock, until);
    }
    return false;
}

void Feeder::mark_done(std::size_t event) {
    const Event& what = plan_.events[event];
    std::size_t history = 0;
    {
        const std::lock_guard lock(mutex_);
        ++done_[what.person];
        report_.sent.push_back({what.control_id, SystemClock().now()});
        if (what.sent <= options_.edge && --history_left_ == 0) history = report_.sent.size();
    }
    done_changed_.notify_all();
    if (history > 0 && options_.on_history_sent) options_.on_history_sent(history);
}

// In slices: a signal handler cannot wake anybody, and stopping matters more than the exact pause.
bool Feeder::pause(milliseconds time) {
    constexpr milliseconds kSlice{100};
    for (auto left = time; left.count() > 0 && !is_over(); left -= kSlice) {
        std::this_thread::sleep_for(std::min(left, kSlice));
    }
    return !is_over();
}

bool Feeder::connect(std::optional<MllpConnection>& connection, FeedReport& report, bool is_first) {
    for (auto wait = kFirstPause; !connection; wait = std::min(wait * 2, kLongestPause)) {
        if (is_over()) return false;
        if (auto opened = MllpConnection::open(options_.target, kConnectDeadline)) {
            connection.emplace(std::move(*opened));
            if (!is_first) ++report.reconnects;
            return true;
        }
        if (steady_micros() - last_answer_micros_ >
            std::chrono::microseconds(options_.give_up).count()) {
            has_given_up_ = true;
            return false;
        }
        if (!pause(wait)) return false;
    }
    return true;
}

bool Feeder::deliver(std::size_t event, std::optional<MllpConnection>& connection,
                     FeedReport& report) {
    const std::string message = writer_.write(plan_.events[event]);
    const bool is_first_message = report.acknowledged + report.refused == 0;
    bool was_sent = false;
    for (int refusals = 0; !is_over();) {
        if (!connection && !connect(connection, report, is_first_message && !was_sent))
            return false;
        if (was_sent) ++report.resent;
        was_sent = true;
        const auto answer = connection->exchange(message, options_.acknowledgement_deadline, stop_);
        if (!answer) {
            connection.reset();
            continue;
        }
        last_answer_micros_ = steady_micros();
        const auto acknowledgement = parse_acknowledgement(*answer);
        if (!acknowledgement || acknowledgement->control_id != plan_.events[event].control_id) {
            connection.reset();  // out of step: begin again
            continue;
        }
        if (acknowledgement->is_accepted()) {
            ++report.acknowledged;
            return true;
        }
        if (acknowledgement->error_code != kInternalError || ++refusals >= kMostRefusals) {
            ++report.refused;
            return true;
        }
        if (!pause(kFirstPause * (1 << refusals))) return false;
    }
    return false;
}

}  // namespace wardlight::simulate
