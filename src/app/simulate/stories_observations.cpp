// Stories told by observation rounds. The score beside each round is what its author meant; the
// ground truth computes its own.
#include "app/simulate/stories.h"

namespace wardlight::simulate {
namespace {

struct Score {
    int rate;
    int saturation;
    bool on_oxygen;
    int systolic;
    int pulse;
    char consciousness;
    std::int64_t temperature_milli;
    int scale = 1;
};

VitalSigns signs_of(const Score& score) {
    VitalSigns signs;
    signs.respiratory_rate = score.rate;
    signs.saturation = score.saturation;
    signs.on_oxygen = score.on_oxygen;
    if (score.on_oxygen) signs.oxygen_flow = score.saturation < 92 ? 4 : 2;
    signs.scale = score.scale;
    signs.systolic = score.systolic;
    signs.diastolic = score.systolic * 6 / 10;
    signs.pulse = score.pulse;
    signs.consciousness = score.consciousness;
    signs.temperature_milli = score.temperature_milli;
    return signs;
}

constexpr Score kWell{16, 97, false, 126, 78, 'A', 36'900};
constexpr Score kOne{18, 96, false, 122, 96, 'A', 37'800};             // pulse 1
constexpr Score kThree{21, 96, false, 118, 98, 'A', 37'900};           // rate 2, pulse 1
constexpr Score kFive{22, 95, false, 109, 104, 'A', 38'000};           // 2+1+1+1
constexpr Score kSeven{24, 93, false, 104, 113, 'A', 37'900};          // 2+2+1+2
constexpr Score kTen{26, 92, true, 101, 118, 'A', 38'600};             // 3+2+2+1+2+1 = 11
constexpr Score kFour{21, 95, false, 115, 92, 'A', 37'200};            // 2+1+1
constexpr Score kScale2Stable{20, 90, true, 128, 88, 'A', 37'000, 2};  // 0+0+2
constexpr Score kScale2Air{20, 95, false, 130, 84, 'A', 36'800, 2};    // 0: on air 93 and more is 0

}  // namespace

void deteriorating(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(9), "AMU", {{"J18.9", "Pneumonia, unspecified"}});
    writer.round(key - hours(8), signs_of(kOne));
    writer.round(key - hours(4), signs_of(kThree));
    writer.round(key, signs_of(kFive));
    writer.bloods(key + minutes(20), Panel::inflammation, {{Analyte::c_reactive_protein, 188'000}});
    writer.round(key + hours(1), signs_of(kFive));
    writer.round(key + hours(2), signs_of(kSeven));
    writer.round(key + hours(3), signs_of(kTen));
    writer.document(key + hours(3) + minutes(15), "CN", "Critical care outreach review",
                    {"Seen for rising NEWS2 & oxygen need.",
                     "Plan: ICU, antibiotics given 02:40 | cultures sent."});
    writer.transfer(key + hours(4), "ICU");
    writer.bloods(key + hours(5), Panel::urea_electrolytes);
}

void single_red_score(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(6), "7B", {{"K35.8", "Acute appendicitis"}});
    writer.round(key - hours(5), signs_of(kWell));
    Score low = kWell;
    low.systolic = 89;  // 3 for the pressure alone
    writer.round(key, signs_of(low));
    Score better = kWell;
    better.systolic = 106;  // 1
    writer.round(key + hours(1), signs_of(better));
    writer.quiet_rounds(key + hours(4), writer.end(), hours(5));
}

void new_confusion(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(12), "7A", {{"N39.0", "Urinary tract infection"}});
    writer.round(key - hours(10), signs_of(kWell));
    writer.round(key - hours(5), signs_of(kOne));
    Score confused = kOne;
    confused.consciousness = 'C';  // 3 + 1: below 5, but one red
    writer.round(key, signs_of(confused));
    confused.temperature_milli = 38'400;  // 3 + 1 + 1
    writer.round(key + hours(2), signs_of(confused));
    writer.round(key + hours(6), signs_of(kOne));
    writer.quiet_rounds(key + hours(10), writer.end(), hours(5));
}

void recovering(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(1), "AMU", {{"J22", "Lower respiratory infection"}});
    writer.round(key, signs_of(kSeven));
    writer.round(key + hours(1), signs_of(kFive));
    writer.round(key + hours(3), signs_of(kFour));
    writer.round(key + hours(6), signs_of(kOne));
    writer.transfer(key + hours(8), "7A");
    writer.quiet_rounds(key + hours(10), writer.end(), hours(5));
}

void copd_on_scale_2(StoryWriter& writer, Instant key) {
    writer.person().allergies.clear();
    writer.admit(key - hours(4), "7A", {{"J44.1", "COPD with acute exacerbation"}});
    for (int turn = 0; turn < 4; ++turn) {
        writer.round(key + hours(4 * turn - 3),
                     signs_of(turn % 2 == 0 ? kScale2Stable : kScale2Air));
    }
}

void copd_too_much_oxygen(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(6), "AMU", {{"J44.1", "COPD with acute exacerbation"}});
    writer.round(key - hours(4), signs_of(kScale2Stable));
    Score too_much = kScale2Stable;
    too_much.saturation = 97;  // 3 on oxygen, 2 for the oxygen
    writer.round(key, signs_of(too_much));
    writer.round(key + hours(1), signs_of(kScale2Stable));
    writer.round(key + hours(5), signs_of(kScale2Stable));
}

void incomplete_rounds(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(8), "7B", {{"S72.0", "Fracture of neck of femur"}});
    writer.round(key - hours(7), signs_of(kWell));
    VitalSigns without_pressure = signs_of(kThree);
    without_pressure.systolic.reset();
    without_pressure.diastolic.reset();
    writer.round(key - hours(3), without_pressure);
    VitalSigns without_most = signs_of(kFive);  // 2 at least, 6 and more at most: no score
    without_most.systolic.reset();
    without_most.diastolic.reset();
    without_most.pulse.reset();
    without_most.saturation.reset();
    writer.round(key - hours(1), without_most);
    writer.quiet_rounds(key + hours(2), writer.end(), hours(5));
}

void incomplete_but_urgent(StoryWriter& writer, Instant key) {
    // Nobody has looked at consciousness and temperature, yet what was seen makes 7 already.
    writer.admit(key - hours(5), "7A", {{"J69.0", "Aspiration pneumonia"}});
    writer.round(key - hours(4), signs_of(kWell));
    VitalSigns partial = signs_of(kSeven);
    partial.consciousness.reset();
    partial.temperature_milli.reset();
    writer.round(key, partial);
    writer.round(key + hours(1), signs_of(kFour));
    writer.quiet_rounds(key + hours(4), writer.end(), hours(5));
}

void mistyped_observation(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(8), "7A", {{"I50.0", "Congestive heart failure"}});
    writer.round(key - hours(6), signs_of(kWell));
    Score mistyped = kWell;
    mistyped.rate = 61;  // meant 16
    ObservationRound round = writer.round(key, signs_of(mistyped));
    round.status = 'C';
    round.signs.respiratory_rate = 16;
    writer.send(round, key + minutes(11));
    writer.quiet_rounds(key + hours(4), writer.end(), hours(5));
}

}  // namespace wardlight::simulate
