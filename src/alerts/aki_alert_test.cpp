#include <doctest/doctest.h>

#include "alerts/test_hospital.h"

using namespace wardlight;
using namespace wardlight::alerts;
using std::chrono::hours;
using std::chrono::minutes;

namespace {

void triage_for_follow_up(TestHospital& hospital, const AlertId& id) {
    hospital.write([&](store::WriteTransaction& tx) -> Result<> {
        auto alert = TRY(need_alert(tx, id));
        Event event{.kind = EventKind::triaged, .at = tx.now(), .actor = AccountId{"renal"}};
        event.code = "follow_up";
        TRY(record(tx, alert, event));
        return save(tx, alert);
    });
}

/// Patients "old" and "new", both with an alert of stage 2.
void with_two_records(TestHospital& hospital) {
    hospital.staff();
    for (const char* patient : {"new", "old"}) {
        hospital.admit(patient);
        hospital.put_lab({.id = std::string(patient) + "-0",
                          .value = "100",
                          .taken = hospital.ago(72),
                          .patient = patient});
        hospital.put_lab({.id = std::string(patient) + "-1",
                          .value = "210",
                          .taken = hospital.ago(5),
                          .patient = patient});
        hospital.data.clock.advance(minutes(1));
    }
}

/// "old" becomes a part of "new", and a result of the given value arrives with that.
void merge_records(TestHospital& hospital, const std::string& value) {
    const auto moved = [&](const char* id, const char* amount, Instant taken) {
        return TestHospital::lab({.id = id, .value = amount, .taken = taken, .patient = "new"});
    };
    const auto before = hospital.subjects(Rule::aki, "old");
    REQUIRE(before.size() == 2);
    hospital.put({parsed(R"({"resourceType":"Patient","id":"old","active":false,"link":[)"
                         R"({"other":{"reference":"Patient/new"},"type":"replaced-by"}]})"),
                  moved("old-0", "100", before[0].taken_at),
                  moved("old-1", "210", before[1].taken_at),
                  moved("last", value.c_str(), hospital.ago(1))});
}

std::vector<State> living_states(const std::vector<Alert>& alerts) {
    std::vector<State> states;
    for (const Alert& alert : alerts)
        if (is_alive(alert.state.state)) states.push_back(alert.state.state);
    return states;
}

/// A patient on 7B with a baseline of 100 three days ago.
void with_baseline(TestHospital& hospital) {
    hospital.staff();
    hospital.admit();
    hospital.put_lab({.id = "c0", .value = "100", .taken = hospital.ago(72)});
}

}  // namespace

TEST_CASE("a creatinine of 1.5 times the baseline opens an alert in its own transaction") {
    TestHospital hospital;
    with_baseline(hospital);
    hospital.put_lab({.id = "c1", .value = "149.9", .taken = hospital.ago(2)});
    CHECK(hospital.alerts().empty());
    hospital.put_lab({.id = "c2", .value = "150", .taken = hospital.ago(1)});
    const Alert alert = hospital.only_alert();
    CHECK(alert.state.state == State::open);
    CHECK(alert.state.label["stage"].text() == "1");
    CHECK(alert.why.ratio == "1.50");
    CHECK(alert.ward == "7B");
    CHECK(alert.team == "renal");
    CHECK(alert.opened_at == hospital.data.clock.now());
    auto snapshot = hospital.data->read();
    const auto issue =
        *snapshot->get_json(*store::ResourceKey::make("DetectedIssue", alert.id.value));
    REQUIRE(issue);
    CHECK((*issue)["evidence"][0]["detail"][0]["reference"].text() == "Observation/c2");
    const auto task = *snapshot->get_json(*store::ResourceKey::make("Task", alert.id.value));
    REQUIRE(task);
    CHECK((*task)["focus"]["reference"].text() == "DetectedIssue/" + alert.id.value);
    CHECK(hospital.count_events(alert.id, EventKind::notified) == 2);  // ward nurse, renal on call
    CHECK(*snapshot->get_json(*store::ResourceKey::make("Communication", alert.id.value + "-2")));
}

