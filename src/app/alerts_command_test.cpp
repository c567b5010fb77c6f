#include "app/alerts_command.h"

#include <doctest/doctest.h>

#include <sstream>

#include "alerts/test_hospital.h"
#include "app/simulate/score.h"

using namespace wardlight;
using namespace wardlight::alerts;

TEST_CASE("the export has the record number in use and is what the score reads") {
    TestHospital hospital;
    hospital.admit();
    hospital.put(
        R"({"resourceType":"Patient","id":"p","birthDate":"1950-06-01","identifier":[{"use":"old","type":{"coding":[{"code":"MR"}]},"value":"1"},{"type":{"coding":[{"code":"NH"}]},"value":"2"},{"use":"official","type":{"coding":[{"code":"MR"}]},"value":"3"}]})");
    hospital.put_lab(
        {.id = "k", .value = "7.1", .taken = hospital.ago(4), .code = "2823-3", .unit = "mmol/L"});
    hospital.put_lab(
        {.id = "k2", .value = "7.0", .taken = hospital.ago(3), .code = "2823-3", .unit = "mmol/L"});
    auto snapshot = hospital.data->read();
    std::ostringstream out;
    REQUIRE(app::write_alert_lines(*snapshot, out));
    const auto lines = simulate::read_alerts(out.str());
    REQUIRE(lines);
    REQUIRE(lines->size() == 2);
    CHECK(lines->front().mrn == "3");
    CHECK(lines->front().rule == "critical_result");
    CHECK(lines->front().level == "high");
    CHECK(lines->front().analyte == "LOCAL");
    CHECK(lines->front().opened_at == hospital.data.clock.now());
    CHECK(lines->front().state == "open");
    CHECK(lines->back().state == "suppressed");
}
