// The only source of chance in the simulator. The same seed gives the same throws with every
// compiler and library: nothing of <random> is used, whose distributions differ. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace wardlight::simulator {

class Dice {
 public:
    explicit Dice(std::uint64_t seed) : state_(seed) {}

    /// SplitMix64 (Steele, Lea, Flood 2014).
    std::uint64_t next() {
        std::uint64_t z = (state_ += 0x9E3779B97F4A7C15U);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
        return z ^ (z >> 31);
    }
    /// Both included.
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
    }
    int small(int low, int high) { return static_cast<int>(between(low, high)); }
    bool chance(int percent) { return between(1, 100) <= percent; }
    Duration time(Duration low, Duration high) {
        return Duration(between(low.count(), high.count()));
    }
    /// Mostly short, sometimes very long: half of the throws lie in the lowest eighth.
    Duration delay(Duration low, Duration high) {
        const Duration span = high - low;
        return chance(50) ? time(low, low + span / 8) : time(low, high);
    }
    template <class T>
    T& pick(std::vector<T>& list) {
        return list[static_cast<std::size_t>(
            between(0, static_cast<std::int64_t>(list.size()) - 1))];
    }
    template <class T>
    const T& pick(const std::vector<T>& list) {
        return list[static_cast<std::size_t>(
            between(0, static_cast<std::int64_t>(list.size()) - 1))];
    }

 private:
    std::uint64_t state_;
};

}  // namespace wardlight::simulator
