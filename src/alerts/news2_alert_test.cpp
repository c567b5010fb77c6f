#include <doctest/doctest.h>

#include "alerts/observation_set.h"
#include "alerts/test_hospital.h"

using namespace wardlight;
using namespace wardlight::alerts;
using std::chrono::minutes;

namespace {

/// One observation round; a value left empty was not taken.
struct Round {
    std::string rr = "16";
    std::string spo2 = "97";
    std::string air = "AIR";
    std::string sbp = "126";
    std::string pulse = "78";
    std::string acvpu = "A";
    std::string temp = "36.9";
    std::string scale = "1";
    std::string status = "final";
};

const Round kWell{};
const Round kFive{.rr = "22", .spo2 = "95", .sbp = "109", .pulse = "104"};
const Round kSeven{.rr = "24", .spo2 = "93", .sbp = "104", .pulse = "113"};
const Round kEight{.rr = "24", .spo2 = "93", .sbp = "104", .pulse = "113", .temp = "38.2"};
const Round kNine{.rr = "24", .spo2 = "93", .sbp = "104", .pulse = "113", .temp = "39.2"};
const Round kRed{.sbp = "89"};

json::Value vital(const std::string& id, const std::string& system, const std::string& code,
                  const std::string& value, Instant at, const std::string& status) {
    return parsed(fmt::format(
        R"({{"resourceType":"Observation","id":"{}","status":"{}","code":{{"coding":[{{"system":"{}","code":"{}"}}]}},"subject":{{"reference":"Patient/p"}},"effectiveDateTime":"{}",{}}})",
        id, status, system, code, format_instant(at), value));
}

std::string number(const std::string& value, const char* unit) {
    return fmt::format(R"("valueQuantity":{{"value":{},"unit":"{}"}})", value, unit);
}
std::string coded(const std::string& code) {
    return fmt::format(R"("valueCodeableConcept":{{"coding":[{{"code":"{}"}}]}})", code);
}

std::vector<json::Value> round_of(const Round& round, Instant at, const std::string& id) {
    const std::string loinc = "http://loinc.org";
    const std::string own = "urn:wardlight:observation";
    std::vector<json::Value> out;
    const auto add = [&](const char* name, const std::string& system, const char* code,
                         const std::string& value, const std::string& json_value) {
        if (!value.empty())
            out.push_back(vital(id + name, system, code, json_value, at, round.status));
    };
    add("rr", loinc, "9279-1", round.rr, number(round.rr, "/min"));
    add("spo2", loinc, "59408-5", round.spo2, number(round.spo2, "%"));
    add("air", own, "air-or-oxygen", round.air, coded(round.air));
    add("sbp", loinc, "8480-6", round.sbp, number(round.sbp, "mm[Hg]"));
    add("pulse", loinc, "8867-4", round.pulse, number(round.pulse, "/min"));
    add("acvpu", loinc, "67775-7", round.acvpu, coded(round.acvpu));
    add("temp", loinc, "8310-5", round.temp, number(round.temp, "Cel"));
    add("scale", own, "spo2-scale", round.scale, coded(round.scale));
    return out;
}

class Ward : public TestHospital {
 public:
    explicit Ward(const std::string& born = "1950-06-01") {
        staff();
        admit("p", "7B", born);
    }
    void observe(const Round& round, double hours_ago, const std::string& id) {
        put(round_of(round, ago(hours_ago), id));
    }
    Subject newest() { return subjects(Rule::news2).back(); }
};

}  // namespace

TEST_CASE("a NEWS2 of 5 opens an urgent alert and writes the score with its inputs") {
    Ward ward;
    ward.observe(kFive, 1, "a");
    const Alert alert = ward.only_alert();
    CHECK(alert.severity == Severity::urgent);
    CHECK(alert.state.label["total"].text() == "5");
    CHECK(alert.state.label["band"].text() == "medium");
    CHECK(alert.team == "outreach");
    CHECK(alert.why.inputs.size() == 7);
    CHECK(alert.why.inputs[0]["name"].text() == "rr");
    CHECK(alert.why.inputs[0]["points"].text() == "2");
    auto snapshot = ward.data->read();
    const auto score =
        *snapshot->get_json(*store::ResourceKey::make("Observation", ward.newest().code));
    REQUIRE(score);
    CHECK((*score)["code"]["coding"][0]["code"].text() == "88330-6");
    CHECK((*score)["valueQuantity"]["value"].text() == "5");
    CHECK((*score)["derivedFrom"].size() == 7);
    CHECK((*score)["method"]["coding"][0]["version"].text() == clinical::kNews2RuleVersion);
}

