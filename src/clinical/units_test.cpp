#include "clinical/units.h"

#include <doctest/doctest.h>

#include "clinical/age.h"

using namespace wardlight::clinical;

TEST_CASE("units are read in every spelling that feeds use") {
    for (const char* text : {"umol/L", "umol/l", "UMOL/L", "\xC2\xB5mol/L", "\xCE\xBCmol/L",
                             "mcmol/L", " umol / L ", "umol\t/L", "micromol/L", "\xCE\xBCmol/l"}) {
        CAPTURE(text);
        CHECK(unit_from_text(text) == Unit::micromole_per_litre);
    }
    CHECK(unit_from_text("mg/dL") == Unit::milligram_per_decilitre);
    CHECK(unit_from_text("10*9/L") == Unit::billion_per_litre);
    CHECK(unit_from_text("x10^9/L") == Unit::billion_per_litre);
    CHECK(unit_from_text("\xC2\xB0"
                         "F") == Unit::fahrenheit);
    CHECK(unit_from_text("Cel") == Unit::celsius);
}

TEST_CASE("a unit's UCUM code is read back as that unit") {
    for (const char* code : {"umol/L", "mmol/L", "nmol/L", "mg/dL", "mg/L", "ug/L", "g/L", "g/dL",
                             "10*9/L", "U/L", "Cel", "[degF]", "%", "/min", "mm[Hg]"}) {
        CAPTURE(code);
        CHECK(unit_from_text(code) != Unit::unknown);
        CHECK(ucum_code(unit_from_text(code)) == code);
    }
    CHECK(ucum_code(Unit::ratio) == "{ratio}");
    CHECK(ucum_code(Unit::unknown).empty());
}

TEST_CASE("a missing or unknown unit is unknown, whatever the number looks like") {
    for (const char* text : {"", " ", "mol/L", "umol", "mg", "furlong", "umol/L/d",
                             "a very long unit that nobody uses", "\xB5mol/L"}) {
        CAPTURE(text);
        CHECK(unit_from_text(text) == Unit::unknown);
        CHECK_FALSE(
            creatinine_in_micromoles(*parse_reading("100"), unit_from_text(text)).has_value());
    }
}

TEST_CASE("creatinine in mg/dL becomes umol/L exactly, comparator kept") {
    struct Row {
        const char* milligrams;
        const char* micromoles;
    };
    for (const Row& row : {Row{"1", "88.4"}, Row{"1.5", "132.6"}, Row{"4.0", "353.6"},
                           Row{"0.57", "50.388"}, Row{"1.131", "99.9804"}}) {
        CAPTURE(row.milligrams);
        const auto converted =
            creatinine_in_micromoles(*parse_reading(row.milligrams), Unit::milligram_per_decilitre);
        REQUIRE(converted);
        CHECK(converted->value == *parse_decimal(row.micromoles));
    }
    const auto below =
        creatinine_in_micromoles(*parse_reading("<0.2"), Unit::milligram_per_decilitre);
    REQUIRE(below);
    CHECK(below->comparator == Comparator::less);
    // Another known unit is not a serum creatinine.
    CHECK_FALSE(
        creatinine_in_micromoles(*parse_reading("9"), Unit::millimole_per_litre).has_value());
}

TEST_CASE("conversions that would need a molar mass are refused") {
    CHECK(convert(*parse_decimal("7.0"), Unit::gram_per_decilitre, Unit::gram_per_litre) ==
          *parse_decimal("70"));
    CHECK_FALSE(
        convert(*parse_decimal("90"), Unit::milligram_per_decilitre, Unit::millimole_per_litre)
            .has_value());
    CHECK_FALSE(convert(*parse_decimal("90"), Unit::unknown, Unit::unknown).has_value());
    CHECK_FALSE(convert(*parse_decimal("90"), Unit::gram_per_litre, Unit::unknown).has_value());
    CHECK_FALSE(convert(*parse_decimal("90"), Unit::unknown, Unit::gram_per_litre).has_value());
}

TEST_CASE("a number too long to convert exactly is refused, not rounded") {
    const Decimal longest = *parse_decimal("999999999999999999");
    CHECK_FALSE(creatinine_in_micromoles({longest, {}}, Unit::milligram_per_decilitre).has_value());
    CHECK_FALSE(convert(longest, Unit::gram_per_decilitre, Unit::gram_per_litre).has_value());
}

TEST_CASE("temperature is converted first and rounded half up once") {
    struct Row {
        const char* value;
        Unit unit;
        int tenths;
    };
    for (const Row& row :
         {Row{"35.04", Unit::celsius, 350}, Row{"35.05", Unit::celsius, 351},
          Row{"35.049999", Unit::celsius, 350}, Row{"38", Unit::celsius, 380},
          Row{"39.05", Unit::celsius, 391}, Row{"100.4", Unit::fahrenheit, 380},
          Row{"95", Unit::fahrenheit, 350}, Row{"95.09", Unit::fahrenheit, 351},  // 35.05
          Row{"95.08", Unit::fahrenheit, 350}, Row{"102.2", Unit::fahrenheit, 390},
          Row{"102.3", Unit::fahrenheit, 391},  // 39.0555...
          Row{"98.6", Unit::fahrenheit, 370}, Row{"-0.05", Unit::celsius, 0},
          Row{"-0.06", Unit::celsius, -1}}) {
        CAPTURE(row.value);
        const auto tenths = temperature_tenths(*parse_decimal(row.value), row.unit);
        REQUIRE(tenths);
        CHECK(*tenths == row.tenths);
    }
    // UCLH feed: 102.2 without a unit is Fahrenheit there; guessing is not ours.
    CHECK_FALSE(temperature_tenths(*parse_decimal("102.2"), Unit::unknown).has_value());
    CHECK_FALSE(temperature_tenths(*parse_decimal("1001"), Unit::celsius).has_value());
    CHECK_FALSE(temperature_tenths(*parse_decimal("-1001"), Unit::celsius).has_value());
}

TEST_CASE("age is counted in completed years on the day of collection") {
    using namespace std::chrono;
    struct Row {
        year_month_day birth, on;
        int years;
    };
    for (const Row& row :
         {Row{2008y / 3 / 10, 2026y / 3 / 9, 17}, Row{2008y / 3 / 10, 2026y / 3 / 10, 18},
          Row{2008y / 2 / 29, 2026y / 2 / 28, 17}, Row{2008y / 2 / 29, 2026y / 3 / 1, 18},
          Row{2008y / 2 / 29, 2028y / 2 / 29, 20}, Row{2026y / 3 / 10, 2026y / 3 / 10, 0}}) {
        CHECK(completed_years(row.birth, row.on) == row.years);
    }
    CHECK_FALSE(completed_years(2026y / 3 / 11, 2026y / 3 / 10).has_value());
    CHECK_FALSE(completed_years(2026y / 2 / 30, 2026y / 3 / 10).has_value());
    CHECK_FALSE(completed_years(2026y / 1 / 1, 2026y / 2 / 30).has_value());
}
