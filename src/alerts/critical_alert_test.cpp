#include <doctest/doctest.h>

#include "alerts/inbox.h"
#include "alerts/test_hospital.h"

using namespace wardlight;
using namespace wardlight::alerts;

namespace {

class Ward : public TestHospital {
 public:
    Ward() {
        staff();
        admit();
    }
    void potassium(const std::string& id, const std::string& value, double hours_ago,
                   const std::string& status = "final") {
        put_lab({.id = id,
                 .value = value,
                 .taken = ago(hours_ago),
                 .code = "2823-3",
                 .unit = "mmol/L",
                 .status = status});
    }
    std::vector<Subject> results() { return subjects(Rule::critical_result, "p", "potassium"); }
};

}  // namespace

TEST_CASE("a result at the limit opens a critical alert; one beside it is not even recorded") {
    Ward ward;
    ward.potassium("a", "6.4", 3);
    CHECK(ward.alerts().empty());
    CHECK(ward.results().empty());
    ward.potassium("b", "6.5", 1);
    const Alert alert = ward.only_alert();
    CHECK(alert.severity == Severity::critical);
    CHECK(alert.team == "medical");
    CHECK(alert.why.inputs[1]["kind"].text() == "limit");
    CHECK(alert.why.inputs[1]["value"]["text"].text() == "6.5");
    CHECK(alert.why.rule_version == clinical::kDefaultCriticalPack.version);
}

TEST_CASE("a consistent repeat is kept with its reason, a worse one raises the alert") {
    Ward ward;
    ward.potassium("a", "6.8", 6);
    ward.potassium("b", "6.7", 4);
    CHECK(ward.results()[1].decision == "suppressed_consistent");
    Alert alert = ward.only_alert();
    CHECK(ward.count_events(alert.id, EventKind::raised) == 0);
    CHECK(ward.count_events(alert.id, EventKind::repeat_suppressed) == 1);
    CHECK(alert.state.label["value"]["text"].text() == "6.7");
    ward.potassium("c", "6.9", 2);
    CHECK(ward.results()[2].decision == "worsening");
    alert = ward.only_alert();
    CHECK(ward.count_events(alert.id, EventKind::raised) == 1);
}

TEST_CASE("what the laboratory declares critical is, whatever the test") {
    for (const char* flag : {"HH", "LL", "AA"}) {
        Ward ward;
        ward.put_lab(
            {.id = "t",
             .value = "412",
             .taken = ward.ago(1),
             .code = "67151-1",
             .unit = "ng/L",
             .more = fmt::format(R"(,"interpretation":[{{"coding":[{{"code":"{}"}}]}}])", flag)});
        CHECK(ward.only_alert().why.quality == std::vector<std::string>{"declared_by_laboratory"});
        CHECK(ward.subjects(Rule::critical_result, "p", "code:LOCAL").front().level == "declared");
    }
    Ward ward;
    ward.put_lab({.id = "t",
                  .value = "412",
                  .taken = ward.ago(1),
                  .code = "67151-1",
                  .unit = "ng/L",
                  .more = R"(,"interpretation":[{"coding":[{"code":"H"}]}])"});
    CHECK(ward.alerts().empty());
}

TEST_CASE("a withdrawn critical result retracts its alert, a preliminary one is none") {
    Ward ward;
    ward.potassium("a", "2.4", 2, "preliminary");
    CHECK(ward.alerts().empty());
    ward.potassium("a", "2.4", 2);
    CHECK(ward.only_alert().state.state == State::open);
    ward.potassium("a", "2.4", 2, "entered-in-error");
    CHECK(ward.only_alert().state.state == State::retracted);
    CHECK(ward.only_alert().state.retracted->reason == "withdrawn_result");
}

TEST_CASE("when the told result is withdrawn, the repeat that was no news is told") {
    Ward ward;
    ward.potassium("a", "6.9", 4);
    ward.potassium("b", "6.8", 2);
    CHECK_FALSE(ward.results()[1].is_told());
    ward.potassium("a", "6.9", 4, "cancelled");
    CHECK(ward.results()[1].is_told());
    CHECK(ward.only_alert().state.state == State::open);
}

TEST_CASE("when the told result turns out to be the opposite, an earlier repeat of it is told") {
    Ward ward;
    ward.potassium("a", "7.9", 1);
    ward.potassium("b", "7.8", 2);
    CHECK(ward.results()[0].decision == "suppressed_consistent");
    ward.potassium("a", "2.2", 1, "corrected");
    CHECK(ward.results()[0].is_told());
    CHECK(ward.results()[0].decision == "opposite_direction");
    const Alert alert = ward.only_alert();
    // The one that nobody knew of rings; what is shown is the newest.
    CHECK(ward.count_events(alert.id, EventKind::raised) == 1);
    CHECK(ward.count_events(alert.id, EventKind::annotated) == 1);
    CHECK(ward.event_names(alert.id).back() == "annotated");
    CHECK(alert.state.label["value"]["text"].text() == "2.2");
}

TEST_CASE("what cannot be judged is recorded for somebody to look at") {
    Ward ward;
    ward.put_lab({.id = "u", .value = "7.4", .taken = ward.ago(1), .code = "2823-3", .unit = "?"});
    CHECK(ward.alerts().empty());
    CHECK(ward.results().front().decision == "data_quality_unknown_unit");
    auto snapshot = ward.data->read();
    const auto open = data_quality_since(*snapshot, ward.ago(1), 10);
    REQUIRE(open);
    REQUIRE(open->size() == 1);
    CHECK(open->front().code == "unknown_unit");
}

TEST_CASE("different tests are different alerts, and one of each patient") {
    Ward ward;
    ward.potassium("a", "7.0", 2);
    ward.put_lab(
        {.id = "na", .value = "118", .taken = ward.ago(1), .code = "2951-2", .unit = "mmol/L"});
    CHECK(ward.alerts().size() == 2);
}

TEST_CASE("the export has one line for each result told or withheld") {
    Ward ward;
    ward.potassium("a", "6.8", 6);
    ward.potassium("b", "6.7", 4);
    ward.potassium("c", "8.9", 2);
    ward.potassium("c", "5.9", 2, "corrected");
    auto snapshot = ward.data->read();
    const auto lines = *export_alerts(*snapshot);
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].level == "high");
    CHECK(lines[0].analyte == "LOCAL");
    CHECK(lines[0].state == "open");
    CHECK(lines[1].state == "suppressed");
    CHECK(lines[1].suppressed_reason == "suppressed_consistent");
    CHECK(lines[2].state == "retracted");
    CHECK(lines[2].level == "high");
}

TEST_CASE("evaluating results again changes nothing") {
    Ward ward;
    ward.potassium("a", "6.8", 6);
    ward.potassium("b", "6.7", 4);
    const auto before = ward.data->last_change();
    ward.data.clock.advance(std::chrono::minutes(1));
    ward.evaluate_again("Observation", "a");
    ward.evaluate_again("Observation", "b");
    CHECK(ward.data->last_change() == before);
}
