// Every edge of every parameter is a row of tests/tables/news2.csv (run by
// app/rule_tables_agree_test.cpp); here stands what a table cannot show.
#include "clinical/news2.h"

#include <doctest/doctest.h>

#include "clinical/units.h"

using namespace wardlight::clinical;

namespace {

Observations well() {
    Observations set;
    set.respirations_per_minute = 16;
    set.oxygen_saturation_percent = 97;
    set.on_oxygen = false;
    set.systolic_mm_hg = 120;
    set.pulse_per_minute = 70;
    set.consciousness = Consciousness::alert;
    set.temperature_tenths_celsius = 370;
    return set;
}

}  // namespace

TEST_CASE("a complete set has a total and the points of each parameter") {
    Observations set = well();
    set.respirations_per_minute = 22;  // vector of the NHS emergency department guide: total 6
    set.pulse_per_minute = 100;
    set.oxygen_saturation_percent = 93;
    set.temperature_tenths_celsius = 385;
    const auto result = news2_score(set);
    CHECK(result.total() == 6);
    CHECK(result.points[static_cast<std::size_t>(News2Parameter::respiration)] == 2);
    CHECK(result.points[static_cast<std::size_t>(News2Parameter::temperature)] == 1);
    CHECK_FALSE(result.is_red);
    CHECK(result.least_band == News2Band::medium);
}

TEST_CASE("a set with something missing has no total, only a least one") {
    Observations set = well();
    set.temperature_tenths_celsius.reset();
    auto result = news2_score(set);
    CHECK(result.state == News2State::incomplete);
    CHECK_FALSE(result.total().has_value());
    CHECK(result.least_total == 0);
    CHECK(result.missing == 1U << static_cast<unsigned>(News2Parameter::temperature));
    CHECK_FALSE(result.is_urgent());

    set.consciousness = Consciousness::new_confusion;
    result = news2_score(set);
    CHECK_FALSE(result.total().has_value());
    CHECK(result.is_urgent());  // what is known is urgent whatever is missing
}

TEST_CASE("scale 2 above its target needs to know about oxygen") {
    Observations set = well();
    set.saturation_scale = SaturationScale::two;
    set.on_oxygen.reset();
    const auto result = news2_score(set);
    CHECK(result.missing == (1U << static_cast<unsigned>(News2Parameter::oxygen) |
                             1U << static_cast<unsigned>(News2Parameter::saturation)));
}

TEST_CASE("an implausible value is invalid, not normal and not scored") {
    struct Row {
        const char* what;
        void (*change)(Observations&, int);
        int last_plausible;
        int first_implausible;
    };
    const Row rows[] = {
        {"rr high", [](Observations& o, int v) { o.respirations_per_minute = v; }, 99, 100},
        {"rr low", [](Observations& o, int v) { o.respirations_per_minute = v; }, 0, -1},
        {"spo2 high", [](Observations& o, int v) { o.oxygen_saturation_percent = v; }, 100, 101},
        {"spo2 low", [](Observations& o, int v) { o.oxygen_saturation_percent = v; }, 1, 0},
        {"sbp high", [](Observations& o, int v) { o.systolic_mm_hg = v; }, 370, 371},
        {"sbp low", [](Observations& o, int v) { o.systolic_mm_hg = v; }, 0, -1},
        {"pulse high", [](Observations& o, int v) { o.pulse_per_minute = v; }, 350, 351},
        {"pulse low", [](Observations& o, int v) { o.pulse_per_minute = v; }, 0, -1},
        {"temp high", [](Observations& o, int v) { o.temperature_tenths_celsius = v; }, 465, 466},
        {"temp low", [](Observations& o, int v) { o.temperature_tenths_celsius = v; }, 200, 199},
        {"98.6 F as C", [](Observations& o, int v) { o.temperature_tenths_celsius = v; }, 370, 986},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        Observations set = well();
        row.change(set, row.last_plausible);
        CHECK(news2_score(set).state == News2State::complete);
        row.change(set, row.first_implausible);
        const auto result = news2_score(set);
        CHECK(result.state == News2State::invalid);
        CHECK_FALSE(result.total().has_value());
        CHECK(result.implausible != 0);
    }
}

TEST_CASE("one implausible value does not hide a known danger") {
    Observations set = well();
    set.oxygen_saturation_percent = 970;
    set.consciousness = Consciousness::unresponsive;
    const auto result = news2_score(set);
    CHECK(result.state == News2State::invalid);
    CHECK(result.is_red);
    CHECK(result.is_urgent());
}

TEST_CASE("NEWS2 is not for children or in pregnancy") {
    Observations set = well();
    set.age_years = 15;
    CHECK(news2_score(set).state == News2State::not_for_patient);
    CHECK_FALSE(news2_score(set).total().has_value());
    set.age_years = 16;
    CHECK(news2_score(set).state == News2State::complete);
    set.is_pregnant = true;
    CHECK(news2_score(set).state == News2State::not_for_patient);
}

TEST_CASE("bands and monitoring follow chart 4") {
    struct Row {
        int total;
        bool red;
        const char* band;
        const char* monitoring;
    };
    for (const Row& row :
         {Row{0, false, "none", "12-hourly"}, Row{1, false, "low", "4-6-hourly"},
          Row{4, false, "low", "4-6-hourly"}, Row{3, true, "low_medium", "1-hourly"},
          Row{4, true, "low_medium", "1-hourly"}, Row{5, false, "medium", "1-hourly"},
          Row{5, true, "medium", "1-hourly"}, Row{6, false, "medium", "1-hourly"},
          Row{7, false, "high", "continuous"}, Row{20, true, "high", "continuous"}}) {
        CAPTURE(row.total);
        const auto band = news2_band(row.total, row.red);
        CHECK(text_of(band) == row.band);
        CHECK(minimum_monitoring(band) == row.monitoring);
    }
}

TEST_CASE("temperatures that others score wrongly") {
    // A public implementation scores 35.0 with `t < 35 -> 3`, so as 1.
    for (const auto& [text, points] :
         {std::pair{"35.0", 3}, {"36.0", 1}, {"38.0", 0}, {"39.0", 1}, {"35.05", 1}}) {
        CAPTURE(text);
        Observations set = well();
        set.temperature_tenths_celsius = temperature_tenths(*parse_decimal(text), Unit::celsius);
        CHECK(news2_score(set).total() == points);
    }
}

TEST_CASE("consciousness is read as letter or word") {
    CHECK(consciousness_from_text("c") == Consciousness::new_confusion);
    CHECK(consciousness_from_text("New Confusion") == Consciousness::new_confusion);
    CHECK(consciousness_from_text("Alert") == Consciousness::alert);
    for (const char* text : {"", "X", "AV", "AVPU", "not alert", "asleep"}) {
        CAPTURE(text);
        CHECK_FALSE(consciousness_from_text(text).has_value());
    }
}
