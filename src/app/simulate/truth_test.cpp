#include "app/simulate/truth.h"

#include <doctest/doctest.h>

#include <map>

#include "app/simulate/test_plan.h"

namespace wardlight::simulate {
namespace {

using Lines = std::vector<std::string>;

VitalSigns well() {
    VitalSigns signs;
    signs.respiratory_rate = 16;
    signs.saturation = 97;
    signs.on_oxygen = false;
    signs.systolic = 126;
    signs.pulse = 78;
    signs.consciousness = 'A';
    signs.temperature_milli = 36'900;
    return signs;
}

VitalSigns scoring(int total) {
    VitalSigns signs = well();
    if (total >= 5) signs.respiratory_rate = 22;  // 2
    if (total >= 5) signs.pulse = 112;            // 2
    if (total >= 5) signs.systolic = 105;         // 1
    if (total >= 7) signs.saturation = 93;        // 2
    if (total >= 9) signs.on_oxygen = true;       // 2
    return signs;
}

}  // namespace

TEST_CASE("AKI stages change exactly at 1.5, 2 and 3 times the baseline and above 354") {
    struct Case {
        std::int64_t baseline;
        std::int64_t index;
        int stage;
    };
    const Case cases[] = {
        {100'000, 149'000, 0}, {100'000, 149'900, 0}, {100'000, 150'000, 1}, {100'000, 199'900, 1},
        {100'000, 200'000, 2}, {100'000, 299'900, 2}, {100'000, 300'000, 3}, {177'000, 354'000, 2},
        {177'000, 354'100, 3}, {300'000, 400'000, 0}, {236'000, 354'000, 1}, {236'000, 355'000, 3},
    };
    for (const auto& one : cases) {
        CAPTURE(one.index);
        TestPlan test;
        test.creatinine(-24 * 30, one.baseline);
        test.creatinine(0, one.index);
        Lines aki;
        for (const auto& line : test.truth()) {
            if (line.find("aki") != std::string::npos) aki.push_back(line);
        }
        CHECK(aki == (one.stage == 0 ? Lines{} : Lines{"alert aki " + std::to_string(one.stage)}));
    }
}

TEST_CASE("a rise within 48 hours warns above 26, not at 26, and not after 48 hours") {
    struct Case {
        std::int64_t hours;
        std::int64_t rise;
        bool warns;
    };
    for (const auto& one :
         {Case{48, 27'000, true}, Case{48, 26'000, false}, Case{49, 27'000, false}}) {
        TestPlan test;
        test.creatinine(0, 100'000);
        test.creatinine(one.hours, 100'000 + one.rise);
        CHECK(test.truth() == (one.warns ? Lines{"alert aki 1"} : Lines{}));
    }
}

TEST_CASE("day 7 counts as recent, day 8 as history and day 366 not at all") {
    // Recent 100 and history 60, 140: the lowest recent wins on day 7, the median of three on
    // day 8.
    for (const auto& [day, expected] : std::map<int, Lines>{{7, {"alert aki 1"}}, {8, {}}}) {
        TestPlan test;
        test.creatinine(-24 * 100, 110'000);
        test.creatinine(-24 * 90, 120'000);
        test.creatinine(-24 * day, 100'000);
        test.creatinine(0, 155'000);
        CHECK(test.truth() == expected);
    }
    for (const auto& [day, expected] : std::map<int, Lines>{{365, {"alert aki 2"}}, {366, {}}}) {
        TestPlan test;
        test.creatinine(-24 * day, 100'000);
        test.creatinine(0, 210'000);
        CHECK(test.truth() == expected);
    }
}

TEST_CASE("below 18 stage 3 begins above three times the upper limit") {
    TestPlan test;
    test.person = test.add_person(2009, Sex::female);  // 16: upper limit 81, three times 243
    test.creatinine(-24 * 30, 150'000);
    test.creatinine(0, 243'000);
    CHECK(test.truth() == Lines{"alert aki 1"});
    test.creatinine(5, 244'000);
    CHECK(test.truth() == Lines{"alert aki 1", "alert aki 3"});
}

TEST_CASE("a first creatinine warns of nothing however high") {
    TestPlan test;
    test.creatinine(0, 340'000);
    CHECK(test.truth().empty());
}

TEST_CASE("within an episode only a higher stage is told") {
    TestPlan test;
    test.creatinine(-24 * 30, 100'000);
    test.creatinine(0, 160'000);
    test.creatinine(6, 170'000);
    test.creatinine(12, 210'000);
    test.creatinine(24, 180'000);
    CHECK(test.truth() == Lines{"alert aki 1", "suppressed aki 1 known", "alert aki 2",
                                "suppressed aki 1 falling"});
}

TEST_CASE("an episode is over when more than seven days pass without a stage") {
    for (const auto& [day, second] :
         std::map<int, std::string>{{7, "suppressed aki 1 known"}, {8, "alert aki 1"}}) {
        TestPlan test;
        test.creatinine(-24 * 40, 100'000);
        test.creatinine(-24 * 30, 100'000);
        test.creatinine(0, 160'000);
        test.creatinine(24 * day, 175'000);
        CHECK(test.truth() == Lines{"alert aki 1", second});
    }
}

TEST_CASE("renal and intensive care, dialysis and palliative care are not told") {
    for (const auto& [ward, diagnosis, reason] :
         std::vector<std::tuple<std::string, std::string, std::string>>{
             {"5C", "", "ward"},
             {"ICU", "", "ward"},
             {"7A", "Z99.2", "dialysis"},
             {"7A", "Z51.5", "palliative"}}) {
        TestPlan test;
        test.creatinine(-24 * 30, 100'000);
        test.place(-5, ward, diagnosis);
        test.creatinine(0, 160'000);
        CHECK(test.truth() == Lines{"suppressed aki 1 " + reason});
    }
}

TEST_CASE("an update older than the last move does not move anybody back") {
    TestPlan test;
    test.creatinine(-24 * 30, 100'000);
    test.place(-5, "7A");
    test.place(-4, "5C");
    test.plan.events.back().stamped = TestPlan::at(-6);
    test.creatinine(0, 160'000);
    CHECK(test.truth() == Lines{"alert aki 1"});
}

TEST_CASE("a corrected or withdrawn creatinine retracts, amends, or brings about its alert") {
    TestPlan test;
    test.creatinine(-24 * 30, 100'000);
    test.lab(0, Analyte::creatinine, 310'000, 'F', "S1");
    test.lab(0, Analyte::creatinine, 210'000, 'C', "S1", 1);
    test.lab(0, Analyte::creatinine, 90'000, 'C', "S1", 2);
    test.lab(0, Analyte::creatinine, 155'000, 'C', "S1", 3);
    test.lab(0, Analyte::creatinine, 155'000, 'W', "S1", 4);
    CHECK(test.truth() == Lines{"alert aki 3", "amended aki 2", "retracted aki 2", "alert aki 1",
                                "retracted aki 1"});
}

TEST_CASE("an older result that comes late changes what later ones say") {
    TestPlan test;
    test.creatinine(-24 * 30, 90'000);
    test.creatinine(20, 150'000);
    test.lab(2, Analyte::creatinine, 71'000, 'F', "late", 23);
    CHECK(test.truth() == Lines{"alert aki 1", "amended aki 2"});
}

TEST_CASE("a merge shows an injury that neither half shows") {
    TestPlan test;
    test.creatinine(-24 * 30, 80'000);
    test.identity = 1;
    test.creatinine(0, 190'000);
    CHECK(test.truth().empty());
    test.identity = 0;
    test.push(4).what = Merge{1};
    CHECK(test.truth() == Lines{"alert aki 2"});
    const auto lines = compute_truth(test.plan, TimeZone::find(kHospitalZone).value());
    CHECK(lines[0].mrn == "M0-0");
    CHECK(lines[0].taken_at == TestPlan::at(0));
    CHECK(lines[0].sent_at == TestPlan::at(4));
}

TEST_CASE("an alert before a merge belongs to the registration that is left") {
    TestPlan test;
    test.identity = 1;
    test.lab(0, Analyte::potassium, 6'900);
    test.identity = 0;
    test.push(4).what = Merge{1};
    const auto lines = compute_truth(test.plan, TimeZone::find(kHospitalZone).value());
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].mrn == "M0-0");
    CHECK(lines[0].mrn_then == "M0-1");
}

TEST_CASE("an old sample rings nobody") {
    TestPlan test;
    test.lab(0, Analyte::potassium, 6'900, 'F', "old", 73);
    CHECK(test.truth() == Lines{"suppressed critical_result K high old"});
}

TEST_CASE("NEWS2 points change exactly where the chart says") {
    struct Case {
        void (*change)(VitalSigns&, int);
        std::vector<std::pair<int, int>> points;  // value, points
    };
    const Case cases[] = {
        {[](VitalSigns& s, int v) { s.respiratory_rate = v; },
         {{8, 3}, {9, 1}, {11, 1}, {12, 0}, {20, 0}, {21, 2}, {24, 2}, {25, 3}}},
        {[](VitalSigns& s, int v) { s.saturation = v; },
         {{91, 3}, {92, 2}, {93, 2}, {94, 1}, {95, 1}, {96, 0}}},
        {[](VitalSigns& s, int v) { s.scale = 2, s.saturation = v; },
         {{83, 3}, {84, 2}, {85, 2}, {86, 1}, {87, 1}, {88, 0}, {92, 0}, {93, 0}, {100, 0}}},
        {[](VitalSigns& s, int v) { s.scale = 2, s.on_oxygen = true, s.saturation = v; },
         {{87, 3}, {88, 2}, {92, 2}, {93, 3}, {94, 3}, {95, 4}, {96, 4}, {97, 5}}},  // 2 of them
                                                                                     // for oxygen
        {[](VitalSigns& s, int v) { s.systolic = v; },
         {{90, 3}, {91, 2}, {100, 2}, {101, 1}, {110, 1}, {111, 0}, {219, 0}, {220, 3}}},
        {[](VitalSigns& s, int v) { s.pulse = v; },
         {{40, 3},
          {41, 1},
          {50, 1},
          {51, 0},
          {90, 0},
          {91, 1},
          {110, 1},
          {111, 2},
          {130, 2},
          {131, 3}}},
        {[](VitalSigns& s, int v) { s.temperature_milli = v * 100; },
         {{350, 3}, {351, 1}, {360, 1}, {361, 0}, {380, 0}, {381, 1}, {390, 1}, {391, 2}}},
        {[](VitalSigns& s, int v) { s.consciousness = static_cast<char>(v); },
         {{'A', 0}, {'C', 3}, {'V', 3}, {'P', 3}, {'U', 3}}},
    };
    for (const auto& one : cases) {
        for (const auto& [value, points] : one.points) {
            VitalSigns signs = well();
            one.change(signs, value);
            CHECK(true_news(signs).total == points);
        }
    }
}

TEST_CASE("NEWS2 is told on a first band, a higher band and a rise of two, not again") {
    TestPlan test;
    test.round(0, well());
    test.round(1, scoring(5));
    test.round(2, scoring(5));
    test.round(3, scoring(7));
    test.round(4, scoring(9));
    test.round(5, scoring(5));
    test.round(6, well());
    test.round(7, scoring(5));
    CHECK(test.truth() == Lines{"alert news2 medium", "suppressed news2 medium known",
                                "alert news2 high", "alert news2 high",
                                "suppressed news2 medium known", "alert news2 medium"});
}

TEST_CASE("a single red parameter is told as such") {
    TestPlan test;
    VitalSigns signs = well();
    signs.systolic = 88;
    test.round(0, signs);
    CHECK(test.truth() == Lines{"alert news2 low_medium"});
}

TEST_CASE("an incomplete round is no score unless the least it can be is urgent") {
    TestPlan test;
    VitalSigns partial = scoring(5);
    partial.pulse.reset();  // 3 at least
    test.round(0, partial);
    CHECK(test.truth().empty());
    partial = scoring(7);
    partial.consciousness.reset();
    test.round(1, partial);
    CHECK(test.truth() == Lines{"alert news2 high"});
}

TEST_CASE("a mistyped round is retracted when corrected") {
    TestPlan test;
    VitalSigns mistyped = well();
    mistyped.respiratory_rate = 61;
    test.round(0, mistyped, "N1");
    test.round(0, well(), "N1");
    CHECK(test.truth() == Lines{"alert news2 low_medium", "retracted news2 low_medium"});
}

TEST_CASE("critical limits bite exactly where the policy says") {
    struct Case {
        Analyte analyte;
        std::int64_t harmless;
        std::int64_t critical;
    };
    const Case cases[] = {
        {Analyte::sodium, 121'000, 120'000},
        {Analyte::sodium, 154'000, 155'000},
        {Analyte::potassium, 2'600, 2'500},
        {Analyte::potassium, 6'400, 6'500},
        {Analyte::urea, 29'900, 30'000},
        {Analyte::creatinine, 353'000, 354'000},
        {Analyte::glucose, 2'600, 2'500},
        {Analyte::glucose, 24'900, 25'000},
        {Analyte::calcium_adjusted, 1'810, 1'800},
        {Analyte::calcium_adjusted, 3'490, 3'500},
        {Analyte::magnesium, 410, 400},
        {Analyte::magnesium, 2'000, 2'010},
        {Analyte::phosphate, 310, 300},
        {Analyte::haemoglobin, 70'000, 69'000},
        {Analyte::haemoglobin, 200'000, 201'000},
        {Analyte::platelets, 50'000, 49'000},
        {Analyte::platelets, 1'000'000, 1'001'000},
        {Analyte::c_reactive_protein, 299'000, 300'000},
    };
    for (const auto& one : cases) {
        LabValue value;
        value.analyte = one.analyte;
        value.milli = one.harmless;
        CHECK(true_side(value) == Side::none);
        value.milli = one.critical;
        CHECK(true_side(value) != Side::none);
    }
}

TEST_CASE("a known critical result is told again only when worse, very different or after a week") {
    struct Case {
        std::int64_t hour;
        std::int64_t milli;
        std::string kind;
    };
    for (const auto& one : {Case{4, 7'000, "suppressed"}, Case{4, 6'600, "suppressed"},
                            Case{4, 7'100, "alert"}, Case{24 * 8, 7'000, "alert"}}) {
        TestPlan test;
        test.lab(0, Analyte::potassium, 7'000);
        test.lab(one.hour, Analyte::potassium, one.milli);
        const auto lines = test.truth();
        REQUIRE(lines.size() == 2);
        CHECK(lines[1].starts_with(one.kind));
    }
    TestPlan test;
    test.lab(0, Analyte::potassium, 9'000);
    test.lab(4, Analyte::potassium, 6'600);  // 27 % lower, still critical
    test.lab(8, Analyte::potassium, 2'400);
    CHECK(test.truth() == Lines{"alert critical_result K high", "alert critical_result K high",
                                "alert critical_result K low"});
}

TEST_CASE("preliminary, textual and cancelled results are no alert; the final one is") {
    TestPlan test;
    test.lab(0, Analyte::potassium, 2'400, 'P', "S1");
    CHECK(test.truth().empty());
    test.lab(0, Analyte::potassium, 2'400, 'F', "S1", 1);
    CHECK(test.truth() == Lines{"alert critical_result K low"});
    test.lab(0, Analyte::potassium, 2'400, 'D', "S1", 2);
    CHECK(test.truth().back() == "retracted critical_result K low");
}

TEST_CASE("what the laboratory declares critical is critical") {
    TestPlan test;
    test.lab(0, Analyte::troponin, 412'000);
    CHECK(test.truth().empty());
    std::get<LabReport>(test.plan.events[0].what).values[0].flag = "HH";
    CHECK(test.truth() == Lines{"alert critical_result HSTNT declared"});
}

TEST_CASE("a whole run has alerts of every rule and of every kind") {
    const Plan plan = make_plan(whole_hospital(42));
    std::map<std::string, int> count;
    for (const auto& line : compute_truth(plan, TimeZone::find(kHospitalZone).value())) {
        ++count[line.rule];
        ++count[std::string(name_of(line.kind))];
    }
    for (const auto* what :
         {"aki", "news2", "critical_result", "alert", "suppressed", "amended", "retracted"}) {
        CHECK_MESSAGE(count[what] > 0, what);
    }
}

}  // namespace wardlight::simulate
