#include "app/export_command.h"

#include <doctest/doctest.h>

#include <sstream>

#include "alerts/evaluation_table.h"
#include "app/data_folder.h"
#include "app/simulate/score.h"
#include "audit/audit_log.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::app;

namespace {

void put_patient(store::Store& store, std::string_view id, std::string_view mrn) {
    const std::string text = R"({"resourceType":"Patient","id":")" + std::string(id) +
                             R"(","identifier":[{"type":{"coding":[{"code":"MR"}]},"value":")" +
                             std::string(mrn) + R"("}]})";
    REQUIRE(store.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(TRY(json::parse(text))));
        return {};
    }));
}

}  // namespace

TEST_CASE("what was told and what was withheld is exported in the terms of the ground truth") {
    store::TestStore store(all_schemas());
    put_patient(*store, "p1", "5985000");
    const Instant taken = parse_instant("2026-03-02T10:45:00Z").value();
    REQUIRE(store->write([&](store::WriteTransaction& tx) -> Result<> {
        alerts::Subject subject;
        subject.patient = PatientId("p1");
        subject.rule = alerts::Rule::critical_result;
        subject.subject = "o1";
        subject.code = "K";
        subject.taken_at = taken;
        subject.rank = 1;
        subject.level = "high";
        subject.decision = "suppressed_consistent";
        subject.found = "{}";
        TRY(alerts::save_evaluation(tx, subject));
        subject.subject = "o2";
        subject.told_at = taken + std::chrono::hours{1};
        subject.is_retracted = true;
        TRY(alerts::save_evaluation(tx, subject));
        return {};
    }));
    std::ostringstream out;
    REQUIRE(export_alerts_as_json(*store, out));
    const auto lines = simulate::read_alerts(out.str()).value();
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].mrn == "5985000");
    CHECK(lines[0].rule == "critical_result");
    CHECK(lines[0].analyte == "K");
    CHECK(lines[0].level == "high");
    CHECK(lines[0].taken_at == taken);
    CHECK(lines[0].state == "suppressed");
    CHECK(lines[1].state == "retracted");
    CHECK(lines[1].opened_at == taken + std::chrono::hours{1});
}

TEST_CASE("an export is on record") {
    store::TestStore store(all_schemas());
    std::ostringstream out;
    REQUIRE(export_alerts_as_json(*store, out));
    CHECK(out.str().empty());
    auto snapshot = store->read();
    auto rows =
        *snapshot->sql().query("SELECT count(*) FROM audit_entry WHERE action = 'alerts.export'");
    REQUIRE(*rows.next());
    CHECK(rows.integer(0) == 1);
}