TEST_CASE("evaluating the same result again changes nothing") {
    TestHospital hospital;
    with_baseline(hospital);
    hospital.put_lab({.id = "c2", .value = "200", .taken = hospital.ago(1)});
    const auto before = hospital.data->last_change();
    hospital.data.clock.advance(minutes(1));
    hospital.evaluate_again("Observation", "c2");
    hospital.evaluate_again("Observation", "c0");
    CHECK(hospital.data->last_change() == before);
    CHECK(hospital.alerts().size() == 1);
}

TEST_CASE("a corrected creatinine that no longer warns retracts the alert and tells who was told") {
    TestHospital hospital;
    with_baseline(hospital);
    hospital.put_lab({.id = "c2", .value = "300", .taken = hospital.ago(1)});
    hospital.data.clock.advance(minutes(30));
    hospital.put_lab(
        {.id = "c2", .value = "101", .taken = hospital.ago(1.5), .status = "corrected"});
    const Alert alert = hospital.only_alert();
    CHECK(alert.state.state == State::retracted);
    CHECK(alert.state.retracted->reason == "corrected_result");
    auto snapshot = hospital.data->read();
    const auto events = *events_of(*snapshot, alert.id);
    REQUIRE(events.back().kind == EventKind::informed);
    CHECK(events.back().recipients.size() == 2);
    CHECK(hospital.subjects(Rule::aki).back().is_retracted);
    CHECK_FALSE(*store::find_timer(*snapshot, "alert/" + alert.id.value));
}

TEST_CASE("a withdrawn or deleted creatinine retracts the alert") {
    for (const bool is_deleted : {false, true}) {
        TestHospital hospital;
        with_baseline(hospital);
        hospital.put_lab({.id = "c2", .value = "300", .taken = hospital.ago(1)});
        if (is_deleted) {
            hospital.write([&](store::WriteTransaction& tx) -> Result<> {
                const std::vector keys{*store::ResourceKey::make("Observation", "c2")};
                TRY(tx.remove(keys[0]));
                return evaluate(tx, hospital.site, keys);
            });
        } else {
            hospital.put_lab({.id = "c2",
                              .value = "300",
                              .taken = hospital.ago(1),
                              .status = "entered-in-error"});
        }
        CHECK(hospital.only_alert().state.state == State::retracted);
        CHECK(hospital.only_alert().state.retracted->reason == "withdrawn_result");
    }
}

TEST_CASE("a correction to a lower stage annotates the alert and does not open it again") {
    TestHospital hospital;
    with_baseline(hospital);
    hospital.put_lab({.id = "c2", .value = "330", .taken = hospital.ago(1)});
    hospital.put_lab({.id = "c2", .value = "220", .taken = hospital.ago(1), .status = "corrected"});
    const Alert alert = hospital.only_alert();
    CHECK(alert.state.label["stage"].text() == "2");
    REQUIRE(alert.state.amended);
    CHECK(alert.state.amended->from["stage"].text() == "3");
    CHECK(hospital.count_events(alert.id, EventKind::raised) == 0);
    CHECK(hospital.count_events(alert.id, EventKind::informed) == 1);
}

TEST_CASE("an older result that arrives late re-evaluates the later one and raises its alert") {
    TestHospital hospital;
    hospital.staff();
    hospital.admit();
    for (int month = 1; month <= 3; ++month)
        hospital.put_lab({.id = "h" + std::to_string(month),
                          .value = "90",
                          .taken = hospital.ago(24.0 * 30 * month)});
    hospital.put_lab({.id = "new", .value = "150", .taken = hospital.ago(3)});
    CHECK(hospital.only_alert().state.label["stage"].text() == "1");
    hospital.put_lab({.id = "late", .value = "71", .taken = hospital.ago(20)});
    const Alert alert = hospital.only_alert();
    CHECK(alert.state.label["stage"].text() == "2");
    CHECK(hospital.count_events(alert.id, EventKind::raised) == 1);
    const auto subjects = hospital.subjects(Rule::aki);
    CHECK(subjects.back().level == "2");
}

