#include "app/directory_report.h"

#include <doctest/doctest.h>

#include <sstream>

#include "app/doctor_checks.h"

using namespace wardlight;
using namespace wardlight::app;
using access::DirectoryBar;
using access::DirectoryChange;
using access::MappedRights;
using access::Role;

namespace {

const access::GroupMapping& mapping() {
    static const access::GroupMapping kMapping = *access::parse_group_mapping(R"(
version = "1"
[[rule]]
id = "nurses"
group = "cn=nurses,dc=t"
role = "ward_nurse"
wards = ["7B"]
[[rule]]
id = "doctors"
group = "cn=doctors,dc=t"
role = "doctor"
wards = ["ICU"]
)");
    return kMapping;
}

DirectoryChange change_of(const char* user) {
    DirectoryChange change;
    change.user = change.user_after = user;
    change.before = change.after = {Role::ward_nurse, {"7B"}, {"renal"}};
    return change;
}

std::string printed(const DirectoryChange& change) {
    std::ostringstream out;
    print_changes(std::vector{change}, mapping(), out);
    return out.str();
}

}  // namespace

TEST_CASE("a dry run says who gains and loses what, and by which rule") {
    DirectoryChange change = change_of("ann");
    change.after = {Role::doctor, {"ICU"}, {}};
    change.rules = {"doctors"};
    CHECK(printed(change) ==
          "loses\tann\trole ward_nurse\tno rule gives it any more\n"
          "gains\tann\trole doctor\trule doctors\n"
          "loses\tann\tward 7B\tno rule gives it any more\n"
          "gains\tann\tward ICU\trule doctors\n"
          "loses\tann\tteam renal\tno rule gives it any more\n");
}

TEST_CASE("a dry run says why somebody is out or back") {
    struct Row {
        DirectoryBar before;
        DirectoryBar after;
        const char* line;
    };
    constexpr Row kRows[] = {
        {DirectoryBar::none, DirectoryBar::disabled,
         "loses\tann\teverything\tdisabled in the directory\n"},
        {DirectoryBar::none, DirectoryBar::no_role,
         "loses\tann\teverything\tno rule gives a role\n"},
        {DirectoryBar::none, DirectoryBar::role_conflict,
         "loses\tann\teverything\trules give different roles: nurses, doctors\n"},
        {DirectoryBar::disabled, DirectoryBar::missing,
         "stays out\tann\teverything\tthe directory no longer has them, or the filter no longer "
         "fits\n"},
        {DirectoryBar::expired, DirectoryBar::none, "gains\tann\taccess\tback in the directory\n"},
    };
    for (const Row& row : kRows) {
        DirectoryChange change = change_of("ann");
        change.bar_before = row.before;
        change.bar_after = row.after;
        change.rules = {"nurses", "doctors"};
        CHECK(printed(change) == row.line);
    }
}

TEST_CASE("people without an account are told with what they would get") {
    MappedRights nurse{MappedRights::Outcome::granted, {Role::ward_nurse, {"7B"}, {}}, {"nurses"}};
    MappedRights both{MappedRights::Outcome::role_conflict, {}, {"nurses", "doctors"}};
    std::ostringstream out;
    print_newcomers(std::vector<Newcomer>{{"new", {}, nurse},
                                          {"old", nurse, {}},
                                          {"two", nurse, both},
                                          {"none", {}, {}},
                                          {"same", nurse, nurse}},
                    mapping(), out);
    CHECK(out.str() ==
          "may come\tnew\trole ward_nurse, wards 7B, teams none\trule nurses\n"
          "loses\told\ta first sign-in\tno rule gives a role\n"
          "stays out\ttwo\teverything\trules give different roles: nurses, doctors\n");
}

TEST_CASE("the check tells of each controller") {
    const Instant now = *parse_instant("2026-11-28T20:00:00Z");
    directory::ControllerReport good;
    good.url = "ldaps://dc1";
    good.took = std::chrono::milliseconds(17);
    good.people = 3;
    good.certificate_end = now + std::chrono::hours(24 * 40);
    directory::ControllerReport bad;
    bad.url = "ldaps://dc2";
    bad.error = Error{ErrorCode::unavailable, "cannot connect", "directory"};
    std::ostringstream out;
    CHECK(print_controllers(std::vector{good}, now, out));
    CHECK_FALSE(print_controllers(std::vector{good, bad}, now, out));
    CHECK(out.str().ends_with(
        "ok\tldaps://dc1\tconnected and bound in 17 ms, 3 people, certificate until "
        "2027-01-07T20:00:00.000Z (40 days)\nFAIL\tldaps://dc2\tcannot connect\n"));
}

TEST_CASE("doctor judges how asking the directory goes") {
    const Instant now = *parse_instant("2026-11-28T20:00:00Z");
    const auto grade = [&](const access::DirectoryStatus& status) {
        Findings findings;
        judge_directory(status, now, true, findings);
        Grade worst = Grade::ok;
        for (const Finding& finding : findings) worst = std::max(worst, finding.grade);
        return worst;
    };
    access::DirectoryStatus status;
    status.succeeded_at = now - std::chrono::minutes(1);
    CHECK(grade(status) == Grade::ok);
    status.succeeded_at = now - std::chrono::minutes(11);
    CHECK(grade(status) == Grade::warn);
    status.succeeded_at = now;
    status.clashes = "admin";
    CHECK(grade(status) == Grade::warn);
    status.failing_since = now - std::chrono::minutes(3);
    CHECK(grade(status) == Grade::warn);
    status.held_since = now;
    CHECK(grade(status) == Grade::fail);
    access::DirectoryStatus mapping_is_wrong;
    mapping_is_wrong.mapping_problem = "groups.toml: line 3";
    CHECK(grade(mapping_is_wrong) == Grade::fail);
}
