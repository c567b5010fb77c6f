#include "alerts/policy.h"

#include <doctest/doctest.h>

#include "alerts/test_hospital.h"

using namespace wardlight;
using namespace wardlight::alerts;

namespace {

const std::vector<std::string> kRoles = {"renal_oncall"};
const std::vector<Team> kTeams = {{"renal", "Renal"}};

constexpr const char* kGood = R"({
  "policies":[{"id":"a","label":"A","steps":[{"after_seconds":0,"to":"ward_nurse"},{"after_seconds":60,"to":"renal_oncall"},{"after_seconds":60,"to":"switchboard"}]}],
  "routes":[{"rule":"*","severity":"*","ward":null,"from_minute":null,"until_minute":null,"team":"renal","policy":"a"}]})";

std::string with(std::string_view what, std::string_view by) {
    std::string text = kGood;
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("the default policies are valid and survive being written and read") {
    std::vector<std::string> roles;
    for (const Role& role : default_rota().roles) roles.push_back(role.id);
    const PolicySet set = default_policies();
    const auto read = policies_from(to_json(set), roles, {});
    REQUIRE_MESSAGE(read, (read ? "" : read.error().where));
    CHECK(to_json(*read) == to_json(set));
    for (const Policy& policy : set.policies) CHECK(policy.steps.back().to == kSwitchboard);
}

TEST_CASE("what could make an alert end silently is refused, with its place") {
    REQUIRE(policies_from(parsed(kGood), kRoles, kTeams));
    struct Case {
        std::string text;
        const char* where;
    };
    const Case cases[] = {
        {with(R"(,{"after_seconds":60,"to":"switchboard"})", ""), "policies[0].steps[1].to"},
        {with("ward_nurse", "switchboard"), "policies[0].steps[0].to"},
        {with("renal_oncall", "nobody"), "policies[0].steps[1].to"},
        {with(R"("after_seconds":0)", R"("after_seconds":-1)"),
         "policies[0].steps[0].after_seconds"},
        {with(R"("after_seconds":0)", R"("after_seconds":86401)"),
         "policies[0].steps[0].after_seconds"},
        {with(R"("after_seconds":0)", R"("after_seconds":"x")"),
         "policies[0].steps[0].after_seconds"},
        {with(R"("id":"a")", R"("id":"")"), "policies[0].id"},
        {with(R"("policy":"a")", R"("policy":"b")"), "routes[0].policy"},
        {with(R"("team":"renal")", R"("team":"x")"), "routes[0].team"},
        {with(R"("rule":"*")", R"("rule":"aki")"), "routes"},
        {with(R"("rule":"*")", R"("rule":"sepsis")"), "routes[0].rule"},
        {with(R"("severity":"*")", R"("severity":"huge")"), "routes[0].severity"},
        {with(R"("ward":null)", R"("ward":"7B")"), "routes"},
        {with(R"("from_minute":null)", R"("from_minute":0)"), "routes[0].until_minute"},
        {with(R"("from_minute":null,"until_minute":null)", R"("from_minute":5,"until_minute":5)"),
         "routes[0].until_minute"},
        {with(R"("from_minute":null,"until_minute":null)",
              R"("from_minute":5,"until_minute":1441)"),
         "routes[0].until_minute"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.text);
        const auto read = policies_from(parsed(one.text), kRoles, kTeams);
        REQUIRE_FALSE(read);
        CHECK(read.error().code == ErrorCode::invalid);
        CHECK(read.error().where == one.where);
    }
}

TEST_CASE("the first route that matches wins; the last matches everything") {
    PolicySet set = default_policies();
    const auto route = [](const char* rule, const char* severity, std::optional<std::string> ward,
                          std::optional<int> from, std::optional<int> until, const char* policy) {
        return Route{rule, severity, std::move(ward), from, until, "renal", policy};
    };
    set.routes = {
        route("aki", "critical", "7B", 20 * 60, 8 * 60, "night 7B"),
        route("aki", "critical", "7B", {}, {}, "7B"),
        route("aki", "*", {}, 8 * 60, 20 * 60, "day"),
        route("*", "urgent", {}, {}, {}, "urgent"),
        route("*", "*", {}, {}, {}, "default"),
    };
    struct Case {
        const char* rule;
        const char* severity;
        const char* ward;
        int minute;
        const char* policy;
    };
    const Case cases[] = {
        {"aki", "critical", "7B", 20 * 60, "night 7B"},
        {"aki", "critical", "7B", 23 * 60 + 59, "night 7B"},
        {"aki", "critical", "7B", 0, "night 7B"},
        {"aki", "critical", "7B", 8 * 60 - 1, "night 7B"},
        {"aki", "critical", "7B", 8 * 60, "7B"},
        {"aki", "critical", "7B", 20 * 60 - 1, "7B"},
        {"aki", "critical", "8A", 8 * 60, "day"},
        {"aki", "critical", "", 20 * 60 - 1, "day"},
        {"aki", "critical", "8A", 20 * 60, "default"},
        {"aki", "urgent", "8A", 8 * 60 - 1, "urgent"},
        {"news2", "urgent", "8A", 600, "urgent"},
        {"news2", "critical", "8A", 600, "default"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.policy);
        CAPTURE(one.minute);
        CHECK(find_route(set, one.rule, one.severity, one.ward, one.minute).policy == one.policy);
    }
}

TEST_CASE("every save of the policies is a version, and the slower of two editors is refused") {
    TestHospital hospital;
    const auto save = [&](std::int64_t expected) {
        return hospital.data->transact([&](store::WriteTransaction& tx) {
            return save_policies(tx, parsed(kGood), expected, AccountId{"admin"});
        });
    };
    CHECK(*save(0) == 1);
    const auto late = save(0);
    REQUIRE_FALSE(late);
    CHECK(late.error().code == ErrorCode::conflict);
    CHECK(*save(1) == 2);
    auto snapshot = hospital.data->read();
    const auto loaded = load_policies(*snapshot);
    REQUIRE(loaded);
    CHECK(loaded->version == 2);
    CHECK(loaded->policies.size() == 1);
    CHECK(loaded->teams.size() == 3);  // kept: the app does not send them
}

TEST_CASE("the route is chosen by the hour in the hospital's zone") {
    // 07:30 UTC in July is 08:30 in London.
    TestHospital hospital("2026-07-01T07:30:00Z");
    hospital.staff();
    std::string text = kGood;
    text = with(
        R"("routes":[)",
        R"("routes":[{"rule":"aki","severity":"*","ward":null,"from_minute":480,"until_minute":540,"team":"medical","policy":"a"},)");
    hospital.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(save_policies(tx, parsed(text), 0, AccountId{"admin"}));
        return {};
    });
    hospital.admit();
    hospital.put_lab({.id = "c0", .value = "100", .taken = hospital.ago(30)});
    hospital.put_lab({.id = "c1", .value = "200", .taken = hospital.ago(1)});
    CHECK(hospital.only_alert().team == "medical");
}
