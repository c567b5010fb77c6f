// The simulator's only source of chance: xoshiro256** seeded by SplitMix64 (Blackman and Vigna,
// public domain). Written out because std:: distributions give different numbers in different
// libraries, and a seed must mean the same hospital everywhere. Not for anything secret.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>

namespace wardlight::simulate {

class Random {
 public:
    explicit Random(std::uint64_t seed) {
        for (auto& word : state_) word = split_mix(seed);
    }

    std::uint64_t next() {
        const std::uint64_t result = rotate_left(state_[1] * 5, 7) * 9;
        const std::uint64_t shifted = state_[1] << 17;
        state_[2] ^= state_[0];
        state_[3] ^= state_[1];
        state_[1] ^= state_[2];
        state_[0] ^= state_[3];
        state_[2] ^= shifted;
        state_[3] = rotate_left(state_[3], 45);
        return result;
    }

    /// Both ends included. The modulo's bias (below 2^-40 here) is of no consequence.
    std::int64_t between(std::int64_t low, std::int64_t high) {
        return low + static_cast<std::int64_t>(next() % static_cast<std::uint64_t>(high - low + 1));
    }

    bool chance(int percent) { return between(0, 99) < percent; }

    template <class Choices>
    const auto& pick(const Choices& choices) {
        return choices[static_cast<std::size_t>(between(0, std::ssize(choices) - 1))];
    }

    /// One well-mixed number from a seed: each patient gets an own generator, so that a change to
    /// one story leaves all others as they were.
    static std::uint64_t mix(std::uint64_t seed, std::uint64_t part) {
        std::uint64_t state = seed ^ (part * 0xD1B54A32D192ED03ULL);
        split_mix(state);
        return split_mix(state);
    }

 private:
    static std::uint64_t rotate_left(std::uint64_t word, int by) {
        return (word << by) | (word >> (64 - by));
    }
    static std::uint64_t split_mix(std::uint64_t& state) {
        std::uint64_t z = (state += 0x9E3779B97F4A7C15ULL);
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
        return z ^ (z >> 31);
    }

    std::array<std::uint64_t, 4> state_{};
};

}  // namespace wardlight::simulate
