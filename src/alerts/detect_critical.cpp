// Critical results: each laboratory result against the limits and against what was told before. The
// judging is clinical/critical_results.h.
#include <algorithm>
#include <tuple>

#include "alerts/case_file.h"
#include "alerts/rules.h"

namespace wardlight::alerts {
namespace {

using clinical::CriticalKind;

/// A result is told in the unit it came in; only like is compared with like.
std::string amount_text(const ReadObservation& observation) {
    if (!observation.reading) return {};
    return text_of(*observation.reading) + " " + std::string(clinical::ucum_code(observation.unit));
}

std::optional<clinical::Reading> comparable(std::string_view amount, clinical::Unit unit) {
    const auto space = amount.find(' ');
    if (space == std::string_view::npos) return std::nullopt;
    if (amount.substr(space + 1) != clinical::ucum_code(unit)) return std::nullopt;
    return clinical::parse_reading(amount.substr(0, space));
}

std::string level_of(CriticalKind kind) {
    if (kind == CriticalKind::critical_low) return "low";
    if (kind == CriticalKind::critical_high) return "high";
    return "declared";
}

CriticalKind kind_of_level(std::string_view level) {
    if (level == "low") return CriticalKind::critical_low;
    if (level == "high") return CriticalKind::critical_high;
    return CriticalKind::declared_by_laboratory;
}

class CriticalDetection {
 public:
    CriticalDetection(store::WriteTransaction& tx, const Site& site, const PatientFacts& facts,
                      CaseFile file)
        : tx_(tx), site_(site), facts_(facts), file_(std::move(file)) {}

    Result<> judge(const ReadObservation& observation) {
        const Subject* known = file_.find(observation.id);
        if (known != nullptr) note_changed(known->taken_at);
        if (!observation.has_usable_status() || !observation.taken) return withdraw(observation.id);
        Finding finding;
        finding.subject = observation.id;
        finding.code = observation.code;
        finding.taken_at = *observation.taken;
        finding.amount = amount_text(observation);
        const clinical::CriticalDecision decision =
            clinical::critical_decision({observation.analyte, observation.reading, observation.unit,
                                         facts_.age_at(site_.zone, *observation.taken),
                                         observation.interpretation, observation.high},
                                        site_.critical_pack);
        const bool is_worth_keeping =
            decision.is_critical() || decision.is_data_quality() || known != nullptr;
        if (!is_worth_keeping) return {};
        finding.why = explain(observation, decision);
        finding.decision = decision.is_data_quality()
                               ? "data_quality_" + std::string(clinical::text_of(decision.kind))
                               : std::string(clinical::text_of(decision.kind));
        if (decision.is_critical()) {
            finding.rank = 1;
            finding.level = level_of(decision.kind);
            finding.severity = Severity::critical;
            finding.label = json::object({{"kind", "critical_result"},
                                          {"analyte", observation.name},
                                          {"value", amount_of(observation)}});
            decide(observation, decision, finding);
        }
        return file_.settle(finding);
    }

    Result<> withdraw(const std::string& id) {
        const Subject* known = file_.find(id);
        if (known == nullptr) return {};
        note_changed(known->taken_at);
        Finding finding;
        finding.subject = id;
        finding.taken_at = known->taken_at;
        finding.decision = "withdrawn";
        finding.is_withdrawn = true;
        return file_.settle(finding);
    }

    /// What was no news because of a result that has changed may be news now, be it earlier or
    /// later.
    Result<> judge_untold() {
        if (!changed_since_) return {};
        std::vector<std::string> untold;
        const auto window = std::chrono::hours(24) * (site_.repeat_policy.window_days + 1);
        for (const Subject& subject : file_.subjects()) {
            const auto after = subject.taken_at - *changed_since_;
            const bool is_near =
                after > Duration(0) ? after <= window : file_.has_taken_back() && after >= -window;
            if (is_near && subject.rank > 0 && !subject.is_told())
                untold.push_back(subject.subject);
        }
        for (const std::string& id : untold) {
            const auto key = TRY(store::ResourceKey::make("Observation", id));
            if (const auto observation = TRY(tx_.get_json(key)))
                TRY(judge(read_observation(*observation)));
        }
        return {};
    }

    Result<> finish() { return file_.finish(); }

 private:
    void note_changed(Instant taken) {
        if (!changed_since_ || taken < *changed_since_) changed_since_ = taken;
    }

    void decide(const ReadObservation& observation, const clinical::CriticalDecision& decision,
                Finding& finding) const {
        clinical::RepeatInput input;
        input.decision = decision;
        input.reading = observation.reading;
        input.local_day = site_.zone.local_day(finding.taken_at);
        for (const Subject& told : file_.subjects()) {
            if (!told.is_told() || told.subject == finding.subject) continue;
            input.last_communicated = clinical::CommunicatedResult{
                comparable(told.amount, observation.unit), kind_of_level(told.level),
                site_.zone.local_day(told.taken_at)};
        }
        const clinical::CriticalNotice notice =
            clinical::critical_notice(input, site_.repeat_policy);
        finding.decision = clinical::text_of(notice);
        finding.must_tell = clinical::must_be_told(notice);
        if (finding.must_tell && tx_.now() - finding.taken_at > kTooOldToTell) {
            finding.decision = "suppressed_old";
            finding.must_tell = false;
        }
    }

