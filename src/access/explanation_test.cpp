#include "access/explanation.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>

using namespace wardlight;
using namespace wardlight::access;

namespace {

constexpr const char* kPlaces[] = {"", "7B", "8A", "renal"};
constexpr Role kRoles[] = {Role::ward_nurse,    Role::doctor,          Role::site_coordinator,
                           Role::administrator, Role::privacy_officer, Role::integration};

std::vector<std::string> some(std::mt19937& random) {
    std::vector<std::string> names;
    for (unsigned i = random() % 3; i > 0; --i) names.emplace_back(kPlaces[random() % 4]);
    return names;
}

}  // namespace

TEST_CASE("what is explained is what is decided, and the rules that hold are the reason") {
    std::mt19937 random(2);
    unsigned permitted = 0;
    for (int i = 0; i < 100'000; ++i) {
        Subject subject;
        subject.role = kRoles[random() % 6];
        subject.wards = some(random);
        subject.teams = some(random);
        const PatientTies ties{kPlaces[random() % 4], some(random), random() % 8 == 0,
                               random() % 8 == 0, random() % 4 == 0};
        const std::string_view permission = permission::kAll[random() % permission::kAll.size()];
        const bool is_disabled = random() % 8 == 0;
        const Decision decision = decide(subject, permission, ties);
        const Explanation said = explain(subject, is_disabled, permission, ties);
        REQUIRE(said.rules.size() == 8);
        REQUIRE(said.is_permitted == (decision.is_permitted && !is_disabled));
        REQUIRE(said.reason == (is_disabled ? "disabled" : decision.reason));
        const auto first_tie = std::find_if(said.rules.begin() + 2, said.rules.end(),
                                            [](const RuleSaid& rule) { return rule.holds; });
        const bool all_hold =
            said.rules[0].holds && said.rules[1].holds && first_tie != said.rules.end();
        REQUIRE(said.is_permitted == all_hold);
        if (said.is_permitted) REQUIRE(first_tie->rule == said.reason);
        permitted += said.is_permitted ? 1U : 0U;
    }
    CHECK(permitted > 1'000);
}

TEST_CASE("both sides of a rule are named, each once and in order") {
    Subject subject;
    subject.role = Role::ward_nurse;
    subject.wards = {"8A", "7B", "8A"};
    subject.teams = {};
    const Explanation said =
        explain(subject, false, permission::kPatientsRead, {"9C", {"renal", "renal", ""}});
    CHECK_FALSE(said.is_permitted);
    CHECK(said.reason == "no_relationship");
    CHECK(said.rules[1].of_person == std::vector<std::string>{"ward_nurse"});
    CHECK(said.rules[3].of_person == std::vector<std::string>{"7B", "8A"});
    CHECK(said.rules[3].of_patient == std::vector<std::string>{"9C"});
    CHECK(said.rules[4].of_person.empty());
    CHECK(said.rules[4].of_patient == std::vector<std::string>{"renal"});
}
