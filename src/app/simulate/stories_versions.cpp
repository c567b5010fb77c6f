// Results that change after they were sent, arrive late, twice or in the wrong order.
#include "app/simulate/stories.h"

namespace wardlight::simulate {
namespace {

constexpr auto kCreatinine = Analyte::creatinine;
constexpr auto kUe = Panel::urea_electrolytes;

std::int64_t baseline(StoryWriter& writer) {
    return writer.usual().milli[static_cast<std::size_t>(kCreatinine)];
}

LabReport corrected(LabReport report, Analyte analyte, std::int64_t milli) {
    LabValue& value = StoryWriter::value_in(report, analyte);
    value.milli = milli;
    value.status = 'C';
    value.note = "Corrected report: earlier result was from another patient's sample.";
    report.status = 'C';
    return report;
}

}  // namespace

void corrected_was_wrong(StoryWriter& writer, Instant key) {
    const auto usual = baseline(writer);
    writer.register_person(writer.start());
    writer.stable_history(usual);
    writer.admit(key - hours(8), "7B", {{"K57.3", "Diverticular disease"}});
    writer.bloods(key - hours(7), kUe);
    LabReport report = writer.bloods(key, kUe, {{kCreatinine, usual * 31 / 10 / 1000 * 1000}});
    report = corrected(report, kCreatinine, usual);
    report.reported += minutes(95);
    writer.send(report);
    writer.bloods(key + hours(12), kUe);
    writer.quiet_rounds(key - hours(7), writer.end(), hours(5));
}

void corrected_to_lower_stage(StoryWriter& writer, Instant key) {
    const auto usual = baseline(writer);
    writer.register_person(writer.start());
    writer.stable_history(usual);
    writer.admit(key - hours(8), "7A", {{"A09", "Gastroenteritis"}});
    LabReport report = writer.bloods(key, kUe, {{kCreatinine, usual * 33 / 10 / 1000 * 1000}});
    report = corrected(report, kCreatinine, usual * 22 / 10 / 1000 * 1000);
    report.reported += minutes(80);
    writer.send(report);
    writer.quiet_rounds(key - hours(7), writer.end(), hours(5));
}

void withdrawn_result(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(6), "7A", {{"R42", "Dizziness"}});
    LabReport report = writer.bloods(key, kUe, {{Analyte::potassium, 7'400}});
    report.status = 'C';
    const bool is_wrong = writer.random().chance(50);
    for (auto& value : report.values) value.status = is_wrong ? 'W' : 'D';
    report.comment = "Withdrawn: sample taken above a drip.";
    report.reported += minutes(70);
    writer.send(report);
    writer.bloods(key + hours(5), kUe);
    writer.quiet_rounds(key - hours(5), writer.end(), hours(5));
}

void late_older_result(StoryWriter& writer, Instant key) {
    // The lower sample of the day before arrives after the higher one: what was stage 1 against the
    // history is stage 2 against it.
    const std::int64_t usual = 90'000;
    writer.usual().milli[static_cast<std::size_t>(kCreatinine)] = usual;
    writer.register_person(writer.start());
    writer.stable_history(usual);
    writer.admit(key - hours(22), "7A", {{"E86", "Volume depletion"}});
    LabReport late = writer.make_report(key - hours(20), kUe, {{kCreatinine, 71'000}});
    writer.bloods(key, kUe, {{kCreatinine, 150'000}});
    late.reported = key + hours(3);
    writer.send(late);
    writer.quiet_rounds(key - hours(20), writer.end(), hours(5));
}

void out_of_order(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(14), "AMU", {{"J45.9", "Asthma"}});
    LabReport first = writer.make_report(key - hours(6), kUe);
    LabReport second = writer.make_report(key - hours(2), kUe);
    first.reported = second.reported + minutes(20);
    writer.send(second);
    writer.send(first);
    // An update from before the move arrives after it: must not put the patient back to AMU.
    writer.update(key + minutes(3), key - hours(1));
    writer.transfer(key, "7A");
    writer.round(key + minutes(30), writer.usual_signs());
    writer.send(writer.make_round(key - hours(4), writer.usual_signs()), key + minutes(50));
    writer.quiet_stay(key + hours(5), writer.end());
}

void sent_twice(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(5), "7B", {{"K81.0", "Acute cholecystitis"}});
    writer.repeat_last(key - hours(5) + seconds(35));
    writer.bloods(key, kUe, {{Analyte::potassium, 6'900}});
    writer.repeat_last(key + hours(2));
    writer.round(key + hours(2), writer.usual_signs());
    writer.repeat_last(key + hours(2) + minutes(4));
    writer.quiet_rounds(key + hours(5), writer.end(), hours(5));
}

}  // namespace wardlight::simulate
