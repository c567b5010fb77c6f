// Does what is due for alerts: one thread that sleeps until the next timer or the next change.
// Time is the store's clock; the timers are rows, so that a restart goes on where it was.
// Construct it when everything it uses stands; its end stops the thread. run_once() is safe from
// any thread.
#pragma once

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "alerts/site.h"
#include "base/server_clock.h"
#include "store/store.h"

namespace wardlight::alerts {

class TimerRunner {
 public:
    /// All must outlive this. With `clock`, which must be the store's, waits stay what they are
    /// when the machine's time of day is set (clock_change.h).
    TimerRunner(store::Store& store, const Site& site, ServerClock* clock = nullptr);
    ~TimerRunner();
    TimerRunner(const TimerRunner&) = delete;
    TimerRunner& operator=(const TimerRunner&) = delete;

    /// Everything that is due now. One alert that fails does not hold up the others: its timer is
    /// put off and the failure logged.
    static Result<> run_once(store::Store& store, const Site& site, ServerClock* clock = nullptr);

 private:
    void loop();
    [[nodiscard]] std::chrono::milliseconds time_to_next() const;

    store::Store& store_;
    const Site& site_;
    ServerClock* clock_;
    std::atomic<bool> is_stopping_ = false;
    std::mutex mutex_;
    std::condition_variable stop_;
    std::thread thread_;
};

}  // namespace wardlight::alerts
