// What each rule said of each result or observation set. `rule_evaluation` keeps every different
// answer for ever, told or not, with its inputs; `rule_subject` is the newest answer per subject.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "alerts/alert.h"

namespace wardlight::alerts {

/// A subject is what a rule judges: a creatinine, a laboratory result, an observation set.
struct Subject {
    PatientId patient;
    Rule rule{};
    std::string subject;  // Observation id; for NEWS2 the time of the set
    std::string analyte;  // critical results only
    std::string code;     // the sender's code, for the export
    Instant taken_at;
    int rank = 0;          // 0: nothing to tell
    std::string level;     // as exported: "2", "medium", "high"
    std::string amount;    // what later subjects are compared with
    std::string decision;  // why it was told or not
    std::optional<Instant> told_at;
    bool is_retracted = false;
    AlertId alert;                // the alert it belongs to
    std::int64_t evaluation = 0;  // number of its newest row in rule_evaluation
    /// JSON: label, severity and explanation. Empty until it is set or asked for: see found_text().
    std::string found;

    [[nodiscard]] bool is_told() const { return told_at.has_value() && !is_retracted; }
};

/// By time of taking, then id.
[[nodiscard]] Result<std::vector<Subject>> subjects_of(store::Snapshot& snapshot,
                                                       const PatientId& patient, Rule rule,
                                                       std::string_view analyte = {});
/// The same subject under whichever patients and rules it was judged.
[[nodiscard]] Result<std::vector<Subject>> subjects_named(store::Snapshot& snapshot,
                                                          std::string_view subject);

/// What was found about the subject, from its evaluation.
[[nodiscard]] Result<std::string> found_text(store::Snapshot& snapshot, const Subject& subject);
[[nodiscard]] Result<json::Value> found_details(store::Snapshot& snapshot, const Subject& subject);

/// Appends to rule_evaluation and replaces the subject's row.
[[nodiscard]] Result<> save_evaluation(store::WriteTransaction& tx, Subject& subject);

/// A result the rule refused to judge and somebody must look at (unknown unit, unreadable value).
struct DataQuality {
    Rule rule{};
    std::string subject;
    std::string code;  // "unknown_unit", "undetermined", ...
    std::string analyte;
    Instant at;
};
[[nodiscard]] Result<std::vector<DataQuality>> data_quality_since(store::Snapshot& snapshot,
                                                                  Instant since, std::size_t most);

}  // namespace wardlight::alerts
