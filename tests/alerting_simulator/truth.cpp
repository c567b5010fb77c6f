#include "alerting_simulator/truth.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "alerting_simulator/violation.h"
#include "alerts/alert_table.h"
#include "alerts/evaluation_table.h"

namespace wardlight::simulator {
namespace {

using namespace std::chrono_literals;
using alerts::Rule;
using alerts::Subject;

/// One delivered, valid result with the urgency it has by itself.
struct Judged {
    const Fact* fact = nullptr;
    int rank = 0;
    /// What it may be kept with as well: as it was judged when it came.
    std::optional<int> rank_when_it_came = {};
    int direction = 0;  // of a critical result: -1 low, 1 high
};

std::vector<Judged> valid_facts(const Hospital& hospital, int patient, FactKind kind) {
    std::vector<Judged> out;
    for (const Fact& fact : hospital.facts)
        if (fact.kind == kind && fact.delivered && !fact.delivered->is_withdrawn &&
            hospital.survivor(fact.patient) == patient)
            out.push_back({&fact});
    std::sort(out.begin(), out.end(), [](const Judged& a, const Judged& b) {
        return std::pair(a.fact->taken, a.fact->id) < std::pair(b.fact->taken, b.fact->id);
    });
    return out;
}

/// Twice the median, so that it stays whole.
int doubled_median(std::vector<int> values) {
    std::sort(values.begin(), values.end());
    const std::size_t half = values.size() / 2;
    return values.size() % 2 == 1 ? 2 * values[half] : values[half - 1] + values[half];
}

/// NHS England stage of one creatinine. Baselines lie weeks back, all others within seven days, and
/// no two were taken at the same time.
int aki_stage(const std::vector<Judged>& results, std::size_t index) {
    const int now = results[index].fact->delivered->amount;
    const Instant taken = results[index].fact->taken;
    std::vector<int> old;
    std::vector<int> of_7_days;
    std::vector<int> of_48_hours;
    for (std::size_t i = 0; i < index; ++i) {
        const Duration age = taken - results[i].fact->taken;
        const int amount = results[i].fact->delivered->amount;
        (age > 10 * 24h ? old : of_7_days).push_back(amount);
        if (age <= 48h) of_48_hours.push_back(amount);
    }
    const auto lowest = [](const std::vector<int>& values) {
        return *std::min_element(values.begin(), values.end());
    };
    int reference = 0;  // doubled
    if (!of_7_days.empty()) reference = 2 * lowest(of_7_days);
    if (!old.empty())
        reference = reference == 0 ? doubled_median(old) : std::min(reference, doubled_median(old));
    if (reference == 0) return 0;
    const bool is_raised = 4 * now >= 3 * reference;
    if ((is_raised && now > 354) || 2 * now >= 3 * reference) return 3;
    if (now >= reference) return 2;
    if (is_raised) return 1;
    return !of_48_hours.empty() && now - lowest(of_48_hours) > 26 ? 1 : 0;
}

/// Points of one NEWS2 parameter on SpO2 scale 1, from the chart of 2017.
int points(std::size_t parameter, int value) {
    switch (parameter) {
        case 0:
            return value <= 8 ? 3 : value <= 11 ? 1 : value <= 20 ? 0 : value <= 24 ? 2 : 3;
        case 1:
            return value <= 91 ? 3 : value <= 93 ? 2 : value <= 95 ? 1 : 0;
        case 2:
            return value == 1 ? 2 : 0;
        case 3:
            return value <= 90 ? 3 : value <= 100 ? 2 : value <= 110 ? 1 : value <= 219 ? 0 : 3;
        case 4:
            return value <= 40    ? 3
                   : value <= 50  ? 1
                   : value <= 90  ? 0
                   : value <= 110 ? 1
                   : value <= 130 ? 2
                                  : 3;
        case 5:
            return value == 1 ? 3 : 0;
        default:
            return value <= 350 ? 3 : value <= 360 ? 1 : value <= 380 ? 0 : value <= 390 ? 1 : 2;
    }
}

/// 1: one red, 2: medium, 3: high. Of an incomplete set: the least it can be.
int news2_rank(const Version& version) {
    int total = 0;
    bool is_red = false;
    for (std::size_t i = 0; i < version.vitals.size(); ++i) {
        if (version.vitals[i] < 0) continue;
        const int of_this = points(i, version.vitals[i]);
        total += of_this;
        is_red = is_red || of_this == 3;
    }
    return total >= 7 ? 3 : total >= 5 ? 2 : is_red ? 1 : 0;
}

int direction_of_potassium(int tenths) {
    return tenths <= 25 ? -1 : tenths >= 65 ? 1 : 0;
}
int direction_of_creatinine(int micromoles) {
    return micromoles >= 354 ? 1 : 0;
}

class PatientTruth {
 public:
    PatientTruth(store::Snapshot& snapshot, const Hospital& hospital, int patient)
        : snapshot_(snapshot), hospital_(hospital), patient_(patient) {}

