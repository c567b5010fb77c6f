// What a patient has of one code is found by its time, whatever form the time has.
#include <doctest/doctest.h>

#include <algorithm>

#include "store/index.h"
#include "store/search.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::store;

namespace {

/// `time`: a member with the comma before it.
json::Value observation(std::string_view id, std::string_view time) {
    return *json::parse(
        R"({"resourceType":"Observation","status":"final","code":{"coding":[{"code":"c"}]},"subject":{"reference":"Patient/p"},"id":")" +
        std::string(id) + "\"" + std::string(time) + "}");
}

const std::pair<const char*, const char*> kTimes[] = {
    {"day", R"(,"effectiveDateTime":"2026-01-02")"},
    {"moment", R"(,"effectiveDateTime":"2026-01-02T10:00:00Z")"},
    {"long", R"(,"effectivePeriod":{"start":"2025-12-01","end":"2026-01-02"})"},
    {"since", R"(,"effectivePeriod":{"start":"2026-01-02"})"},
    {"until", R"(,"effectivePeriod":{"end":"2026-01-02"})"},
    {"twice", R"(,"effectiveTiming":{"event":["2026-01-02","2026-02-03"]})"},
    {"coarse", R"(,"effectiveTiming":{"event":["2026-01","2026-01-01"]})"},
    {"never", ""},
};

void fill(TestStore& store) {
    REQUIRE(store->write([](WriteTransaction& tx) -> Result<> {
        for (const auto& [id, time] : kTimes) TRY(tx.put_json(observation(id, time)));
        return {};
    }));
}

std::string found(Store& store, const char* type, const QueryParameters& query) {
    auto snapshot = store.read();
    const auto request = parse_search(*fhir::type_number(type), query);
    REQUIRE_MESSAGE(request, (request ? "" : request.error().message));
    const auto page = search(*snapshot, *request);
    REQUIRE_MESSAGE(page, (page ? "" : page.error().message));
    std::string out;
    for (const StoredResource& match : page->matches) out += match.key.id + " ";
    return out;
}

}  // namespace

TEST_CASE("a chart finds by time what reading everything finds, whatever form the time has") {
    TestStore store;
    fill(store);
    for (const char* prefix : {"", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"}) {
        for (const char* day : {"2025-12-15", "2026-01-01", "2026-01-02", "2026-02-03",
                                "2026-01-02T10:00:00Z", "2026-01-01,2026-01-02"}) {
            const QueryParameters clause{{"date", std::string(prefix) + day}};
            CAPTURE(clause[0].second);
            const auto request = *parse_search(*fhir::type_number("Observation"), clause);
            std::string expected;
            for (const auto& [id, time] : kTimes)
                if (matches(observation(id, time), request.all_of.front()))
                    expected += std::string(id) + " ";
            for (const QueryParameters& narrowed :
                 {QueryParameters{{"patient", "p"}, {"code", "c"}}, {{"patient", "p"}}, {}}) {
                QueryParameters query = narrowed;
                query.push_back(clause[0]);
                CHECK(found(*store, "Observation", query) == expected);
            }
        }
    }
    CHECK(found(*store, "Observation",
                {{"patient", "p"}, {"code", "c"}, {"date:missing", "true"}}) == "never ");
    CHECK(found(*store, "Observation", {{"patient", "urn:uuid:1"}, {"code", "c"}}).empty());
}

TEST_CASE("a type without a time has no chart and is found all the same") {
    TestStore store;
    REQUIRE(store->write([](WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(TRY(json::parse(
            R"({"resourceType":"Condition","id":"d","code":{"coding":[{"code":"c"}]},"subject":{"reference":"Patient/p"}})"))));
        return {};
    }));
    CHECK_FALSE(is_charted(*fhir::type_number("Condition")));
    CHECK(found(*store, "Condition", {{"patient", "p"}, {"code", "c"}}) == "d ");
    CHECK(found(*store, "Condition", {{"patient", "p"}, {"code", "other"}}).empty());
}

TEST_CASE("what is sorted by a time that has several, or by when it was written, is in order") {
    TestStore store;
    fill(store);
    // By the first of several times; what has none is last, both ways.
    const std::string by_date = found(*store, "Observation", {{"_sort", "date"}});
    CHECK(by_date.ends_with("never "));
    CHECK(by_date.find("coarse") < by_date.find("day"));
    CHECK(by_date.find("long") < by_date.find("coarse"));
    CHECK(found(*store, "Observation", {{"_sort", "-date"}}).ends_with("never "));
    store.clock.advance(std::chrono::seconds(1));
    REQUIRE(store->write([](WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(observation("day", R"(,"effectiveDateTime":"2026-01-03")")));
        return {};
    }));
    CHECK(found(*store, "Observation", {{"_sort", "_lastUpdated"}}).ends_with("day "));
    CHECK(found(*store, "Observation", {{"_sort", "-_lastUpdated"}}).starts_with("day "));
    // Two orders, and a content that had to be read to find what is sorted.
    CHECK(found(*store, "Observation", {{"code", "c"}, {"_sort", "-status,-_id"}}) ==
          "until twice since never moment long day coarse ");
}

TEST_CASE("an entry of the index that lost one of its ends is not taken for a time") {
    TestStore store;
    fill(store);
    const auto number = *fhir::find_parameter(*fhir::type_number("Observation"), "date");
    REQUIRE(store->write([&](WriteTransaction& tx) -> Result<> {
        std::string keys;
        {
            auto rows = TRY(tx.sql().query("SELECT keys FROM resource WHERE id = 'day'"));
            TRY(rows.next());
            keys = rows.string(0);
        }
        const SlotValues end = values_in_slot(keys, Slot::upper(number.number));
        keys.erase(keys.find(end.entries), end.entries.size());
        return tx.sql().run("UPDATE resource SET keys = $1 WHERE id = 'day'", Bytes{keys});
    }));
    const std::string on_the_day =
        found(*store, "Observation", {{"patient", "p"}, {"date", "2026-01-02"}});
    CHECK(on_the_day == "moment twice ");
}

TEST_CASE("more matches than can be sorted are refused with what to do, not cut off") {
    TestStore store;
    constexpr int kMost = 200'000;
    store.failures.skips_sync = true;
    store.start_again();
    fill(store);
    REQUIRE(store->write([](WriteTransaction& tx) {
        return tx.sql().run(
            "WITH RECURSIVE number (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM number WHERE n < "
            "$1) INSERT INTO resource (type, id, version, updated, operation, patient, "
            "patient_key, keys, body) SELECT type, 'n' || n, 1, updated, 0, patient, patient_key, "
            "keys, body FROM resource, number WHERE id = 'day'",
            kMost - static_cast<int>(std::size(kTimes)));
    }));
    const auto sorted = [&] {
        auto snapshot = store->read();
        return search(*snapshot, *parse_search(*fhir::type_number("Observation"),
                                               {{"patient", "p"}, {"_sort", "date"}}));
    };
    REQUIRE(sorted());
    CHECK(sorted()->total == kMost);
    REQUIRE(store->write([](WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(observation("more", "")));
        return {};
    }));
    const auto refused = sorted();
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::too_large);
    CHECK(refused.error().where == "_sort");
}
