#include "app/simulate/people.h"

#include <doctest/doctest.h>

#include <set>

#include "app/simulate/codes.h"
#include "app/simulate/test_plan.h"

namespace wardlight::simulate {

TEST_CASE("the check digit of an NHS number follows modulus 11") {
    CHECK(nhs_check_digit("943476591") == '9');  // the specimen number of the NHS
    CHECK(nhs_check_digit("401023213") == '7');
    CHECK(nhs_check_digit("000000001") == '9');
    // Nine digits whose check digit would be 10 are never used: sum of weights times digits is 1
    // mod 11.
    CHECK(nhs_check_digit("000000006") == std::nullopt);
    CHECK(nhs_check_digit("000000000") == '0');
}

TEST_CASE("every NHS number given out is of the test range, valid and given once") {
    Registry registry(7);
    std::set<std::string> seen;
    for (int i = 0; i < 5'000; ++i) {
        const std::string number = registry.next_nhs_number();
        REQUIRE(number.size() == 10);
        CHECK(number.starts_with("999"));
        CHECK(nhs_check_digit(number.substr(0, 9)) == number[9]);
        CHECK(seen.insert(number).second);
    }
}

TEST_CASE("two seeds give different record numbers") {
    CHECK(Registry(1).next_mrn() != Registry(2).next_mrn());
    CHECK(Registry(1).next_mrn() == Registry(1).next_mrn());
}

TEST_CASE("age counts completed years on the day") {
    const BirthDate born{1960, 3, 2};
    const auto day = [](std::string_view text) {
        return std::chrono::floor<std::chrono::days>(*parse_instant(text))
            .time_since_epoch()
            .count();
    };
    CHECK(age_on(born, day("2026-03-01T12:00:00Z")) == 65);
    CHECK(age_on(born, day("2026-03-02T12:00:00Z")) == 66);
}

TEST_CASE("a similar person has the family name and an own number") {
    Random random(3);
    Registry registry(3);
    const Person one = make_person(random, registry, TestPlan::at(0), {});
    const Person other = make_similar_person(random, registry, TestPlan::at(0), one);
    CHECK(other.identities[0].family == one.identities[0].family);
    CHECK(other.identities[0].mrn != one.identities[0].mrn);
}

TEST_CASE("amounts are written with the decimals of the report and read back exactly") {
    CHECK(format_milli(6'500, 1) == "6.5");
    CHECK(format_milli(139'400, 0) == "139");
    CHECK(format_milli(139'500, 0) == "140");
    CHECK(format_milli(1'055, 2) == "1.06");
    CHECK(format_milli(400, 2) == "0.40");
    CHECK(format_milli(-1'500, 1) == "-1.5");
    CHECK(parse_milli("6.5") == 6'500);
    CHECK(parse_milli("-0.25") == -250);
    CHECK(parse_milli("139") == 139'000);
    CHECK(parse_milli("1.2345") == std::nullopt);
    CHECK(parse_milli("1.") == std::nullopt);
    CHECK(parse_milli("six") == std::nullopt);
    CHECK(parse_milli("") == std::nullopt);
}

TEST_CASE("the generator gives the published numbers of xoshiro256**") {
    // First outputs for a state filled by SplitMix64 from seed 0, as the authors' C code prints
    // them.
    Random random(0);
    CHECK(random.next() == 0x99EC5F36CB75F2B4ULL);
    CHECK(random.next() == 0xBF6E1F784956452AULL);
}

}  // namespace wardlight::simulate