TEST_CASE("a late result does not re-evaluate an untold one of more than 72 h ago") {
    TestHospital hospital;
    hospital.staff();
    hospital.admit();
    hospital.put_lab({.id = "old", .value = "150", .taken = hospital.ago(72.1)});
    hospital.put_lab({.id = "older", .value = "70", .taken = hospital.ago(100)});
    CHECK(hospital.alerts().empty());
    // Within the 72 h it is.
    TestHospital other;
    other.staff();
    other.admit();
    other.put_lab({.id = "old", .value = "150", .taken = other.ago(71.9)});
    other.put_lab({.id = "older", .value = "70", .taken = other.ago(100)});
    CHECK(other.alerts().size() == 1);
}

TEST_CASE("a result older than 72 h on arrival is kept with its reason and rings nobody") {
    TestHospital hospital;
    with_baseline(hospital);
    hospital.put_lab({.id = "b", .value = "100", .taken = hospital.ago(24 * 10)});
    hospital.put_lab({.id = "c", .value = "300", .taken = hospital.ago(24 * 9)});
    CHECK(hospital.alerts().empty());
    bool is_kept = false;
    for (const Subject& subject : hospital.subjects(Rule::aki))
        is_kept = is_kept || (subject.subject == "c" && subject.decision == "suppressed_old");
    CHECK(is_kept);
}

TEST_CASE("what silences an AKI warning is kept as the reason") {
    struct Case {
        const char* diagnosis;
        const char* ward;
        const char* reason;
    };
    for (const Case& one :
         {Case{"Z99.2", "7B", "suppressed_renal_replacement"}, Case{"N40", "5C", "suppressed_ward"},
          Case{"Z51.5", "7B", "suppressed_palliative"}}) {
        CAPTURE(one.reason);
        TestHospital hospital;
        hospital.staff();
        hospital.admit("p", one.ward);
        hospital.put(fmt::format(
            R"({{"resourceType":"Condition","id":"d","subject":{{"reference":"Patient/p"}},"code":{{"coding":[{{"code":"{}"}}]}}}})",
            one.diagnosis));
        hospital.put_lab({.id = "c0", .value = "100", .taken = hospital.ago(30)});
        hospital.put_lab({.id = "c1", .value = "210", .taken = hospital.ago(1)});
        const Alert alert = hospital.only_alert();
        CHECK(alert.state.state == State::suppressed);
        CHECK(alert.state.suppressed_reason == one.reason);
        CHECK(hospital.event_names(alert.id) == std::vector<std::string>{"suppressed"});
        auto snapshot = hospital.data->read();
        CHECK_FALSE(*snapshot->get_json(*store::ResourceKey::make("Task", alert.id.value)));
        CHECK(*snapshot->get_json(*store::ResourceKey::make("DetectedIssue", alert.id.value)));
    }
}

TEST_CASE("a suppressed warning opens when the next result is told") {
    TestHospital hospital;
    hospital.staff();
    hospital.admit("p", "ICU");
    hospital.put_lab({.id = "c0", .value = "100", .taken = hospital.ago(30)});
    hospital.put_lab({.id = "c1", .value = "160", .taken = hospital.ago(5)});
    CHECK(hospital.only_alert().state.state == State::suppressed);
    hospital.admit("p", "7B");
    hospital.put_lab({.id = "c2", .value = "170", .taken = hospital.ago(1)});
    const Alert alert = hospital.only_alert();
    CHECK(alert.state.state == State::open);
    CHECK(alert.ward == "7B");
}

TEST_CASE("the same stage again in an episode is no news, a higher one raises the alert") {
    TestHospital hospital;
    with_baseline(hospital);
    hospital.put_lab({.id = "c1", .value = "160", .taken = hospital.ago(9)});
    hospital.put_lab({.id = "c2", .value = "180", .taken = hospital.ago(6)});
    Alert alert = hospital.only_alert();
    CHECK(hospital.count_events(alert.id, EventKind::repeat_suppressed) == 1);
    CHECK(hospital.subjects(Rule::aki).back().decision == "suppressed_known");
    CHECK(alert.why.taken_at == hospital.ago(6));  // the newest result explains it
    hospital.put_lab({.id = "c3", .value = "210", .taken = hospital.ago(3)});
    alert = hospital.only_alert();
    CHECK(hospital.count_events(alert.id, EventKind::raised) == 1);
    CHECK(alert.severity == Severity::urgent);
    hospital.put_lab({.id = "c4", .value = "190", .taken = hospital.ago(1)});
    alert = hospital.only_alert();
    CHECK(alert.state.label["stage"].text() == "1");
    CHECK(hospital.count_events(alert.id, EventKind::raised) == 1);
    CHECK(hospital.count_events(alert.id, EventKind::informed) == 1);  // of the raise only
}

