// What each role may do, as data. Whether it may be done to a certain patient is decided in
// decision.h. Constants; thread-safe.
#pragma once

#include <array>
#include <optional>
#include <span>
#include <string_view>

namespace wardlight::access {

enum class Role {
    ward_nurse,
    doctor,
    site_coordinator,
    administrator,
    privacy_officer,
    integration  ///< not a person: another system that uses /fhir
};

/// "ward_nurse": the code used in data and by the app.
[[nodiscard]] std::string_view code_of(Role role);
[[nodiscard]] std::optional<Role> parse_role(std::string_view code);

/// Names that routes declare (net/router.h) and that the app learns from /api/me.
namespace permission {
inline constexpr std::string_view kPatientsRead = "patients.read";
inline constexpr std::string_view kPatientsFind = "patients.find";
inline constexpr std::string_view kBreakGlass = "patients.break_glass";
inline constexpr std::string_view kResultsRead = "results.read";
inline constexpr std::string_view kAlertsRead = "alerts.read";
inline constexpr std::string_view kAlertsAct = "alerts.act";
inline constexpr std::string_view kFeedsRead = "feeds.read";
inline constexpr std::string_view kQuarantineManage = "quarantine.manage";
inline constexpr std::string_view kRotaManage = "rota.manage";
inline constexpr std::string_view kPoliciesManage = "policies.manage";
inline constexpr std::string_view kAccountsManage = "accounts.manage";
inline constexpr std::string_view kPrivacyReview = "privacy.review";
inline constexpr std::string_view kAuditRead = "audit.read";
inline constexpr std::string_view kFhirRead = "fhir.read";
inline constexpr std::string_view kFhirWrite = "fhir.write";

inline constexpr std::array kAll{kPatientsRead, kPatientsFind,   kBreakGlass,     kResultsRead,
                                 kAlertsRead,   kAlertsAct,      kFeedsRead,      kQuarantineManage,
                                 kRotaManage,   kPoliciesManage, kAccountsManage, kPrivacyReview,
                                 kAuditRead,    kFhirRead,       kFhirWrite};
}  // namespace permission

[[nodiscard]] std::span<const std::string_view> permissions_of(Role role);
[[nodiscard]] bool has_permission(Role role, std::string_view permission);

/// Which patients a role may have to do with at all.
enum class Reach {
    nobody,     ///< runs the system, sees no patient
    own,        ///< those of the account's wards and teams, and those it is on call for
    whole_site  ///< every patient of the hospital
};
[[nodiscard]] Reach reach_of(Role role);

}  // namespace wardlight::access
