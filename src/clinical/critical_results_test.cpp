#include "clinical/critical_results.h"

#include <doctest/doctest.h>

#include <vector>

using namespace wardlight::clinical;

namespace {

CriticalInput input(std::string_view analyte, std::string_view value, Unit unit,
                    std::optional<int> age = 60) {
    return {analyte, parse_reading(value), unit, age, "", std::nullopt};
}

CriticalKind kind_of(const CriticalInput& in) {
    return critical_decision(in, kDefaultCriticalPack).kind;
}

}  // namespace

TEST_CASE("each limit of the default pack is tried on both sides") {
    constexpr auto no = CriticalKind::not_critical;
    constexpr auto low = CriticalKind::critical_low;
    constexpr auto high = CriticalKind::critical_high;
    struct Row {
        const char* analyte;
        Unit unit;
        int age;
        const char* value;
        CriticalKind kind;
    };
    const auto mmol = Unit::millimole_per_litre;
    const auto umol = Unit::micromole_per_litre;
    for (const Row& row : std::vector<Row>{
             // RCPath G158
             {"sodium", mmol, 60, "120", low},
             {"sodium", mmol, 60, "121", no},
             {"sodium", mmol, 60, "154", no},
             {"sodium", mmol, 60, "155", high},
             {"sodium", mmol, 15, "130", low},
             {"sodium", mmol, 16, "130", no},
             {"sodium", mmol, 15, "131", no},
             {"sodium", mmol, 15, "155", high},
             {"potassium", mmol, 60, "2.5", low},
             {"potassium", mmol, 60, "2.6", no},
             {"potassium", mmol, 60, "6.4", no},
             {"potassium", mmol, 60, "6.49", no},
             {"potassium", mmol, 60, "6.5", high},
             {"potassium", mmol, 60, "6.50", high},
             {"urea", mmol, 60, "29.9", no},
             {"urea", mmol, 60, "30", high},
             {"urea", mmol, 15, "9.9", no},
             {"urea", mmol, 15, "10", high},
             {"creatinine", umol, 60, "353", no},
             {"creatinine", umol, 60, "354", high},
             {"creatinine", umol, 15, "199", no},
             {"creatinine", umol, 15, "200", high},
             {"creatinine", umol, 16, "200", no},
             {"glucose", mmol, 60, "2.5", low},
             {"glucose", mmol, 60, "2.6", no},
             {"glucose", mmol, 60, "24.9", no},
             {"glucose", mmol, 60, "25", high},
             {"glucose", mmol, 15, "14.9", no},
             {"glucose", mmol, 15, "15", high},
             {"glucose", mmol, 15, "2.5", low},
             {"glucose", mmol, 15, "2.6", no},
             {"calcium_adjusted", mmol, 60, "1.8", low},
             {"calcium_adjusted", mmol, 60, "1.81", no},
             {"calcium_adjusted", mmol, 60, "3.49", no},
             {"calcium_adjusted", mmol, 60, "3.5", high},
             {"magnesium", mmol, 60, "0.4", low},
             {"magnesium", mmol, 60, "0.41", no},
             {"magnesium", mmol, 60, "2.0", no},
             {"magnesium", mmol, 60, "2.01", high},
             {"phosphate", mmol, 60, "0.3", low},
             {"phosphate", mmol, 60, "0.31", no},
             {"creatine_kinase", Unit::unit_per_litre, 60, "4999", no},
             {"creatine_kinase", Unit::unit_per_litre, 60, "5000", high},
             {"crp", Unit::milligram_per_litre, 60, "299", no},
             {"crp", Unit::milligram_per_litre, 60, "300", high},
             {"cortisol", Unit::nanomole_per_litre, 60, "50", low},
             {"cortisol", Unit::nanomole_per_litre, 60, "51", no},
             {"digoxin", Unit::microgram_per_litre, 60, "2.4", no},
             {"digoxin", Unit::microgram_per_litre, 60, "2.5", high},
             {"lithium", mmol, 60, "1.49", no},
             {"lithium", mmol, 60, "1.5", high},
             // hospitals' haematology lists
             {"haemoglobin", Unit::gram_per_litre, 60, "69", low},
             {"haemoglobin", Unit::gram_per_litre, 60, "70", no},
             {"haemoglobin", Unit::gram_per_litre, 60, "200", no},
             {"haemoglobin", Unit::gram_per_litre, 60, "201", high},
             {"haemoglobin", Unit::gram_per_decilitre, 60, "6.9", low},
             {"haemoglobin", Unit::gram_per_decilitre, 60, "7.0", no},
             {"platelets", Unit::billion_per_litre, 60, "49", low},
             {"platelets", Unit::billion_per_litre, 60, "50", no},
             {"platelets", Unit::billion_per_litre, 60, "1000", no},
             {"platelets", Unit::billion_per_litre, 60, "1001", high},
             {"neutrophils", Unit::billion_per_litre, 60, "0.99", low},
             {"neutrophils", Unit::billion_per_litre, 60, "1.0", no},
             {"neutrophils", Unit::billion_per_litre, 60, "30.1", high},
             {"neutrophils", Unit::billion_per_litre, 60, "30", no},
             {"inr", Unit::ratio, 60, "4.5", no},
             {"inr", Unit::ratio, 60, "4.6", high},
             {"aptt_ratio", Unit::ratio, 60, "4.5", no},
             {"aptt_ratio", Unit::ratio, 60, "4.6", high},
             {"fibrinogen", Unit::gram_per_litre, 60, "1.4", low},
             {"fibrinogen", Unit::gram_per_litre, 60, "1.5", no},
         }) {
        CAPTURE(row.analyte);
        CAPTURE(row.value);
        CAPTURE(row.age);
        CHECK(kind_of(input(row.analyte, row.value, row.unit, row.age)) == row.kind);
    }
}

