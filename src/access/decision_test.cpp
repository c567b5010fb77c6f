#include "access/decision.h"

#include <doctest/doctest.h>

using namespace wardlight;
using namespace wardlight::access;

namespace {

Subject someone(Role role) {
    Subject subject;
    subject.role = role;
    subject.wards = {"7B", "8A"};
    subject.teams = {"renal"};
    return subject;
}

constexpr Role kRoles[] = {Role::ward_nurse,    Role::doctor,          Role::site_coordinator,
                           Role::administrator, Role::privacy_officer, Role::integration};
constexpr std::string_view kClinical[] = {permission::kPatientsRead, permission::kPatientsFind,
                                          permission::kResultsRead, permission::kAlertsRead,
                                          permission::kAlertsAct};

}  // namespace

TEST_CASE("a tie to the patient permits, none denies") {
    struct Row {
        const char* what;
        Role role;
        PatientTies ties;
        bool is_permitted;
        const char* reason;
    };
    const Row rows[] = {
        {"own ward", Role::ward_nurse, {"7B", {}, false, false}, true, "ward"},
        {"second ward", Role::ward_nurse, {"8A", {}, false, false}, true, "ward"},
        {"another ward", Role::ward_nurse, {"9C", {}, false, false}, false, "no_relationship"},
        {"nowhere", Role::ward_nurse, {"", {}, false, false}, false, "no_relationship"},
        {"own team", Role::doctor, {"9C", {"cardiology", "renal"}, false, false}, true, "team"},
        {"another team",
         Role::doctor,
         {"9C", {"cardiology"}, false, false},
         false,
         "no_relationship"},
        {"on call", Role::doctor, {"9C", {}, true, false}, true, "on_call"},
        {"owns the alert", Role::doctor, {"9C", {}, false, true}, true, "alert_owner"},
        {"emergency", Role::doctor, {"9C", {}, false, false, true}, true, "break_glass"},
        {"emergency on the own ward", Role::doctor, {"7B", {}, false, false, true}, true, "ward"},
        {"emergency, privacy officer",
         Role::privacy_officer,
         {"9C", {}, false, false, true},
         false,
         "no_permission"},
        {"whole site", Role::site_coordinator, {"9C", {}, false, false}, true, "site"},
        {"administrator, every tie",
         Role::administrator,
         {"7B", {"renal"}, true, true},
         false,
         "no_permission"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const Decision decision = decide(someone(row.role), permission::kPatientsRead, row.ties);
        CHECK(decision.is_permitted == row.is_permitted);
        CHECK(decision.reason == row.reason);
    }
}

TEST_CASE("an account without wards has no tie to a patient without a ward") {
    Subject subject = someone(Role::doctor);
    subject.wards = {""};
    subject.teams = {""};
    CHECK_FALSE(decide(subject, permission::kPatientsRead, {"", {""}, false, false}).is_permitted);
}

TEST_CASE("whatever the tie, a permission the role lacks is denied, and so is an unknown one") {
    const PatientTies every{"7B", {"renal"}, true, true, true};
    for (const Role role : kRoles) {
        CAPTURE(code_of(role));
        for (const std::string_view permission : permission::kAll) {
            CAPTURE(permission);
            if (!has_permission(role, permission)) {
                CHECK_FALSE(decide(someone(role), permission).is_permitted);
                CHECK_FALSE(decide(someone(role), permission, every).is_permitted);
            }
        }
        CHECK_FALSE(decide(someone(role), "").is_permitted);
        CHECK_FALSE(decide(someone(role), "patients.delete").is_permitted);
        CHECK_FALSE(decide(someone(role), "patients.delete", every).is_permitted);
    }
}

TEST_CASE("an administrator has no clinical permission, and nurses none of the administrator's") {
    for (const std::string_view permission : kClinical) {
        CHECK_FALSE(has_permission(Role::administrator, permission));
        CHECK(has_permission(Role::ward_nurse, permission));
        CHECK(has_permission(Role::doctor, permission));
        CHECK(has_permission(Role::site_coordinator, permission));
    }
    for (const std::string_view permission :
         {permission::kQuarantineManage, permission::kPoliciesManage,
          permission::kAccountsManage}) {
        CHECK(has_permission(Role::administrator, permission));
        CHECK_FALSE(has_permission(Role::ward_nurse, permission));
        CHECK_FALSE(has_permission(Role::doctor, permission));
        CHECK_FALSE(has_permission(Role::site_coordinator, permission));
    }
}

TEST_CASE(
    "those without a tie may open a record in an emergency, and the privacy officer looks on") {
    for (const Role role : kRoles) {
        CAPTURE(code_of(role));
        const bool needs_ties = reach_of(role) == Reach::own;
        CHECK(has_permission(role, permission::kBreakGlass) == needs_ties);
        for (const auto permission : {permission::kPrivacyReview, permission::kAuditRead})
            CHECK(has_permission(role, permission) == (role == Role::privacy_officer));
    }
    CHECK(permissions_of(Role::privacy_officer).size() == 2);
    CHECK(reach_of(Role::privacy_officer) == Reach::nobody);
}

TEST_CASE("FHIR as a whole is for other systems, never for a person's session") {
    for (const Role role : kRoles) {
        const bool is_system = role == Role::integration;
        CHECK(has_permission(role, permission::kFhirRead) == is_system);
        CHECK(has_permission(role, permission::kFhirWrite) == is_system);
    }
    CHECK(permissions_of(Role::integration).size() == 2);
}

TEST_CASE("more ties never take a permission away") {
    for (const Role role : kRoles) {
        for (int bits = 0; bits < 32; ++bits) {
            const auto ties_of = [](int set) {
                PatientTies ties;
                if (set & 1) ties.ward = "7B";
                if (set & 2) ties.teams = {"renal"};
                ties.is_on_call_for = (set & 4) != 0;
                ties.owns_alert = (set & 8) != 0;
                ties.has_broken_glass = (set & 16) != 0;
                return ties;
            };
            const bool before =
                decide(someone(role), permission::kAlertsAct, ties_of(bits)).is_permitted;
            for (int more = 1; more < 32; more <<= 1) {
                const bool after =
                    decide(someone(role), permission::kAlertsAct, ties_of(bits | more))
                        .is_permitted;
                CHECK((after || !before));
            }
        }
    }
}

TEST_CASE("every role has a code that reads back") {
    for (const Role role : kRoles) CHECK(parse_role(code_of(role)) == role);
    CHECK_FALSE(parse_role("nurse"));
    CHECK_FALSE(parse_role(""));
}
