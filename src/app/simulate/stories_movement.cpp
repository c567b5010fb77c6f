// Stories of coming, moving, leaving and of who somebody is.
#include "app/simulate/stories.h"

namespace wardlight::simulate {
namespace {

constexpr auto kUe = Panel::urea_electrolytes;

}  // namespace

void routine_elective(StoryWriter& writer, Instant key) {
    writer.register_person(writer.start());
    writer.admit(key - hours(3), "7B", {{"M16.1", "Primary coxarthrosis"}}, true);
    writer.order(key - hours(3) + minutes(5), kUe);
    writer.bloods(key - hours(2), kUe);
    writer.bloods(key - hours(2), Panel::full_blood_count);
    writer.quiet_stay(key, key + hours(30));
    writer.document(
        key + hours(31), "DS", "Discharge summary",
        {"Elective hip replacement, uneventful.", "Wound clean \xE2\x80\x93 clips out in 10 days.",
         "Weight-bearing as able; paracetamol 1 g x 4."});
    writer.discharge(key + hours(32));
}

void quiet_medical_stay(StoryWriter& writer, Instant key) {
    const bool is_short = writer.random().chance(50);
    writer.admit(key - hours(writer.random().between(2, 30)), is_short ? "AMU" : "7A",
                 {{"J06.9", "Acute upper respiratory infection"}});
    if (writer.random().chance(30)) writer.update(key - hours(1), key - hours(1));
    writer.quiet_stay(key - hours(1), writer.end());
    LabReport report = writer.make_report(key + hours(1), Panel::inflammation);
    LabValue& crp = StoryWriter::value_in(report, Analyte::c_reactive_protein);
    crp.milli = 1'000;
    crp.comparator = "<";
    writer.send(report);
}

void registered_twice_then_merged(StoryWriter& writer, Instant key) {
    // The history is under the first registration, today's blood under a second made in a hurry:
    // the injury shows only when both are one.
    const auto usual = writer.usual().milli[static_cast<std::size_t>(Analyte::creatinine)];
    writer.register_person(writer.start());
    writer.stable_history(usual);
    Identity hurried = writer.person().identities.front();
    hurried.mrn = writer.registry().next_mrn();
    hurried.nhs_number.clear();
    hurried.middle.clear();
    hurried.street.clear();
    hurried.postcode.clear();
    writer.person().identities.push_back(hurried);
    writer.use_identity(1);
    writer.admit(key - hours(2), "AMU", {{"R41.0", "Disorientation"}});
    writer.bloods(key, kUe, {{Analyte::creatinine, usual * 24 / 10 / 1000 * 1000}});
    writer.quiet_rounds(key - hours(1), key + hours(3), hours(2));
    writer.use_identity(0);
    writer.merge(key + hours(4), 1);
    writer.update(key + hours(4) + minutes(1), key + hours(4) + minutes(1));
    writer.quiet_rounds(key + hours(5), writer.end(), hours(5));
}

void result_before_registration(StoryWriter& writer, Instant key) {
    // The laboratory knows a name and a number; patient administration tells us an hour later.
    writer.bloods(key, kUe, {{Analyte::potassium, 2'300}});
    writer.admit(key + hours(2), "AMU", {{"R11", "Nausea and vomiting"}});
    writer.bloods(key + hours(8), kUe);
    writer.quiet_rounds(key + hours(3), writer.end(), hours(5));
}

void moves_and_a_cancelled_discharge(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(12), "AMU", {{"I48", "Atrial fibrillation"}});
    writer.quiet_stay(key - hours(11), key - hours(5));
    writer.transfer(key - hours(5), "7A");
    writer.quiet_rounds(key - hours(4), key, hours(3));
    writer.discharge(key);
    writer.cancel_discharge(key + minutes(25));
    writer.quiet_rounds(key + hours(1), key + hours(9), hours(4));
    writer.transfer(key + hours(10), "7B");
    writer.quiet_stay(key + hours(11), writer.end());
}

void cancelled_admission(StoryWriter& writer, Instant key) {
    writer.register_person(writer.start());
    writer.admit(key - hours(1), "7A", {{"R10.4", "Abdominal pain"}});
    writer.cancel_admit(key - minutes(35));
    writer.admit(key, "7B", {{"R10.4", "Abdominal pain"}});
    writer.quiet_stay(key + hours(1), writer.end());
}

void expected_death(StoryWriter& writer, Instant key) {
    writer.admit(key - hours(30), "7A",
                 {{"C34.9", "Cancer of lung"}, {"Z51.5", "Palliative care"}});
    writer.quiet_rounds(key - hours(29), key - hours(6), hours(8));
    writer.document(key - hours(5), "CN", "Palliative care plan",
                    {"Comfort care; observations stopped."});
    writer.die(key);
}

}  // namespace wardlight::simulate
