// Searches by several keys that all must be there: whichever of them is gone through, the same is
// found.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>

#include "store/index.h"
#include "store/search.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::store;

namespace {

struct Stay {
    std::string id;
    unsigned patient;
    std::string status;
    unsigned ward;
};

json::Value resource(const Stay& stay) {
    return *json::parse(fmt::format(
        R"({{"resourceType":"Encounter","id":"{}","status":"{}","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/p{}"}},"location":[{{"location":{{"reference":"Location/w{}"}}}}]}})",
        stay.id, stay.status, stay.patient, stay.ward));
}

/// Far more have left than are there; more than the first count looks at.
std::vector<Stay> many_stays(Store& store, unsigned count, unsigned one_stays_of) {
    std::mt19937 random(3);
    std::vector<Stay> stays;
    for (unsigned i = 0; i < count; ++i) {
        const bool is_there = random() % one_stays_of == 0;
        stays.push_back({fmt::format("e{}", i), static_cast<unsigned>(random() % 40),
                         is_there ? "in-progress" : "finished",
                         static_cast<unsigned>(random() % 3)});
    }
    REQUIRE(store.write([&](WriteTransaction& tx) -> Result<> {
        for (const Stay& stay : stays) TRY(tx.put_json(resource(stay)));
        return {};
    }));
    return stays;
}

std::string found_by_pages(Store& store, QueryParameters query, std::size_t page_size) {
    auto snapshot = store.read();
    query.emplace_back("_count", std::to_string(page_size));
    SearchRequest request = *parse_search(*fhir::type_number("Encounter"), query);
    std::string ids;
    do {
        const auto page = search(*snapshot, request);
        REQUIRE(page);
        for (const StoredResource& match : page->matches) ids += match.key.id + " ";
        request.cursor = page->next_cursor;
    } while (!request.cursor.empty());
    return ids;
}

}  // namespace

TEST_CASE("of several keys the one with the fewest resources is gone through") {
    for (const unsigned one_stays_of : {1U, 2U, 30U, 400U}) {
        CAPTURE(one_stays_of);
        TestStore store;
        const auto stays = many_stays(*store, 900, one_stays_of);
        for (unsigned ward = 0; ward < 4; ++ward) {
            for (const char* status : {"in-progress", "finished", "planned"}) {
                CAPTURE(status);
                std::string expected;
                std::vector<PatientId> patients;
                for (const Stay& stay : stays) {
                    if (stay.ward != ward || stay.status != status) continue;
                    expected += stay.id + " ";
                    const PatientId patient(fmt::format("p{}", stay.patient));
                    if (std::find(patients.begin(), patients.end(), patient) == patients.end())
                        patients.push_back(patient);
                }
                const QueryParameters query{{"location", fmt::format("Location/w{}", ward)},
                                            {"status", status}};
                CHECK(found_by_pages(*store, query, 7) == expected);
                CHECK(found_by_pages(*store, query, 1'000) == expected);
                CHECK(found_by_pages(*store, {query[1], query[0], {"class", "IMP"}}, 1'000) ==
                      expected);
                auto snapshot = store->read();
                CHECK(*likely_patients(*snapshot, "Encounter", query, 40) == patients);
            }
        }
        // Several values of one key, beside another key.
        std::string expected;
        for (const Stay& stay : stays)
            if (stay.ward != 2 && stay.status == "in-progress") expected += stay.id + " ";
        CHECK(found_by_pages(*store,
                             {{"location", "Location/w0,Location/w1"}, {"status", "in-progress"}},
                             50) == expected);
    }
}

TEST_CASE("likely patients: of one patient's chart, refused when too many, errors told") {
    TestStore store;
    many_stays(*store, 100, 1);
    auto snapshot = store->read();
    const QueryParameters all{{"status", "in-progress"}};
    CHECK(likely_patients(*snapshot, "Encounter", all, 3).error().code == ErrorCode::too_large);
    CHECK(likely_patients(*snapshot, "Nonsense", all, 3).error().code == ErrorCode::invalid);
    CHECK(likely_patients(*snapshot, "Encounter", {{"nonsense", "1"}}, 3).error().code ==
          ErrorCode::invalid);
    CHECK(likely_patients(*snapshot, "Encounter", {{"patient", "p7"}}, 3)->size() == 1);
    REQUIRE(store->write([](WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(TRY(json::parse(
            R"({"resourceType":"Observation","id":"o1","status":"final","code":{"coding":[{"code":"x"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-01-01T10:00:00Z"})"))));
        TRY(tx.put_json(TRY(json::parse(
            R"({"resourceType":"Encounter","id":"nobodys","status":"planned","class":{"code":"IMP"}})"))));
        return {};
    }));
    auto later = store->read();
    const QueryParameters chart{{"patient", "p1"}, {"code", "x"}};
    CHECK(likely_patients(*later, "Observation", chart, 3)->front() == PatientId("p1"));
    CHECK(likely_patients(*later, "Encounter", {{"status", "planned"}}, 3)->empty());
}
