// Kidney stories. Stages after the NHS England algorithm: 1.5, 2 and 3 times the baseline.
#include <algorithm>

#include "app/simulate/stories.h"

namespace wardlight::simulate {
namespace {

constexpr auto kCreatinine = Analyte::creatinine;
constexpr auto kUe = Panel::urea_electrolytes;

std::int64_t baseline(StoryWriter& writer) {
    return writer.usual().milli[static_cast<std::size_t>(kCreatinine)];
}

// A whole number of umol/L that is `percent` of the baseline.
std::int64_t times(std::int64_t baseline_milli, int percent) {
    return baseline_milli * percent / 100 / 1000 * 1000;
}

void creatinine_at(StoryWriter& writer, Instant at, std::int64_t milli) {
    // Urea and potassium rise along, but stay below their limits.
    const std::int64_t usual = baseline(writer);
    const std::int64_t urea = std::min<std::int64_t>(5'400 * milli / usual, 26'000);
    const std::int64_t potassium = std::min<std::int64_t>(4'300 + (milli - usual) / 250, 5'900);
    writer.bloods(at, kUe,
                  {{kCreatinine, milli}, {Analyte::urea, urea}, {Analyte::potassium, potassium}});
}

}  // namespace

void aki_in_steps(StoryWriter& writer, Instant key) {
    const auto usual = baseline(writer);
    writer.register_person(writer.start());
    writer.stable_history(usual);
    writer.admit(key - hours(9), "7A", {{"A41.9", "Sepsis, unspecified"}});
    writer.order(key - hours(9) + minutes(10), kUe);
    creatinine_at(writer, key - hours(8), times(usual, 108));
    writer.quiet_rounds(key - hours(8), key + hours(40), hours(5));
    creatinine_at(writer, key, times(usual, 162));
    creatinine_at(writer, key + hours(6), times(usual, 178));
    creatinine_at(writer, key + hours(12), times(usual, 226));
    creatinine_at(writer, key + hours(20), times(usual, 325));
    creatinine_at(writer, key + hours(32), times(usual, 290));
    writer.quiet_rounds(key + hours(41), writer.end(), hours(6));
}

void aki_recovering(StoryWriter& writer, Instant key) {
    const auto usual = baseline(writer);
    writer.register_person(writer.start());
    writer.stable_history(usual);
    writer.admit(key - hours(2), "AMU", {{"N17.9", "Acute renal failure, unspecified"}});
    creatinine_at(writer, key, times(usual, 245));
    creatinine_at(writer, key + hours(7), times(usual, 221));
    creatinine_at(writer, key + hours(15), times(usual, 184));
    creatinine_at(writer, key + hours(26), times(usual, 141));
    creatinine_at(writer, key + hours(38), times(usual, 117));
    writer.quiet_rounds(key - hours(1), writer.end(), hours(5));
}

void aki_on_the_edge(StoryWriter& writer, Instant key) {
    // Never 1.5 times the baseline: only the rise within 48 hours can tell. A rise of exactly 26 is
    // no warning, one of 27 is.
    const std::int64_t usual = 88'000;
    writer.usual().milli[static_cast<std::size_t>(kCreatinine)] = usual;
    writer.register_person(writer.start());
    writer.stable_history(usual);
    writer.admit(key - hours(20), "7B", {{"K56.6", "Intestinal obstruction"}});
    creatinine_at(writer, key - hours(18), usual);
    creatinine_at(writer, key - hours(8), usual + 26'000);
    creatinine_at(writer, key, usual + 27'000);
    writer.quiet_rounds(key - hours(17), writer.end(), hours(6));
}

void aki_of_a_teenager(StoryWriter& writer, Instant key) {
    // Below 18 the limit of stage 3 is three times the upper reference limit, not 354.
    writer.usual().milli[static_cast<std::size_t>(kCreatinine)] = 62'000;
    writer.register_person(writer.start());
    writer.history(70, 61'000);
    writer.history(21, 63'000);
    writer.admit(key - hours(5), "7B", {{"S36.1", "Injury of liver"}});
    creatinine_at(writer, key - hours(4), 66'000);
    creatinine_at(writer, key, 97'000);
    creatinine_at(writer, key + hours(9), 88'000);
    writer.quiet_rounds(key - hours(4), writer.end(), hours(6));
}

void chronic_kidney_disease(StoryWriter& writer, Instant key) {
    const std::int64_t usual = writer.random().between(180, 300) * 1000;
    writer.usual().milli[static_cast<std::size_t>(kCreatinine)] = usual;
    writer.register_person(writer.start());
    writer.stable_history(usual);
    writer.admit(key - hours(3), "7A",
                 {{"N18.4", "Chronic kidney disease, stage 4"}, {"L03.1", "Cellulitis of leg"}});
    for (int day = 0; day < 3; ++day) {
        creatinine_at(writer, key + hours(14 * day),
                      usual * writer.random().between(985, 1015) / 1000);
    }
    writer.quiet_rounds(key - hours(2), writer.end(), hours(6));
}

void aki_on_chronic_disease(StoryWriter& writer, Instant key) {
    // 2.7 times the baseline is stage 2, but above 354 it is stage 3 at 1.5 times already; the
    // number itself is critical, too.
    writer.usual().milli[static_cast<std::size_t>(kCreatinine)] = 134'000;
    writer.register_person(writer.start());
    writer.stable_history(134'000);
    writer.admit(key - hours(7), "7A",
                 {{"N18.3", "Chronic kidney disease, stage 3"}, {"A41.9", "Sepsis, unspecified"}});
    creatinine_at(writer, key - hours(6), 139'000);
    creatinine_at(writer, key, 362'000);
    creatinine_at(writer, key + hours(9), 351'000);
    writer.quiet_rounds(key - hours(6), writer.end(), hours(4));
}

void first_creatinine_high(StoryWriter& writer, Instant key) {
    const std::int64_t usual = writer.random().between(170, 240) * 1000;
    writer.usual().milli[static_cast<std::size_t>(kCreatinine)] = usual;
    writer.admit(key - hours(1), "AMU", {{"R53", "Malaise and fatigue"}});
    creatinine_at(writer, key, usual);
    creatinine_at(writer, key + hours(16), usual * 98 / 100);
    writer.quiet_rounds(key, writer.end(), hours(5));
}

void aki_on_renal_ward(StoryWriter& writer, Instant key) {
    const auto usual = baseline(writer);
    writer.register_person(writer.start());
    writer.stable_history(usual);
    writer.admit(key - hours(10), "5C", {{"N04.9", "Nephrotic syndrome"}});
    creatinine_at(writer, key - hours(9), times(usual, 110));
    creatinine_at(writer, key, times(usual, 190));
    creatinine_at(writer, key + hours(12), times(usual, 240));
    writer.quiet_rounds(key - hours(8), writer.end(), hours(6));
}

void aki_in_intensive_care(StoryWriter& writer, Instant key) {
    const auto usual = baseline(writer);
    writer.register_person(writer.start());
    writer.stable_history(usual);
    writer.admit(key - hours(10), "AMU", {{"J18.9", "Pneumonia, unspecified"}});
    creatinine_at(writer, key - hours(9), times(usual, 105));
    writer.quiet_rounds(key - hours(9), key - hours(5), hours(2));
    writer.transfer(key - hours(4), "ICU");
    creatinine_at(writer, key, times(usual, 170));
    creatinine_at(writer, key + hours(8), times(usual, 230));
}

void dialysis_patient(StoryWriter& writer, Instant key) {
    writer.usual().milli[static_cast<std::size_t>(kCreatinine)] = 270'000;
    writer.register_person(writer.start());
    writer.stable_history(270'000);
    writer.admit(key - hours(14), "7A",
                 {{"N18.6", "End stage renal disease"}, {"Z99.2", "Dependence on renal dialysis"}});
    creatinine_at(writer, key - hours(12), 190'000);
    creatinine_at(writer, key, 292'000);
    writer.quiet_rounds(key - hours(12), writer.end(), hours(6));
}

}  // namespace wardlight::simulate