TEST_CASE("an episode lasts until more than seven days pass without a warning") {
    struct Case {
        double days_before;
        bool is_told;
    };
    for (const Case& one : {Case{7, false}, Case{8, true}}) {
        CAPTURE(one.days_before);
        TestHospital hospital;
        hospital.staff();
        hospital.admit();
        const Instant now = hospital.data.clock.now();
        for (int month = 1; month <= 3; ++month)
            hospital.put_lab({.id = "h" + std::to_string(month),
                              .value = "100",
                              .taken = hospital.ago(24.0 * 30 * month)});
        hospital.data.clock.set(hospital.ago(24 * one.days_before));
        hospital.put_lab({.id = "c1", .value = "160", .taken = hospital.data.clock.now()});
        CHECK(hospital.alerts().size() == 1);
        hospital.data.clock.set(now);
        hospital.put_lab({.id = "quiet", .value = "110", .taken = hospital.ago(30)});
        hospital.put_lab({.id = "c2", .value = "165", .taken = now});
        CHECK(hospital.subjects(Rule::aki).back().is_told() == one.is_told);
    }
}

TEST_CASE("when the told result is retracted, a later one of the same stage is told") {
    TestHospital hospital;
    with_baseline(hospital);
    hospital.put_lab({.id = "c1", .value = "160", .taken = hospital.ago(6)});
    hospital.put_lab({.id = "c2", .value = "165", .taken = hospital.ago(3)});
    hospital.put_lab({.id = "c1", .value = "100", .taken = hospital.ago(6), .status = "corrected"});
    CHECK(hospital.only_alert().state.state == State::open);
    const auto subjects = hospital.subjects(Rule::aki);
    CHECK(subjects[1].is_retracted);
    CHECK(subjects[2].is_told());
}

TEST_CASE("units are converted, unknown ones are refused and recorded") {
    TestHospital hospital;
    with_baseline(hospital);
    hospital.put_lab({.id = "bad", .value = "300", .taken = hospital.ago(5), .unit = "furlong"});
    CHECK(hospital.alerts().empty());
    CHECK(hospital.subjects(Rule::aki).back().decision == "data_quality_unknown_unit");
    hospital.put_lab({.id = "us", .value = "2.0", .taken = hospital.ago(1), .unit = "mg/dL"});
    const Alert alert = hospital.only_alert();  // 176.8 umol/L
    CHECK(alert.why.inputs[0]["value"]["text"].text() == "176.8");
    CHECK(alert.why.quality == std::vector<std::string>{"unit_converted", "limits_from_table"});
}

TEST_CASE("haemolysed and preliminary results are not judged") {
    TestHospital hospital;
    with_baseline(hospital);
    hospital.put_lab({.id = "h",
                      .value = "300",
                      .taken = hospital.ago(5),
                      .more = R"(,"note":[{"text":"Sample HAEMOLYSED"}])"});
    hospital.put_lab(
        {.id = "p1", .value = "300", .taken = hospital.ago(4), .status = "preliminary"});
    CHECK(hospital.alerts().empty());
    hospital.put_lab({.id = "p1", .value = "300", .taken = hospital.ago(4)});
    CHECK(hospital.alerts().size() == 1);
}

