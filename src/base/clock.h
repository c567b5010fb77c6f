// Time is a parameter: nothing but SystemClock asks the operating system, so that tests and the
// simulator own time. Thread-safe.
#pragma once

#include <atomic>

#include "base/time.h"

namespace wardlight {

class Clock {
 public:
    virtual ~Clock() = default;
    [[nodiscard]] virtual Instant now() const = 0;
};

class SystemClock final : public Clock {
 public:
    [[nodiscard]] Instant now() const override {
        return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
};

/// Stands still until told otherwise.
class ManualClock final : public Clock {
 public:
    explicit ManualClock(Instant start) : micros_(to_micros(start)) {}
    [[nodiscard]] Instant now() const override { return from_micros(micros_.load()); }
    void set(Instant instant) { micros_.store(to_micros(instant)); }
    void advance(Duration by) { micros_.fetch_add(by.count()); }

 private:
    std::atomic<std::int64_t> micros_;
};

}  // namespace wardlight