TEST_CASE("a limit may be a multiple of the upper reference limit") {
    struct Row {
        const char* analyte;
        const char* below;
        const char* at;
    };
    for (const auto& [analyte, below, at] :
         {Row{"alt", "599", "600"}, Row{"ast", "599", "600"}, Row{"amylase", "199", "200"}}) {
        CAPTURE(analyte);
        CriticalInput in = input(analyte, below, Unit::unit_per_litre);
        CHECK(kind_of(in) == CriticalKind::undetermined);  // no reference limit sent
        in.upper_reference_limit = Decimal{40, 0};
        CHECK(kind_of(in) == CriticalKind::not_critical);
        in.reading = parse_reading(at);
        CHECK(kind_of(in) == CriticalKind::critical_high);
    }
}

TEST_CASE("an unknown unit is a data-quality item, never normal") {
    for (const Unit unit : {Unit::unknown, Unit::milligram_per_decilitre}) {
        const auto decision =
            critical_decision(input("potassium", "4.0", unit), kDefaultCriticalPack);
        CHECK(decision.kind == CriticalKind::unknown_unit);
        CHECK(decision.is_data_quality());
        CHECK_FALSE(decision.is_critical());
    }
    // creatinine has its exact conversion: 4.01 mg/dL = 354.484
    CHECK(kind_of(input("creatinine", "4.01", Unit::milligram_per_decilitre)) ==
          CriticalKind::critical_high);
    CHECK(kind_of(input("creatinine", "4.00", Unit::milligram_per_decilitre)) ==
          CriticalKind::not_critical);
}

