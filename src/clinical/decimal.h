// Exact decimal numbers as a laboratory reports them: "149.9", "<20", ">1500".
// Why: a rule compares with 1.5 times a baseline, and binary floating point answers 149.9/100 and
// 150/100 wrongly often enough to matter. Nothing here rounds unless its name says so.
// Pure constexpr functions, no allocation; safe from any thread. Sources: docs/clinical/aki.md.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace wardlight::clinical {

/// mantissa / 10^scale. |mantissa| < 10^18 and 0 <= scale <= 18, so every comparison fits.
struct Decimal {
    std::int64_t mantissa = 0;
    int scale = 0;
};

inline constexpr int kDecimalDigits = 18;

/// A number in units of 10^-18: sums and small multiples of decimals stay exact in it.
/// |value| <= 10^36 for one Decimal; up to 100 of them may be added before it could overflow.
using Exact = __int128;

namespace detail {
constexpr std::array<std::int64_t, kDecimalDigits + 1> kPowersOfTen = [] {
    std::array<std::int64_t, kDecimalDigits + 1> powers{};
    std::int64_t power = 1;
    for (std::size_t i = 0; i < powers.size(); ++i, power *= (i < powers.size() ? 10 : 1))
        powers[i] = power;
    return powers;
}();
constexpr std::int64_t pow10(int exponent) {
    return kPowersOfTen[static_cast<std::size_t>(exponent)];
}
constexpr bool is_digit(char c) {
    return c >= '0' && c <= '9';
}
constexpr std::string_view without_spaces_around(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}
}  // namespace detail

constexpr Exact exact(Decimal value) {
    return static_cast<Exact>(value.mantissa) * detail::pow10(kDecimalDigits - value.scale);
}

/// 1.50 equals 1.5.
constexpr std::strong_ordering operator<=>(Decimal a, Decimal b) {
    return exact(a) <=> exact(b);
}
constexpr bool operator==(Decimal a, Decimal b) {
    return exact(a) == exact(b);
}

namespace detail {
/// The value as a Decimal with the shortest scale not below `least_scale`; nullopt if it needs more
/// than 18 digits.
constexpr std::optional<Decimal> from_parts(Exact mantissa, int scale, int least_scale) {
    while (scale > least_scale && mantissa % 10 == 0) {
        mantissa /= 10;
        --scale;
    }
    constexpr Exact limit = 1'000'000'000'000'000'000;
    if (scale > kDecimalDigits || mantissa >= limit || mantissa <= -limit) return std::nullopt;
    return Decimal{static_cast<std::int64_t>(mantissa), scale};
}
}  // namespace detail

/// Exact sum; nullopt if it needs more than 18 digits.
constexpr std::optional<Decimal> add(Decimal a, Decimal b) {
    return detail::from_parts(exact(a) + exact(b), kDecimalDigits,
                              a.scale > b.scale ? a.scale : b.scale);
}
constexpr std::optional<Decimal> subtract(Decimal a, Decimal b) {
    return add(a, Decimal{-b.mantissa, b.scale});
}
/// Exact product, trailing zeros removed; nullopt if it needs more than 18 digits.
constexpr std::optional<Decimal> multiply(Decimal a, Decimal b) {
    return detail::from_parts(static_cast<Exact>(a.mantissa) * b.mantissa, a.scale + b.scale, 0);
}

/// Whole-text decimal: optional sign, digits, optional point and digits. No exponent, no thousands
/// separator, no decimal comma (103,4 could be either). nullopt on anything else or > 18 digits.
constexpr std::optional<Decimal> parse_decimal(std::string_view text) {
    text = detail::without_spaces_around(text);
    const bool negative = !text.empty() && text.front() == '-';
    if (!text.empty() && (text.front() == '-' || text.front() == '+')) text.remove_prefix(1);
    std::int64_t mantissa = 0;
    int scale = 0;
    int significant = 0;
    bool any_digit = false;
    bool after_point = false;
    for (const char c : text) {
        if (c == '.' && !after_point) {
            after_point = true;
            continue;
        }
        if (!detail::is_digit(c)) return std::nullopt;
        any_digit = true;
        if (after_point && ++scale > kDecimalDigits) return std::nullopt;
        if (mantissa != 0 || c != '0') ++significant;
        if (significant > kDecimalDigits) return std::nullopt;
        mantissa = mantissa * 10 + (c - '0');
    }
    if (!any_digit || text.back() == '.') return std::nullopt;
    return Decimal{negative ? -mantissa : mantissa, scale};
}

enum class Comparator : std::uint8_t { none, less, less_or_equal, greater, greater_or_equal };

/// A value as reported, with the laboratory's comparator if there was one.
struct Reading {
    Decimal value;
    Comparator comparator = Comparator::none;

    [[nodiscard]] constexpr bool is_exact() const { return comparator == Comparator::none; }
};

/// "103.4", "<20", ">= 1500", "≤20". nullopt for text such as "haemolysed".
constexpr std::optional<Reading> parse_reading(std::string_view text) {
    struct Spelling {
        std::string_view sign;
        Comparator comparator;
    };
    constexpr std::array<Spelling, 6> spellings{{{"<=", Comparator::less_or_equal},
                                                 {">=", Comparator::greater_or_equal},
                                                 {"\xE2\x89\xA4", Comparator::less_or_equal},
                                                 {"\xE2\x89\xA5", Comparator::greater_or_equal},
                                                 {"<", Comparator::less},
                                                 {">", Comparator::greater}}};
    text = detail::without_spaces_around(text);
    Comparator comparator = Comparator::none;
    for (const Spelling& spelling : spellings) {
        if (!text.starts_with(spelling.sign)) continue;
        text.remove_prefix(spelling.sign.size());
        comparator = spelling.comparator;
        break;
    }
    const auto value = parse_decimal(text);
    if (!value) return std::nullopt;
    return Reading{*value, comparator};
}

/// Enough for any Decimal: sign, 18 digits, point, leading zero.
using DecimalText = std::array<char, 24>;

/// Writes the value with its recorded precision ("149.90" stays "149.90") and returns the part
/// used.
constexpr std::string_view format_decimal(Decimal value, DecimalText& buffer) {
    std::size_t at = buffer.size();
    std::int64_t rest = value.mantissa < 0 ? -value.mantissa : value.mantissa;
    int written = 0;
    do {
        if (written == value.scale && value.scale > 0) buffer[--at] = '.';
        buffer[--at] = static_cast<char>('0' + rest % 10);
        rest /= 10;
        ++written;
    } while (rest != 0 || written <= value.scale);
    if (value.mantissa < 0) buffer[--at] = '-';
    return {buffer.data() + at, buffer.size() - at};
}

}  // namespace wardlight::clinical