TEST_CASE("what of NEWS2 is told and what is not") {
    struct Case {
        const char* name;
        std::vector<Round> rounds;  // an hour apart
        const char* told;           // one letter for each round
    };
    const Case cases[] = {
        {"well", {kWell, kWell}, "--"},
        {"first crossing to 5, then the same", {kWell, kFive, kFive}, "-x-"},
        {"a band rise", {kFive, kSeven}, "xx"},
        {"one more point is no news, two are", {kSeven, kEight, kNine}, "x-x"},
        {"one red", {kWell, kRed, kRed}, "-x-"},
        {"red, then 5", {kRed, kFive}, "xx"},
        {"5, then red only", {kFive, kRed}, "x-"},
        {"after recovering, 5 again", {kFive, kWell, kFive}, "x-x"},
        {"7 and then 5 and then 7", {kSeven, kFive, kSeven}, "x--"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.name);
        Ward ward;
        int hour = 10;
        for (const Round& round : one.rounds) {
            const std::string id = "r" + std::to_string(hour) + "-";
            ward.observe(round, hour--, id);
        }
        std::string told;
        for (const Subject& subject : ward.subjects(Rule::news2))
            told += subject.is_told() ? 'x' : '-';
        CHECK(told == one.told);
        CHECK(ward.alerts().size() <= 1);
    }
}

TEST_CASE("two points more count within 24 hours only") {
    for (const double hours : {24.0, 24.1}) {
        Ward ward;
        ward.data.clock.set(ward.ago(hours));
        ward.observe(kSeven, 0, "a");
        ward.data.clock.set(at("2026-03-10T10:00:00Z"));
        ward.observe(kNine, 0, "b");
        CHECK(ward.newest().is_told() == (hours == 24.0));
    }
}

TEST_CASE("an incomplete set has no score but is kept, and told when it is urgent already") {
    Ward ward;
    Round partial = kFive;
    partial.sbp.clear();
    partial.temp.clear();
    ward.observe(partial, 3, "a");  // at least 4
    CHECK(ward.alerts().empty());
    CHECK(ward.newest().decision == "incomplete");
    CHECK(ward.newest().amount == "4+");
    auto snapshot = ward.data->read();
    CHECK_FALSE(*snapshot->get_json(*store::ResourceKey::make("Observation", ward.newest().code)));
    Round urgent = kNine;
    urgent.temp.clear();
    ward.observe(urgent, 2, "b");  // at least 7
    const Alert alert = ward.only_alert();
    CHECK(alert.severity == Severity::critical);
    CHECK(alert.why.quality == std::vector<std::string>{"incomplete"});
}

TEST_CASE("values of the 15 minutes before complete a set; older ones do not") {
    struct Case {
        int minutes_before;
        bool is_complete;
    };
    for (const Case& one : {Case{14, true}, Case{15, false}}) {
        CAPTURE(one.minutes_before);
        Ward ward;
        Round only_temperature{"", "", "", "", "", "", "36.9", "", "final"};
        Round rest = kFive;
        rest.temp.clear();
        const Instant taken = ward.ago(1);
        ward.put(round_of(only_temperature, taken - minutes(one.minutes_before), "t"));
        ward.put(round_of(rest, taken, "r"));
        CHECK(ward.newest().amount == (one.is_complete ? "5" : "5+"));
    }
}

TEST_CASE("an earlier value that arrives late completes the set after it") {
    Ward ward;
    Round rest = kFive;
    rest.temp.clear();
    const Instant taken = ward.ago(1);
    ward.put(round_of(rest, taken, "r"));
    CHECK(ward.newest().amount == "5+");
    Round only_temperature{"", "", "", "", "", "", "38.5", "", "final"};
    ward.put(round_of(only_temperature, taken - minutes(10), "t"));
    CHECK(ward.newest().amount == "6");
    CHECK(ward.only_alert().state.label["total"].text() == "6");
}

TEST_CASE("a corrected round retracts its alert and marks the score") {
    Ward ward;
    ward.observe({.rr = "61"}, 1, "a");
    CHECK(ward.only_alert().state.state == State::open);
    const std::string score = ward.newest().code;
    ward.observe({.rr = "16", .status = "corrected"}, 1, "a");
    CHECK(ward.only_alert().state.state == State::retracted);
    ward.observe({.rr = "16", .status = "entered-in-error"}, 1, "a");
    auto snapshot = ward.data->read();
    const auto marked = *snapshot->get_json(*store::ResourceKey::make("Observation", score));
    CHECK((*marked)["status"].text() == "entered-in-error");
}

