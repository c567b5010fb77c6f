#include "access/explanation.h"

#include <algorithm>

namespace wardlight::access {
namespace {

/// What both have, each once.
bool share_one(const std::vector<std::string>& a, const std::vector<std::string>& b) {
    return std::any_of(a.begin(), a.end(), [&](const std::string& name) {
        return !name.empty() && std::find(b.begin(), b.end(), name) != b.end();
    });
}

std::vector<std::string> known(std::vector<std::string> names) {
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    std::erase(names, std::string());
    return names;
}

}  // namespace

Explanation explain(const Subject& subject, bool is_disabled, std::string_view permission,
                    const PatientTies& ties) {
    const Decision decision = decide(subject, permission, ties);
    Explanation out;
    out.is_permitted = decision.is_permitted && !is_disabled;
    out.reason = is_disabled ? "disabled" : decision.reason;
    const Reach reach = reach_of(subject.role);
    const bool has_ties = reach == Reach::own;
    out.rules = {
        {"account", !is_disabled, {}, {}},
        {"role",
         has_permission(subject.role, permission),
         {std::string(code_of(subject.role))},
         {}},
        {"site", reach == Reach::whole_site, {}, {}},
        {"ward", has_ties && share_one(subject.wards, {ties.ward}), known(subject.wards),
         known({ties.ward})},
        {"team", has_ties && share_one(subject.teams, ties.teams), known(subject.teams),
         known(ties.teams)},
        {"on_call", has_ties && ties.is_on_call_for, {}, {}},
        {"alert_owner", has_ties && ties.owns_alert, {}, {}},
        {kBreakGlassTie, has_ties && ties.has_broken_glass, {}, {}},
    };
    return out;
}

}  // namespace wardlight::access
