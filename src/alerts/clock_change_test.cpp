// The nights and mistakes of clocks: whatever the machine's time of day does, each step of a chain
// comes when its wait has truly passed, neither early nor late, and once.
#include "alerts/clock_change.h"

#include <doctest/doctest.h>

#include "alerts/actions.h"
#include "alerts/test_hospital.h"
#include "alerts/timer_runner.h"

using namespace wardlight;
using namespace wardlight::alerts;
using namespace std::chrono_literals;
using std::chrono::hours;

namespace {

class ManualMachine final : public MachineClocks {
 public:
    explicit ManualMachine(Instant start) : time_of_day_(start) {}
    [[nodiscard]] Instant time_of_day() const override { return time_of_day_; }
    [[nodiscard]] Duration uptime() const override { return uptime_; }
    [[nodiscard]] std::string boot() const override { return std::to_string(boots_); }

    void pass(Duration by) {
        time_of_day_ += by;
        uptime_ += by;
        passed_ += by;
    }
    void set(Duration by) { time_of_day_ += by; }
    void boot_again() {
        uptime_ = Duration(0);
        ++boots_;
    }
    /// True time since the start of the test.
    [[nodiscard]] Duration passed() const { return passed_; }

 private:
    Instant time_of_day_;
    Duration uptime_ = hours(3);
    Duration passed_{};
    int boots_ = 1;
};

/// A server on such a machine, with a real store in a file.
class ClockWard {
 public:
    explicit ClockWard(std::string_view start, const char* zone = "Europe/London")
        : machine(at(start)),
          site(*TimeZone::find(zone), directory),
          folder_(std::filesystem::temp_directory_path() / ("wardlight-" + new_uuid())) {
        std::filesystem::create_directories(folder_);
        directory.all = {{AccountId{"nurse"}, "Nurse", "ward_nurse", {"7B"}, {}},
                         {AccountId{"renal"}, "Renal", "doctor", {}, {"renal"}},
                         {AccountId{"medic"}, "Medic", "doctor", {}, {}}};
        start_server();
        staff();
        put({TestHospital::stay("p", "7B")});
    }
    ~ClockWard() {
        store_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    void start_server() {
        clock = std::make_unique<ServerClock>(machine);
        auto opened = store::Store::open(*store::open_sqlite(folder_ / "wardlight.db"), *clock,
                                         {{"timer", store::kTimerSteps}, {"alerts", kAlertSteps}},
                                         store::Writing::calling_thread);
        REQUIRE(opened);
        store_ = std::move(*opened);
        REQUIRE(resume_clock(*store_, *clock));
    }
    void stop_server() { store_.reset(); }

    void write(const store::WriteFunction& function) { REQUIRE(store_->write(function)); }
    void put(const std::vector<json::Value>& resources) {
        write([&](store::WriteTransaction& tx) -> Result<> {
            std::vector<store::ResourceKey> keys;
            for (const json::Value& resource : resources) {
                TRY(tx.put_json(resource));
                keys.push_back(TRY(store::ResourceKey::make(resource["resourceType"].text(),
                                                            resource["id"].text())));
            }
            return evaluate(tx, site, keys);
        });
    }
    /// Stage 3: nurse and renal at once, then medical, site and switchboard after 5 min each.
    void open_alert() {
        put({TestHospital::lab({.id = "a", .value = "90", .taken = clock->now() - hours(20)}),
             TestHospital::lab({.id = "b", .value = "300", .taken = clock->now() - 1h})});
    }
    Alert alert() {
        auto snapshot = store_->read();
        auto found = alerts_of_patient(*snapshot, PatientId{"p"});
        REQUIRE(found);
        REQUIRE(found->size() == 1);
        return std::move(found->front());
    }
    void act_as_nurse(ActionRequest request) {
        const Alert now = alert();
        request.version = now.state.version;
        write([&](store::WriteTransaction& tx) {
            return act(tx, site, now.id, {AccountId{"nurse"}, "", {}, {}}, request);
        });
    }
    std::size_t count(EventKind kind) {
        auto snapshot = store_->read();
        std::size_t count = 0;
        const auto events = events_of(*snapshot, alert().id);
        REQUIRE(events);
        for (const Event& event : *events) count += event.kind == kind ? 1U : 0U;
        return count;
    }
    [[nodiscard]] std::size_t steps_done() {
        return count(EventKind::notified) + count(EventKind::step_skipped) +
               count(EventKind::chain_ended);
    }
    void run_timers() { REQUIRE(TimerRunner::run_once(*store_, site, clock.get())); }
    /// The timer thread looks at least once a second.
    void pass(Duration time) {
        while (time > Duration(0)) {
            const Duration step = std::min<Duration>(time, 1s);
            machine.pass(step);
            run_timers();
            time -= step;
        }
    }
    /// Up to a moment of true time since the start of the test.
    void pass_until(Duration passed) { pass(passed - machine.passed()); }

    ManualMachine machine;
    PlainDirectory directory;
    Site site;
    std::unique_ptr<ServerClock> clock;

 private:
    void staff() {
        Rota rota = default_rota();
        // Far beyond any change of the clock: who is on call goes by the time of day.
        for (const auto& [role, person] :
             {std::pair{"renal_oncall", "renal"}, std::pair{"medical_oncall", "medic"},
              std::pair{"site_coordinator", "medic"}})
            rota.shifts.push_back({role, role, AccountId{person}, clock->now() - hours(24 * 400),
                                   clock->now() + hours(24 * 400)});
        write([&](store::WriteTransaction& tx) -> Result<> {
            TRY(save_rota(tx, rota, 0, AccountId{"admin"}, true));
            return {};
        });
    }

    std::filesystem::path folder_;
    std::unique_ptr<store::Store> store_;
};

/// The steps of an emergency chain, in true time since it began: 2 at once, then after 5, 10, 15.
void check_chain(ClockWard& ward, Duration slack = Duration(0)) {
    CHECK(ward.steps_done() == 2);
    std::size_t done = 2;
    for (const Duration due : {Duration(5min), Duration(10min), Duration(15min)}) {
        ward.pass_until(due - 1s);
        CHECK(ward.steps_done() == done);
        ward.pass_until(due + slack);
        CHECK(ward.steps_done() == ++done);
    }
    ward.pass(2min);
    CHECK(ward.steps_done() == done);
}

struct Change {
    const char* what;
    Duration by;
};

// Leap seconds are set by the kernel as one second back (or, never yet, one forward).
const Change kChanges[] = {
    {"left alone", 0s},
    {"a leap second", -1s},
    {"a leap second taken out", 1s},
    {"two seconds, which is still a leap second", -2s},
    {"three seconds back", -3s},
    {"three seconds forwards", 3s},
    {"two minutes back", -2min},
    {"two minutes forwards", 2min},
    {"an hour back", -1h},
    {"an hour forwards", 1h},
    {"a day back", -24h},
    {"a day forwards", 24h},
    {"a year back", -hours(24 * 365)},
    {"a year forwards", hours(24 * 365)},
};

}  // namespace

TEST_CASE("no step is early or late when the clock is set while the server runs") {
    for (const Change& change : kChanges) {
        CAPTURE(change.what);
        ClockWard ward("2026-06-10T10:00:00Z");
        ward.open_alert();
        ward.pass(2min);
        ward.machine.set(change.by);
        check_chain(ward);
    }
}

TEST_CASE("no step is early or late when the clock is set while the server is down for a moment") {
    for (const Change& change : kChanges) {
        CAPTURE(change.what);
        ClockWard ward("2026-06-10T10:00:00Z");
        ward.open_alert();
        ward.pass(2min);
        ward.stop_server();
        ward.machine.set(change.by);
        ward.machine.pass(30s);
        ward.start_server();
        check_chain(ward);
    }
}

TEST_CASE(
    "no step is early or late in the nights when clocks change, with or without summer time") {
    struct Night {
        const char* start;
        const char* zone;
    };
    // Each chain begins two minutes before its zone's clocks change, or would if they did.
    for (const Night& night : {Night{"2026-03-29T00:58:00Z", "Europe/London"},
                               Night{"2026-10-25T00:58:00Z", "Europe/London"},
                               Night{"2026-03-29T00:58:00Z", "Asia/Hong_Kong"},
                               Night{"2026-12-31T23:58:00Z", "Europe/London"},
                               Night{"2028-02-28T23:58:00Z", "Europe/London"}}) {
        CAPTURE(night.start);
        CAPTURE(night.zone);
        ClockWard ward(night.start, night.zone);
        ward.open_alert();
        check_chain(ward);
    }
}

TEST_CASE("five leap seconds in an hour move no step") {
    ClockWard ward("2026-06-10T10:00:00Z");
    ward.open_alert();
    for (int i = 0; i < 5; ++i) {
        ward.pass(20s);
        ward.machine.set(-1s);
    }
    check_chain(ward);
}

TEST_CASE("a clock that is set twice while a chain runs, out and home again, moves no step") {
    ClockWard ward("2026-06-10T10:00:00Z");
    ward.open_alert();
    ward.pass(1min);
    ward.machine.set(-3h);
    ward.pass(1min);
    CHECK(ward.count(EventKind::clock_set) == 1);
    ward.machine.set(3h);
    check_chain(ward);
    CHECK(ward.count(EventKind::clock_set) == 2);
}

TEST_CASE("the server's time follows the machine's once the waits have been moved") {
    ClockWard ward("2026-06-10T10:00:00Z");
    ward.machine.set(1h);
    CHECK(ward.clock->now() == at("2026-06-10T10:00:00Z"));
    ward.run_timers();
    CHECK(ward.clock->now() == at("2026-06-10T11:00:00Z"));
    // What begins now is counted by the clock as it is now.
    ward.open_alert();
    ward.pass(2min);
    check_chain(ward);
}

TEST_CASE(
    "a machine that slept does what is due when it wakes, and the waits after it start then") {
    ClockWard ward("2026-06-10T10:00:00Z");
    ward.open_alert();
    ward.machine.pass(3h);
    ward.run_timers();
    CHECK(ward.steps_done() == 3);
    ward.pass(5min - 1s);
    CHECK(ward.steps_done() == 3);
    ward.pass(1s);
    CHECK(ward.steps_done() == 4);
}

TEST_CASE("every kind of wait keeps its length when the clock is set") {
    for (const Duration by : {Duration(-1h), Duration(1h), Duration(-48h), Duration(48h)}) {
        CAPTURE(by.count());
        ClockWard ward("2026-06-10T10:00:00Z");
        ward.open_alert();
        ward.act_as_nurse({.action = Action::acknowledge});
        ward.pass(5s);
        ward.machine.set(by);
        ward.pass(4s);
        CHECK(ward.count(EventKind::undo_ended) == 0);
        ward.pass(1s);
        CHECK(ward.count(EventKind::undo_ended) == 1);
        ward.act_as_nurse({.action = Action::hand_over, .to = AccountId{"medic"}});
        ward.pass(5min);
        ward.machine.set(-by);
        ward.pass(5min - 1s);
        CHECK(ward.count(EventKind::handover_lapsed) == 0);
        ward.pass(1s);
        CHECK(ward.count(EventKind::handover_lapsed) == 1);
        ward.pass_until(4h - 1s);
        CHECK(ward.count(EventKind::review_overdue) == 0);
        ward.pass_until(4h);
        CHECK(ward.count(EventKind::review_overdue) == 1);
        ward.act_as_nurse(
            {.action = Action::snooze, .until = ward.clock->now() + 30min, .reason = "theatre"});
        ward.pass(10min);
        ward.machine.set(by);
        ward.pass(20min - 1s);
        CHECK(ward.count(EventKind::woken) == 0);
        ward.pass(1s);
        CHECK(ward.count(EventKind::woken) == 1);
    }
}

TEST_CASE(
    "a machine started anew with a clock that is behind its records keeps nobody waiting for it") {
    ClockWard ward("2026-06-10T10:00:00Z");
    ward.open_alert();
    ward.stop_server();
    ward.machine.pass(1min);
    ward.machine.boot_again();
    ward.machine.set(-24h);
    ward.start_server();
    // Nobody can know for how long the machine was off: waits go on from the last record.
    ward.pass(5min - 1s);
    CHECK(ward.steps_done() == 2);
    ward.pass(1s);
    CHECK(ward.steps_done() == 3);
}

TEST_CASE(
    "a machine started anew with a clock that is ahead does what is due by that clock at once") {
    ClockWard ward("2026-06-10T10:00:00Z");
    ward.open_alert();
    ward.stop_server();
    ward.machine.boot_again();
    ward.machine.set(2h);
    ward.start_server();
    ward.run_timers();
    CHECK(ward.steps_done() == 3);
    ward.pass(5min - 1s);
    CHECK(ward.steps_done() == 3);
}

TEST_CASE("a clock set back, and the machine then started anew, does not count the change twice") {
    ClockWard ward("2026-06-10T10:00:00Z");
    ward.open_alert();
    ward.machine.set(-1h);
    ward.pass(1min);
    ward.stop_server();
    ward.machine.boot_again();
    ward.machine.pass(30s);
    ward.start_server();
    check_chain(ward, 1s);
}

TEST_CASE("an alert that cannot be read does not keep the waits of others from moving") {
    ClockWard ward("2026-06-10T10:00:00Z");
    ward.open_alert();
    const Instant due = ward.clock->now() + 5min;
    ward.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(tx.sql().run(
            "INSERT INTO alert (id, patient, rule, analyte, severity, state, is_alive, "
            "is_end_of_chain, team, ward, owner, pending_owner, opened_at, changed_at, events, "
            "body) VALUES ('a-broken', 'q', 'x', '', 0, 'open', 0, 0, '', '', '', '', 0, 0, 0, "
            "'{}')"));
        return store::set_timer(tx, {"alert/a-broken", "alert", "a-broken", due});
    });
    ward.machine.set(-1h);
    ward.run_timers();
    CHECK(next_due(ward.alert().state) == due - 1h);
    ward.write([&](store::WriteTransaction& tx) -> Result<> {
        const auto timer = TRY(store::find_timer(tx, "alert/a-broken"));
        CHECK(timer->due_at == due - 1h);
        return {};
    });
}
