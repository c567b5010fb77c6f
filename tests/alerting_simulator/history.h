// What happened in a run, as lines with the true time since its start. Kept always, as it is cheap,
// and printed with --verbose or after a failure. One thread.
#pragma once

#include <fmt/format.h>

#include <string>
#include <vector>

#include "base/time.h"

namespace wardlight::simulator {

class History {
 public:
    /// Without it, only the last lines are kept.
    explicit History(bool keeps_all) : keeps_all_(keeps_all) {}

    void set_time(Duration since_start, Instant server) {
        since_start_ = since_start;
        server_ = server;
    }
    void note(std::string text) {
        if (!keeps_all_ && lines_.size() >= 2 * kLast)
            lines_.erase(lines_.begin(), lines_.begin() + kLast);
        lines_.push_back({since_start_, server_, std::move(text)});
    }
    void print() const {
        for (const Line& line : lines_) {
            const auto seconds = std::chrono::floor<std::chrono::seconds>(line.since_start);
            fmt::print("{:>3}:{:02}:{:02}  server {}  {}\n", seconds.count() / 3600,
                       seconds.count() / 60 % 60, seconds.count() % 60, format_instant(line.server),
                       line.text);
        }
    }

 private:
    struct Line {
        Duration since_start;
        Instant server;
        std::string text;
    };
    static constexpr std::ptrdiff_t kLast = 30;

    bool keeps_all_;
    Duration since_start_{};
    Instant server_;
    std::vector<Line> lines_;
};

}  // namespace wardlight::simulator