TEST_CASE("a comparator is judged by what it proves") {
    struct Row {
        const char* value;
        CriticalKind kind;
    };
    for (const Row& row :
         {Row{"<2.5", CriticalKind::critical_low}, Row{"<=2.5", CriticalKind::critical_low},
          Row{"<1.0", CriticalKind::critical_low}, Row{"<3.0", CriticalKind::undetermined},
          Row{">6.5", CriticalKind::critical_high}, Row{">=6.5", CriticalKind::critical_high},
          Row{">8", CriticalKind::critical_high}, Row{">6.0", CriticalKind::undetermined},
          Row{">2.0", CriticalKind::undetermined}}) {
        CAPTURE(row.value);
        CHECK(kind_of(input("potassium", row.value, Unit::millimole_per_litre)) == row.kind);
    }
    // CRP has no low limit: "<5" cannot be critical
    CHECK(kind_of(input("crp", "<5", Unit::milligram_per_litre)) == CriticalKind::not_critical);
    CHECK(kind_of(input("crp", "<300", Unit::milligram_per_litre)) == CriticalKind::not_critical);
    CHECK(kind_of(input("crp", "<=300", Unit::milligram_per_litre)) == CriticalKind::undetermined);
    // Cortisol has only a low limit, 50 itself counts; fibrinogen only what is below 1.5.
    CHECK(kind_of(input("cortisol", ">50", Unit::nanomole_per_litre)) ==
          CriticalKind::not_critical);
    CHECK(kind_of(input("cortisol", ">=50", Unit::nanomole_per_litre)) ==
          CriticalKind::undetermined);
    CHECK(kind_of(input("fibrinogen", ">=1.5", Unit::gram_per_litre)) ==
          CriticalKind::not_critical);
    CHECK(kind_of(input("fibrinogen", ">1.4", Unit::gram_per_litre)) == CriticalKind::undetermined);
    // beyond a limit: "<70" haemoglobin is, "<=70" may be 70
    CHECK(kind_of(input("haemoglobin", "<70", Unit::gram_per_litre)) == CriticalKind::critical_low);
    CHECK(kind_of(input("haemoglobin", "<=70", Unit::gram_per_litre)) ==
          CriticalKind::undetermined);
}

TEST_CASE("what cannot be computed is undetermined, never normal") {
    const std::string_view longest = "999999999999999999";
    CHECK(kind_of(input("creatinine", longest, Unit::milligram_per_decilitre)) ==
          CriticalKind::undetermined);
    CriticalInput alt = input("alt", "1", Unit::unit_per_litre);
    alt.upper_reference_limit = parse_decimal(longest);
    CHECK(kind_of(alt) == CriticalKind::undetermined);
    alt.upper_reference_limit = Decimal{0, 0};
    CHECK(kind_of(alt) == CriticalKind::undetermined);

    const std::vector<CriticalLimit> limits{
        {"x", 0, 150, Unit::unit_per_litre, Limit{{15, 0}}, std::nullopt, "site",
         LimitBasis::times_upper_limit_normal},
        {"bilirubin", 0, 150, Unit::micromole_per_litre, std::nullopt, Limit{{200, 0}}, "site"}};
    const CriticalPack pack{"site", "1", limits};
    CriticalInput low = input("x", "1", Unit::unit_per_litre);
    low.upper_reference_limit = parse_decimal(longest);
    CHECK(critical_decision(low, pack).kind == CriticalKind::undetermined);
    CHECK(critical_decision(low, pack).is_data_quality());
    // The factor of creatinine is not that of bilirubin.
    CHECK(critical_decision(input("bilirubin", "20", Unit::milligram_per_decilitre), pack).kind ==
          CriticalKind::unknown_unit);
}

TEST_CASE("an age that no row covers has no limits") {
    CHECK(kind_of(input("potassium", "9", Unit::millimole_per_litre, 151)) ==
          CriticalKind::no_limits);
}

TEST_CASE("text and unlisted analytes are not judged") {
    CriticalInput text = input("potassium", "haemolysed", Unit::millimole_per_litre);
    CHECK(kind_of(text) == CriticalKind::undetermined);
    CHECK(kind_of(input("zinc", "10", Unit::micromole_per_litre)) == CriticalKind::no_limits);
}

TEST_CASE("what the laboratory declares critical always is") {
    for (const char* code : {"HH", "LL", "AA", " HH ", "H~HH"}) {
        CAPTURE(code);
        for (CriticalInput in :
             {input("potassium", "4.0", Unit::millimole_per_litre),
              input("potassium", "4.0", Unit::unknown), input("zinc", "10", Unit::unknown),
              input("potassium", "see report", Unit::unknown)}) {
            in.interpretation = code;
            CHECK(kind_of(in) == CriticalKind::declared_by_laboratory);
        }
    }
    for (const char* code : {"", "H", "L", "A", "N", "HHH", "hh", "H~L"}) {
        CAPTURE(code);
        CHECK_FALSE(laboratory_declares_critical(code));
    }
    // a direction we can name stays named
    CriticalInput in = input("potassium", "7.0", Unit::millimole_per_litre);
    in.interpretation = "HH";
    CHECK(kind_of(in) == CriticalKind::critical_high);
}

