// One patient, one rule (and analyte): what was found of each result so far, and the alert about
// it.
//
// A detector works through the results that may have changed, oldest first, and settles each:
//   told before, now nothing  -> retracted          told before, now another level -> amended
//   new and worth telling     -> told               otherwise -> kept with the reason
// finish() then does to the alert, once, what all of that asks for: opens, raises, annotates or
// retracts it. Settling the same findings again changes nothing.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "alerts/escalation.h"
#include "alerts/evaluation_table.h"
#include "alerts/patient_facts.h"

namespace wardlight::alerts {

/// What a rule says of one subject now.
struct Finding {
    std::string subject;
    std::string code;
    Instant taken_at;
    int rank = 0;
    std::string level;
    std::string amount;
    json::Value label;
    Severity severity{};
    Explanation why;

    /// Worth telling, if it was not told yet.
    bool must_tell = false;
    /// Why it is told or not told: "notify", "suppressed_ward", "no_warning" ...
    std::string decision;
    /// The result is no longer valid (cancelled, entered in error, of somebody else).
    bool is_withdrawn = false;
};

struct CaseContext {
    store::WriteTransaction& tx;
    const Site& site;
    const PatientFacts& facts;
    PatientId patient;
    Rule rule;
    std::string analyte;
};

class CaseFile {
 public:
    static Result<CaseFile> open(CaseContext context);

    /// By time of taking; kept up to date by settle().
    [[nodiscard]] const std::vector<Subject>& subjects() const { return subjects_; }
    [[nodiscard]] const Subject* find(std::string_view subject) const;
    /// The alert that news belongs to: see current_alert().
    [[nodiscard]] const std::optional<Alert>& alert() const { return alert_; }

    [[nodiscard]] Result<> settle(const Finding& finding);
    /// Something settled says less than before, or the opposite. What was no news because of it may
    /// be news now: the detector then settles again what was not told, earlier results too.
    [[nodiscard]] bool has_taken_back() const { return has_taken_back_; }
    [[nodiscard]] Result<> finish();

 private:
    CaseFile(CaseContext context, std::vector<Subject> subjects, std::optional<Alert> alert);

    Subject& place_for(const Finding& finding);
    Subject& need(std::string_view subject);
    [[nodiscard]] bool can_take_up_alert(Instant taken_at) const;
    [[nodiscard]] const Subject* newest_member() const;

    Result<> tell(const std::string& subject);
    Result<> open_alert(const Subject& driver);
    Result<> raise(const Subject& driver, bool informs);
    Result<> close_triaged();
    void note_changed(const Subject& subject);
    Result<> review_members();
    Result<> review_others();
    Result<> retract(Alert& alert);
    Result<> keep_quiet();
    Result<> suppress_new(const Subject& subject);
    Result<> join(Subject& subject, const AlertId& alert);
    Result<> annotate(const Subject& driver, bool informs);
    void explain_by(const json::Value& details);

    CaseContext context_;
    std::vector<Subject> subjects_;
    std::optional<Alert> alert_;
    std::vector<std::string> newly_told_;
    std::vector<std::string> newly_quiet_;
    bool has_changed_members_ = false;
    bool has_taken_back_ = false;
    std::set<AlertId> changed_alerts_;
    bool is_withdrawal_ = false;
};

}  // namespace wardlight::alerts
