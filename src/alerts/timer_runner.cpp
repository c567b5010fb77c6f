#include "alerts/timer_runner.h"

#include <algorithm>

#include "alerts/clock_change.h"
#include "alerts/escalation.h"
#include "base/log.h"
#include "store/timers.h"

namespace wardlight::alerts {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kAtOnce = 64;
constexpr milliseconds kLongestSleep{1'000};  // a clock that is set is noticed within it
constexpr milliseconds kShortestSleep{50};    // a busy feed does not make us look at each commit
constexpr auto kPutOff = std::chrono::seconds(30);

/// One timer after the other; those that fail are put off.
Result<> run_singly(store::Store& store, const Site& site) {
    for (;;) {
        std::size_t taken = 0;
        const auto done = store.write([&](store::WriteTransaction& tx) -> Result<> {
            taken = TRY(run_due_timers(tx, site, 1));
            return {};
        });
        if (done && taken == 0) return {};
        if (done) continue;
        if (done.error().code == ErrorCode::busy) return tl::unexpected(done.error());
        log::error("an alert's timer failed and is put off",
                   {{"code", std::string(name_of(done.error().code))},
                    {"reason", done.error().message},
                    {"where", done.error().where}});
        TRY(store.write([&](store::WriteTransaction& tx) -> Result<> {
            for (store::Timer& timer : TRY(store::take_due_timers(tx, 1, kTimerKind))) {
                timer.due_at = tx.now() + kPutOff;
                TRY(store::set_timer(tx, timer));
            }
            return {};
        }));
    }
}

}  // namespace

TimerRunner::TimerRunner(store::Store& store, const Site& site, ServerClock* clock)
    : store_(store), site_(site), clock_(clock) {
    thread_ = std::thread([this] { loop(); });
}

TimerRunner::~TimerRunner() {
    is_stopping_ = true;
    store_.wake_waiters();
    {
        const std::lock_guard lock(mutex_);
        stop_.notify_all();
    }
    thread_.join();
}

Result<> TimerRunner::run_once(store::Store& store, const Site& site, ServerClock* clock) {
    if (clock != nullptr) TRY(follow_clock(store, *clock));
    for (;;) {
        {
            auto snapshot = TRY(store.read());
            const auto due = TRY(store::next_timer(snapshot, kTimerKind));
            if (!due || *due > store.clock().now()) return {};
        }
        std::size_t taken = 0;
        const auto done = store.write([&](store::WriteTransaction& tx) -> Result<> {
            taken = TRY(run_due_timers(tx, site, kAtOnce));
            return {};
        });
        if (!done) return run_singly(store, site);
        if (taken == 0) return {};
    }
}

milliseconds TimerRunner::time_to_next() const {
    auto snapshot = store_.read();
    if (!snapshot) return kLongestSleep;
    const auto due = store::next_timer(*snapshot, kTimerKind);
    if (!due || !*due) return kLongestSleep;
    const auto left = std::chrono::ceil<milliseconds>(**due - store_.clock().now());
    return std::clamp(left, milliseconds(0), kLongestSleep);
}

void TimerRunner::loop() {
    for (;;) {
        const ChangeNumber seen = store_.last_change();
        if (const auto done = run_once(store_, site_, clock_); !done) {
            log::error("timers of alerts could not be run",
                       {{"code", std::string(name_of(done.error().code))},
                        {"reason", done.error().message}});
        }
        if (is_stopping_) return;
        store_.wait_for_change(seen, time_to_next());
        std::unique_lock lock(mutex_);
        stop_.wait_for(lock, kShortestSleep, [this] { return is_stopping_.load(); });
    }
}

}  // namespace wardlight::alerts
