// What every fuzz program needs: a property that must hold, and decisions drawn from the input.
// A property that does not hold ends the program, so that the fuzzer keeps the input.
#pragma once

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <source_location>
#include <string>
#include <string_view>

namespace wardlight::fuzz {

inline void must(bool holds, std::source_location at = std::source_location::current()) {
    if (holds) return;
    std::fprintf(stderr, "the property at %s:%u does not hold\n", at.file_name(), at.line());
    std::abort();
}

/// A text that stands for a patient's value: no error may repeat it.
inline constexpr std::string_view kSecret = "zq7x9k";

inline bool tells_secret(std::string_view text) {
    return text.find(kSecret) != std::string_view::npos;
}

/// True when `part` looks into `whole`.
inline bool is_inside(std::string_view part, std::string_view whole) {
    return part.empty() || (part.data() >= whole.data() &&
                            part.data() + part.size() <= whole.data() + whole.size());
}

/// Takes decisions from the front of the input; what is left is the text under test.
class Input {
 public:
    Input(const std::uint8_t* data, std::size_t size)
        : rest_(reinterpret_cast<const char*>(data), size) {}

    std::uint8_t byte() {
        if (rest_.empty()) return 0;
        const auto value = static_cast<std::uint8_t>(rest_.front());
        rest_.remove_prefix(1);
        return value;
    }
    /// Up to the next line feed, which is taken too.
    std::string_view line() {
        const std::size_t end = std::min(rest_.find('\n'), rest_.size());
        const std::string_view text = rest_.substr(0, end);
        rest_.remove_prefix(std::min(end + 1, rest_.size()));
        return text;
    }
    [[nodiscard]] std::string_view rest() const { return rest_; }

 private:
    std::string_view rest_;
};

/// Sizes of pieces for "all at once is the same as in pieces": the same seed, the same pieces.
class Pieces {
 public:
    explicit Pieces(std::uint8_t seed) : state_(seed * 2654435761U + 1) {}

    std::size_t next() {
        state_ = state_ * 1664525U + 1013904223U;
        constexpr std::size_t kLargest = 9;
        return 1 + (state_ >> 24) % kLargest;
    }

 private:
    std::uint32_t state_;
};

}  // namespace wardlight::fuzz