TEST_CASE("an unknown age reads the adult row and says so") {
    const auto decision = critical_decision(
        input("creatinine", "250", Unit::micromole_per_litre, std::nullopt), kDefaultCriticalPack);
    CHECK(decision.kind == CriticalKind::not_critical);
    CHECK(decision.is_age_unknown);
}

TEST_CASE("a hospital may bring its own pack") {
    const std::vector<CriticalLimit> limits{{"potassium", 0, 150, Unit::millimole_per_litre,
                                             Limit{{28, 1}, LimitEdge::critical_beyond_limit},
                                             Limit{{60, 1}, LimitEdge::critical_beyond_limit},
                                             "Homerton in-patients"}};
    const CriticalPack pack{"site", "1", limits};
    CHECK(critical_decision(input("potassium", "2.8", Unit::millimole_per_litre), pack).kind ==
          CriticalKind::not_critical);
    CHECK(critical_decision(input("potassium", "2.7", Unit::millimole_per_litre), pack).kind ==
          CriticalKind::critical_low);
    CHECK(critical_decision(input("sodium", "100", Unit::millimole_per_litre), pack).kind ==
          CriticalKind::no_limits);
    // Rows may stand in any order.
    const std::vector<CriticalLimit> adults_first{
        {"urea", 16, 150, Unit::millimole_per_litre, {}, Limit{{30, 0}}, "site"},
        {"urea", 0, 15, Unit::millimole_per_litre, {}, Limit{{10, 0}}, "site"}};
    CHECK(find_critical_limit(adults_first, "urea", 15) == &adults_first[1]);
    CHECK(find_critical_limit(adults_first, "urea", 16) == &adults_first[0]);
}

TEST_CASE("every row of the default pack has a unit, a source and a limit") {
    for (const CriticalLimit& row : kDefaultCriticalPack.limits) {
        CAPTURE(row.analyte);
        CHECK(row.unit != Unit::unknown);
        CHECK_FALSE(row.source.empty());
        CHECK((row.low || row.high));
        CHECK(row.from_years <= row.until_years);
    }
}

TEST_CASE("a critical result is told once, until it means something new") {
    struct Row {
        const char* why;
        const char* before;
        const char* now;
        int days_later;
        bool amended;
        CriticalNotice notice;
    };
    for (const Row& row : {
             Row{"same again", "6.8", "6.8", 1, false, CriticalNotice::suppressed_consistent},
             Row{"a little better", "6.8", "6.6", 1, false, CriticalNotice::suppressed_consistent},
             Row{"a little worse", "6.8", "6.9", 1, false, CriticalNotice::worsening},
             Row{"20 % better", "10", "8", 1, false, CriticalNotice::suppressed_consistent},
             Row{"more than 20 % better", "10", "7.9", 1, false, CriticalNotice::delta},
             Row{"day 7", "6.8", "6.8", 7, false, CriticalNotice::suppressed_consistent},
             Row{"day 8", "6.8", "6.8", 8, false, CriticalNotice::first_presentation},
             Row{"came late", "6.8", "6.8", -8, false, CriticalNotice::first_presentation},
             Row{"corrected report", "6.8", "6.8", 1, true, CriticalNotice::amended},
             Row{"comparator", ">9", "6.8", 1, false, CriticalNotice::not_comparable},
         }) {
        CAPTURE(row.why);
        RepeatInput in;
        in.decision = critical_decision(input("potassium", row.now, Unit::millimole_per_litre),
                                        kDefaultCriticalPack);
        in.reading = parse_reading(row.now);
        in.local_day = 100 + row.days_later;
        in.is_amendment = row.amended;
        in.last_communicated =
            CommunicatedResult{parse_reading(row.before), CriticalKind::critical_high, 100};
        CHECK(critical_notice(in, {}) == row.notice);
        CHECK(must_be_told(row.notice) == (row.notice != CriticalNotice::suppressed_consistent));
        in.last_communicated.reset();
        in.is_amendment = false;
        CHECK(critical_notice(in, {}) == CriticalNotice::first_presentation);
    }
}

