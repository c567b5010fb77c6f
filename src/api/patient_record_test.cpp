// A record that was kept is the one that would be read now, and lists hold whom they should.
#include "api/patient_record.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>

#include "alerts/test_hospital.h"

using namespace wardlight;
using namespace wardlight::api;
using alerts::parsed;

namespace {

constexpr unsigned kPatients = 5;
constexpr const char* kWards[] = {"7A", "7B"};

PatientId patient(unsigned number) {
    return PatientId(fmt::format("p{}", number));
}

json::Value ward(const char* name) {
    return parsed(fmt::format(
        R"({{"resourceType":"Location","id":"w{0}","name":"{0}","physicalType":{{"coding":[{{"code":"wa"}}]}}}})",
        name));
}

json::Value person(unsigned number, unsigned replaced_by) {
    const std::string link =
        replaced_by == number
            ? ""
            : fmt::format(
                  R"(,"link":[{{"type":"replaced-by","other":{{"reference":"Patient/p{}"}}}}])",
                  replaced_by);
    return parsed(fmt::format(R"({{"resourceType":"Patient","id":"p{}"{}}})", number, link));
}

/// Was on the first ward, is on the second.
json::Value stay(unsigned id, unsigned owner, bool is_over, const char* before, const char* now,
                 unsigned hour) {
    return parsed(fmt::format(
        R"({{"resourceType":"Encounter","id":"e{}","status":"{}","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/p{}"}},"period":{{"start":"2026-03-01T{:02}:00:00Z"}},"location":[{{"location":{{"reference":"Location/w{}"}},"status":"completed","physicalType":{{"coding":[{{"code":"wa"}}]}}}},{{"location":{{"reference":"Location/w{}","display":"{}"}},"status":"active","physicalType":{{"coding":[{{"code":"wa"}}]}}}}]}})",
        id, is_over ? "finished" : "in-progress", owner, hour, before, now, now));
}

std::string text_of(const std::optional<PatientRecord>& record) {
    if (!record) return "nobody";
    return record->id.value + json::serialize(record->patient()) +
           json::serialize(record->encounter()) + record->place.ward;
}

std::string all_of(PatientRecords& records, store::Snapshot& snapshot) {
    std::string text;
    for (unsigned i = 0; i < kPatients; ++i) {
        const auto found = records.find(snapshot, patient(i));
        REQUIRE(found);
        text += text_of(*found) + "\n";
    }
    for (const char* name : kWards) {
        const auto listed = records.on_ward(snapshot, name);
        REQUIRE(listed);
        for (const PatientRecord& record : *listed) text += "  " + text_of(record) + "\n";
    }
    return text;
}

}  // namespace

TEST_CASE("kept records are what would be read anew, whatever came, went, moved or was merged") {
    std::mt19937 random(11);
    const auto below = [&](unsigned most) { return static_cast<unsigned>(random() % most); };
    store::TestStore data;
    REQUIRE(data->write([](store::WriteTransaction& tx) -> Result<> {
        for (const char* name : kWards) TRY(tx.put_json(ward(name)));
        return {};
    }));
    PatientRecords kept(*data);
    unsigned changes = 0;
    std::string last;
    for (unsigned round = 0; round < 400; ++round) {
        CAPTURE(round);
        const auto look = [&](store::Snapshot& snapshot) {
            PatientRecords fresh(*data);
            const std::string expected = all_of(fresh, snapshot);
            CHECK(all_of(kept, snapshot) == expected);
            changes += expected == last ? 0U : 1U;
            last = expected;
        };
        // One who began to read before the change and looks after it.
        auto earlier = data->read();
        REQUIRE(earlier->last_change());
        const unsigned number = below(kPatients);
        const auto written = data->write([&](store::WriteTransaction& tx) -> Result<> {
            if (below(10) == 0)
                return tx.remove(TRY(store::ResourceKey::make("Patient", patient(number).value)));
            // Only into a higher number: no circles.
            if (below(3) == 0)
                TRY(tx.put_json(person(number, below(4) == 0 ? kPatients - 1 : number)));
            else
                TRY(tx.put_json(stay(below(6), number, below(3) == 0, kWards[below(2)],
                                     kWards[below(2)], below(24))));
            // A transaction sees its own changes, and keeps nothing of them.
            const auto seen = TRY(find_patient(tx, patient(number)));
            PatientRecords fresh(*data);
            CHECK(text_of(seen) == text_of(TRY(fresh.find(tx, patient(number)))));
            return {};
        });
        REQUIRE(written);
        auto later = data->read();
        if (below(2) == 0) look(*earlier);
        look(*later);
        if (below(2) == 0) look(*earlier);
    }
    CHECK(changes > 100);
}

TEST_CASE("a ward's list holds who lies there now, once, with the stay that is there") {
    store::TestStore data;
    REQUIRE(data->write([](store::WriteTransaction& tx) -> Result<> {
        for (const char* name : kWards) TRY(tx.put_json(ward(name)));
        for (unsigned i = 0; i < 3; ++i) TRY(tx.put_json(person(i, i)));
        TRY(tx.put_json(stay(0, 0, false, "7A", "7B", 8)));  // has moved
        TRY(tx.put_json(stay(1, 1, true, "7A", "7A", 8)));   // has gone
        // On a ward, and since this morning at a clinic: still on the ward's list.
        TRY(tx.put_json(stay(2, 2, false, "7B", "7A", 8)));
        TRY(tx.put_json(stay(3, 2, false, "7B", "7B", 9)));
        return {};
    }));
    PatientRecords records(*data);
    auto snapshot = data->read();
    const auto listed = [&](const char* name) {
        std::string text;
        const auto found = records.on_ward(*snapshot, name);
        REQUIRE(found);
        for (const PatientRecord& record : *found)
            text += record.id.value + "/" + std::string(record.encounter()["id"].text()) + " ";
        return text;
    };
    CHECK(listed("7A") == "p2/e2 ");
    CHECK(listed("7B") == "p0/e0 p2/e3 ");
    CHECK(listed("7C").empty());
    // Where nobody asks for a ward: the newest stay.
    CHECK(records.load(*snapshot, patient(2))->place.ward == "7B");
    CHECK(records.load(*snapshot, patient(1))->encounter().is_null());
    CHECK(records.load(*snapshot, PatientId("nobody")).error().code == ErrorCode::not_found);
    CHECK(records.load(*snapshot, PatientId("../p1")).error().code == ErrorCode::not_found);
}
