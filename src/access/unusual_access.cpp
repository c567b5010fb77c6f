#include "access/unusual_access.h"

#include <algorithm>
#include <array>
#include <map>
#include <tuple>
#include <unordered_map>

#include "base/text.h"

namespace wardlight::access {
namespace {

constexpr std::array<std::string_view, 4> kOpening{"patient.read", "results.read",
                                                   "observations.read", "alert.read"};

using Words = std::vector<std::string>;

Words words_of(std::string_view name) {
    Words words;
    for (const std::string_view word : split(name, ' ')) {
        if (!word.empty()) words.push_back(fold_for_search(word));
    }
    return words;
}

bool holds(const Words& words, const std::string& word) {
    return std::find(words.begin(), words.end(), word) != words.end();
}

struct FoldedPatient {
    const PatientFacts* facts;
    Words family;
    Words given;
};

FoldedPatient folded(const PatientFacts& facts) {
    return {&facts, words_of(facts.family), words_of(facts.given)};
}

/// Each word of the family name is in the name that is shown; order differs between cultures.
bool has_family_name(const Words& shown, const FoldedPatient& patient) {
    return !patient.family.empty() &&
           std::all_of(patient.family.begin(), patient.family.end(),
                       [&](const std::string& word) { return holds(shown, word); });
}

bool has_whole_name(const Words& shown, const FoldedPatient& patient) {
    return has_family_name(shown, patient) && !patient.given.empty() &&
           holds(shown, patient.given.front());
}

struct Person {
    AccountId account;
    Words shown;
};

/// The looks of one person at one patient.
struct Pair {
    const audit::Look* first;
    const audit::Look* last;
    std::size_t looks = 0;
};

std::map<std::pair<std::string_view, std::string_view>, Pair> pairs_of(
    const std::vector<audit::Look>& looks) {
    std::map<std::pair<std::string_view, std::string_view>, Pair> pairs;
    for (const audit::Look& look : looks) {
        const auto key =
            std::pair<std::string_view, std::string_view>(look.account.value, look.patient.value);
        auto [found, is_new] = pairs.try_emplace(key, Pair{&look, &look});
        found->second.last = &look;
        ++found->second.looks;
    }
    return pairs;
}

class Judge {
 public:
    Judge(const std::vector<PersonName>& people, const std::vector<PatientFacts>& patients,
          const UnusualRules& rules)
        : rules_(rules) {
        for (const PersonName& person : people)
            people_.push_back({person.account, words_of(person.name)});
        for (const PatientFacts& facts : patients)
            patients_.emplace(facts.patient.value, folded(facts));
    }

    void judge(const Pair& pair) {
        const auto found = patients_.find(pair.first->patient.value);
        if (found == patients_.end()) return;
        const FoldedPatient& patient = found->second;
        if (const auto signal = by_name(pair.first->account, patient)) add(*signal, pair);
        if (patient.facts->is_well_known) add(Signal::well_known, pair);
        const auto& ended = patient.facts->last_stay_ended;
        if (ended && pair.last->at > *ended + rules_.after_discharge)
            add(Signal::after_discharge, pair);
    }

    /// Of one person, in order of time.
    void judge_number(const std::vector<const audit::Look*>& looks) {
        std::map<std::string_view, std::size_t> within;
        UnusualLooks most{
            Signal::many_records, looks.front()->account, {}, 0, looks.size(), {}, {}};
        std::size_t oldest = 0;
        for (const audit::Look* look : looks) {
            ++within[look->patient.value];
            for (; looks[oldest]->at + rules_.records_within <= look->at; ++oldest) {
                const auto left = within.find(looks[oldest]->patient.value);
                if (--left->second == 0) within.erase(left);
            }
            if (within.size() <= most.records) continue;
            most.records = within.size();
            most.first = looks[oldest]->at;
            most.last = look->at;
        }
        if (most.records > rules_.records_most) found_.push_back(most);
    }

    std::vector<UnusualLooks> take() {
        std::stable_sort(found_.begin(), found_.end(),
                         [](const UnusualLooks& a, const UnusualLooks& b) {
                             return std::tie(a.signal, b.last) < std::tie(b.signal, a.last);
                         });
        return std::move(found_);
    }

 private:
    [[nodiscard]] std::optional<Signal> by_name(const AccountId& account,
                                                const FoldedPatient& patient) const {
        bool is_colleague = false;
        bool is_family = false;
        for (const Person& person : people_) {
            if (person.account != account) {
                is_colleague = is_colleague || has_whole_name(person.shown, patient);
                continue;
            }
            if (has_whole_name(person.shown, patient)) return Signal::own_record;
            is_family = has_family_name(person.shown, patient);
        }
        if (is_colleague) return Signal::colleague;
        return is_family ? std::optional(Signal::same_family_name) : std::nullopt;
    }

    void add(Signal signal, const Pair& pair) {
        found_.push_back({signal, pair.first->account, pair.first->patient, 1, pair.looks,
                          pair.first->at, pair.last->at});
    }

    const UnusualRules& rules_;
    std::vector<Person> people_;
    std::unordered_map<std::string_view, FoldedPatient> patients_;
    std::vector<UnusualLooks> found_;
};

}  // namespace

std::string_view code_of(Signal signal) {
    switch (signal) {
        case Signal::own_record:
            return "own_record";
        case Signal::same_family_name:
            return "same_family_name";
        case Signal::colleague:
            return "colleague";
        case Signal::well_known:
            return "well_known";
        case Signal::many_records:
            return "many_records";
        case Signal::after_discharge:
            return "after_discharge";
    }
    return "many_records";
}

std::span<const std::string_view> opening_actions() {
    return kOpening;
}

std::vector<UnusualLooks> unusual_looks(const std::vector<audit::Look>& looks,
                                        const std::vector<PersonName>& people,
                                        const std::vector<PatientFacts>& patients,
                                        const UnusualRules& rules) {
    Judge judge(people, patients, rules);
    for (const auto& [key, pair] : pairs_of(looks)) judge.judge(pair);
    std::vector<const audit::Look*> of_person;
    for (std::size_t i = 0; i < looks.size(); ++i) {
        of_person.push_back(&looks[i]);
        const bool is_last = i + 1 == looks.size() || looks[i + 1].account != looks[i].account;
        if (!is_last) continue;
        judge.judge_number(of_person);
        of_person.clear();
    }
    return judge.take();
}

}  // namespace wardlight::access
