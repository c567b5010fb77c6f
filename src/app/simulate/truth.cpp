#include "app/simulate/truth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <map>
#include <set>
#include <tuple>

#include "app/simulate/truth_policy.h"
#include "json/value.h"

namespace wardlight::simulate {
namespace {

constexpr std::array<std::string_view, 4> kBands = {"none", "low_medium", "medium", "high"};

// The latest word on a sample.
Told* find_told(std::vector<Told>& told, const std::string& filler,
                Analyte analyte = Analyte::creatinine) {
    const auto found = std::find_if(told.rbegin(), told.rend(), [&](const Told& one) {
        return one.filler == filler && one.analyte == analyte;
    });
    return found == told.rend() ? nullptr : &*found;
}

class Observer {
 public:
    Observer(const Plan& plan, const TimeZone& zone) : plan_(plan), zone_(zone) {}

    std::vector<TruthLine> watch_all() {
        for (const auto& event : plan_.events) {
            event_ = &event;
            record_ = record_of(event.person, event.identity);
            std::visit([&](const auto& what) { see(what); }, event.what);
        }
        for (auto& line : lines_) {
            while (records_[line.record].merged_into)
                line.record = *records_[line.record].merged_into;
            line.mrn = mrn_of(records_[line.record]);
        }
        return std::move(lines_);
    }

 private:
    [[nodiscard]] std::string mrn_of(const Record& record) const {
        return plan_.people[record.person].identities[record.identity].mrn;
    }

    std::size_t record_of(std::size_t person, std::size_t identity) {
        const auto [found, is_new] = index_.try_emplace({person, identity}, records_.size());
        if (is_new) {
            Record record;
            record.person = person;
            record.identity = identity;
            records_.push_back(std::move(record));
        }
        return found->second;
    }

    Record& now() { return records_[record_]; }
    [[nodiscard]] bool is_too_old(Instant taken) const {
        return event_->sent - taken > policy::kTooOldToTell;
    }

    void add(TruthKind kind, std::string_view rule, const Told& told, std::string reason = {}) {
        TruthLine line;
        line.kind = kind;
        line.mrn_then = mrn_of(now());
        line.rule = rule;
        line.level = told.level;
        if (rule == "critical_result") line.analyte = code_of(told.analyte).local;
        line.total = told.total;
        line.taken_at = told.taken;
        line.sent_at = event_->sent;
        line.control_id = event_->control_id;
        line.reason = std::move(reason);
        line.record = record_;
        lines_.push_back(std::move(line));
    }

    // What a sample says now, against what was told of it before.
    void settle(std::string_view rule, std::vector<Told>& told, const Told& says,
                const std::string& reason_not_to_tell) {
        if (Told* before = find_told(told, says.filler, says.analyte);
            before && !before->is_retracted) {
            if (says.rank == 0) {
                before->is_retracted = true;
                add(TruthKind::retracted, rule, *before);
            } else if (before->level != says.level) {
                *before = says;
                add(TruthKind::amended, rule, says);
            }
            return;
        }
        if (says.rank == 0) return;
        if (!reason_not_to_tell.empty()) {
            // Looking at a sample again for the same outcome is no news.
            const bool is_new = suppressed_.insert({says.filler, says.analyte, says.level}).second;
            if (is_new) add(TruthKind::suppressed, rule, says, reason_not_to_tell);
            return;
        }
        add(TruthKind::alert, rule, says);
        told.push_back(says);
    }

    void see(const Repeat&) {}
    void see(const Order&) {}
    void see(const Document&) {}

    void see(const Movement& movement) {
        if (!event_->visit || event_->stamped < now().ward_as_of) return;
        now().ward = movement.trigger == "A11" ? std::string() : event_->visit->place.ward;
        now().ward_as_of = event_->stamped;
        for (const auto& diagnosis : event_->visit->diagnoses) {
            if (diagnosis.code == policy::kDialysisDiagnosis) now().is_on_dialysis = true;
            if (diagnosis.code == policy::kPalliativeDiagnosis) now().is_palliative = true;
        }
    }

