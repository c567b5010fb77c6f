#include "access/roles.h"

#include <algorithm>

namespace wardlight::access {
namespace {

using namespace permission;

constexpr std::array kClinician{kPatientsRead, kPatientsFind, kBreakGlass,
                                kResultsRead,  kAlertsRead,   kAlertsAct};
constexpr std::array kCoordinator{kPatientsRead, kPatientsFind, kResultsRead, kAlertsRead,
                                  kAlertsAct,    kFeedsRead,    kRotaManage};
constexpr std::array kAdministration{kFeedsRead, kQuarantineManage, kRotaManage, kPoliciesManage,
                                     kAccountsManage};
constexpr std::array kPrivacy{kPrivacyReview, kAuditRead};
constexpr std::array kIntegration{kFhirRead, kFhirWrite};

struct RoleRow {
    Role role;
    std::string_view code;
    std::span<const std::string_view> permissions;
    Reach reach;
};
constexpr std::array kRoles{
    RoleRow{Role::ward_nurse, "ward_nurse", kClinician, Reach::own},
    RoleRow{Role::doctor, "doctor", kClinician, Reach::own},
    RoleRow{Role::site_coordinator, "site_coordinator", kCoordinator, Reach::whole_site},
    RoleRow{Role::administrator, "administrator", kAdministration, Reach::nobody},
    RoleRow{Role::privacy_officer, "privacy_officer", kPrivacy, Reach::nobody},
    RoleRow{Role::integration, "integration", kIntegration, Reach::whole_site},
};

const RoleRow& row(Role role) {
    return *std::find_if(kRoles.begin(), kRoles.end(),
                         [role](const RoleRow& candidate) { return candidate.role == role; });
}

}  // namespace

std::string_view code_of(Role role) {
    return row(role).code;
}

std::optional<Role> parse_role(std::string_view code) {
    for (const RoleRow& candidate : kRoles) {
        if (candidate.code == code) return candidate.role;
    }
    return std::nullopt;
}

std::span<const std::string_view> permissions_of(Role role) {
    return row(role).permissions;
}

bool has_permission(Role role, std::string_view permission) {
    const auto permissions = permissions_of(role);
    return std::find(permissions.begin(), permissions.end(), permission) != permissions.end();
}

Reach reach_of(Role role) {
    return row(role).reach;
}

}  // namespace wardlight::access
