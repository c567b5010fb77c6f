// Acute kidney injury: which creatinines must be judged (again), against which history, and whether
// the answer is news. The judging itself is clinical/aki.h. Source: docs/clinical/aki.md.
#include <algorithm>
#include <tuple>

#include "alerts/case_file.h"
#include "alerts/rules.h"
#include "clinical/episode.h"
#include "fhir/analyte.h"
#include "store/search.h"

namespace wardlight::alerts {
namespace {

using clinical::Creatinine;
using clinical::Decimal;

constexpr std::string_view kCreatinine = "creatinine";
constexpr std::string_view kShownName = "Creatinine";
constexpr std::string_view kShownUnit = "\xC2\xB5mol/L";
constexpr std::int64_t kHistoryDays = 365;

struct Sample {
    ReadObservation observation;
    Creatinine creatinine;  // meaningful if usable
    bool is_usable = false;
    std::string refusal;  // of a result of usable status: a data-quality code
};

Sample sample_of(ReadObservation observation, const TimeZone& zone) {
    Sample sample;
    sample.observation = std::move(observation);
    const ReadObservation& read = sample.observation;
    if (!read.has_usable_status()) return sample;
    if (read.is_haemolysed) {
        sample.refusal = "haemolysed";
    } else if (!read.reading) {
        sample.refusal = "no_number";
    } else if (!read.taken) {
        sample.refusal = "no_time";
    } else if (const auto value = clinical::creatinine_in_micromoles(*read.reading, read.unit)) {
        sample.creatinine = {*value, *read.taken, zone.local_day(*read.taken), read.time_source};
        sample.is_usable = value->value.mantissa > 0;
        if (!sample.is_usable) sample.refusal = "not_positive";
    } else {
        sample.refusal = "unknown_unit";
    }
    return sample;
}

/// A result that is new or different, and since when it matters.
struct Cause {
    std::string id;
    Instant since;
    bool is_correction = false;
};

class AkiDetection {
 public:
    AkiDetection(store::WriteTransaction& tx, const Site& site, const PatientFacts& facts,
                 const ChangedObservations& changed, CaseFile file)
        : tx_(tx), site_(site), facts_(facts), changed_(changed), file_(std::move(file)) {}

    Result<> run() {
        TRY(load_samples());
        find_causes();
        for (const std::string& gone : changed_.gone) TRY(withdraw(gone));
        for (const Sample& sample : samples_)
            if (must_evaluate(sample)) TRY(evaluate(sample));
        if (file_.has_taken_back()) TRY(judge_untold());
        return file_.finish();
    }

 private:
    Result<> load_samples() {
        const auto found = TRY(store::search_all(
            tx_, "Observation",
            {{"patient", changed_.patient.value}, {"code", fhir::search_codes(kCreatinine)}},
            kObservationsMost));
        for (const json::Value& observation : found) {
            ReadObservation read = read_observation(observation);
            if (read.analyte == kCreatinine)
                samples_.push_back(sample_of(std::move(read), site_.zone));
        }
        std::sort(samples_.begin(), samples_.end(), [](const Sample& a, const Sample& b) {
            return std::tie(a.observation.taken, a.observation.id) <
                   std::tie(b.observation.taken, b.observation.id);
        });
        for (const Sample& sample : samples_)
            if (sample.is_usable) history_.push_back(sample.creatinine);
        scratch_.resize(history_.size());
        return {};
    }

    void add_cause(const std::string& id, const std::optional<Instant>& taken) {
        const Subject* known = file_.find(id);
        std::optional<Instant> since = taken;
        if (known != nullptr && (!since || known->taken_at < *since)) since = known->taken_at;
        if (since) causes_.push_back({id, *since, known != nullptr});
    }

    void find_causes() {
        for (const ReadObservation& observation : changed_.now)
            if (observation.analyte == kCreatinine || file_.find(observation.id) != nullptr)
                add_cause(observation.id, observation.taken);
        for (const std::string& gone : changed_.gone)
            if (file_.find(gone) != nullptr) add_cause(gone, std::nullopt);
    }

    /// A new result matters to itself, to later ones that were told, and to later ones of the last
    /// 72 h; a corrected one to all later ones of 365 days.
    bool must_evaluate(const Sample& sample) const {
        const ReadObservation& read = sample.observation;
        const Subject* known = file_.find(read.id);
        return std::any_of(causes_.begin(), causes_.end(), [&](const Cause& cause) {
            if (cause.id == read.id) return true;
            if (!sample.is_usable || *read.taken < cause.since) return false;
            if (known != nullptr && known->told_at) return true;
            if (clinical::late_result_affects(cause.since, *read.taken, tx_.now())) return true;
            const auto days = sample.creatinine.local_day - site_.zone.local_day(cause.since);
            return cause.is_correction && days <= kHistoryDays;
        });
    }

    /// What was no news because of a result that says less now, be it earlier or later.
    Result<> judge_untold() {
        for (const Sample& sample : samples_) {
            if (!sample.is_usable) continue;
            const Subject* known = file_.find(sample.observation.id);
            if (known != nullptr && known->rank > 0 && !known->is_told()) TRY(judge(sample));
        }
        return {};
    }

