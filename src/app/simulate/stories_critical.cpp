// Results beyond the limits at which a laboratory rings the ward, and those that only look it.
#include "app/simulate/stories.h"

namespace wardlight::simulate {
namespace {

constexpr auto kUe = Panel::urea_electrolytes;

void potassium_at(StoryWriter& writer, Instant at, std::int64_t milli) {
    writer.bloods(at, kUe, {{Analyte::potassium, milli}});
}

}  // namespace

void hyperkalaemia(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(5), "7A", {{"I50.0", "Congestive heart failure"}});
    potassium_at(writer, key - hours(4), 5'600);
    potassium_at(writer, key, 6'700);
    potassium_at(writer, key + hours(4), 6'600);  // known: nobody needs to be rung again
    potassium_at(writer, key + hours(8), 5'700);
    writer.quiet_rounds(key - hours(4), writer.end(), hours(5));
}

void hyperkalaemia_worsening(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(3), "AMU", {{"E10.1", "Type 1 diabetes with ketoacidosis"}});
    potassium_at(writer, key, 6'500);             // the limit itself
    potassium_at(writer, key + hours(3), 8'100);  // worse than what was told
    potassium_at(writer, key + hours(6), 5'900);
    writer.quiet_rounds(key - hours(2), writer.end(), hours(4));
}

void low_haemoglobin(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(2), "AMU", {{"K92.2", "Gastrointestinal haemorrhage"}});
    writer.bloods(key, Panel::full_blood_count, {{Analyte::haemoglobin, 64'000}});
    writer.document(key + hours(2), "CN", "Transfusion record", {"2 units red cells given."});
    writer.bloods(key + hours(9), Panel::full_blood_count, {{Analyte::haemoglobin, 88'000}});
    writer.quiet_rounds(key - hours(1), writer.end(), hours(4));
}

void low_sodium(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(2), "7A", {{"E87.1", "Hyponatraemia"}});
    writer.bloods(key, kUe, {{Analyte::sodium, 117'000}});
    writer.bloods(key + hours(6), kUe, {{Analyte::sodium, 118'000}});
    writer.bloods(key + hours(14), kUe, {{Analyte::sodium, 124'000}});
    writer.quiet_rounds(key - hours(1), writer.end(), hours(5));
}

void low_glucose(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(7), "7B", {{"E11.9", "Type 2 diabetes"}});
    writer.bloods(key - hours(5), Panel::glucose, {{Analyte::glucose, 11'400}});
    writer.bloods(key, Panel::glucose, {{Analyte::glucose, 2'200}});
    writer.bloods(key + hours(2), Panel::glucose, {{Analyte::glucose, 6'900}});
    writer.quiet_rounds(key - hours(6), writer.end(), hours(5));
}

void declared_by_laboratory(StoryWriter& writer, Instant key) {
    // Our limits know nothing of troponin; the laboratory says it is critical, so it is.
    writer.admit(key - hours(1), "AMU", {{"R07.4", "Chest pain"}});
    LabReport report = writer.make_report(key, Panel::cardiac, {{Analyte::troponin, 412'000}});
    StoryWriter::value_in(report, Analyte::troponin).flag = "HH";
    report.comment = "Phoned to ward \\ read back & confirmed ^ time 10:42";
    writer.send(report);
    writer.quiet_rounds(key, writer.end(), hours(4));
}

void other_critical(StoryWriter& writer, Instant key) {
    struct Choice {
        Panel panel;
        Analyte analyte;
        std::int64_t milli;
    };
    static constexpr std::array<Choice, 6> kChoices = {{
        {Panel::bone, Analyte::calcium_adjusted, 3'620},
        {Panel::bone, Analyte::calcium_adjusted, 1'740},
        {Panel::bone, Analyte::magnesium, 380},
        {Panel::bone, Analyte::phosphate, 280},
        {Panel::inflammation, Analyte::c_reactive_protein, 342'000},
        {Panel::urea_electrolytes, Analyte::sodium, 157'000},
    }};
    const Choice choice = writer.random().pick(kChoices);
    writer.admit(key - hours(6), "7A", {{"R63.4", "Abnormal weight loss"}});
    writer.bloods(key - hours(5), choice.panel);
    writer.bloods(key, choice.panel, {{choice.analyte, choice.milli}});
    writer.quiet_rounds(key - hours(5), writer.end(), hours(5));
}

void haemolysed_sample(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(3), "AMU", {{"R55", "Syncope"}});
    LabReport report = writer.make_report(key, kUe);
    LabValue& potassium = StoryWriter::value_in(report, Analyte::potassium);
    potassium.text = "Haemolysed";
    potassium.note = "Sample haemolysed. Potassium not reported; please repeat.";
    writer.send(report);
    potassium_at(writer, key + hours(3), 4'600);
    writer.quiet_rounds(key - hours(2), writer.end(), hours(5));
}

void preliminary_then_final(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(3), "7B", {{"K85.9", "Acute pancreatitis"}});
    LabReport report = writer.make_report(key, kUe, {{Analyte::potassium, 2'400}});
    report.status = 'P';
    for (auto& value : report.values) value.status = 'P';
    writer.send(report);
    report.status = 'F';
    report.reported += minutes(55);
    for (auto& value : report.values) value.status = 'F';
    writer.send(report);
    writer.quiet_rounds(key - hours(2), writer.end(), hours(5));
}

void result_after_discharge(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(20), "7B", {{"K80.2", "Gallstones"}}, true);
    writer.quiet_rounds(key - hours(19), key, hours(5));
    const LabReport report = writer.make_report(key, kUe, {{Analyte::sodium, 119'000}});
    writer.discharge(key + minutes(10));
    writer.send(report);
}

}  // namespace wardlight::simulate