TEST_CASE("merging two records joins their creatinines and moves the alerts") {
    TestHospital hospital;
    hospital.staff();
    hospital.admit("old");
    hospital.admit("new");
    hospital.put_lab({.id = "a", .value = "100", .taken = hospital.ago(50), .patient = "old"});
    hospital.put_lab({.id = "k",
                      .value = "7.1",
                      .taken = hospital.ago(4),
                      .patient = "old",
                      .code = "2823-3",
                      .unit = "mmol/L"});
    hospital.put_lab({.id = "b", .value = "210", .taken = hospital.ago(2), .patient = "new"});
    CHECK(hospital.alerts("new").empty());
    CHECK(hospital.alerts("old").size() == 1);
    hospital.put({
        parsed(
            R"({"resourceType":"Patient","id":"old","active":false,"link":[{"other":{"reference":"Patient/new"},"type":"replaced-by"}]})"),
        TestHospital::lab({.id = "a", .value = "100", .taken = hospital.ago(50), .patient = "new"}),
        TestHospital::lab({.id = "k",
                           .value = "7.1",
                           .taken = hospital.ago(4),
                           .patient = "new",
                           .code = "2823-3",
                           .unit = "mmol/L"}),
    });
    CHECK(hospital.alerts("old").empty());
    const auto alerts = hospital.alerts("new");
    REQUIRE(alerts.size() == 2);
    for (const Alert& alert : alerts) CHECK(alert.state.state == State::open);
    auto snapshot = hospital.data->read();
    const auto task = *snapshot->get_json(*store::ResourceKey::make("Task", alerts[1].id.value));
    CHECK((*task)["for"]["reference"].text() == "Patient/new");
}

TEST_CASE("news after a merge goes to the alert that waits for somebody, not beside it") {
    TestHospital hospital;
    with_two_records(hospital);
    // The newer of the two is settled but for its follow-up.
    triage_for_follow_up(hospital, hospital.only_alert("old").id);
    const AlertId waiting = hospital.only_alert("new").id;
    merge_records(hospital, "330");
    CHECK(hospital.alerts("new").size() == 2);
    CHECK(hospital.count_events(waiting, EventKind::raised) == 1);
    CHECK(living_states(hospital.alerts("new")).size() == 2);
}

TEST_CASE("a new alert after a merge closes every alert that only waited for its follow-up") {
    TestHospital hospital;
    with_two_records(hospital);
    triage_for_follow_up(hospital, hospital.only_alert("old").id);
    triage_for_follow_up(hospital, hospital.only_alert("new").id);
    hospital.data.clock.advance(hours(24) * 8);
    merge_records(hospital, "330");
    CHECK(hospital.alerts("new").size() == 3);
    CHECK(living_states(hospital.alerts("new")) == std::vector{State::open});
}

TEST_CASE("a result found to be another patient's retracts the alert it raised") {
    TestHospital hospital;
    with_baseline(hospital);
    hospital.admit("q");
    hospital.put_lab({.id = "c1", .value = "300", .taken = hospital.ago(1)});
    CHECK(hospital.only_alert().state.state == State::open);
    hospital.put_lab({.id = "c1", .value = "300", .taken = hospital.ago(1), .patient = "q"});
    CHECK(hospital.only_alert().state.state == State::retracted);
    CHECK(hospital.alerts("q").empty());
}

TEST_CASE("calendar days count in the hospital's zone: the night the clocks go back") {
    // 2026-10-25 01:30 in London comes twice. Seven local days before the 1st of November, 00:30,
    // is the 25th: the result counts as lowest of 7 days although more than 7 x 24 h have passed.
    TestHospital hospital("2026-11-01T01:00:00Z");
    hospital.staff();
    hospital.admit();
    hospital.put_lab({.id = "a", .value = "100", .taken = at("2026-10-24T23:30:00Z")});
    hospital.put_lab({.id = "b", .value = "160", .taken = at("2026-11-01T00:30:00Z")});
    const Alert alert = hospital.only_alert();
    CHECK(alert.why.inputs[1]["kind"].text() == "lowest_7d");
    // One hour earlier it is still the 24th in London: day 8.
    TestHospital other("2026-11-01T01:00:00Z");
    other.staff();
    other.admit();
    other.put_lab({.id = "a", .value = "100", .taken = at("2026-10-24T22:30:00Z")});
    other.put_lab({.id = "b", .value = "160", .taken = at("2026-11-01T00:30:00Z")});
    CHECK(other.only_alert().why.inputs[1]["kind"].text() == "median_8_365d");
}