    Result<> withdraw(const std::string& id) {
        const Subject* known = file_.find(id);
        if (known == nullptr) return {};
        Finding finding;
        finding.subject = id;
        finding.taken_at = known->taken_at;
        finding.decision = "withdrawn";
        finding.is_withdrawn = true;
        return file_.settle(finding);
    }

    Result<> evaluate(const Sample& sample) {
        if (sample.is_usable) return judge(sample);
        const ReadObservation& read = sample.observation;
        if (sample.refusal.empty()) return withdraw(read.id);
        if (!read.taken && file_.find(read.id) == nullptr) return {};
        Finding finding;
        finding.subject = read.id;
        finding.code = read.code;
        finding.taken_at = read.taken.value_or(tx_.now());
        finding.decision = "data_quality_" + sample.refusal;
        finding.is_withdrawn = true;
        finding.why.rule_id = clinical::kAkiRuleId;
        finding.why.rule_version = clinical::kAkiRuleVersion;
        finding.why.evidence = {"Observation/" + read.id};
        return file_.settle(finding);
    }

    Result<> judge(const Sample& sample) {
        clinical::AkiInput input;
        input.index = sample.creatinine;
        input.history = history_;
        input.age_years = facts_.age_at(site_.zone, sample.creatinine.collected);
        input.sex = facts_.sex;
        input.lower_limit = limit_of(sample, sample.observation.low);
        input.upper_limit = limit_of(sample, sample.observation.high);
        const clinical::AkiResult result = clinical::aki_warning(input, scratch_);
        CHECK_INVARIANT(result.status == clinical::AkiStatus::computed);
        Finding finding;
        finding.subject = sample.observation.id;
        finding.code = sample.observation.code;
        finding.taken_at = sample.creatinine.collected;
        finding.rank = result.stage;
        finding.level = std::to_string(result.stage);
        finding.amount = text_of(sample.creatinine.micromoles_per_litre.value);
        finding.label = json::object({{"kind", "aki"}, {"stage", result.stage}});
        finding.severity = result.stage >= 3   ? Severity::critical
                           : result.stage == 2 ? Severity::urgent
                                               : Severity::routine;
        finding.why = explain(sample, result);
        decide(sample, result.stage, finding);
        return file_.settle(finding);
    }

    static std::optional<Decimal> limit_of(const Sample& sample,
                                           const std::optional<Decimal>& limit) {
        if (!limit) return std::nullopt;
        const auto converted =
            clinical::creatinine_in_micromoles(clinical::Reading{*limit}, sample.observation.unit);
        return converted ? std::optional(converted->value) : std::nullopt;
    }

    /// No more than a week passes without a warning from one to the other.
    bool is_same_episode(const Subject& told, Instant taken) const {
        const Instant from = std::min(told.taken_at, taken);
        const Instant until = std::max(told.taken_at, taken);
        Instant last = from;
        for (const Subject& subject : file_.subjects()) {
            if (subject.rank == 0 || subject.taken_at < from || subject.taken_at > until) continue;
            if (!is_near(last, subject.taken_at)) return false;
            last = subject.taken_at;
        }
        return is_near(last, until);
    }

    bool is_near(Instant earlier, Instant later) const {
        return clinical::is_same_aki_episode(site_.zone.local_day(earlier),
                                             site_.zone.local_day(later));
    }

    void decide(const Sample& sample, int stage, Finding& finding) const {
        const Instant taken = sample.creatinine.collected;
        clinical::AkiNoticeInput input;
        input.stage = stage;
        input.creatinine = sample.creatinine.micromoles_per_litre.value;
        input.on_renal_replacement = facts_.is_on_dialysis;
        input.on_renal_or_intensive_care_ward = contains(site_.kidney_wards, facts_.place.ward);
        input.is_palliative = facts_.is_palliative;
        for (const Subject& told : file_.subjects()) {
            if (!told.is_told() || told.subject == finding.subject) continue;
            if (!is_same_episode(told, taken)) continue;
            // Whoever was told of this stage knows, whether they have acknowledged yet or the chain
            // still looks for somebody who does.
            input.acknowledged_stage = std::max(input.acknowledged_stage.value_or(0), told.rank);
            if (told.taken_at > taken) continue;
            if (const auto value = clinical::parse_decimal(told.amount))
                input.last_alert = clinical::AkiNoticeInput::Alert{told.rank, *value};
        }
        const clinical::AkiNotice notice = clinical::aki_notice(input);
        finding.decision = clinical::text_of(notice);
        finding.must_tell = clinical::must_be_told(notice);
        const bool is_untaken = file_.alert() && file_.alert()->state.state == State::open;
        if (notice == clinical::AkiNotice::suppressed_acknowledged && is_untaken)
            finding.decision = "suppressed_known";
        if (finding.must_tell && tx_.now() - taken > kTooOldToTell) {
            finding.decision = "suppressed_old";
            finding.must_tell = false;
        }
    }