TEST_CASE("when a mistyped round is retracted, a later one of the same band is told") {
    Ward ward;
    ward.observe(kFive, 3, "a");
    ward.observe(kFive, 1, "b");
    CHECK_FALSE(ward.newest().is_told());
    Round fixed = kWell;
    fixed.status = "corrected";
    ward.observe(fixed, 3, "a");
    CHECK(ward.newest().is_told());
    CHECK(ward.only_alert().state.state == State::open);
}

TEST_CASE("a round that a newer one has overtaken is not told, nor one of three days ago") {
    Ward ward;
    ward.observe(kWell, 1, "a");
    ward.observe(kSeven, 2, "b");
    CHECK(ward.alerts().empty());
    CHECK(ward.subjects(Rule::news2).front().decision == "suppressed_overtaken");
    Ward other;
    other.observe(kSeven, 72.1, "a");
    CHECK(other.newest().decision == "suppressed_old");
    Ward third;
    third.observe(kSeven, 71.9, "a");
    CHECK(third.alerts().size() == 1);
}

TEST_CASE("scale 2 holds when it is recorded, with the set or before") {
    const Round copd{.spo2 = "90", .air = "OXYGEN", .scale = "2"};
    Ward ward;
    ward.observe(copd, 5, "a");  // 0 + 2 for the oxygen
    CHECK(ward.newest().amount == "2");
    Round without_scale = copd;
    without_scale.scale.clear();
    ward.observe(without_scale, 3, "b");
    CHECK(ward.newest().amount == "2");
    Round scale_1 = copd;
    scale_1.scale = "1";
    ward.observe(scale_1, 1, "c");
    CHECK(ward.newest().amount == "5");  // 3 + 2
    Ward unknown;
    unknown.observe(without_scale, 1, "a");
    CHECK(unknown.newest().amount == "5");
}

TEST_CASE("children and pregnant women are not scored, and that is recorded") {
    Ward child("2010-03-11");  // 16 tomorrow
    child.observe(kSeven, 1, "a");
    CHECK(child.alerts().empty());
    CHECK(child.newest().decision == "not_for_patient");
    Ward adult("2010-03-10");
    adult.observe(kSeven, 1, "a");
    CHECK(adult.alerts().size() == 1);
    Ward pregnant;
    pregnant.put(
        R"({"resourceType":"Condition","id":"d","subject":{"reference":"Patient/p"},"code":{"coding":[{"code":"Z33"}]}})");
    pregnant.observe(kSeven, 1, "a");
    CHECK(pregnant.alerts().empty());
    CHECK(pregnant.newest().decision == "not_for_patient");
}

TEST_CASE("a temperature without a unit is not guessed") {
    Ward ward;
    auto round = round_of(kWell, ward.ago(1), "a");
    for (json::Value& observation : round)
        if (observation["id"].text() == "atemp")
            observation.set("valueQuantity", json::object({{"value", json::Number{"102.2"}}}));
    ward.put(round);
    CHECK(ward.newest().amount == "0+");
    auto snapshot = ward.data->read();
    const auto details = found_details(*snapshot, ward.newest());
    REQUIRE(details);
    CHECK((*details)["why"]["quality"][0].text() == "unknown_unit");
}

TEST_CASE("a pressure panel counts by its components") {
    Ward ward;
    Round rest = kWell;
    rest.sbp.clear();
    auto round = round_of(rest, ward.ago(1), "a");
    round.push_back(parsed(fmt::format(
        R"({{"resourceType":"Observation","id":"bp","status":"final","code":{{"coding":[{{"system":"http://loinc.org","code":"85354-9"}}]}},"subject":{{"reference":"Patient/p"}},"effectiveDateTime":"{}","component":[{{"code":{{"coding":[{{"system":"http://loinc.org","code":"8480-6"}}]}},"valueQuantity":{{"value":88,"unit":"mm[Hg]"}}}},{{"code":{{"coding":[{{"system":"http://loinc.org","code":"8462-4"}}]}},"valueQuantity":{{"value":50,"unit":"mm[Hg]"}}}}]}})",
        format_instant(ward.ago(1)))));
    ward.put(round);
    CHECK(ward.newest().level == "low_medium");
    auto snapshot = ward.data->read();
    const auto sets = sets_json(*snapshot, ward.site, PatientId{"p"}, ward.ago(5), ward.ago(0));
    REQUIRE(sets);
    REQUIRE(sets->size() == 1);
    CHECK((*sets)[0]["total"].text() == "3");
    CHECK((*sets)[0]["values"][3]["dbp"].text() == "50");
}

TEST_CASE("evaluating a round again changes nothing") {
    Ward ward;
    ward.observe(kSeven, 1, "a");
    const auto before = ward.data->last_change();
    ward.data.clock.advance(minutes(1));
    ward.observe(kSeven, 1 + 1.0 / 60, "a");
    CHECK(ward.data->last_change() == before);
}
