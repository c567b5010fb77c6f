// Chains and alerts as the database holds them, whoever wrote them: what saving would refuse must
// not end an alert silently.
#include <doctest/doctest.h>

#include "alerts/actions.h"
#include "alerts/inbox.h"
#include "alerts/policy.h"
#include "alerts/test_hospital.h"
#include "alerts/timer_runner.h"

using namespace wardlight;
using namespace wardlight::alerts;
using namespace std::chrono_literals;

namespace {

const Viewer kRenal{AccountId{"renal"}, "doctor", {}, {"renal"}};

void open_alert(TestHospital& hospital) {
    hospital.admit();
    hospital.put_lab({.id = "c0", .value = "100", .taken = hospital.ago(30)});
    hospital.put_lab({.id = "c1", .value = "320", .taken = hospital.ago(1)});
}

void keep_steps(TestHospital& hospital, const std::string& steps) {
    hospital.write([&](store::WriteTransaction& tx) {
        return tx.sql().run(
            "INSERT INTO alert_setting (kind, version, at, author, body) VALUES ('policies', 1, 0, "
            "'admin', $1)",
            R"({"teams":[{"id":"renal","name":"Renal"}],"policies":[{"id":"a","label":"A","steps":)" +
                steps +
                R"(}],"routes":[{"rule":"*","severity":"*","team":"renal","policy":"a"}]})");
    });
}

std::string shown_on_switchboard(TestHospital& hospital) {
    auto snapshot = hospital.data->read();
    const auto shown = switchboard(*snapshot);
    REQUIRE(shown);
    std::string out;
    for (const Alert& alert : *shown) out += alert.patient.value + " ";
    return out;
}

Result<store::Commit> act_as_renal(TestHospital& hospital, ActionRequest request) {
    const Alert alert = hospital.only_alert();
    request.version = alert.state.version;
    return hospital.data->write([&](store::WriteTransaction& tx) {
        return act(tx, hospital.site, alert.id, kRenal, request);
    });
}

/// Asleep for an hour; returns until when.
Instant open_and_snooze(TestHospital& hospital) {
    hospital.staff();
    open_alert(hospital);
    const Instant until = hospital.data.clock.now() + 1h;
    REQUIRE(
        act_as_renal(hospital, {.action = Action::snooze, .until = until, .reason = "dialysis"}));
    return until;
}

}  // namespace

TEST_CASE("a kept chain without steps, or without the switchboard, ends on the switchboard") {
    const std::pair<const char*, std::size_t> cases[] = {
        {"[]", 0}, {R"([{"after_seconds":0,"to":"ward_nurse"}])", 1}};
    for (const auto& [steps, told] : cases) {
        CAPTURE(steps);
        TestHospital hospital;
        hospital.staff();
        keep_steps(hospital, steps);
        open_alert(hospital);
        const Alert alert = hospital.only_alert();
        CHECK(hospital.count_events(alert.id, EventKind::notified) == told);
        CHECK(alert.state.is_end_of_chain);
        CHECK(shown_on_switchboard(hospital) == "p ");
    }
}

TEST_CASE("an alert whose kept state lost its owner wakes and rings, and nobody is told of it") {
    TestHospital hospital;
    open_and_snooze(hospital);
    hospital.write([&](store::WriteTransaction& tx) -> Result<> {
        Alert alert = TRY(alerts_of_patient(tx, PatientId{"p"})).front();
        alert.state.owner = {};
        return save(tx, alert);
    });
    const std::size_t told = hospital.count_events(hospital.only_alert().id, EventKind::notified);
    hospital.wait(1h);
    const Alert alert = hospital.only_alert();
    CHECK(alert.state.state == State::open);
    CHECK(hospital.count_events(alert.id, EventKind::informed) == 0);
    CHECK(hospital.count_events(alert.id, EventKind::notified) == 2 * told);  // from its start
}

TEST_CASE("a timer that rings too early does nothing, and the alert wakes at its time") {
    TestHospital hospital;
    const Instant until = open_and_snooze(hospital);
    const AlertId id = hospital.only_alert().id;
    hospital.write([&](store::WriteTransaction& tx) {
        return store::set_timer(tx,
                                {"alert/" + id.value, std::string(kTimerKind), id.value, tx.now()});
    });
    REQUIRE(TimerRunner::run_once(*hospital.data, hospital.site));
    CHECK(hospital.only_alert().state.state == State::snoozed);
    auto snapshot = hospital.data->read();
    CHECK(*store::next_timer(*snapshot, kTimerKind) == until);
}

TEST_CASE("of an alert that nobody was told of, nobody hears that it has changed") {
    TestHospital hospital;
    hospital.directory.all.clear();
    open_alert(hospital);
    const AlertId id = hospital.only_alert().id;
    hospital.write([&](store::WriteTransaction& tx) -> Result<> {
        Alert alert = TRY(need_alert(tx, id));
        TRY(inform_audience(tx, alert, "amended"));
        return save(tx, alert);
    });
    CHECK(hospital.count_events(id, EventKind::informed) == 0);
}

TEST_CASE("while nobody can be named a step waits, and nobody is handed anything") {
    TestHospital hospital;
    hospital.staff();
    open_alert(hospital);
    const AlertId id = hospital.only_alert().id;
    const std::size_t told = hospital.count_events(id, EventKind::notified);
    hospital.directory.failure = Error{ErrorCode::unavailable, "made to fail", ""};
    hospital.data.clock.advance(5min);
    // Put off for half a minute, as what fails alone is.
    REQUIRE(TimerRunner::run_once(*hospital.data, hospital.site));
    CHECK(hospital.count_events(id, EventKind::notified) == told);
    CHECK_FALSE(act_as_renal(hospital, {.action = Action::hand_over, .to = AccountId{"medic"}}));
    CHECK(hospital.only_alert().state.pending_owner.empty());
    hospital.directory.failure.reset();
    hospital.data.clock.advance(30s);
    REQUIRE(TimerRunner::run_once(*hospital.data, hospital.site));
    CHECK(hospital.count_events(id, EventKind::notified) == told + 1);
}

TEST_CASE("a snooze needs an end that is still to come") {
    TestHospital hospital;
    hospital.staff();
    open_alert(hospital);
    const Instant now = hospital.data.clock.now();
    for (const std::optional<Instant> until :
         {std::optional<Instant>(), std::optional(now), std::optional(now - 1s)}) {
        const auto refused = act_as_renal(
            hospital, {.action = Action::snooze, .until = until, .reason = "dialysis"});
        REQUIRE_FALSE(refused);
        CHECK(refused.error().where == "until");
    }
    CHECK(hospital.only_alert().state.state == State::open);
}
