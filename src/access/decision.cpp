#include "access/decision.h"

#include <algorithm>

namespace wardlight::access {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view wanted) {
    return !wanted.empty() && std::find(list.begin(), list.end(), wanted) != list.end();
}

/// The tie that permits; nothing without one.
std::optional<std::string_view> relationship(const Subject& subject, const PatientTies& ties) {
    if (contains(subject.wards, ties.ward)) return "ward";
    for (const std::string& team : ties.teams) {
        if (contains(subject.teams, team)) return "team";
    }
    if (ties.is_on_call_for) return "on_call";
    if (ties.owns_alert) return "alert_owner";
    // Last: whoever has another tie by now needs no review for what follows.
    if (ties.has_broken_glass) return kBreakGlassTie;
    return std::nullopt;
}

}  // namespace

Decision decide(const Subject& subject, std::string_view permission) {
    if (!has_permission(subject.role, permission)) return {false, "no_permission"};
    return {true, "role"};
}

Decision decide(const Subject& subject, std::string_view permission, const PatientTies& ties) {
    if (!has_permission(subject.role, permission)) return {false, "no_permission"};
    switch (reach_of(subject.role)) {
        case Reach::whole_site:
            return {true, "site"};
        case Reach::own:
            if (const auto tie = relationship(subject, ties)) return {true, *tie};
            return {false, "no_relationship"};
        case Reach::nobody:
            break;
    }
    return {false, "no_clinical_access"};
}

}  // namespace wardlight::access