    void check() {
        check_aki();
        check_critical(FactKind::potassium, "potassium", direction_of_potassium);
        check_critical(FactKind::creatinine, "creatinine", direction_of_creatinine);
        check_news2();
        check_alerts();
    }

 private:
    [[noreturn]] void stop(const std::string& what) const {
        throw Violation{fmt::format("{}: {}", hospital_.patient(patient_).id, what)};
    }

    std::map<std::string, Subject> load(Rule rule, std::string_view analyte) {
        auto found = alerts::subjects_of(snapshot_, PatientId{hospital_.patient(patient_).id}, rule,
                                         analyte);
        if (!found) stop("subjects cannot be read");
        std::map<std::string, Subject> out;
        for (Subject& subject : *found) {
            if (subject.is_told() && subject.rank > 0) told_.insert(subject.alert.value);
            if (subject.rank > 0) said_.insert(subject.alert.value);
            out.emplace(subject.subject, std::move(subject));
        }
        return out;
    }

    /// Every result that stands is on record as what it is, and nothing else is told.
    void compare(const std::vector<Judged>& judged, const std::map<std::string, Subject>& subjects,
                 const std::map<std::string, std::string>& names) {
        std::set<std::string> urgent;
        for (const Judged& one : judged) {
            const std::string& name = names.at(one.fact->id);
            if (one.rank > 0) urgent.insert(name);
            const auto found = subjects.find(name);
            const int kept = found == subjects.end() ? 0 : found->second.rank;
            if (kept != one.rank && kept != one.rank_when_it_came)
                stop(fmt::format("{} is kept with rank {} instead of {}", one.fact->id, kept,
                                 one.rank));
        }
        for (const auto& [name, subject] : subjects)
            if (subject.is_told() && !urgent.contains(name)) stop(name + " is told but is nothing");
    }

    static std::map<std::string, std::string> own_names(const std::vector<Judged>& judged) {
        std::map<std::string, std::string> names;
        for (const Judged& one : judged) names[one.fact->id] = one.fact->id;
        return names;
    }

    void check_aki() {
        std::vector<Judged> judged = valid_facts(hospital_, patient_, FactKind::creatinine);
        int highest = 0;
        for (std::size_t i = 0; i < judged.size(); ++i) {
            judged[i].rank = aki_stage(judged, i);
            // Old results are on record, but ring nobody.
            const bool is_baseline = judged[i].fact->id.ends_with("base");
            if (is_baseline) judged[i].rank_when_it_came = stage_when_it_came(judged, i);
            if (!is_baseline) highest = std::max(highest, judged[i].rank);
        }
        const auto subjects = load(Rule::aki, "");
        compare(judged, subjects, own_names(judged));
        if (is_exempt()) return;
        int told = 0;
        for (const auto& [name, subject] : subjects)
            if (subject.is_told()) told = std::max(told, subject.rank);
        if (told < highest) stop(fmt::format("AKI stage {} was not told", highest));
    }