    Explanation explain(const ReadObservation& observation,
                        const clinical::CriticalDecision& decision) const {
        Explanation why;
        why.rule_id = site_.critical_pack.id;
        why.rule_version = site_.critical_pack.version;
        why.taken_at = observation.taken;
        const std::string& name = observation.name;
        why.inputs.push(json::object({{"kind", "index"},
                                      {"name", name},
                                      {"value", amount_of(observation)},
                                      {"at", format_instant(*observation.taken)},
                                      {"resource", "Observation/" + observation.id}}));
        if (decision.limit != nullptr) add_limit(name, decision, why);
        why.evidence = {"Observation/" + observation.id};
        if (decision.kind == CriticalKind::declared_by_laboratory)
            why.quality.emplace_back("declared_by_laboratory");
        if (decision.is_approximate) why.quality.emplace_back("approx_comparator");
        if (decision.is_age_unknown) why.quality.emplace_back("age_unknown");
        if (observation.is_haemolysed) why.quality.emplace_back("haemolysed");
        if (observation.time_source == clinical::TimeSource::received_by_laboratory)
            why.quality.emplace_back("time_from_received");
        if (observation.time_source == clinical::TimeSource::message)
            why.quality.emplace_back("time_from_message");
        why.context = facts_.context();
        return why;
    }

    static void add_limit(const std::string& name, const clinical::CriticalDecision& decision,
                          Explanation& why) {
        const bool is_low = decision.kind == CriticalKind::critical_low;
        const auto& limit = is_low ? decision.limit->low : decision.limit->high;
        if (!limit || decision.limit->basis != clinical::LimitBasis::value) return;
        why.inputs.push(
            json::object({{"kind", "limit"},
                          {"name", name},
                          {"value", amount_of(text_of(limit->value),
                                              clinical::ucum_code(decision.limit->unit))}}));
    }

    store::WriteTransaction& tx_;
    const Site& site_;
    const PatientFacts& facts_;
    CaseFile file_;
    std::optional<Instant> changed_since_;
};

/// What alerts of critical results are told apart by.
std::string group_of(const ReadObservation& observation) {
    if (!observation.analyte.empty()) return observation.analyte;
    return "code:" + (observation.code.empty() ? observation.name : observation.code);
}

struct Group {
    std::string analyte;
    std::vector<const ReadObservation*> now;
    std::vector<std::string> gone;
};

Group& group_named(std::vector<Group>& groups, const std::string& analyte) {
    for (Group& group : groups)
        if (group.analyte == analyte) return group;
    return groups.emplace_back(Group{analyte, {}, {}});
}

/// Whether a result can matter at all: spares the others a look into the store.
bool may_be_critical(const Site& site, const ReadObservation& observation) {
    if (is_bedside(observation.analyte)) return false;
    if (clinical::laboratory_declares_critical(observation.interpretation)) return true;
    return std::any_of(
        site.critical_pack.limits.begin(), site.critical_pack.limits.end(),
        [&](const clinical::CriticalLimit& row) { return row.analyte == observation.analyte; });
}

/// Subjects of this rule under other groups: a corrected code, or a result that is gone.
Result<> add_known_groups(store::WriteTransaction& tx, const PatientId& patient,
                          const std::string& id, std::vector<Group>& groups,
                          const std::string& present_group) {
    for (const Subject& subject : TRY(subjects_named(tx, id))) {
        const bool is_ours = subject.rule == Rule::critical_result && subject.patient == patient;
        if (is_ours && subject.analyte != present_group)
            group_named(groups, subject.analyte).gone.push_back(id);
    }
    return {};
}

Result<bool> is_known_as_critical(store::WriteTransaction& tx, const std::string& id) {
    const auto known = TRY(subjects_named(tx, id));
    return std::any_of(known.begin(), known.end(), [](const Subject& subject) {
        return subject.rule == Rule::critical_result;
    });
}

}  // namespace

bool may_be_critical(const Site& site, const ChangedObservations& changed) {
    return !changed.gone.empty() || std::any_of(changed.now.begin(), changed.now.end(),
                                                [&](const ReadObservation& observation) {
                                                    return !observation.is_first_version ||
                                                           may_be_critical(site, observation);
                                                });
}

Result<> detect_critical(store::WriteTransaction& tx, const Site& site, const PatientFacts& facts,
                         const ChangedObservations& changed) {
    std::vector<Group> groups;
    for (const ReadObservation& observation : changed.now) {
        const std::string name = group_of(observation);
        const bool was_judged =
            !observation.is_first_version && TRY(is_known_as_critical(tx, observation.id));
        if (!was_judged && !may_be_critical(site, observation)) continue;
        group_named(groups, name).now.push_back(&observation);
        if (was_judged) TRY(add_known_groups(tx, changed.patient, observation.id, groups, name));
    }
    for (const std::string& gone : changed.gone)
        TRY(add_known_groups(tx, changed.patient, gone, groups, std::string()));
    for (Group& group : groups) {
        std::sort(group.now.begin(), group.now.end(),
                  [](const ReadObservation* a, const ReadObservation* b) {
                      return std::tie(a->taken, a->id) < std::tie(b->taken, b->id);
                  });
        auto file = TRY(CaseFile::open(
            {tx, site, facts, changed.patient, Rule::critical_result, group.analyte}));
        CriticalDetection detection(tx, site, facts, std::move(file));
        for (const std::string& gone : group.gone) TRY(detection.withdraw(gone));
        for (const ReadObservation* observation : group.now) TRY(detection.judge(*observation));
        TRY(detection.judge_untold());
        TRY(detection.finish());
    }
    return {};
}

bool is_bedside(std::string_view analyte) {
    constexpr std::array<std::string_view, 12> kBedside = {
        "respiratory_rate", "oxygen_saturation", "air_or_oxygen",  "inspired_oxygen",
        "systolic",         "diastolic",         "blood_pressure", "pulse",
        "temperature",      "consciousness",     "spo2_scale",     "news2"};
    return std::find(kBedside.begin(), kBedside.end(), analyte) != kBedside.end();
}

}  // namespace wardlight::alerts