    const Sample& sample_at(std::uint32_t history_position) const {
        std::uint32_t position = 0;
        for (const Sample& sample : samples_) {
            if (!sample.is_usable) continue;
            if (position++ == history_position) return sample;
        }
        return samples_.front();  // positions come from this very history
    }

    static json::Value input_of(std::string_view kind, const Sample& sample) {
        return json::object(
            {{"kind", kind},
             {"name", kShownName},
             {"value", amount_of(text_of(sample.creatinine.micromoles_per_litre), kShownUnit)},
             {"at", format_instant(sample.creatinine.collected)},
             {"resource", "Observation/" + sample.observation.id}});
    }

    /// To two places and never rounded up: 1.499 must not be shown as 1.50.
    static std::string ratio_text(Decimal numerator, Decimal denominator, int times) {
        const auto hundredths = static_cast<std::int64_t>(clinical::exact(numerator) * 100 * times /
                                                          clinical::exact(denominator));
        return text_of(Decimal{hundredths, 2});
    }

    static Decimal half_of(Decimal doubled) {
        if (doubled.mantissa % 2 == 0) return {doubled.mantissa / 2, doubled.scale};
        return {doubled.mantissa * 5, doubled.scale + 1};
    }

    void explain_baselines(const clinical::AkiResult& result, Explanation& why) const {
        const auto add = [&](std::string_view kind, const std::optional<std::uint32_t>& position) {
            if (!position) return;
            why.inputs.push(input_of(kind, sample_at(*position)));
            why.evidence.push_back("Observation/" + sample_at(*position).observation.id);
        };
        add("lowest_7d", result.lowest_of_7_days);
        add("lowest_48h", result.lowest_of_48_hours);
        if (!result.doubled_median) return;
        why.inputs.push(json::object(
            {{"kind", "median_8_365d"},
             {"name", kShownName},
             {"value", amount_of(text_of(half_of(*result.doubled_median)), kShownUnit)},
             {"count", static_cast<int>(result.results_in_8_to_365_days)}}));
        for (const auto& position : {result.median_lower, result.median_upper})
            why.evidence.push_back("Observation/" + sample_at(*position).observation.id);
    }

    Explanation explain(const Sample& sample, const clinical::AkiResult& result) const {
        Explanation why;
        why.rule_id = clinical::kAkiRuleId;
        why.rule_version = clinical::kAkiRuleVersion;
        why.taken_at = sample.creatinine.collected;
        why.inputs.push(input_of("index", sample));
        why.evidence.push_back("Observation/" + sample.observation.id);
        explain_baselines(result, why);
        std::sort(why.evidence.begin() + 1, why.evidence.end());
        why.evidence.erase(std::unique(why.evidence.begin() + 1, why.evidence.end()),
                           why.evidence.end());
        const Decimal c1 = sample.creatinine.micromoles_per_litre.value;
        if (result.ratio == clinical::RatioSource::lowest_of_7_days && result.lowest_of_7_days) {
            const Decimal lowest = history_[*result.lowest_of_7_days].micromoles_per_litre.value;
            why.ratio = ratio_text(c1, lowest, 1);
        }
        if (result.ratio == clinical::RatioSource::median_of_8_to_365_days)
            why.ratio = ratio_text(c1, *result.doubled_median, 2);
        why.comment = clinical::text_of(result.comment);
        why.kdigo_stage = result.kdigo_stage;
        why.quality = quality_of(sample, result);
        why.context = facts_.context();
        return why;
    }

    static std::vector<std::string> quality_of(const Sample& sample,
                                               const clinical::AkiResult& result) {
        std::vector<std::string> codes;
        const auto add = [&](bool applies, const char* code) {
            if (applies) codes.emplace_back(code);
        };
        using enum clinical::AkiQuality;
        add(result.has(kApproximateIndex) || result.has(kApproximateBaseline), "approx_comparator");
        add(sample.observation.unit != clinical::Unit::micromole_per_litre, "unit_converted");
        add(sample.creatinine.time_source == clinical::TimeSource::received_by_laboratory,
            "time_from_received");
        add(sample.creatinine.time_source == clinical::TimeSource::message, "time_from_message");
        add(result.has(kUnknownBirthDate), "age_unknown");
        add(result.has(kUnknownSex), "sex_unknown");
        add(result.has(kLimitsFromTable), "limits_from_table");
        add(result.has(kConflictingDuplicates), "conflicting_duplicates");
        add(result.kdigo_stage != result.stage, "kdigo_differs");
        return codes;
    }

    store::WriteTransaction& tx_;
    const Site& site_;
    const PatientFacts& facts_;
    const ChangedObservations& changed_;
    CaseFile file_;
    std::vector<Sample> samples_;  // by time
    std::vector<Creatinine> history_;
    std::vector<std::uint32_t> scratch_;
    std::vector<Cause> causes_;
};

}  // namespace

Result<> detect_aki(store::WriteTransaction& tx, const Site& site, const PatientFacts& facts,
                    const ChangedObservations& changed) {
    auto file = TRY(CaseFile::open({tx, site, facts, changed.patient, Rule::aki, std::string()}));
    return AkiDetection(tx, site, facts, changed, std::move(file)).run();
}

}  // namespace wardlight::alerts
