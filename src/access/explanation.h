// Why somebody may or may not see a patient at this moment: each rule of the decision, with what it
// compares. For the privacy officer's question "why could she?" and the person's "why can't I?".
// Pure; says what decide() decides (explanation_test.cpp holds them together).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "access/decision.h"

namespace wardlight::access {

struct RuleSaid {
    /// "account" (may sign in), "role" (has the permission), then what ties a person to a patient:
    /// "site", "ward", "team", "on_call", "alert_owner", "break_glass".
    std::string_view rule;
    bool holds = false;
    std::vector<std::string> of_person;   ///< wards or teams, the code of the role
    std::vector<std::string> of_patient;  ///< ward, teams of open alerts
};

struct Explanation {
    bool is_permitted = false;
    std::string_view reason;      ///< as decide() says it; "disabled" for who may not sign in
    std::vector<RuleSaid> rules;  ///< in the order in which they are asked; all of them
};

[[nodiscard]] Explanation explain(const Subject& subject, bool is_disabled,
                                  std::string_view permission, const PatientTies& ties);

}  // namespace wardlight::access
