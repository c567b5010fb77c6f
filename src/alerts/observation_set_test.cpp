// The newest set found the short way is the one that all vital signs give.
#include "alerts/observation_set.h"

#include <doctest/doctest.h>

#include <random>

#include "alerts/test_hospital.h"

using namespace wardlight;
using namespace wardlight::alerts;

namespace {

struct Measured {
    const char* code;
    const char* value;  // as FHIR JSON
};
constexpr std::array<Measured, 6> kMeasured = {
    {{"9279-1", R"("valueQuantity":{"value":26,"unit":"/min"})"},
     {"59408-5", R"("valueQuantity":{"value":91,"unit":"%"})"},
     {"8867-4", R"("valueQuantity":{"value":112,"unit":"/min"})"},
     {"8310-5", R"("valueQuantity":{"value":38.4,"unit":"Cel"})"},
     {"85354-9",
      R"("component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":98,"unit":"mm[Hg]"}}])"},
     {"8462-4", R"("valueQuantity":{"value":60,"unit":"mm[Hg]"})"}}};

/// The newest set as text: its time, values and what they come from.
std::string newest(const Vitals& vitals, const PatientFacts& facts, const TimeZone& zone,
                   Instant from, Instant until) {
    const auto times = set_times(vitals, from, until);
    if (times.empty()) return "none";
    const ObservationSet set = set_at(vitals, facts, zone, times.back());
    std::string text = format_instant(set.at) + " " + std::to_string(set.result.least_total);
    for (const std::string& id : set.evidence) text += " " + id;
    return text;
}

}  // namespace

TEST_CASE("the newest set needs no more than the newest vital signs, whatever they are") {
    std::mt19937 random(11);
    const auto below = [&](unsigned most) { return random() % most; };
    std::size_t found = 0;
    std::size_t scored = 0;
    for (int round = 0; round < 60; ++round) {
        TestHospital hospital;
        hospital.admit();
        const Instant now = hospital.data.clock.now();
        std::vector<json::Value> observations;
        const unsigned count = 1 + below(12);
        for (unsigned i = 0; i < count; ++i) {
            const Measured& one = kMeasured[below(kMeasured.size())];
            // Some in the future, some long ago; times to the second, the minute and the day.
            const Instant taken = now + std::chrono::minutes(30) - std::chrono::minutes(below(90)) -
                                  std::chrono::hours(below(4) * below(30));
            std::string at = format_instant(taken);
            const unsigned precision = below(6);
            if (precision == 0) at = at.substr(0, 10);
            if (precision == 1) at = at.substr(0, 16) + "Z";
            observations.push_back(parsed(fmt::format(
                R"({{"resourceType":"Observation","id":"o{}","status":"{}","code":{{"coding":[{{"system":"http://loinc.org","code":"{}"}}]}},"subject":{{"reference":"Patient/p"}},"effectiveDateTime":"{}",{}}})",
                i, below(2) == 0 ? "entered-in-error" : "final", one.code, at, one.value)));
        }
        hospital.write([&](store::WriteTransaction& tx) -> Result<> {
            for (const json::Value& one : observations) TRY(tx.put_json(one));
            return {};
        });
        auto snapshot = hospital.data->read();
        const PatientFacts facts = *load_facts(*snapshot, PatientId{"p"});
        const Instant from = now - std::chrono::hours(72);
        const auto all = load_vitals(*snapshot, PatientId{"p"}, from, now);
        const auto few = load_newest_vitals(*snapshot, PatientId{"p"}, from, now);
        REQUIRE(all);
        REQUIRE(few);
        const std::string expected = newest(*all, facts, hospital.site.zone, from, now);
        CAPTURE(round);
        CHECK(newest(*few, facts, hospital.site.zone, from, now) == expected);
        found += expected == "none" ? 0U : 1U;
        scored += expected.find(" o") != std::string::npos ? 1U : 0U;
        CHECK(few->measured.size() <= all->measured.size());
    }
    CHECK(scored > 25);
    CHECK(found > 30);
    CHECK(found < 60);
}
