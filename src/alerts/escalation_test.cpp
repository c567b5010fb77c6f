#include "alerts/escalation.h"

#include <doctest/doctest.h>

#include "alerts/inbox.h"
#include "alerts/policy.h"
#include "alerts/test_hospital.h"
#include "alerts/timer_runner.h"

using namespace wardlight;
using namespace wardlight::alerts;
using namespace std::chrono_literals;

namespace {

/// A stage 3 alert on 7B: nurse and renal at once, medical after 5 min, site after 10, switchboard
/// after 15.
void open_stage_3(TestHospital& hospital) {
    hospital.admit();
    hospital.put_lab({.id = "c0", .value = "100", .taken = hospital.ago(30)});
    hospital.put_lab({.id = "c1", .value = "320", .taken = hospital.ago(1)});
}

std::string recipients(TestHospital& hospital, const AlertId& id) {
    auto snapshot = hospital.data->read();
    const auto events = *events_of(*snapshot, id);
    std::string out;
    for (const Event& event : events) {
        if (event.kind == EventKind::chain_ended) out += " switchboard";
        if (event.kind == EventKind::step_skipped) out += " -" + event.code;
        if (event.kind != EventKind::notified) continue;
        for (const AccountId& account : event.recipients) out += " " + account.value;
    }
    return out;
}

std::size_t communications(TestHospital& hospital, const AlertId& id) {
    auto snapshot = hospital.data->read();
    std::size_t count = 0;
    for (int i = 1; i < 50; ++i) {
        const auto key =
            *store::ResourceKey::make("Communication", id.value + "-" + std::to_string(i));
        if (*snapshot->get_json(key)) ++count;
    }
    return count;
}

}  // namespace

TEST_CASE("a chain that nobody answers runs to the switchboard and stays there") {
    TestHospital hospital;
    hospital.staff();
    open_stage_3(hospital);
    const AlertId id = hospital.only_alert().id;
    CHECK(recipients(hospital, id) == " nurse-7b renal");
    hospital.wait(4min + 59s + 999ms);
    CHECK(recipients(hospital, id) == " nurse-7b renal");
    hospital.wait(1ms);
    CHECK(recipients(hospital, id) == " nurse-7b renal medic");
    hospital.wait(5min);
    CHECK(recipients(hospital, id) == " nurse-7b renal medic site");
    hospital.wait(5min);
    CHECK(recipients(hospital, id) == " nurse-7b renal medic site switchboard");
    CHECK(communications(hospital, id) == 5);
    hospital.wait(24h * 30);
    CHECK(recipients(hospital, id) == " nurse-7b renal medic site switchboard");
    auto snapshot = hospital.data->read();
    const auto shown = switchboard(*snapshot);
    REQUIRE(shown->size() == 1);
    CHECK(shown->front().id == id);
    CHECK_FALSE(*store::next_timer(*snapshot, kTimerKind));
    const auto task = *snapshot->get_json(*store::ResourceKey::make("Task", id.value));
    CHECK((*task)["businessStatus"]["coding"][0]["code"].text() == "end_of_chain");
}

TEST_CASE("a restart between steps neither loses nor repeats one") {
    TestHospital hospital;
    hospital.staff();
    open_stage_3(hospital);
    const AlertId id = hospital.only_alert().id;
    for (int i = 0; i < 4; ++i) {
        hospital.data.reopen();
        hospital.data.clock.advance(5min);
        REQUIRE(TimerRunner::run_once(*hospital.data, hospital.site));
        hospital.data.reopen();
        REQUIRE(TimerRunner::run_once(*hospital.data, hospital.site));
    }
    CHECK(recipients(hospital, id) == " nurse-7b renal medic site switchboard");
    CHECK(communications(hospital, id) == 5);
}

TEST_CASE("after a long stop the next step is done at once and the others keep their waits") {
    TestHospital hospital;
    hospital.staff();
    open_stage_3(hospital);
    const AlertId id = hospital.only_alert().id;
    hospital.wait(3h);
    CHECK(recipients(hospital, id) == " nurse-7b renal medic");
    hospital.wait(5min);
    CHECK(recipients(hospital, id) == " nurse-7b renal medic site");
}

TEST_CASE("a step that fails to be written is done later, once") {
    TestHospital hospital;
    hospital.staff();
    open_stage_3(hospital);
    const AlertId id = hospital.only_alert().id;
    hospital.data.clock.advance(5min);
    const auto failed = hospital.data->write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(run_due_timers(tx, hospital.site));
        return fail(ErrorCode::internal, "on purpose");
    });
    CHECK_FALSE(failed);
    CHECK(recipients(hospital, id) == " nurse-7b renal");
    REQUIRE(TimerRunner::run_once(*hospital.data, hospital.site));
    CHECK(recipients(hospital, id) == " nurse-7b renal medic");
}

TEST_CASE("one alert that cannot be run does not hold up the others") {
    TestHospital hospital;
    hospital.staff();
    open_stage_3(hospital);
    const AlertId id = hospital.only_alert().id;
    hospital.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(tx.sql().run(
            "INSERT INTO alert (id, patient, rule, analyte, severity, state, is_alive, "
            "is_end_of_chain, team, ward, owner, pending_owner, opened_at, changed_at, events, "
            "body) VALUES ('broken', 'p', 'x', '', 0, 'open', 0, 0, '', '', '', '', 0, 0, 0, "
            "'{}')"));
        return store::set_timer(tx, {"alert/broken", "alert", "broken", tx.now()});
    });
    hospital.data.clock.advance(5min);
    REQUIRE(TimerRunner::run_once(*hospital.data, hospital.site));
    CHECK(recipients(hospital, id) == " nurse-7b renal medic");
    auto snapshot = hospital.data->read();
    CHECK((*store::find_timer(*snapshot, "alert/broken"))->due_at ==
          hospital.data.clock.now() + 30s);
}

