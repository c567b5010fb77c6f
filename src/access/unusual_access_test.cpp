#include "access/unusual_access.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

using namespace wardlight;
using namespace wardlight::access;
using namespace std::chrono_literals;

namespace {

const Instant kNine = *parse_instant("2026-03-10T09:00:00Z");

audit::Look look(const char* account, std::string patient, Duration after = {}) {
    return {AccountId(account), PatientId(std::move(patient)), kNine + after, "patient.read",
            "ward"};
}

std::string signals(const std::vector<audit::Look>& looks, const std::vector<PersonName>& people,
                    const std::vector<PatientFacts>& patients, const UnusualRules& rules = {}) {
    std::string text;
    for (const UnusualLooks& one : unusual_looks(looks, people, patients, rules))
        text += std::string(code_of(one.signal)) + ":" + one.account.value + ":" +
                (one.patient.empty() ? std::to_string(one.records) : one.patient.value) + "x" +
                std::to_string(one.looks) + " ";
    return text;
}

}  // namespace

TEST_CASE("names: one's own, family, a colleague's, nobody's") {
    struct Case {
        const char* shown;      // of who looks
        const char* colleague;  // shown name of another account
        const char* family;
        const char* given;
        const char* expected;
    };
    const Case cases[] = {
        {"Dr Anna Müller", "Sam Osei", "Müller", "Anna Maria", "own_record:a:px1 "},
        {"Dr Anna Muller", "Sam Osei", "MÜLLER", "anna", "own_record:a:px1 "},
        {"Dr Anna Müller", "Sam Osei", "Müller", "Maria Anna", "same_family_name:a:px1 "},
        {"Dr Anna Müller", "Sam Osei", "Müller", "", "same_family_name:a:px1 "},
        {"Chan Tai Wan", "Sam Osei", "Chan", "Tai Wan", "own_record:a:px1 "},
        {"Ana García López", "Sam Osei", "García López", "Luis", "same_family_name:a:px1 "},
        {"Ana García", "Sam Osei", "García López", "Luis", ""},
        {"Dr Anna Müller", "Sam Osei", "Osei", "Sam", "colleague:a:px1 "},
        {"Dr Anna Müller", "Sam Osei", "Osei", "Kofi", ""},
        // One's own family name, and a colleague's whole one.
        {"Dr Anna Osei", "Sam Osei", "Osei", "Sam", "colleague:a:px1 "},
        {"Dr Anna Müller", "Sam Osei", "Mulligan", "Anna", ""},
        {"Dr Anna Müller", "Sam Osei", "", "Anna", ""},
        {"", "", "Müller", "Anna", ""},
    };
    for (const Case& c : cases) {
        CAPTURE(c.shown);
        CAPTURE(c.family);
        CHECK(signals({look("a", "p")}, {{AccountId("a"), c.shown}, {AccountId("b"), c.colleague}},
                      {{.patient = PatientId("p"), .family = c.family, .given = c.given}}) ==
              c.expected);
    }
}

TEST_CASE("a well-known person's record, and one looked at long after the stay") {
    const UnusualRules rules;
    const auto facts = [](bool is_well_known, std::optional<Instant> ended) {
        return std::vector<PatientFacts>{{.patient = PatientId("p"),
                                          .family = "X",
                                          .given = "Y",
                                          .is_well_known = is_well_known,
                                          .last_stay_ended = ended}};
    };
    CHECK(signals({look("a", "p"), look("a", "p", 1min)}, {}, facts(true, {})) ==
          "well_known:a:px2 ");
    CHECK(signals({look("a", "p")}, {}, facts(false, {})).empty());
    const auto at_end = [&](Duration before) { return kNine - rules.after_discharge - before; };
    CHECK(signals({look("a", "p")}, {}, facts(false, at_end(0s))).empty());
    CHECK(signals({look("a", "p")}, {}, facts(false, at_end(1us))) == "after_discharge:a:px1 ");
    // One who looked in time and again too late.
    CHECK(signals({look("a", "p"), look("a", "p", 2h)}, {}, facts(false, at_end(-1h))) ==
          "after_discharge:a:px2 ");
    // Nothing is known of the patient.
    CHECK(signals({look("a", "p")}, {{AccountId("a"), "X Y"}}, {}).empty());
}

TEST_CASE("many records: different ones, within the hour, the most that were") {
    const auto rounds = [&](std::size_t records, Duration apart, std::size_t times = 1) {
        std::vector<audit::Look> looks;
        for (std::size_t i = 0; i < records * times; ++i)
            looks.push_back(
                look("a", fmt::format("p{}", i % records), apart * static_cast<std::int64_t>(i)));
        return looks;
    };
    CHECK(signals(rounds(30, 1min), {}, {}).empty());
    CHECK(signals(rounds(31, 1min), {}, {}) == "many_records:a:31x31 ");
    // The same thirty again and again.
    CHECK(signals(rounds(30, 1s, 20), {}, {}).empty());
    // The 31st comes as the first leaves the hour.
    CHECK(signals(rounds(31, 2min), {}, {}).empty());
    CHECK(signals(rounds(31, 2min - 1us), {}, {}) == "many_records:a:31x31 ");
    CHECK(signals(rounds(100, 1min), {}, {}) == "many_records:a:60x100 ");
    // Each person's hour is their own.
    auto two = rounds(20, 1min);
    for (audit::Look other : rounds(20, 1min)) {
        other.account = AccountId("b");
        other.patient = PatientId("q" + other.patient.value);
        two.push_back(std::move(other));
    }
    CHECK(signals(two, {}, {}).empty());
}

TEST_CASE("in order of the signals, then newest first") {
    const std::vector<PatientFacts> patients{
        {.patient = PatientId("p"), .family = "Osei", .given = "Kofi", .is_well_known = true},
        {.patient = PatientId("q"), .family = "Osei", .given = "Ama"},
        {.patient = PatientId("r"), .family = "Osei", .given = "Sam"}};
    CHECK(signals({look("a", "p"), look("a", "q", 1min), look("a", "r", 2min)},
                  {{AccountId("a"), "Sam Osei"}}, patients) ==
          "own_record:a:rx1 same_family_name:a:qx1 same_family_name:a:px1 well_known:a:px1 ");
    CHECK(signals({}, {}, {}).empty());
}
