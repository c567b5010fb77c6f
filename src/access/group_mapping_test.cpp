#include "access/group_mapping.h"

#include <doctest/doctest.h>

#include <chrono>

using namespace wardlight;
using namespace wardlight::access;
using Names = std::vector<std::string>;
using Outcome = MappedRights::Outcome;

namespace {

constexpr std::string_view kText = R"(
version = "2026-11-28.1"

[[rule]]
id = "nurses"
group = "CN=Nurses,OU=Groups,DC=hosp,DC=test"
role = "ward_nurse"

[[rule]]
id = "doctors"
group = "cn=doctors,ou=groups,dc=hosp,dc=test"
role = "doctor"
teams = ["on-call"]

[[rule]]
id = "icu"
group = "cn=icu-*,ou=groups,dc=hosp,dc=test"
wards = ["ICU", "HDU"]

[[rule]]
id = "locums"
group = "cn=locums,ou=groups,dc=hosp,dc=test"
wards = ["7B", "ICU"]
from = 2026-11-01
to = 2026-11-30
)";

std::int64_t day(int year, unsigned month, unsigned day_of_month) {
    return std::chrono::sys_days(std::chrono::year_month_day(std::chrono::year(year),
                                                             std::chrono::month(month),
                                                             std::chrono::day(day_of_month)))
        .time_since_epoch()
        .count();
}

Names groups(std::initializer_list<const char*> names) {
    Names full;
    for (const char* name : names)
        full.push_back(std::string("cn=") + name + ",ou=groups,dc=hosp,dc=test");
    return full;
}

}  // namespace

TEST_CASE("what a person gets follows from groups, rules and the day") {
    const auto mapping = parse_group_mapping(kText);
    REQUIRE_MESSAGE(mapping, (mapping ? "" : mapping.error().message));
    CHECK(mapping->version == "2026-11-28.1");
    CHECK(mapping->digest.size() == 12);
    struct Row {
        const char* what;
        Names groups;
        std::int64_t today;
        Outcome outcome;
        Rights rights;
        Names rules;
    };
    const std::int64_t november = day(2026, 11, 28);
    const Row rows[] = {
        {"no group", {}, november, Outcome::no_role, {}, {}},
        {"a group of no rule", groups({"porters"}), november, Outcome::no_role, {}, {}},
        {"a role alone",
         groups({"nurses"}),
         november,
         Outcome::granted,
         {Role::ward_nurse, {}, {}},
         {"nurses"}},
        {"wards without a role", groups({"icu-day"}), november, Outcome::no_role, {}, {"icu"}},
        {"rules add up, each ward once",
         groups({"doctors", "icu-day", "icu-night", "locums"}),
         november,
         Outcome::granted,
         {Role::doctor, {"7B", "HDU", "ICU"}, {"on-call"}},
         {"doctors", "icu", "locums"}},
        {"two roles give nothing",
         groups({"nurses", "doctors", "icu-day"}),
         november,
         Outcome::role_conflict,
         {},
         {"nurses", "doctors", "icu"}},
        {"the day before",
         groups({"nurses", "locums"}),
         day(2026, 10, 31),
         Outcome::granted,
         {Role::ward_nurse, {}, {}},
         {"nurses"}},
        {"the first day",
         groups({"nurses", "locums"}),
         day(2026, 11, 1),
         Outcome::granted,
         {Role::ward_nurse, {"7B", "ICU"}, {}},
         {"nurses", "locums"}},
        {"the last day",
         groups({"nurses", "locums"}),
         day(2026, 11, 30),
         Outcome::granted,
         {Role::ward_nurse, {"7B", "ICU"}, {}},
         {"nurses", "locums"}},
        {"the day after",
         groups({"nurses", "locums"}),
         day(2026, 12, 1),
         Outcome::granted,
         {Role::ward_nurse, {}, {}},
         {"nurses"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const MappedRights mapped = rights_of(row.groups, *mapping, row.today);
        CHECK(mapped.outcome == row.outcome);
        CHECK(mapped.rights == row.rights);
        CHECK(mapped.rules == row.rules);
    }
}

TEST_CASE("another file is another mapping, whatever version it claims") {
    const auto mapping = parse_group_mapping(kText);
    const auto other = parse_group_mapping(std::string(kText) + "\n# looser\n");
    CHECK(mapping->version == other->version);
    CHECK(mapping->digest != other->digest);
}

TEST_CASE("a wrong mapping is refused and says where") {
    struct Row {
        const char* text;
        const char* where;
    };
    constexpr Row kRows[] = {
        {"", "version"},
        {"version = 1", "line 1"},
        {"version = \"1\"\nrules = []", "line 2"},
        {"version = \"1\"\n[rule]\nid = \"a\"", "line 2"},
        {"version = \"1\"\n[[rule]]\nid = \"a\"", "line 2"},
        {"version = \"1\"\n[[rule]]\nid = \"a\"\ngroup = \"nurses\"\nrole = \"doctor\"", "line 4"},
        {"version = \"1\"\n[[rule]]\nid = \"a\"\ngroup = \"cn=a,dc=b\"", "line 2"},
        {"version = \"1\"\n[[rule]]\nid = \"a\"\ngroup = \"cn=a,dc=b\"\nrole = \"surgeon\"",
         "line 5"},
        {"version = \"1\"\n[[rule]]\nid = \"a\"\ngroup = \"cn=a,dc=b\"\nrole = \"integration\"",
         "line 5"},
        {"version = \"1\"\n[[rule]]\nid = \"a\"\ngroup = \"cn=a,dc=b\"\nwards = \"7B\"", "line 5"},
        {"version = \"1\"\n[[rule]]\nid = \"a\"\ngroup = \"cn=a,dc=b\"\nwards = [\" \"]", "line 5"},
        {"version = \"1\"\n[[rule]]\nid = \"a\"\ngroup = \"cn=a,dc=b\"\nward = [\"7B\"]", "line 5"},
        {"version = \"1\"\n[[rule]]\nid = \"a\"\ngroup = \"cn=a,dc=b\"\nwards = [\"7B\"]\nfrom = "
         "\"today\"",
         "line 6"},
        {"version = \"1\"\n[[rule]]\nid = \"a\"\ngroup = \"cn=a,dc=b\"\nwards = [\"7B\"]\nfrom = "
         "2026-02-30",
         "line 6"},
        {"version = \"1\"\n[[rule]]\nid = \"a\"\ngroup = \"cn=a,dc=b\"\nwards = [\"7B\"]\nfrom = "
         "2026-02-02\nto = 2026-02-01",
         "line 2"},
        {"version = \"1\"\n[[rule]]\nid = \"a\"\ngroup = \"cn=a,dc=b\"\nwards = "
         "[\"7B\"]\n[[rule]]\nid = \"a\"\ngroup = \"cn=c,dc=b\"\nwards = [\"7B\"]",
         "line 6"},
    };
    for (const Row& row : kRows) {
        CAPTURE(row.text);
        const auto mapping = parse_group_mapping(row.text);
        REQUIRE_FALSE(mapping.has_value());
        CHECK(mapping.error().code == ErrorCode::invalid);
        CHECK(mapping.error().where == row.where);
        CHECK_FALSE(mapping.error().message.empty());
    }
}
