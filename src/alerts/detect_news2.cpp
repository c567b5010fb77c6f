// NEWS2: which observation sets must be scored (again), the score as an Observation of its own, and
// whether it is news. The scoring is clinical/news2.h.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "alerts/case_file.h"
#include "alerts/observation_set.h"
#include "alerts/resources.h"
#include "alerts/rules.h"
#include "base/text.h"
#include "clinical/episode.h"
#include "fhir/analyte.h"

namespace wardlight::alerts {
namespace {

using clinical::News2Band;
using clinical::News2State;

constexpr auto kRiseWindow = std::chrono::hours(24);
constexpr int kRiseCountsFrom = 5;
/// A changed scale or a corrected set may change what later sets of this time say.
constexpr auto kLaterSets = std::chrono::hours(24);

/// 1 one red, 2 medium, 3 high: bands somebody is told of.
int rank_of(News2Band band) {
    return band < News2Band::low_medium ? 0 : static_cast<int>(band) - 1;
}

News2Band band_of_rank(int rank) {
    return static_cast<News2Band>(rank + 1);
}

Severity severity_of(News2Band band) {
    return band == News2Band::high ? Severity::critical : Severity::urgent;
}

/// "7", or "4+" when the set is incomplete and 4 is the least it can be.
struct Amount {
    int total = 0;
    bool is_complete = false;
};
Amount amount_from(std::string_view text) {
    const bool is_complete = !text.empty() && text.back() != '+';
    if (!is_complete && !text.empty()) text.remove_suffix(1);
    return {static_cast<int>(parse_integer(text).value_or(0)), is_complete};
}

std::string subject_of(Instant at) {
    return fmt::format("news2-{}", to_micros(at));
}

class News2Detection {
 public:
    News2Detection(store::WriteTransaction& tx, const Site& site, const PatientFacts& facts,
                   const ChangedObservations& changed, CaseFile file)
        : tx_(tx), site_(site), facts_(facts), changed_(changed), file_(std::move(file)) {}

    Result<> run() {
        TRY(find_times());
        if (times_.empty()) return {};
        vitals_ = TRY(load_vitals(tx_, changed_.patient, *times_.begin(), *times_.rbegin()));
        const std::vector<Instant> existing = set_times(vitals_, *times_.begin(), *times_.rbegin());
        for (const Instant at : times_) {
            const bool exists = std::binary_search(existing.begin(), existing.end(), at);
            TRY(exists ? judge(at) : withdraw(at));
        }
        if (file_.has_taken_back()) TRY(judge_untold(existing));
        return file_.finish();
    }

 private:
    /// Times of the sets that a changed observation is part of now, or was part of before.
    Result<> find_times() {
        std::set<std::string> ids(changed_.gone.begin(), changed_.gone.end());
        for (const ReadObservation& observation : changed_.now) {
            if (!is_bedside(observation.analyte)) continue;
            if (!observation.is_first_version) ids.insert(observation.id);
            if (!observation.taken) continue;
            if (observation.analyte != "spo2_scale") times_.insert(*observation.taken);
            const auto reach = observation.analyte == "spo2_scale"
                                   ? std::chrono::duration_cast<Duration>(kLaterSets)
                                   : std::chrono::duration_cast<Duration>(kSetWindow);
            add_known(*observation.taken, *observation.taken + reach);
        }
        if (ids.empty()) return {};
        for (const Subject& subject : file_.subjects()) {
            if (!TRY(is_based_on(subject, ids))) continue;
            times_.insert(subject.taken_at);
            const Duration reach =
                subject.is_told() ? Duration(kTooOldToTell) : Duration(kLaterSets);
            add_known(subject.taken_at - reach, subject.taken_at + reach);
        }
        return {};
    }

    Result<bool> is_based_on(const Subject& subject, const std::set<std::string>& ids) {
        const json::Value details = TRY(found_details(tx_, subject));
        for (const json::Value& reference : details["why"]["evidence"].items()) {
            constexpr std::size_t kPrefix = std::string_view("Observation/").size();
            if (ids.contains(std::string(reference.text().substr(kPrefix)))) return true;
        }
        return false;
    }

    /// What was no news, or overtaken, because of a set that says less now.
    Result<> judge_untold(const std::vector<Instant>& existing) {
        for (const Instant at : times_) {
            if (!std::binary_search(existing.begin(), existing.end(), at)) continue;
            const Subject* known = file_.find(subject_of(at));
            if (known != nullptr && known->rank > 0 && !known->is_told()) TRY(judge(at));
        }
        return {};
    }