    /// A new result changes later ones of the last 72 hours only (docs/clinical/aki.md 13), and
    /// baselines lie further back: one that came behind a later one was not counted for it.
    static int stage_when_it_came(const std::vector<Judged>& judged, std::size_t index) {
        std::vector<Judged> before;
        for (std::size_t i = 0; i < index; ++i) {
            if (judged[i].fact->first_delivered < judged[index].fact->first_tried)
                before.push_back(judged[i]);
        }
        before.push_back(judged[index]);
        return aki_stage(before, before.size() - 1);
    }

    bool is_exempt() const {
        for (std::size_t i = 0; i < hospital_.patients.size(); ++i)
            if (hospital_.survivor(static_cast<int>(i)) == patient_ &&
                hospital_.patients[i].is_exempt_from_aki)
                return true;
        return false;
    }

    void check_critical(FactKind kind, std::string_view analyte, int (*direction_of)(int)) {
        std::vector<Judged> judged = valid_facts(hospital_, patient_, kind);
        for (Judged& one : judged) {
            one.direction = direction_of(one.fact->delivered->amount);
            one.rank = one.direction != 0 ? 1 : 0;
        }
        const auto subjects = load(Rule::critical_result, analyte);
        compare(judged, subjects, own_names(judged));
        std::set<int> told;
        for (const Judged& one : judged)
            if (one.rank > 0 && subjects.at(one.fact->id).is_told()) told.insert(one.direction);
        for (const Judged& one : judged)
            if (one.rank > 0 && !told.contains(one.direction))
                stop(one.fact->id + ": a critical result was not told");
    }

    void check_news2() {
        std::vector<Judged> judged = valid_facts(hospital_, patient_, FactKind::vitals);
        std::map<std::string, std::string> names;
        for (Judged& one : judged) {
            one.rank = news2_rank(*one.fact->delivered);
            names[one.fact->id] = fmt::format("news2-{}", to_micros(one.fact->taken));
        }
        const auto subjects = load(Rule::news2, "");
        compare(judged, subjects, names);
        if (judged.empty() || judged.back().rank == 0) return;
        int told = 0;
        for (const auto& [name, subject] : subjects)
            if (subject.is_told()) told = std::max(told, subject.rank);
        if (told < judged.back().rank)
            stop(judged.back().fact->id + ": the newest score was not told");
    }

    /// No alert without a result that stands, no told result without an alert.
    void check_alerts() {
        auto found =
            alerts::alerts_of_patient(snapshot_, PatientId{hospital_.patient(patient_).id});
        if (!found) stop("alerts cannot be read");
        for (const alerts::Alert& alert : *found) {
            const bool is_suppressed = alert.state.state == alerts::State::suppressed;
            const bool is_retracted = alert.state.state == alerts::State::retracted;
            const bool has_result = (is_suppressed ? said_ : told_).contains(alert.id.value);
            if (!is_retracted && !has_result) stop("an alert whose results do not stand any more");
            if (is_retracted && told_.contains(alert.id.value))
                stop("a retracted alert whose result stands");
            told_.erase(alert.id.value);
        }
        if (!told_.empty()) stop("a result was told by an alert that is not there");
    }

    store::Snapshot& snapshot_;
    const Hospital& hospital_;
    int patient_;
    std::set<std::string> told_;  // alerts with a told result that stands
    std::set<std::string> said_;  // alerts with a result that stands
};

}  // namespace

void check_truth(store::Snapshot& snapshot, const Hospital& hospital) {
    for (std::size_t i = 0; i < hospital.patients.size(); ++i)
        if (hospital.patients[i].merged_into < 0)
            PatientTruth(snapshot, hospital, static_cast<int>(i)).check();
}

}  // namespace wardlight::simulator
