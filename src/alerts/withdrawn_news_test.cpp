// A result can keep another from being told: the stage is known, the value consistent, the set
// overtaken. When the one that was told stands no more, the other must be told, be it earlier or
// later, and whoever was told by an alert must hear when nothing of it stands.
#include <doctest/doctest.h>

#include "alerts/actions.h"
#include "alerts/test_hospital.h"

using namespace wardlight;
using namespace wardlight::alerts;

namespace {

class Ward : public TestHospital {
 public:
    Ward() {
        staff();
        admit();
        put_lab({.id = "base", .value = "90", .taken = ago(24 * 30)});
    }
    void creatinine(const std::string& id, const std::string& value, double hours_ago,
                    const std::string& status = "final") {
        put_lab({.id = id, .value = value, .taken = ago(hours_ago), .status = status});
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
    /// A full set of observations: well, or with a NEWS2 of 7.
    void observe(const std::string& id, double hours_ago, bool is_well,
                 const std::string& status = "final") {
        std::vector<json::Value> resources;
        const auto add = [&](const char* name, const char* code, const std::string& value) {
            resources.push_back(parsed(fmt::format(
                R"({{"resourceType":"Observation","id":"{}-{}","status":"{}","code":{{"coding":[{{"system":"{}","code":"{}"}}]}},"subject":{{"reference":"Patient/p"}},"effectiveDateTime":"{}",{}}})",
                id, name, status,
                std::string(name) == "air" ? "urn:wardlight:observation" : "http://loinc.org", code,
                format_instant(ago(hours_ago)), value)));
        };
        const auto number = [](const char* value, const char* unit) {
            return fmt::format(R"("valueQuantity":{{"value":{},"unit":"{}"}})", value, unit);
        };
        const auto coded = [](const char* code) {
            return fmt::format(R"("valueCodeableConcept":{{"coding":[{{"code":"{}"}}]}})", code);
        };
        add("rr", "9279-1", number(is_well ? "16" : "24", "/min"));
        add("spo2", "59408-5", number(is_well ? "97" : "93", "%"));
        add("air", "air-or-oxygen", coded("AIR"));
        add("sbp", "8480-6", number(is_well ? "126" : "104", "mm[Hg]"));
        add("pulse", "8867-4", number(is_well ? "78" : "113", "/min"));
        add("acvpu", "67775-7", coded("A"));
        add("temp", "8310-5", number("36.9", "Cel"));
        put(resources);
    }
    const Subject& subject(const std::vector<Subject>& subjects, const std::string& id) const {
        for (const Subject& one : subjects)
            if (one.subject == id) return one;
        FAIL("no subject " << id);
        return subjects.front();
    }
    std::size_t living() {
        std::size_t count = 0;
        for (const Alert& alert : alerts()) count += is_alive(alert.state.state) ? 1U : 0U;
        return count;
    }
    void act_as(const char* person, const Alert& alert, const ActionRequest& request) {
        write([&](store::WriteTransaction& tx) {
            return act(tx, site, alert.id, {AccountId{person}, "", {}, {}}, request);
        });
    }
};

Alert newest_of(Ward& ward, Rule rule) {
    for (Alert& alert : ward.alerts())
        if (alert.rule == rule) return alert;
    FAIL("no alert");
    return {};
}

}  // namespace

TEST_CASE(
    "an earlier creatinine that was known because of a later one is told when that is withdrawn") {
    Ward ward;
    ward.creatinine("later", "340", 1);
    ward.creatinine("earlier", "341", 2);
    CHECK_FALSE(ward.subject(ward.subjects(Rule::aki), "earlier").is_told());
    const std::size_t notified =
        ward.count_events(newest_of(ward, Rule::aki).id, EventKind::notified);
    ward.creatinine("later", "340", 1, "entered-in-error");
    CHECK(ward.subject(ward.subjects(Rule::aki), "earlier").is_told());
    const Alert alert = newest_of(ward, Rule::aki);
    CHECK(alert.state.state == State::open);
    CHECK(alert.state.rank == 3);
    CHECK(ward.count_events(alert.id, EventKind::notified) > notified);
}

TEST_CASE(
    "an earlier critical result that was consistent with a later one is told when that falls") {
    Ward ward;
    ward.potassium("later", "6.9", 1);
    ward.potassium("earlier", "6.8", 2);
    const auto results = [&] { return ward.subjects(Rule::critical_result, "p", "potassium"); };
    CHECK(ward.subject(results(), "earlier").decision == "suppressed_consistent");
    ward.potassium("later", "4.2", 1, "corrected");
    CHECK(ward.subject(results(), "earlier").is_told());
    CHECK(ward.only_alert().state.state == State::open);
}

TEST_CASE("a set that a newer one had overtaken is told when the newer one is withdrawn") {
    Ward ward;
    ward.observe("newer", 1, true);
    ward.observe("older", 2, false);
    CHECK(ward.subjects(Rule::news2).front().decision == "suppressed_overtaken");
    CHECK(ward.living() == 0);
    ward.observe("newer", 1, true, "entered-in-error");
    CHECK(ward.subjects(Rule::news2).front().is_told());
    CHECK(ward.only_alert().state.state == State::open);
}

TEST_CASE("a set of the same band days later is told when the one that was told is withdrawn") {
    Ward ward;
    ward.observe("first", 40, false);
    ward.observe("second", 2, false);
    CHECK(ward.subjects(Rule::news2).back().decision == "suppressed_known");
    ward.observe("first", 40, false, "entered-in-error");
    CHECK(ward.subjects(Rule::news2).back().is_told());
    CHECK(ward.living() == 1);
}

TEST_CASE(
    "who was told by a closed alert hears that its result was withdrawn, though a newer one "
    "lives") {
    Ward ward;
    ward.potassium("first", "6.9", 5);
    const Alert first = ward.only_alert();
    ward.act_as("medic", first,
                {.action = Action::triage, .version = first.state.version, .outcome = "treated"});
    ward.potassium("second", "2.1", 1);
    CHECK(ward.living() == 1);
    ward.potassium("first", "6.9", 5, "entered-in-error");
    auto snapshot = ward.data->read();
    const Alert after = *need_alert(*snapshot, first.id);
    CHECK(after.state.state == State::retracted);
    CHECK(ward.count_events(first.id, EventKind::informed) == 1);
    CHECK(ward.living() == 1);
}

TEST_CASE("a result that was told, retracted, critical again and then normal is kept as normal") {
    Ward ward;
    ward.potassium("other", "6.9", 2);
    for (const char* value : {"7.9", "5.4", "6.8", "4.9"})
        ward.potassium("one", value, 1, "corrected");
    const auto results = ward.subjects(Rule::critical_result, "p", "potassium");
    CHECK(ward.subject(results, "one").rank == 0);
    CHECK_FALSE(ward.subject(results, "one").is_told());
}

TEST_CASE("a result that comes with a move is told on the ward the patient is moved to") {
    Ward ward;
    ward.creatinine("first", "140", 2);
    ward.put({TestHospital::stay("p", "8A"),
              TestHospital::lab({.id = "second", .value = "300", .taken = ward.ago(1)})});
    auto snapshot = ward.data->read();
    const auto events = *events_of(*snapshot, newest_of(ward, Rule::aki).id);
    bool is_raised = false;
    for (const Event& event : events) {
        is_raised = is_raised || event.kind == EventKind::raised;
        if (is_raised && event.kind == EventKind::notified && event.code == kWardNurse)
            CHECK(event.recipients == std::vector{AccountId{"nurse-8a"}});
    }
    CHECK(is_raised);
}