    void add_known(Instant from, Instant until) {
        for (const Subject& subject : file_.subjects())
            if (subject.taken_at >= from && subject.taken_at <= until)
                times_.insert(subject.taken_at);
    }

    Result<> withdraw(Instant at) {
        const Subject* known = file_.find(subject_of(at));
        if (known == nullptr) return {};
        Finding finding;
        finding.subject = known->subject;
        finding.taken_at = at;
        finding.decision = "withdrawn";
        finding.is_withdrawn = true;
        TRY(file_.settle(finding));
        return write_score(nullptr, at);
    }

    Result<> judge(Instant at) {
        const ObservationSet set = set_at(vitals_, facts_, site_.zone, at);
        const clinical::News2Result& result = set.result;
        Finding finding;
        finding.subject = subject_of(at);
        finding.code = score_id(at);
        finding.taken_at = at;
        finding.rank = rank_of(result.least_band);
        finding.level = clinical::text_of(result.least_band);
        finding.amount = fmt::format("{}{}", result.least_total,
                                     result.state == News2State::complete ? "" : "+");
        finding.label = json::object({{"kind", "news2"},
                                      {"total", result.least_total},
                                      {"band", clinical::text_of(result.least_band)},
                                      {"red", result.is_red}});
        finding.severity = severity_of(result.least_band);
        finding.why = explain(set);
        decide(set, finding);
        TRY(file_.settle(finding));
        return write_score(result.state == News2State::complete ? &set : nullptr, at);
    }

    /// What was told is compared within the episode: it ends with a complete set that asks for
    /// nothing. Nobody is told of a set that a newer one has overtaken.
    void decide(const ObservationSet& set, Finding& finding) const {
        clinical::News2TrendInput input;
        input.now = set.result;
        Instant episode_start = Instant::min();
        bool is_overtaken = false;
        for (const Subject& subject : file_.subjects()) {
            if (subject.subject == finding.subject || subject.is_retracted) continue;
            const bool is_complete = amount_from(subject.amount).is_complete;
            if (subject.taken_at > set.at && (is_complete || subject.rank > 0)) is_overtaken = true;
            if (is_complete && subject.rank == 0 && subject.taken_at < set.at)
                episode_start = subject.taken_at;
        }
        const Subject* last_told = nullptr;
        for (const Subject& told : file_.subjects()) {
            if (!told.is_told() || told.subject == finding.subject) continue;
            if (told.taken_at < episode_start || told.taken_at > set.at) continue;
            last_told = &told;
            // Whoever was told of a band knows that the patient is at risk, red or not.
            if (!input.previous || band_of_rank(told.rank) > input.previous->band)
                input.previous = {amount_from(told.amount).total, band_of_rank(told.rank), true};
        }
        if (last_told != nullptr && set.at - last_told->taken_at <= kRiseWindow &&
            set.result.least_total >= kRiseCountsFrom)
            input.lowest_total_in_24_hours = amount_from(last_told->amount).total;
        const clinical::News2Notice notice = clinical::news2_notice(input);
        finding.decision = clinical::text_of(notice);
        finding.must_tell = finding.rank > 0 && clinical::must_be_told(notice);
        if (!finding.must_tell && finding.rank > 0) finding.decision = "suppressed_known";
        if (!finding.must_tell) return;
        if (tx_.now() - set.at > kTooOldToTell)
            finding.decision = "suppressed_old";
        else if (is_overtaken)
            finding.decision = "suppressed_overtaken";
        else
            return;
        finding.must_tell = false;
    }

    Explanation explain(const ObservationSet& set) const {
        Explanation why;
        why.rule_id = clinical::kNews2RuleId;
        why.rule_version = clinical::kNews2RuleVersion;
        why.taken_at = set.at;
        for (std::size_t i = 0; i < clinical::kNews2Parameters; ++i) {
            const SetValue& value = set.values[i];
            if (value.text.empty()) continue;
            json::Value input =
                json::object({{"kind", "component"},
                              {"name", name_of(static_cast<clinical::News2Parameter>(i))},
                              {"value", amount_of(value.text, value.unit)},
                              {"at", format_instant(set.at)},
                              {"resource", "Observation/" + value.observation}});
            if (set.result.points[i]) input.set("points", static_cast<int>(*set.result.points[i]));
            why.inputs.push(std::move(input));
        }
        for (const std::string& id : set.evidence) why.evidence.push_back("Observation/" + id);
        why.quality = set.quality;
        why.context = facts_.context();
        return why;
    }

