#include "app/simulate/score.h"

#include <doctest/doctest.h>

#include "app/simulate/test_plan.h"

namespace wardlight::simulate {
namespace {

std::string truth_line(std::string_view kind, std::string_view level) {
    return R"({"mrn":"1","rule":"aki","level":")" + std::string(level) + R"(","kind":")" +
           std::string(kind) +
           R"(","taken_at":"2026-03-02T10:00:00.000Z","sent_at":"2026-03-02T11:00:00.000Z","control_id":"L1"})" +
           "\n";
}

std::string alert_line(std::string_view level, std::string_view state, std::string_view mrn = "1") {
    return R"({"mrn":")" + std::string(mrn) + R"(","rule":"aki","level":")" + std::string(level) +
           R"(","state":")" + std::string(state) +
           R"(","taken_at":"2026-03-02T10:00:00.250Z","opened_at":"2026-03-02T11:00:05.000Z"})" +
           "\n";
}

RuleScore score_of(const std::string& truth, const std::string& alerts,
                   const ScoreOptions& options = {}) {
    return score(read_truth(truth).value(), read_alerts(alerts).value(), options).rules["aki"];
}

}  // namespace

TEST_CASE("each way of being wrong is counted as what it is") {
    struct Case {
        std::string truth;
        std::string alerts;
        int RuleScore::* counter;
        bool is_clean;
    };
    const std::string alert = truth_line("alert", "2");
    const Case cases[] = {
        {alert, alert_line("2", "open"), &RuleScore::right, true},
        {alert, "", &RuleScore::missed, false},
        {alert, alert_line("2", "suppressed"), &RuleScore::missed, false},
        {alert, alert_line("2", "retracted"), &RuleScore::missed, false},
        {alert, alert_line("3", "open"), &RuleScore::wrong_level, false},
        {alert, alert_line("2", "open") + alert_line("2", "open"), &RuleScore::duplicates, false},
        {"", alert_line("2", "open"), &RuleScore::false_alerts, false},
        {truth_line("suppressed", "2"), alert_line("2", "open"), &RuleScore::false_alerts, false},
        {alert + truth_line("retracted", "2"), alert_line("2", "retracted"), &RuleScore::right,
         true},
        {alert + truth_line("retracted", "2"), alert_line("2", "open"), &RuleScore::not_retracted,
         false},
        {alert + truth_line("amended", "1"), alert_line("1", "acknowledged"), &RuleScore::right,
         true},
        {alert + truth_line("amended", "1"), alert_line("2", "open"), &RuleScore::wrong_level,
         false},
        {truth_line("suppressed", "2") + alert, alert_line("2", "open"), &RuleScore::right, true},
    };
    for (const auto& one : cases) {
        CAPTURE(one.truth);
        CAPTURE(one.alerts);
        CHECK(score_of(one.truth, one.alerts).*one.counter == 1);
        CHECK(
            score(read_truth(one.truth).value(), read_alerts(one.alerts).value(), {}).is_clean() ==
            one.is_clean);
    }
}

TEST_CASE("an alert of another patient is both missed and false") {
    const RuleScore rule = score_of(truth_line("alert", "2"), alert_line("2", "open", "2"));
    CHECK(rule.missed == 1);
    CHECK(rule.false_alerts == 1);
}

TEST_CASE("late is counted from the acknowledgement of the message") {
    ScoreOptions options;
    options.sent =
        read_sent(R"({"control_id":"L1","acknowledged_at":"2026-03-02T11:00:01.999Z"})").value();
    CHECK(score_of(truth_line("alert", "2"), alert_line("2", "open"), options).late == 1);
    options.sent =
        read_sent(R"({"control_id":"L1","acknowledged_at":"2026-03-02T11:00:02.000Z"})").value();
    CHECK(score_of(truth_line("alert", "2"), alert_line("2", "open"), options).late == 0);
}

TEST_CASE("a broken file is an error that names the line") {
    CHECK(read_truth("{}\n").error().where == "line 1: taken_at");
    CHECK(read_alerts(alert_line("1", "open") + "nonsense\n").error().where == "line 2");
}

TEST_CASE("the ground truth scored against itself is clean") {
    const Plan plan = make_plan(whole_hospital(4));
    std::string truth;
    for (const auto& line : compute_truth(plan, TimeZone::find(kHospitalZone).value()))
        truth += to_json(line);
    const auto expected = read_truth(truth).value();
    std::vector<ServerAlert> alerts;
    for (const auto& want : expected) {
        const std::string state = want.is_suppressed  ? "suppressed"
                                  : want.is_retracted ? "retracted"
                                                      : "open";
        alerts.push_back({want.mrn, want.rule, want.level, want.analyte, want.taken_at, {}, state});
    }
    const Score result = score(expected, alerts, {});
    CHECK(result.is_clean());
    CHECK(result.findings.empty());
}

}  // namespace wardlight::simulate
