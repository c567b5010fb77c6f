// A summary that was kept is the one that would be worked out now.
#include "api/patient_summary.h"

#include <doctest/doctest.h>

#include <random>

#include "alerts/test_hospital.h"

using namespace wardlight;
using namespace wardlight::api;
using alerts::parsed;
using alerts::TestHospital;

namespace {

json::Value observation(unsigned id, const char* patient, Instant at, unsigned pulse,
                        bool is_result) {
    constexpr const char* kPulse = "8867-4";
    constexpr const char* kSodium = "2951-2";
    return parsed(fmt::format(
        R"({{"resourceType":"Observation","id":"o{}","status":"final","category":[{{"coding":[{{"code":"{}"}}]}}],"code":{{"coding":[{{"system":"http://loinc.org","code":"{}"}}]}},"subject":{{"reference":"Patient/{}"}},"effectiveDateTime":"{}","valueQuantity":{{"value":{},"unit":"/min"}}}})",
        id, is_result ? "laboratory" : "vital-signs", is_result ? kSodium : kPulse, patient,
        format_instant(at), pulse));
}

std::string text_of(const Result<PatientSummary>& summary) {
    REQUIRE(summary);
    return json::serialize(summary->news2) + json::serialize(summary->newest_result_at);
}

}  // namespace

TEST_CASE("a kept summary is what would be worked out anew, whatever came, went or moved") {
    std::mt19937 random(5);
    const auto below = [&](unsigned most) { return static_cast<unsigned>(random() % most); };
    TestHospital hospital;
    hospital.admit();
    const PatientId patients[] = {PatientId("p"), PatientId("q")};
    PatientSummaries kept(*hospital.data, hospital.site);
    unsigned changes = 0;
    std::string last;
    for (unsigned round = 0; round < 400; ++round) {
        hospital.data.clock.advance(std::chrono::seconds(below(20)));
        const Instant now = hospital.data.clock.now();
        const auto look = [&](store::Snapshot& snapshot) {
            for (const PatientId& patient : patients) {
                PatientSummaries fresh(*hospital.data, hospital.site);
                const std::string expected = text_of(fresh.of(snapshot, patient, now));
                CHECK(text_of(kept.of(snapshot, patient, now)) == expected);
                if (patient == patients[0]) changes += expected == last ? 0U : 1U;
                if (patient == patients[0]) last = expected;
            }
        };
        CAPTURE(round);
        // One who began to read before the change and looks after it.
        auto earlier = hospital.data->read();
        REQUIRE(earlier->last_change());
        if (below(3) == 0) {
            const unsigned id = below(12);
            const Instant at = now - std::chrono::minutes(below(300));
            hospital.write([&](store::WriteTransaction& tx) -> Result<> {
                // Whoever is under sixteen, or pregnant, has no NEWS2.
                if (below(8) == 0) {
                    TRY(tx.put_json(parsed(
                        fmt::format(R"({{"resourceType":"Patient","id":"p","birthDate":"{}"}})",
                                    below(2) == 0 ? "1950-01-01" : "2020-01-01"))));
                    return {};
                }
                if (below(5) == 0)
                    return tx.remove(
                        TRY(store::ResourceKey::make("Observation", fmt::format("o{}", id))));
                TRY(tx.put_json(observation(id, patients[below(2)].value.c_str(), at,
                                            40 + below(100), below(2) == 0)));
                return {};
            });
        }
        auto later = hospital.data->read();
        if (below(2) == 0) look(*earlier);
        look(*later);
        if (below(2) == 0) look(*earlier);
    }
    CHECK(changes > 50);
}

TEST_CASE("what is dated ahead of the clock comes to count, what is three days old does not") {
    TestHospital hospital;
    hospital.admit();
    const PatientId patient("p");
    PatientSummaries kept(*hospital.data, hospital.site);
    const Instant start = hospital.data.clock.now();
    hospital.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(observation(1, "p", start + std::chrono::minutes(5), 80, false)));
        return {};
    });
    const auto has_set_after = [&](std::chrono::seconds passed) {
        auto snapshot = hospital.data->read();
        return !kept.of(*snapshot, patient, start + passed)->news2.is_null();
    };
    CHECK_FALSE(has_set_after(std::chrono::minutes(4)));
    CHECK(has_set_after(std::chrono::minutes(4) + std::chrono::seconds(61 + 60)));
    CHECK(has_set_after(std::chrono::hours(72)));
    CHECK_FALSE(has_set_after(std::chrono::hours(72) + std::chrono::minutes(7)));
    // A clock that was set back.
    CHECK_FALSE(has_set_after(std::chrono::minutes(1)));
}