    /// Kept with the subject, so that it stays the same when the record is merged into another.
    std::string score_id(Instant at) const {
        const Subject* known = file_.find(subject_of(at));
        if (known != nullptr && !known->code.empty()) return known->code;
        return "news2-" +
               to_hex(sha256(fmt::format("{}|{}", changed_.patient.value, to_micros(at))))
                   .substr(0, 40);
    }

    /// The score as FHIR. One that no longer holds is marked, never removed.
    Result<> write_score(const ObservationSet* set, Instant at) {
        const auto key = TRY(store::ResourceKey::make("Observation", score_id(at)));
        if (set == nullptr) {
            auto existing = TRY(tx_.get_json(key));
            if (!existing || (*existing)["status"].text() == "entered-in-error") return {};
            existing->remove("meta");
            existing->set("status", "entered-in-error");
            TRY(tx_.put_json(*existing));
            return {};
        }
        TRY(tx_.put_json(score_resource(*set, key.id)));
        return {};
    }

    json::Value score_resource(const ObservationSet& set, const std::string& id) const {
        const auto coding = fhir::standard_coding("news2");
        json::Array derived_from;
        for (const std::string& used : set.evidence)
            derived_from.push_back(json::object({{"reference", "Observation/" + used}}));
        json::Array components;
        for (std::size_t i = 0; i < clinical::kNews2Parameters; ++i)
            components.push_back(component(set, i));
        return json::object(
            {{"resourceType", "Observation"},
             {"id", id},
             {"status", "final"},
             {"category",
              json::array({json::object(
                  {{"coding",
                    json::array({json::object(
                        {{"system", "http://terminology.hl7.org/CodeSystem/observation-category"},
                         {"code", "survey"}})})}})})},
             {"code",
              json::object(
                  {{"coding", json::array({json::object({{"system", coding->system},
                                                         {"code", coding->code},
                                                         {"display", coding->display}})})}})},
             {"subject", json::object({{"reference", "Patient/" + changed_.patient.value}})},
             {"effectiveDateTime", format_instant(set.at)},
             {"valueQuantity", json::object({{"value", *set.result.total()},
                                             {"code", "{score}"},
                                             {"system", "http://unitsofmeasure.org"}})},
             {"interpretation",
              json::array({json::object({{"text", clinical::text_of(set.result.least_band)}})})},
             {"method",
              json::object(
                  {{"coding", json::array({json::object({{"system", kRuleSystem},
                                                         {"version", clinical::kNews2RuleVersion},
                                                         {"code", clinical::kNews2RuleId}})})}})},
             {"derivedFrom", std::move(derived_from)},
             {"component", std::move(components)}});
    }

    /// SNOMED CT UK codes of the NEWS2 parts: SynaneticsLtd/emergency-department-ig; the scale 2
    /// code is from general knowledge and listed in docs/alerts.md as to be checked.
    static json::Value component(const ObservationSet& set, std::size_t parameter) {
        constexpr std::array<std::string_view, clinical::kNews2Parameters> kCodes = {
            "1104301000000104", "1104311000000102", "1104331000000105", "1104341000000101",
            "1104351000000103", "1104361000000100", "1104371000000107"};
        constexpr std::string_view kScale2 = "1104321000000108";
        const bool is_scale_2 = static_cast<clinical::News2Parameter>(parameter) ==
                                    clinical::News2Parameter::saturation &&
                                set.scale == 2;
        return json::object(
            {{"code",
              json::object(
                  {{"coding", json::array({json::object(
                                  {{"system", fhir::kSnomed},
                                   {"code", is_scale_2 ? kScale2 : kCodes[parameter]}})})}})},
             {"valueInteger", static_cast<int>(*set.result.points[parameter])}});
    }

    store::WriteTransaction& tx_;
    const Site& site_;
    const PatientFacts& facts_;
    const ChangedObservations& changed_;
    CaseFile file_;
    std::set<Instant> times_;
    Vitals vitals_;
};

}  // namespace

Result<> detect_news2(store::WriteTransaction& tx, const Site& site, const PatientFacts& facts,
                      const ChangedObservations& changed) {
    auto file = TRY(CaseFile::open({tx, site, facts, changed.patient, Rule::news2, std::string()}));
    return News2Detection(tx, site, facts, changed, std::move(file)).run();
}

}  // namespace wardlight::alerts