    void see(const Merge& merge) {
        const std::size_t retired = record_of(event_->person, merge.retired);
        Record& from = records_[retired];
        Record& to = now();
        const auto move_all = [](auto& source, auto& target) {
            target.insert(target.end(), source.begin(), source.end());
            source.clear();
        };
        move_all(from.labs, to.labs);
        move_all(from.rounds, to.rounds);
        move_all(from.told_aki, to.told_aki);
        move_all(from.told_news, to.told_news);
        move_all(from.told_critical, to.told_critical);
        if (from.ward_as_of > to.ward_as_of) {
            to.ward = from.ward;
            to.ward_as_of = from.ward_as_of;
        }
        to.is_on_dialysis = to.is_on_dialysis || from.is_on_dialysis;
        to.is_palliative = to.is_palliative || from.is_palliative;
        from.merged_into = record_;
        look_at_kidneys_since(Instant::min());
    }

    void see(const LabReport& report) {
        for (const auto& value : report.values) {
            const auto is_same = [&](const LabFact& fact) {
                return fact.filler == report.filler && fact.value.analyte == value.analyte;
            };
            auto& labs = now().labs;
            const auto found = std::ranges::find_if(labs, is_same);
            const LabFact fact{report.filler, report.collected, value};
            if (found == labs.end()) {
                labs.push_back(fact);
            } else {
                *found = fact;
            }
            look_at_critical(fact);
        }
        if (report.panel == Panel::urea_electrolytes) look_at_kidneys_since(report.collected);
    }

    // A sample says something new about itself and about every later one.
    void look_at_kidneys_since(Instant since) {
        std::vector<LabFact> indexes;
        for (const auto& fact : now().labs) {
            if (fact.value.analyte == Analyte::creatinine && fact.collected >= since)
                indexes.push_back(fact);
        }
        std::ranges::sort(indexes, {}, &LabFact::collected);
        for (const auto& index : indexes) {
            const bool was_told = find_told(now().told_aki, index.filler) != nullptr;
            if (!was_told && is_too_old(index.collected)) continue;
            Told says;
            says.filler = index.filler;
            says.taken = index.collected;
            says.rank = stage_of(index);
            says.level = fmt::format("{}", says.rank);
            says.milli = index.value.milli;
            settle("aki", now().told_aki, says, kidney_reason(says));
        }
    }

    int stage_of(const LabFact& index) {
        return true_aki_stage(now(), index, plan_.people[event_->person], zone_);
    }

    std::string kidney_reason(const Told& says) {
        if (says.rank == 0) return {};
        if (std::ranges::find(policy::kKidneyWards, now().ward) != policy::kKidneyWards.end())
            return "ward";
        if (now().is_on_dialysis) return "dialysis";
        if (now().is_palliative) return "palliative";
        const Told* last = nullptr;
        int highest = 0;
        for (const auto& told : now().told_aki) {
            if (told.is_retracted || !is_same_episode(told.taken, says.taken)) continue;
            highest = std::max(highest, told.rank);
            if (last == nullptr || told.taken > last->taken) last = &told;
        }
        if (highest < says.rank) return {};
        const bool is_falling =
            last != nullptr && last->taken < says.taken && last->milli > says.milli;
        return is_falling ? "falling" : "known";
    }

    // True when between the two there is no longer pause without a stage.
    bool is_same_episode(Instant a, Instant b) {
        if (a > b) std::swap(a, b);
        std::vector<std::int64_t> days;
        for (const auto& fact : now().labs) {
            if (fact.value.analyte != Analyte::creatinine || fact.collected < a ||
                fact.collected > b)
                continue;
            if (stage_of(fact) > 0) days.push_back(zone_.local_day(fact.collected));
        }
        std::ranges::sort(days);
        for (std::size_t i = 1; i < days.size(); ++i) {
            if (days[i] - days[i - 1] > policy::kEpisodeGapDays) return false;
        }
        return true;
    }

    void see(const ObservationRound& round) {
        auto& rounds = now().rounds;
        const auto found = std::ranges::find(rounds, round.filler, &ObservationRound::filler);
        if (found == rounds.end()) {
            rounds.push_back(round);
        } else {
            *found = round;
        }
        const int age = age_on(plan_.people[event_->person].born, zone_.local_day(round.observed));
        if (age < policy::kYoungestForNews) return;
        const TrueNews news = true_news(round.signs);
        Told says;
        says.filler = round.filler;
        says.taken = round.observed;
        says.rank = news.rank;
        says.level = kBands[static_cast<std::size_t>(news.rank)];
        says.total = news.total;
        settle("news2", now().told_news, says, news_reason(says));
    }

