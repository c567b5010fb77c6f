// Latencies of one run. Every single one is kept: a run has at most a few million, and no bucket
// can then hide the tail. Not thread-safe.
#pragma once

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <vector>

namespace wardlight::load {

using Nanoseconds = std::chrono::nanoseconds;

class Samples {
 public:
    void add(Nanoseconds latency) {
        values_.push_back(latency.count());
        is_sorted_ = false;
    }

    [[nodiscard]] std::size_t count() const { return values_.size(); }

    /// The smallest latency that `share` (0..1) of the samples do not exceed, in milliseconds; 0
    /// without samples.
    [[nodiscard]] double percentile(double share) {
        if (values_.empty()) return 0;
        if (!is_sorted_) std::sort(values_.begin(), values_.end());
        is_sorted_ = true;
        const auto rank = std::ceil(share * static_cast<double>(values_.size()));
        const auto index = static_cast<std::size_t>(std::max(1.0, rank)) - 1;
        return static_cast<double>(values_[std::min(index, values_.size() - 1)]) / 1e6;
    }

 private:
    std::vector<std::int64_t> values_;
    bool is_sorted_ = false;
};

}  // namespace wardlight::load
