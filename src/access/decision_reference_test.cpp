// The decision against a second account of the same rules that shares nothing with it: written from
// docs/access.md, in the plainest way, over names instead of types.
#include <doctest/doctest.h>

#include <map>
#include <random>
#include <set>

#include "access/decision.h"

using namespace wardlight;
using namespace wardlight::access;

namespace {

#ifdef WARDLIGHT_SANITIZED
constexpr int kCases = 300'000;
#else
constexpr int kCases = 10'000'000;
#endif

using Names = std::set<std::string>;

const std::map<std::string, Names>& role_table() {
    static const Names clinical{"patients.read", "patients.find", "results.read", "alerts.read",
                                "alerts.act"};
    static const auto with = [](Names names, const Names& more) {
        names.insert(more.begin(), more.end());
        return names;
    };
    static const std::map<std::string, Names> table{
        {"ward_nurse", with(clinical, {"patients.break_glass"})},
        {"doctor", with(clinical, {"patients.break_glass"})},
        {"site_coordinator", with(clinical, {"feeds.read", "rota.manage"})},
        {"administrator",
         {"feeds.read", "quarantine.manage", "rota.manage", "policies.manage", "accounts.manage"}},
        {"privacy_officer", {"privacy.review", "audit.read"}},
        {"integration", {"fhir.read", "fhir.write"}}};
    return table;
}

std::string reference(const Subject& subject, const std::string& permission,
                      const PatientTies& ties) {
    const std::string role(code_of(subject.role));
    if (role_table().at(role).count(permission) == 0) return "no: no_permission";
    if (role == "site_coordinator" || role == "integration") return "yes: site";
    if (role != "ward_nurse" && role != "doctor") return "no: no_clinical_access";
    for (const std::string& ward : subject.wards)
        if (!ward.empty() && ward == ties.ward) return "yes: ward";
    for (const std::string& mine : subject.teams)
        for (const std::string& theirs : ties.teams)
            if (!mine.empty() && mine == theirs) return "yes: team";
    if (ties.is_on_call_for) return "yes: on_call";
    if (ties.owns_alert) return "yes: alert_owner";
    if (ties.has_broken_glass) return "yes: break_glass";
    return "no: no_relationship";
}

std::string in_words(const Decision& decision) {
    return (decision.is_permitted ? "yes: " : "no: ") + std::string(decision.reason);
}

class Universe {
 public:
    Subject subject() {
        constexpr Role kRoles[] = {Role::ward_nurse,       Role::doctor,
                                   Role::site_coordinator, Role::administrator,
                                   Role::privacy_officer,  Role::integration};
        Subject subject;
        subject.role = kRoles[below(6)];
        subject.wards = some();
        subject.teams = some();
        return subject;
    }
    PatientTies ties() {
        return {kPlaces[below(4)], some(), below(8) == 0, below(8) == 0, below(4) == 0};
    }
    std::string permission() {
        // One that there is not, as well.
        const unsigned index = below(permission::kAll.size() + 1);
        return index < permission::kAll.size() ? std::string(permission::kAll[index])
                                               : "patients.remove";
    }

 private:
    unsigned below(std::size_t most) { return static_cast<unsigned>(random_() % most); }
    std::vector<std::string> some() {
        std::vector<std::string> names;
        for (unsigned i = below(3); i > 0; --i) names.emplace_back(kPlaces[below(4)]);
        return names;
    }
    static constexpr const char* kPlaces[] = {"", "7B", "8A", "renal"};
    std::mt19937_64 random_{20'261'128};
};

}  // namespace

TEST_CASE("no case is decided in another way than the second account says") {
    Universe universe;
    std::map<std::string, int> seen;
    int disagreements = 0;
    for (int i = 0; i < kCases; ++i) {
        const Subject subject = universe.subject();
        const std::string permission = universe.permission();
        const PatientTies ties = universe.ties();
        const std::string decided = in_words(decide(subject, permission, ties));
        ++seen[decided];
        if (decided == reference(subject, permission, ties)) continue;
        if (++disagreements > 3) break;
        CAPTURE(code_of(subject.role));
        CAPTURE(permission);
        FAIL_CHECK(decided << " instead of " << reference(subject, permission, ties));
    }
    CHECK(disagreements == 0);
    // Every answer there is.
    CHECK(seen.size() == 9);
}
