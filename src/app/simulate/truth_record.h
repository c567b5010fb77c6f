// What is known of one registration of a person at a moment of the run, and what was told about it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/simulate/event.h"

namespace wardlight::simulate {

struct LabFact {
    std::string filler;
    Instant collected;
    LabValue value;
    /// Final, corrected or amended, and a number.
    [[nodiscard]] bool counts() const {
        return (value.status == 'F' || value.status == 'C' || value.status == 'A') &&
               value.text.empty();
    }
};

/// A notification about one sample or round.
struct Told {
    std::string filler;
    Analyte analyte = Analyte::creatinine;
    Instant taken;
    int rank = 0;  // AKI stage, NEWS2 band 1..3; critical results: 1
    std::string level;
    int total = 0;
    std::int64_t milli = 0;
    bool is_retracted = false;
};

struct Record {
    std::size_t person = 0;
    std::size_t identity = 0;
    std::optional<std::size_t> merged_into;
    std::string ward;
    Instant ward_as_of;
    bool is_on_dialysis = false;
    bool is_palliative = false;
    std::vector<LabFact> labs;
    std::vector<ObservationRound> rounds;
    std::vector<Told> told_aki;
    std::vector<Told> told_news;
    std::vector<Told> told_critical;
};

/// The stage of one creatinine of `record` against all others; 0 for none. truth_aki.cpp
[[nodiscard]] int true_aki_stage(const Record& record, const LabFact& index, const Person& person,
                                 const TimeZone& zone);

struct TrueNews {
    bool is_complete = false;
    int total = 0;  // what is missing counts nothing: the least it can be
    bool has_red = false;
    int rank = 0;  // 0 none, 1 single red, 2 five or six, 3 seven or more
};
/// truth_news2.cpp
[[nodiscard]] TrueNews true_news(const VitalSigns& signs);

enum class Side { none, low, high, declared };
/// On which side of the limits a result is critical. truth_critical.cpp
[[nodiscard]] Side true_side(const LabValue& value);

}  // namespace wardlight::simulate
