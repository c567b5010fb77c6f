// Hand-made plans for the tests: a person or two and the events a case needs.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "app/simulate/message.h"
#include "app/simulate/plan.h"
#include "app/simulate/truth.h"

namespace wardlight::simulate {

class TestPlan {
 public:
    TestPlan() { add_person(1950, Sex::male); }

    std::size_t add_person(int born, Sex sex) {
        Person added;
        added.sex = sex;
        added.born = {born, 6, 15};
        for (const auto* mrn : {"-0", "-1"}) {
            Identity registration;
            registration.mrn = "M" + std::to_string(plan.people.size()) + mrn;
            registration.family = "Test";
            registration.given = "Case";
            added.identities.push_back(registration);
        }
        plan.people.push_back(added);
        return plan.people.size() - 1;
    }

    static Instant at(std::int64_t hour) {
        return parse_instant("2026-03-02T00:00:00Z").value() + std::chrono::hours(hour);
    }

    Event& push(std::int64_t hour) {
        Event event;
        event.sent = at(hour);
        event.stamped = event.sent;
        event.person = person;
        event.identity = identity;
        event.control_id = "C" + std::to_string(plan.events.size());
        plan.events.push_back(event);
        return plan.events.back();
    }

    void place(std::int64_t hour, const std::string& ward, const std::string& diagnosis = {}) {
        Event& event = push(hour);
        Visit visit;
        visit.place.ward = ward;
        if (!diagnosis.empty()) visit.diagnoses.push_back({diagnosis, ""});
        event.visit = visit;
        event.what = Movement{"A01", {}, {}, {}};
    }

    /// A result collected and sent at the same hour unless `sent` says otherwise.
    void lab(std::int64_t collected, Analyte analyte, std::int64_t milli, char status = 'F',
             std::string filler = {}, std::int64_t sent = kWhenCollected) {
        Event& event = push(sent == kWhenCollected ? collected : sent);
        event.feed = Feed::lab;
        LabReport report;
        report.panel = code_of(analyte).panel;
        report.filler =
            filler.empty() ? "F" + std::to_string(plan.events.size()) : std::move(filler);
        report.collected = at(collected);
        report.status = status;
        LabValue value;
        value.analyte = analyte;
        value.milli = milli;
        value.status = status;
        report.values.push_back(value);
        event.what = report;
    }

    void creatinine(std::int64_t collected, std::int64_t milli) {
        lab(collected, Analyte::creatinine, milli);
    }

    void round(std::int64_t hour, const VitalSigns& signs, std::string filler = {}) {
        Event& event = push(hour);
        event.feed = Feed::observations;
        event.what = ObservationRound{
            filler.empty() ? "N" + std::to_string(plan.events.size()) : std::move(filler), at(hour),
            'F', signs};
    }

    /// "alert aki 2", "suppressed aki 1 ward", "retracted critical_result K high"
    [[nodiscard]] std::vector<std::string> truth() const {
        std::vector<std::string> lines;
        for (const auto& line : compute_truth(plan, TimeZone::find(kHospitalZone).value())) {
            std::string text = std::string(name_of(line.kind)) + " " + line.rule + " ";
            if (!line.analyte.empty()) text += line.analyte + " ";
            text += line.level;
            if (!line.reason.empty()) text += " " + line.reason;
            lines.push_back(text);
        }
        return lines;
    }

    static constexpr std::int64_t kWhenCollected = -1'000'000;
    Plan plan;
    std::size_t person = 0;
    std::size_t identity = 0;
};

/// Options of a run that tells every story.
inline PlanOptions whole_hospital(std::uint64_t seed) {
    PlanOptions options;
    options.seed = seed;
    options.patients = 60;
    options.start = TestPlan::at(6);
    options.edge = options.start + std::chrono::hours(6);
    options.duration = std::chrono::hours(48);
    return options;
}

}  // namespace wardlight::simulate
