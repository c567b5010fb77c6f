// Writes one person's story into a plan: "admit", "bloods", "round" in place of events filled field
// by field. Keeps the visit as it stands, so that every event carries the right bed. Not
// thread-safe.
#pragma once

#include <initializer_list>
#include <string>
#include <utility>

#include "app/simulate/plan.h"
#include "app/simulate/random.h"

namespace wardlight::simulate {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

/// What all stories of a run share.
struct Run {
    explicit Run(const PlanOptions& plan_options)
        : options(plan_options),
          registry(plan_options.seed),
          tag(static_cast<std::uint32_t>(Random::mix(plan_options.seed, 3) & 0xFFFFU)) {}

    PlanOptions options;
    Plan plan;
    Registry registry;
    Beds beds;
    std::uint32_t tag;  // in every number given out, so that two seeds do not share numbers
    std::size_t numbers = 0;
    std::size_t tickets = 0;
};

/// What is usual for a person when nothing is wrong; thousandths.
struct Usual {
    std::array<std::int64_t, kAnalyteCount> milli{};
    int systolic = 128;
    int pulse = 74;
    int respiratory_rate = 16;
    int saturation = 97;
};

struct Change {
    Analyte analyte;
    std::int64_t milli;
};

class StoryWriter {
 public:
    StoryWriter(Run& run, Random random, std::size_t person);

    Random& random() { return random_; }
    Person& person() { return run_.plan.people[person_]; }
    Usual& usual() { return usual_; }
    [[nodiscard]] Instant start() const { return run_.options.start; }
    [[nodiscard]] Instant end() const { return run_.options.start + run_.options.duration; }
    Registry& registry() { return run_.registry; }
    [[nodiscard]] const Place& place() const { return visit_->place; }
    [[nodiscard]] bool is_admitted() const { return visit_.has_value(); }

    // Patient administration.
    void use_identity(std::size_t identity) { identity_ = identity; }
    void register_person(Instant at);
    void admit(Instant at, std::string_view ward, std::vector<Diagnosis> diagnoses,
               bool is_elective = false);
    void update(Instant at, Instant stamped);
    void transfer(Instant at, std::string_view ward);
    void discharge(Instant at);
    void cancel_discharge(Instant at);
    void cancel_admit(Instant at);
    void die(Instant at);
    void merge(Instant at, std::size_t retired);
    /// Results and rounds from now on carry no visit: the sender does not know it.
    void forget_visit() { visit_.reset(); }

    // Laboratory. `bloods` reports a panel of usual values but for the changes, about an hour after
    // collection, and returns the report as sent, for later versions of it.
    LabReport bloods(Instant collected, Panel panel, std::initializer_list<Change> changes = {});
    LabReport make_report(Instant collected, Panel panel,
                          std::initializer_list<Change> changes = {});
    void send(const LabReport& report) { send(report, report.reported); }
    void send(const LabReport& report, Instant at);
    /// A creatinine of long ago, loaded at the start of the run.
    void history(int days_ago, std::int64_t creatinine_milli);
    /// Several of them, close to `creatinine_milli`, over the past year.
    void stable_history(std::int64_t creatinine_milli);

    // Observation rounds.
    VitalSigns usual_signs();
    ObservationRound make_round(Instant observed, const VitalSigns& signs);
    /// Makes a round and sends it a minute after it was taken.
    ObservationRound round(Instant observed, const VitalSigns& signs);
    void send(const ObservationRound& made, Instant at);

    void order(Instant at, Panel panel);
    void document(Instant at, std::string type, std::string title, std::vector<std::string> lines);
    /// The last message again, same bytes.
    void repeat_last(Instant at);

    /// Rounds and daily bloods of an uneventful stay.
    void quiet_stay(Instant from, Instant until);
    void quiet_rounds(Instant from, Instant until, hours every);

    [[nodiscard]] static LabValue& value_in(LabReport& report, Analyte analyte);

 private:
    template <class What>
    Event& push(Instant at, Feed feed, What&& what);
    std::string number(char letter);
    std::int64_t vary(Analyte analyte);

    Run& run_;
    Random random_;
    std::size_t person_;
    std::size_t identity_ = 0;
    std::optional<Visit> visit_;
    Usual usual_;
    std::size_t history_at_ = 0;
};

}  // namespace wardlight::simulate