    std::string news_reason(const Told& says) {
        if (is_too_old(says.taken)) return "old";
        Instant episode_start = Instant::min();
        for (const auto& round : now().rounds) {
            const TrueNews news = true_news(round.signs);
            if (round.observed > says.taken && (news.is_complete || news.rank > 0))
                return "overtaken";
            if (news.is_complete && news.rank == 0)
                episode_start = std::max(episode_start, round.observed);
        }
        const Told* last = nullptr;
        int highest = 0;
        for (const auto& told : now().told_news) {
            if (told.is_retracted || told.taken < episode_start || told.taken > says.taken)
                continue;
            highest = std::max(highest, told.rank);
            if (last == nullptr || told.taken > last->taken) last = &told;
        }
        if (says.rank > highest) return {};
        const bool has_risen = last != nullptr && says.total >= 5 &&
                               says.total - last->total >= policy::kScoreRise &&
                               says.taken - last->taken <= policy::kScoreRiseWindow;
        return has_risen ? std::string() : std::string("known");
    }

    void look_at_critical(const LabFact& fact) {
        const Side side = fact.counts() ? true_side(fact.value) : Side::none;
        Told says;
        says.filler = fact.filler;
        says.analyte = fact.value.analyte;
        says.taken = fact.collected;
        says.rank = side == Side::none ? 0 : 1;
        says.level = side == Side::low ? "low" : side == Side::high ? "high" : "declared";
        says.milli = fact.value.milli;
        settle("critical_result", now().told_critical, says, critical_reason(says, side));
    }

    std::string critical_reason(const Told& says, Side side) {
        if (is_too_old(says.taken)) return "old";
        const Told* last = nullptr;
        for (const auto& told : now().told_critical) {
            if (told.is_retracted || told.analyte != says.analyte) continue;
            if (last == nullptr || told.taken > last->taken) last = &told;
        }
        if (last == nullptr || last->level != says.level) return {};
        if (std::abs(zone_.local_day(says.taken) - zone_.local_day(last->taken)) >
            policy::kRepeatDays)
            return {};
        const std::int64_t change = says.milli - last->milli;
        const bool is_worse =
            (side == Side::high && change > 0) || (side == Side::low && change < 0);
        const bool is_other = 100 * std::abs(change) > policy::kDeltaPercent * last->milli;
        return is_worse || is_other ? std::string() : std::string("known");
    }

    const Plan& plan_;
    const TimeZone& zone_;
    const Event* event_ = nullptr;
    std::size_t record_ = 0;
    std::vector<Record> records_;
    std::map<std::pair<std::size_t, std::size_t>, std::size_t> index_;
    std::set<std::tuple<std::string, Analyte, std::string>> suppressed_;
    std::vector<TruthLine> lines_;
};

}  // namespace

std::string_view name_of(TruthKind kind) {
    switch (kind) {
        case TruthKind::alert:
            return "alert";
        case TruthKind::suppressed:
            return "suppressed";
        case TruthKind::amended:
            return "amended";
        case TruthKind::retracted:
            return "retracted";
    }
    return "alert";
}

std::vector<TruthLine> compute_truth(const Plan& plan, const TimeZone& zone) {
    return Observer(plan, zone).watch_all();
}

std::string to_json(const TruthLine& line) {
    auto object = json::object({{"mrn", line.mrn},
                                {"mrn_then", line.mrn_then},
                                {"rule", line.rule},
                                {"level", line.level},
                                {"kind", name_of(line.kind)},
                                {"taken_at", format_instant(line.taken_at)},
                                {"sent_at", format_instant(line.sent_at)},
                                {"control_id", line.control_id}});
    if (!line.analyte.empty()) object.set("analyte", line.analyte);
    if (line.rule == "news2") object.set("total", line.total);
    if (!line.reason.empty()) object.set("reason", line.reason);
    return json::serialize(object) + "\n";
}

}  // namespace wardlight::simulate
