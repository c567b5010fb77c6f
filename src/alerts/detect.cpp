#include "alerts/detect.h"

#include <algorithm>
#include <map>
#include <set>

#include "alerts/case_file.h"
#include "alerts/merge.h"
#include "alerts/rules.h"

namespace wardlight::alerts {
namespace {

/// What changed, told apart by patient.
class Work {
 public:
    Work(store::WriteTransaction& tx, const Site& site) : tx_(tx), site_(site) {}

    Result<> add(const store::ResourceKey& key) {
        const std::string_view type = fhir::type_name(key.type);
        if (type == "Observation") return add_observation(key);
        if (type == "Patient") return follow_merge(PatientId{key.id});
        if (type == "Encounter") return add_encounter(key);
        return {};
    }

    Result<> run() {
        // Where the patient is comes first: what is found must be told on the right ward.
        for (const PatientId& patient : moved_) TRY(refresh_place(tx_, site_, patient));
        for (auto& [id, changed] : by_patient_) TRY(evaluate_patient(changed));
        return {};
    }

 private:
    ChangedObservations& of(const PatientId& patient) {
        ChangedObservations& changed = by_patient_[patient.value];
        changed.patient = patient;
        return changed;
    }

    Result<> add_observation(const store::ResourceKey& key) {
        const auto resource = TRY(tx_.get_json(key));
        ReadObservation read;
        if (resource) read = read_observation(*resource);
        if (resource && read.is_first_version) {
            if (!read.patient.empty()) of(read.patient).now.push_back(std::move(read));
            return {};
        }
        // Judged before under somebody else: merged into this patient, or never theirs.
        for (const Subject& subject : TRY(subjects_named(tx_, key.id))) {
            if (subject.patient == read.patient) continue;
            TRY(follow_merge(subject.patient));
            const auto now = TRY(merged_into(tx_, subject.patient));
            if (now && *now == read.patient) continue;
            of(now.value_or(subject.patient)).gone.push_back(key.id);
        }
        if (resource && !read.patient.empty()) of(read.patient).now.push_back(std::move(read));
        return {};
    }

    Result<> add_encounter(const store::ResourceKey& key) {
        const auto resource = TRY(tx_.get_json(key));
        if (!resource) return {};
        constexpr std::string_view kPatient = "Patient/";
        const std::string_view subject = (*resource)["subject"]["reference"].text();
        if (subject.starts_with(kPatient))
            moved_.insert(PatientId{std::string(subject.substr(kPatient.size()))});
        return {};
    }

    Result<> follow_merge(const PatientId& patient) {
        if (!followed_.insert(patient).second) return {};
        const auto survivor = TRY(merged_into(tx_, patient));
        if (!survivor) return {};
        return move_patient(tx_, patient, *survivor);
    }

    Result<> evaluate_patient(ChangedObservations& changed) {
        const auto has = [&](auto predicate) {
            return std::any_of(changed.now.begin(), changed.now.end(), predicate);
        };
        const bool has_gone = !changed.gone.empty();
        const bool has_creatinine = has_gone || has([](const ReadObservation& observation) {
                                        return observation.analyte == "creatinine";
                                    });
        const bool has_vitals =
            has_gone || has([](const ReadObservation& observation) {
                return is_bedside(observation.analyte) && observation.analyte != "news2";
            });
        if (!has_creatinine && !has_vitals && !may_be_critical(site_, changed)) return {};
        const PatientFacts facts = TRY(load_facts(tx_, changed.patient));
        if (has_creatinine) TRY(detect_aki(tx_, site_, facts, changed));
        if (has_vitals) TRY(detect_news2(tx_, site_, facts, changed));
        return detect_critical(tx_, site_, facts, changed);
    }

    store::WriteTransaction& tx_;
    const Site& site_;
    std::map<std::string, ChangedObservations> by_patient_;
    std::set<PatientId> followed_;
    std::set<PatientId> moved_;
};

}  // namespace

Result<> evaluate(store::WriteTransaction& tx, const Site& site,
                  std::span<const store::ResourceKey> changed) {
    Work work(tx, site);
    // Patients first: what a merge moved must be found under the survivor.
    for (const store::ResourceKey& key : changed)
        if (fhir::type_name(key.type) == "Patient") TRY(work.add(key));
    for (const store::ResourceKey& key : changed)
        if (fhir::type_name(key.type) != "Patient") TRY(work.add(key));
    return work.run();
}

}  // namespace wardlight::alerts
