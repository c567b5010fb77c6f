#include "clinical/decimal.h"

#include <doctest/doctest.h>

#include <string>

using namespace wardlight::clinical;

namespace {
constexpr Decimal dec(std::string_view text) {
    return *parse_decimal(text);
}
std::string text(Decimal value) {
    DecimalText buffer;
    return std::string(format_decimal(value, buffer));
}
}  // namespace

static_assert(dec("1.50") == dec("1.5"));
static_assert(dec("149.9") < dec("150"));
static_assert(dec("-0.1") < dec("0"));
static_assert(exact(dec("0.000000000000000001")) == 1);
static_assert(multiply(dec("1.5"), dec("88.4")) == dec("132.6"));

TEST_CASE("a decimal keeps the precision it was recorded with") {
    for (const char* value : {"0", "149.9", "149.90", "0.05", "-3.10", "100", "999999999999999999",
                              "0.000000000000000001", "-0.000000000000000001"}) {
        CAPTURE(value);
        CHECK(text(dec(value)) == value);
    }
    CHECK(text(dec("+5")) == "5");
    CHECK(text(dec(".5")) == "0.5");
    CHECK(text(dec(" 007.0 ")) == "7.0");
    CHECK(text(dec("\t 7.0 \t")) == "7.0");
}

TEST_CASE("what is not a plain decimal is refused") {
    for (const char* value : {"", " ", ".", "-", "1.", "1e3", "1,234", "103,4", "1.2.3", "12 3",
                              "0x1F", "NaN", "--1", "abc", "1.0mg", "\xC2\xBD"}) {
        CAPTURE(value);
        CHECK_FALSE(parse_decimal(value).has_value());
    }
}

TEST_CASE("eighteen digits are the limit, on both sides of the point") {
    CHECK(parse_decimal("123456789.123456789").has_value());
    CHECK_FALSE(parse_decimal("1234567890.123456789").has_value());
    CHECK_FALSE(parse_decimal("1000000000000000000").has_value());
    CHECK(parse_decimal("000000000000000000000001").has_value());
    CHECK_FALSE(parse_decimal("0.0000000000000000001").has_value());
}

TEST_CASE("sums and differences are exact or absent") {
    CHECK(add(dec("0.1"), dec("0.2")) == dec("0.3"));
    CHECK(text(*add(dec("1.50"), dec("1.5"))) == "3.00");
    CHECK(subtract(dec("126.1"), dec("100")) == dec("26.1"));
    CHECK_FALSE(add(dec("999999999999999999"), dec("1")).has_value());
    CHECK_FALSE(add(dec("100000000000000000"), dec("0.000000000000000001")).has_value());
    CHECK_FALSE(multiply(dec("1000000000"), dec("1000000000")).has_value());
    CHECK_FALSE(multiply(dec("-1000000000"), dec("1000000000")).has_value());
    CHECK_FALSE(multiply(dec("0.0000000001"), dec("0.0000000001")).has_value());
}

TEST_CASE("a reading may carry the laboratory's comparator") {
    struct Row {
        const char* text;
        Comparator comparator;
        const char* value;
    };
    for (const Row& row :
         {Row{"103.4", Comparator::none, "103.4"}, Row{"<20", Comparator::less, "20"},
          Row{"> 1500", Comparator::greater, "1500"}, Row{"<=20", Comparator::less_or_equal, "20"},
          Row{" >= 5.5 ", Comparator::greater_or_equal, "5.5"},
          Row{"\xE2\x89\xA4"
              "20",
              Comparator::less_or_equal, "20"},
          Row{"\xE2\x89\xA5"
              "20",
              Comparator::greater_or_equal, "20"}}) {
        CAPTURE(row.text);
        const auto reading = parse_reading(row.text);
        REQUIRE(reading);
        CHECK(reading->comparator == row.comparator);
        CHECK(reading->value == dec(row.value));
    }
    for (const char* word : {"haemolysed", "<", "<<20", "~20", "20-30", "see note"}) {
        CAPTURE(word);
        CHECK_FALSE(parse_reading(word).has_value());
    }
}
