#include "alerts/case_file.h"

#include <algorithm>
#include <array>

namespace wardlight::alerts {
namespace {

/// A triaged alert is taken up again by news of the same episode; later news is a new alert.
constexpr auto kTriagedStaysCurrent = std::chrono::hours(7 * 24);

/// Reasons that lie in the patient or the time, not in the numbers: they are not weighed again
/// while the numbers stay the same.
constexpr std::array<std::string_view, 4> kLastingReasons = {
    "suppressed_renal_replacement", "suppressed_ward", "suppressed_palliative", "suppressed_old"};
/// Reasons that make an alert of their own, which nobody is told of.
constexpr std::array<std::string_view, 3> kOwnReasons = {
    "suppressed_renal_replacement", "suppressed_ward", "suppressed_palliative"};

template <class List>
bool is_in(const List& list, std::string_view text) {
    return std::find(list.begin(), list.end(), text) != list.end();
}

bool is_before(const Subject& a, const Subject& b) {
    if (a.taken_at != b.taken_at) return a.taken_at < b.taken_at;
    return a.subject < b.subject;
}

std::string found_of(const Finding& finding) {
    return json::serialize(json::object({{"label", finding.label},
                                         {"severity", static_cast<int>(finding.severity)},
                                         {"why", to_json(finding.why)}}));
}

Severity severity_of(const json::Value& details) {
    return static_cast<Severity>(details["severity"].as_integer().value_or(0));
}

}  // namespace

CaseFile::CaseFile(CaseContext context, std::vector<Subject> subjects, std::optional<Alert> alert)
    : context_(std::move(context)), subjects_(std::move(subjects)), alert_(std::move(alert)) {}

Result<CaseFile> CaseFile::open(CaseContext context) {
    auto subjects = TRY(subjects_of(context.tx, context.patient, context.rule, context.analyte));
    auto alert = TRY(current_alert(context.tx, context.patient, context.rule, context.analyte));
    return CaseFile(std::move(context), std::move(subjects), std::move(alert));
}

const Subject* CaseFile::find(std::string_view subject) const {
    for (const Subject& one : subjects_)
        if (one.subject == subject) return &one;
    return nullptr;
}

Subject& CaseFile::need(std::string_view subject) {
    const auto found = std::find_if(subjects_.begin(), subjects_.end(),
                                    [&](const Subject& one) { return one.subject == subject; });
    CHECK_INVARIANT(found != subjects_.end());
    return *found;
}

/// The subject's place in order of time, with what is fixed about it filled in.
Subject& CaseFile::place_for(const Finding& finding) {
    Subject subject;
    if (const Subject* known = find(finding.subject)) {
        subject = *known;
        std::erase_if(subjects_,
                      [&](const Subject& one) { return one.subject == finding.subject; });
    }
    subject.patient = context_.patient;
    subject.rule = context_.rule;
    subject.subject = finding.subject;
    subject.analyte = context_.analyte;
    if (!finding.code.empty()) subject.code = finding.code;
    subject.taken_at = finding.taken_at;
    const auto at = std::upper_bound(subjects_.begin(), subjects_.end(), subject, is_before);
    return *subjects_.insert(at, std::move(subject));
}

Result<> CaseFile::settle(const Finding& finding) {
    const Subject* known = find(finding.subject);
    const std::optional<Subject> before = known != nullptr ? std::optional(*known) : std::nullopt;
    const std::string found = found_of(finding);
    const bool is_same = before && before->rank == finding.rank &&
                         before->taken_at == finding.taken_at &&
                         TRY(found_text(context_.tx, *before)) == found;
    if (is_same && !before->is_told() && is_in(kLastingReasons, before->decision)) return {};

    Subject& subject = place_for(finding);
    const bool was_told = subject.is_told();
    const bool is_other_direction = before && finding.rank > 0 && finding.rank == before->rank &&
                                    finding.level != before->level;
    if (before && (finding.rank < before->rank || finding.is_withdrawn || is_other_direction))
        has_taken_back_ = true;
    if (was_told && finding.rank == 0) {
        // What was wrong stays readable: level and amount are those that were told.
        subject.is_retracted = true;
        subject.rank = 0;
        subject.decision = finding.is_withdrawn ? "retracted_withdrawn" : "retracted_corrected";
        note_changed(subject);
        is_withdrawal_ = finding.is_withdrawn;
        return save_evaluation(context_.tx, subject);
    }
    const bool is_first_time_told = !was_told && finding.must_tell && finding.rank > 0;
    if (is_same && !is_first_time_told && (was_told || subject.decision == finding.decision))
        return {};
    // A retracted result keeps what was told of it until it says something again.
    if (before && before->is_retracted && before->rank == 0 && finding.rank == 0) return {};
    subject.rank = finding.rank;
    subject.level = finding.level;
    subject.amount = finding.amount;
    subject.found = found;
    if (was_told) {
        note_changed(subject);
        return save_evaluation(context_.tx, subject);
    }
    subject.decision = finding.decision;
    if (is_first_time_told) {
        subject.told_at = context_.tx.now();
        subject.is_retracted = false;
        newly_told_.push_back(subject.subject);
    } else if (finding.rank > 0) {
        newly_quiet_.push_back(subject.subject);
    }
    if (!subject.alert.empty()) note_changed(subject);
    return save_evaluation(context_.tx, subject);
}

void CaseFile::note_changed(const Subject& subject) {
    has_changed_members_ = true;
    if (!subject.alert.empty()) changed_alerts_.insert(subject.alert);
}

bool CaseFile::can_take_up_alert(Instant taken_at) const {
    if (!alert_ || !is_alive(alert_->state.state)) return false;
    if (alert_->state.state != State::triaged) return true;
    return std::any_of(subjects_.begin(), subjects_.end(), [&](const Subject& subject) {
        return subject.alert == alert_->id && taken_at - subject.taken_at <= kTriagedStaysCurrent &&
               subject.taken_at - taken_at <= kTriagedStaysCurrent;
    });
}

/// Of the results that belong to the alert and still say something, the last taken.
const Subject* CaseFile::newest_member() const {
    const Subject* newest = nullptr;
    for (const Subject& subject : subjects_)
        if (alert_ && subject.alert == alert_->id && subject.rank > 0 && !subject.is_retracted)
            newest = &subject;
    return newest;
}

Result<> CaseFile::join(Subject& subject, const AlertId& alert) {
    subject.alert = alert;
    return context_.tx.sql().run(
        "UPDATE rule_subject SET alert = $4 WHERE patient = $1 AND rule = $2 AND subject = $3",
        subject.patient.value, name_of(subject.rule), subject.subject, alert.value);
}

void CaseFile::explain_by(const json::Value& details) {
    alert_->why = explanation_from(details["why"]);
    alert_->severity = std::max(alert_->severity, severity_of(details));
}

Result<> CaseFile::open_alert(const Subject& driver) {
    store::WriteTransaction& tx = context_.tx;
    const json::Value details = TRY(found_details(context_.tx, driver));
    const bool was_suppressed = alert_ && alert_->state.state == State::suppressed;
    if (!was_suppressed) {
        alert_.emplace();
        alert_->id = AlertId{new_uuid()};
        alert_->patient = context_.patient;
        alert_->rule = context_.rule;
        alert_->analyte = context_.analyte;
        alert_->episode = driver.subject;
    }
    const PatientPlace& place = context_.facts.place;
    alert_->ward = place.ward;
    alert_->room = place.room;
    alert_->bed = place.bed;
    alert_->facility = place.facility;
    alert_->opened_at = tx.now();
    explain_by(details);
    TRY(route_alert(tx, context_.site, *alert_));
    Event event{.kind = EventKind::opened, .at = tx.now()};
    event.label = details["label"];
    event.rank = driver.rank;
    event.until = chain_start(*alert_, tx.now());
    TRY(record(tx, *alert_, event));
    return run_chain(tx, context_.site, *alert_);
}

Result<> CaseFile::raise(const Subject& driver, bool informs) {
    store::WriteTransaction& tx = context_.tx;
    const json::Value details = TRY(found_details(context_.tx, driver));
    explain_by(details);
    TRY(route_alert(tx, context_.site, *alert_));
    Event event{.kind = EventKind::raised, .at = tx.now()};
    event.label = details["label"];
    event.rank = driver.rank;
    event.until = chain_start(*alert_, tx.now());
    TRY(record(tx, *alert_, event));
    if (informs) TRY(inform_audience(tx, *alert_, "amended"));
    return run_chain(tx, context_.site, *alert_);
}

Result<> CaseFile::annotate(const Subject& driver, bool informs) {
    const json::Value details = TRY(found_details(context_.tx, driver));
    if (details["label"] == alert_->state.label &&
        explanation_from(details["why"]).taken_at == alert_->why.taken_at)
        return {};
    const bool is_other_label = details["label"] != alert_->state.label;
    explain_by(details);
    if (!is_other_label) return {};
    Event event{.kind = EventKind::annotated, .at = context_.tx.now()};
    event.label = details["label"];
    event.rank = driver.rank;
    TRY(record(context_.tx, *alert_, event));
    return informs ? inform_audience(context_.tx, *alert_, "amended") : Result<>{};
}

/// A new alert takes the place of those that only wait for their follow-up.
Result<> CaseFile::close_triaged() {
    for (Alert& alert : TRY(alerts_of_patient(context_.tx, context_.patient))) {
        const bool is_ours = alert.rule == context_.rule && alert.analyte == context_.analyte;
        if (!is_ours || alert.state.state != State::triaged) continue;
        TRY(record(context_.tx, alert, Event{.kind = EventKind::closed, .at = context_.tx.now()}));
        TRY(save(context_.tx, alert));
    }
    return {};
}

Result<> CaseFile::tell(const std::string& subject) {
    const Subject driver = need(subject);
    if (can_take_up_alert(driver.taken_at)) {
        TRY(raise(driver, true));
    } else {
        TRY(close_triaged());
        TRY(open_alert(driver));
    }
    for (const std::string& told : newly_told_) TRY(join(need(told), alert_->id));
    for (const std::string& quiet : newly_quiet_) TRY(join(need(quiet), alert_->id));
    // A newer result that was amended meanwhile is what counts now; what rang is in the history.
    const Subject* newest = newest_member();
    if (has_changed_members_ && newest->is_told() && newest->rank >= driver.rank)
        TRY(annotate(*newest, false));
    return save(context_.tx, *alert_);
}

/// Results that were told have changed: the alert follows the newest that still says something.
Result<> CaseFile::review_members() {
    if (!alert_ || alert_->state.state == State::retracted) return {};
    const bool is_anyone_told = std::any_of(
        subjects_.begin(), subjects_.end(),
        [&](const Subject& subject) { return subject.alert == alert_->id && subject.is_told(); });
    const Subject* driver = newest_member();
    const bool is_over =
        driver == nullptr || (!is_anyone_told && alert_->state.state != State::suppressed);
    if (is_over) {
        return retract(*alert_);
    }
    if (driver->rank > alert_->state.rank && is_alive(alert_->state.state)) {
        TRY(raise(*driver, true));
    } else {
        TRY(annotate(*driver, true));
    }
    return save(context_.tx, *alert_);
}

Result<> CaseFile::retract(Alert& alert) {
    Event event{.kind = EventKind::retracted, .at = context_.tx.now()};
    event.code = is_withdrawal_ ? "withdrawn_result" : "corrected_result";
    TRY(record(context_.tx, alert, event));
    TRY(inform_audience(context_.tx, alert, "retracted"));
    return save(context_.tx, alert);
}

/// Earlier alerts, and a second one that came with a merge: whoever was told by them must hear too
/// when nothing of it stands any more.
Result<> CaseFile::review_others() {
    for (const AlertId& id : changed_alerts_) {
        if (alert_ && alert_->id == id) continue;
        Alert other = TRY(need_alert(context_.tx, id));
        if (other.state.state == State::retracted) continue;
        const bool is_quiet = other.state.state == State::suppressed;
        const bool stands =
            std::any_of(subjects_.begin(), subjects_.end(), [&](const Subject& subject) {
                return subject.alert == id && subject.rank > 0 && !subject.is_retracted &&
                       (is_quiet || subject.is_told());
            });
        if (!stands) TRY(retract(other));
    }
    return {};
}

Result<> CaseFile::suppress_new(const Subject& subject) {
    const json::Value details = TRY(found_details(context_.tx, subject));
    alert_.emplace();
    alert_->id = AlertId{new_uuid()};
    alert_->patient = context_.patient;
    alert_->rule = context_.rule;
    alert_->analyte = context_.analyte;
    alert_->episode = subject.subject;
    alert_->opened_at = context_.tx.now();
    alert_->ward = context_.facts.place.ward;
    explain_by(details);
    Event event{.kind = EventKind::suppressed, .at = context_.tx.now()};
    event.code = subject.decision;
    event.label = details["label"];
    event.rank = subject.rank;
    return record(context_.tx, *alert_, event);
}

/// Results that are no news: kept with their reason in the history of the alert they belong to.
Result<> CaseFile::keep_quiet() {
    for (const std::string& name : newly_quiet_) {
        Subject& subject = need(name);
        const bool has_current =
            alert_ && alert_->state.state != State::retracted &&
            (is_alive(alert_->state.state) || alert_->state.state == State::suppressed ||
             !is_in(kOwnReasons, subject.decision));
        if (!has_current && !is_in(kOwnReasons, subject.decision)) continue;
        if (has_current) {
            Event event{.kind = EventKind::repeat_suppressed, .at = context_.tx.now()};
            event.code = subject.decision;
            event.label = TRY(found_details(context_.tx, subject))["label"];
            event.rank = subject.rank;
            TRY(record(context_.tx, *alert_, event));
        } else {
            TRY(suppress_new(subject));
        }
        TRY(join(subject, alert_->id));
        if (newest_member() == &subject) TRY(annotate(subject, false));
        TRY(save(context_.tx, *alert_));
    }
    return {};
}

Result<> CaseFile::finish() {
    if (!newly_told_.empty()) {
        const auto newest = std::max_element(newly_told_.begin(), newly_told_.end(),
                                             [&](const std::string& a, const std::string& b) {
                                                 return is_before(need(a), need(b));
                                             });
        TRY(tell(std::string(*newest)));
        return review_others();
    }
    if (has_changed_members_) TRY(review_members());
    TRY(keep_quiet());
    return review_others();
}

}  // namespace wardlight::alerts