TEST_CASE("a role that nobody holds is passed over, at once while nobody was told") {
    TestHospital hospital;  // an empty rota
    hospital.directory.all.clear();
    open_stage_3(hospital);
    const Alert alert = hospital.only_alert();
    CHECK(recipients(hospital, alert.id) ==
          " -ward_nurse -renal_oncall -medical_oncall -site_coordinator switchboard");
    CHECK(alert.state.is_end_of_chain);

    TestHospital other;  // an empty rota, but a nurse on the ward: she gets her time
    open_stage_3(other);
    const AlertId id = other.only_alert().id;
    CHECK(recipients(other, id) == " nurse-7b -renal_oncall");
    other.wait(5min);
    CHECK(recipients(other, id) == " nurse-7b -renal_oncall -medical_oncall");
}

TEST_CASE("who is told is decided when the step is due, not when the alert opened") {
    TestHospital hospital;
    hospital.staff();
    open_stage_3(hospital);
    const AlertId id = hospital.only_alert().id;
    std::erase_if(hospital.directory.all,
                  [](const Person& person) { return person.id == AccountId{"medic"}; });
    hospital.wait(5min);
    CHECK(recipients(hospital, id) == " nurse-7b renal -medical_oncall");
}

TEST_CASE("other folders' timers are left alone") {
    TestHospital hospital;
    hospital.write([&](store::WriteTransaction& tx) {
        return store::set_timer(tx, {"other", "other", "", tx.now()});
    });
    hospital.wait(1h);
    auto snapshot = hospital.data->read();
    CHECK(*store::find_timer(*snapshot, "other"));
    CHECK_FALSE(*store::next_timer(*snapshot, kTimerKind));
}

TEST_CASE("an alert that gets worse while it is on the switchboard stays there and rings again") {
    TestHospital hospital;
    hospital.staff();
    hospital.admit();
    hospital.put_lab({.id = "c0", .value = "100", .taken = hospital.ago(30)});
    hospital.put_lab({.id = "c1", .value = "220", .taken = hospital.ago(2)});
    for (int i = 0; i < 4; ++i) hospital.wait(15min);
    CHECK(hospital.only_alert().state.is_end_of_chain);
    hospital.put_lab({.id = "c2", .value = "320", .taken = hospital.ago(1)});
    const Alert alert = hospital.only_alert();
    CHECK(alert.state.is_end_of_chain);
    CHECK(alert.policy == "aki_3");
    CHECK(next_due(alert.state) == hospital.data.clock.now() + 5min);
    auto snapshot = hospital.data->read();
    CHECK(switchboard(*snapshot)->size() == 1);
}

TEST_CASE("an alert goes with its patient to another ward") {
    TestHospital hospital;
    hospital.staff();
    open_stage_3(hospital);
    hospital.put(std::vector{TestHospital::stay("p", "8A")});
    const Alert alert = hospital.only_alert();
    CHECK(alert.ward == "8A");
    auto snapshot = hospital.data->read();
    const auto events = *events_of(*snapshot, alert.id);
    CHECK(events.back().kind == EventKind::informed);
    CHECK(events.back().recipients == std::vector{AccountId{"nurse-8a"}});
}

TEST_CASE("the timer thread does what is due and stops") {
    TestHospital hospital;
    hospital.staff();
    {
        const TimerRunner runner(*hospital.data, hospital.site);
        open_stage_3(hospital);
        hospital.data.clock.advance(5min);
        // The thread notices the clock within its longest sleep; waiting for the write it then
        // does.
        ChangeNumber seen = hospital.data->last_change();
        for (int i = 0;
             i < 100 && hospital.count_events(hospital.only_alert().id, EventKind::notified) < 3;
             ++i) {
            seen = hospital.data->wait_for_change(seen, std::chrono::milliseconds(500));
        }
    }
    CHECK(hospital.count_events(hospital.only_alert().id, EventKind::notified) == 3);
}

TEST_CASE(
    "a step to the team reaches those of it on duty, and all of it when the rota names nobody") {
    constexpr const char* kPolicies = R"({
      "policies":[{"id":"a","label":"A","steps":[{"after_seconds":0,"to":"owner_team"},{"after_seconds":60,"to":"switchboard"}]}],
      "routes":[{"rule":"*","severity":"*","ward":null,"from_minute":null,"until_minute":null,"team":"renal","policy":"a"}]})";
    for (const bool is_staffed : {true, false}) {
        CAPTURE(is_staffed);
        TestHospital hospital;
        hospital.directory.all.push_back(
            {AccountId{"renal-2"}, "Second", "doctor", {}, {"renal", "dialysis"}});
        if (is_staffed) hospital.staff();
        hospital.write([&](store::WriteTransaction& tx) -> Result<> {
            TRY(save_policies(tx, parsed(kPolicies), 0, AccountId{"admin"}));
            return {};
        });
        open_stage_3(hospital);
        CHECK(recipients(hospital, hospital.only_alert().id) ==
              (is_staffed ? " renal" : " renal renal-2"));
    }
}
