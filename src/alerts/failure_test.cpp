// Every statement of what escalates and of what people do fails once: the alert is then as it was
// before, and the same step taken again leads where it leads without a failure.
#include <doctest/doctest.h>

#include "alerts/actions.h"
#include "alerts/state.h"
#include "alerts/test_hospital.h"
#include "alerts/timer_runner.h"

using namespace wardlight;
using namespace wardlight::alerts;
using namespace std::chrono_literals;

namespace {

const Viewer kRenal{AccountId{"renal"}, "doctor", {}, {"renal"}};
const Viewer kMedic{AccountId{"medic"}, "doctor", {}, {"medical"}};

class Ward : public HospitalWithAlert {
 public:
    Ward() : HospitalWithAlert(store::Writing::calling_thread) {}

    /// All that is known of the alert, as text.
    std::string content() {
        const Alert alert = only_alert();
        std::string out = json::serialize(to_json(alert.state));
        for (const std::string& name : event_names(alert.id)) out += " " + name;
        auto snapshot = data->read();
        const auto due = store::next_timer(*snapshot);
        REQUIRE(due);
        return out + (*due ? format_instant(**due) : " no timer");
    }
};

struct WardStep {
    const char* what;
    Duration after;
    store::WriteFunction write;
};

std::vector<WardStep> steps_of(Ward& ward) {
    const auto acting = [&ward](const Viewer& viewer, ActionRequest request) {
        return [&ward, viewer, request](store::WriteTransaction& tx) mutable -> Result<> {
            const auto found = TRY(alerts_of_patient(tx, PatientId{"p"}));
            request.version = found.front().state.version;
            return act(tx, ward.site, found.front().id, viewer, request);
        };
    };
    const auto timers = [&ward](store::WriteTransaction& tx) -> Result<> {
        TRY(run_due_timers(tx, ward.site));
        return {};
    };
    const auto seeing = [](const Viewer& viewer) {
        return [viewer](store::WriteTransaction& tx) -> Result<> {
            const auto found = TRY(alerts_of_patient(tx, PatientId{"p"}));
            return note_seen(tx, found.front().id, viewer);
        };
    };
    const Instant now = ward.data.clock.now();
    return {
        {"seen", 1min, seeing(kRenal)},
        {"seen again", 0min, seeing(kRenal)},
        {"the next step", 5min, timers},
        {"acknowledged", 0min, acting(kRenal, {.action = Action::acknowledge})},
        {"undone", 0min, acting(kRenal, {.action = Action::undo})},
        {"acknowledged again", 0min, acting(kRenal, {.action = Action::acknowledge})},
        {"taken over", 1s, acting(kMedic, {.action = Action::acknowledge})},
        {"end of the undo window", 5min, timers},
        {"handed over", 0min, acting(kMedic, {.action = Action::hand_over, .to = kRenal.account})},
        {"lapsed", 60min, timers},
        {"handed over again", 0min,
         acting(kMedic, {.action = Action::hand_over, .to = kRenal.account})},
        {"accepted", 0min, acting(kRenal, {.action = Action::accept})},
        {"snoozed", 0min,
         acting(kRenal, {.action = Action::snooze, .until = now + 90min, .reason = "dialysis"})},
        {"woken", 60min, timers},
        {"not useful so far", 0min,
         acting(kRenal, {.action = Action::not_useful, .reason = "known"})},
        {"acknowledged once more", 0min, acting(kRenal, {.action = Action::acknowledge})},
        {"no outcome in time", 5h, timers},
        {"to the doctors", 15min, timers},
        {"to the site", 15min, timers},
        {"to the switchboard", 15min, timers},
        {"withdrawn from nobody", 0min,
         [](store::WriteTransaction& tx) -> Result<> {
             auto found = TRY(alerts_of_patient(tx, PatientId{"p"}));
             TRY(inform_audience(tx, found.front(), "amended"));
             return save(tx, found.front());
         }},
        {"closed as not useful", 0min,
         acting(kRenal, {.action = Action::triage, .outcome = "not_useful", .reason = "known"})},
    };
}

}  // namespace

TEST_CASE(
    "a step of an alert's life whose statement fails is not taken, and is taken when repeated") {
    Ward reference;
    std::vector<std::string> expected;
    for (const WardStep& step : steps_of(reference)) {
        CAPTURE(step.what);
        reference.data.clock.advance(step.after);
        const auto done = reference.data->write(step.write);
        REQUIRE_MESSAGE(done, (done ? "" : done.error().message));
        expected.push_back(reference.content());
    }
    CHECK(reference.only_alert().state.state == State::closed);
    CHECK(reference.count_events(reference.only_alert().id, EventKind::chain_ended) == 1);

    Ward ward;
    std::size_t index = 0;
    for (const WardStep& step : steps_of(ward)) {
        CAPTURE(step.what);
        ward.data.clock.advance(step.after);
        const std::string before = ward.content();
        for (int n = 1;; ++n) {
            CAPTURE(n);
            ward.data.failures.fail_from(n);
            const auto done = ward.data->write(step.write);
            const bool has_failed = ward.data.failures.has_failed();
            ward.data.failures.fail_at(0);
            REQUIRE(done.has_value() != has_failed);
            if (done) break;
            REQUIRE(ward.content() == before);
        }
        REQUIRE(ward.content() == expected[index]);
        ++index;
    }
}

TEST_CASE("timers that cannot be run are an error and are run the next time, once") {
    Ward reference;
    reference.data.clock.advance(5min);
    REQUIRE(TimerRunner::run_once(*reference.data, reference.site));
    const std::string after = reference.content();
    Ward ward;
    ward.data.clock.advance(5min);
    const std::string before = ward.content();
    for (int n = 1;; ++n) {
        CAPTURE(n);
        ward.data.failures.fail_from(n);
        const auto done = TimerRunner::run_once(*ward.data, ward.site);
        const bool has_failed = ward.data.failures.has_failed();
        ward.data.failures.fail_at(0);
        REQUIRE(done.has_value() != has_failed);
        if (done) break;
        // The last thing that can fail is the look for further timers.
        const std::string now = ward.content();
        REQUIRE((now == before || now == after));
    }
    CHECK(ward.content() == after);
    CHECK(TimerRunner::run_once(*ward.data, ward.site));
}

TEST_CASE("an alert whose timer fails is put off, and the others are not") {
    Ward ward;
    ward.admit("q");
    ward.put_lab({.id = "q0", .value = "100", .taken = ward.ago(30), .patient = "q"});
    ward.put_lab({.id = "q1", .value = "320", .taken = ward.ago(1), .patient = "q"});
    const AlertId damaged = ward.only_alert("q").id;
    const AlertId sound = ward.only_alert("p").id;
    const std::size_t told = ward.count_events(sound, EventKind::notified);
    ward.write([&](store::WriteTransaction& tx) -> Result<> {
        // A timer of no alert is done with.
        TRY(store::set_timer(tx, {"none", std::string(kTimerKind), "none", tx.now()}));
        return tx.sql().run("UPDATE alert SET body = '{}' WHERE id = $1", damaged.value);
    });
    ward.data.clock.advance(5min);
    CHECK(TimerRunner::run_once(*ward.data, ward.site));
    CHECK(ward.count_events(sound, EventKind::notified) == told + 1);
    auto snapshot = ward.data->read();
    CHECK_FALSE(*store::find_timer(*snapshot, "none"));
    const auto next = *store::next_timer(*snapshot);
    REQUIRE(next);
    CHECK(*next == ward.data.clock.now() + 30s);
}