TEST_CASE("a critical result without an exact number to compare is told again") {
    RepeatInput in;
    in.decision.kind = CriticalKind::declared_by_laboratory;
    const std::pair<const char*, const char*> cases[] = {
        {"see report", "6.8"}, {"6.8", "see report"}, {">6.8", "6.8"}, {"6.8", ">6.8"}};
    for (const auto& [before, now] : cases) {
        CAPTURE(before);
        CAPTURE(now);
        in.reading = parse_reading(now);
        in.last_communicated =
            CommunicatedResult{parse_reading(before), CriticalKind::critical_high, 0};
        CHECK(critical_notice(in, {}) == CriticalNotice::not_comparable);
    }
    // A direction that only one of the two names is no change of direction.
    in.reading = parse_reading("6.8");
    in.decision.kind = CriticalKind::critical_high;
    in.last_communicated =
        CommunicatedResult{parse_reading("6.8"), CriticalKind::declared_by_laboratory, 0};
    CHECK(critical_notice(in, {}) == CriticalNotice::suppressed_consistent);
    in.last_communicated->reading = parse_reading("-6.8");
    CHECK(critical_notice(in, {}) == CriticalNotice::worsening);
    in.decision.kind = CriticalKind::declared_by_laboratory;
    CHECK(critical_notice(in, {}) == CriticalNotice::delta);
}

TEST_CASE("the codes that are kept with a result never change") {
    using Kind = CriticalKind;
    using Notice = CriticalNotice;
    const std::pair<Kind, const char*> kinds[] = {
        {Kind::not_critical, "not_critical"},
        {Kind::critical_low, "critical_low"},
        {Kind::critical_high, "critical_high"},
        {Kind::declared_by_laboratory, "declared_by_laboratory"},
        {Kind::no_limits, "no_limits"},
        {Kind::unknown_unit, "unknown_unit"},
        {Kind::undetermined, "undetermined"}};
    for (const auto& [kind, code] : kinds) CHECK(text_of(kind) == code);
    const std::pair<Notice, const char*> notices[] = {
        {Notice::not_critical, "not_critical"},
        {Notice::first_presentation, "first_presentation"},
        {Notice::amended, "amended"},
        {Notice::opposite_direction, "opposite_direction"},
        {Notice::worsening, "worsening"},
        {Notice::delta, "delta"},
        {Notice::not_comparable, "not_comparable"},
        {Notice::suppressed_consistent, "suppressed_consistent"}};
    for (const auto& [notice, code] : notices) CHECK(text_of(notice) == code);
}

TEST_CASE("the delta rule holds for the largest numbers that can be written") {
    RepeatInput in;
    in.decision.kind = CriticalKind::declared_by_laboratory;
    in.reading = parse_reading("-999999999999999999");
    in.last_communicated = CommunicatedResult{parse_reading("999999999999999999"),
                                              CriticalKind::declared_by_laboratory, 0};
    CHECK(critical_notice(in, {}) == CriticalNotice::delta);
}

TEST_CASE("a swing from low to high is told, worsening of a low value goes downwards") {
    RepeatInput in;
    in.reading = parse_reading("2.4");
    in.decision = critical_decision(input("potassium", "2.4", Unit::millimole_per_litre),
                                    kDefaultCriticalPack);
    in.last_communicated = CommunicatedResult{parse_reading("6.8"), CriticalKind::critical_high, 0};
    CHECK(critical_notice(in, {}) == CriticalNotice::opposite_direction);
    in.last_communicated = CommunicatedResult{parse_reading("2.5"), CriticalKind::critical_low, 0};
    CHECK(critical_notice(in, {}) == CriticalNotice::worsening);
    in.last_communicated = CommunicatedResult{parse_reading("2.3"), CriticalKind::critical_low, 0};
    CHECK(critical_notice(in, {}) == CriticalNotice::suppressed_consistent);
}

TEST_CASE("a result that is not critical is never told as critical") {
    RepeatInput in;
    in.reading = parse_reading("4.0");
    in.decision = critical_decision(input("potassium", "4.0", Unit::millimole_per_litre),
                                    kDefaultCriticalPack);
    in.is_amendment = true;
    CHECK(critical_notice(in, {}) == CriticalNotice::not_critical);
    CHECK_FALSE(must_be_told(CriticalNotice::not_critical));
}
