// The search index written again when a store of an older program is opened: it ends, goes on where
// it was stopped, and says what keeps it from ending.
#include <doctest/doctest.h>

#include "store/index.h"
#include "store/search.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::store;

namespace {

void fill(TestStore& store) {
    REQUIRE(store->write([](WriteTransaction& tx) -> Result<> {
        for (
            const char* text :
            {R"({"resourceType":"Patient","id":"p","identifier":[{"value":"100"}],"name":[{"family":"Ash"}]})",
             R"({"resourceType":"Observation","id":"o1","status":"final","code":{"coding":[{"code":"c"}]},"subject":{"reference":"Patient/p"},"effectiveDateTime":"2026-01-01"})",
             R"({"resourceType":"Observation","id":"o2","status":"final","code":{"coding":[{"code":"c"}]},"subject":{"reference":"Patient/p"}})"})
            TRY(tx.put_json(TRY(json::parse(text))));
        return tx.remove(*ResourceKey::make("Observation", "o2"));
    }));
}

/// As an older program left it.
void age(TestStore& store) {
    REQUIRE(store->write([](WriteTransaction& tx) {
        return tx.sql().execute(
            "UPDATE index_state SET version = 1; DELETE FROM global_key; DELETE FROM "
            "global_string; DELETE FROM chart_key; UPDATE resource SET keys = '', patient_key = 0");
    }));
}

std::string found(TestStore& store) {
    auto snapshot = store->read();
    REQUIRE(snapshot);
    std::string out;
    const std::pair<const char*, QueryParameters> searches[] = {
        {"Patient", {{"identifier", "100"}}},
        {"Patient", {{"family", "as"}}},
        {"Observation", {{"patient", "p"}}},
        {"Observation", {{"patient", "p"}, {"code", "c"}, {"date", "2026-01-01"}}}};
    for (const auto& [type, query] : searches) {
        const auto matches = search_all(*snapshot, type, query, 10);
        REQUIRE(matches);
        for (const json::Value& match : *matches) out += std::string(match["id"].text()) + " ";
        out += "| ";
    }
    return out;
}

}  // namespace

TEST_CASE("a rebuild whose statement fails keeps the store shut and is gone on with") {
    TestStore store;
    store.failures.skips_sync = true;
    store.start_again();
    fill(store);
    const std::string expected = found(store);
    CHECK(expected == "p | p | o1 | o1 | ");
    int tried = 0;
    for (int n = 1;; ++n) {
        CAPTURE(n);
        age(store);
        store.failures.fail_from(n);
        const bool is_open = store.try_reopen();
        const bool has_failed = store.failures.has_failed();
        store.failures.fail_at(0);
        REQUIRE(is_open != has_failed);
        if (!is_open) store.reopen();
        REQUIRE(found(store) == expected);
        if (!has_failed) break;
        ++tried;
    }
    CHECK(tried > 30);
}

TEST_CASE("a resource that cannot be read keeps the index from being called whole") {
    // Packed in an unknown way, no JSON, no resource.
    for (const char* damaged : {"X'07'", "X'007B'", "X'007B7D'"}) {
        CAPTURE(damaged);
        TestStore store;
        fill(store);
        age(store);
        REQUIRE(store->write([&](WriteTransaction& tx) {
            return tx.sql().execute(std::string("UPDATE resource SET body = ") + damaged +
                                    " WHERE id = 'o1'");
        }));
        CHECK_FALSE(store.try_reopen());
        CHECK_FALSE(store.try_reopen());
    }
}

TEST_CASE("an index without a state is damage, not an index that is up to date") {
    TestStore store;
    REQUIRE(store->write(
        [](WriteTransaction& tx) { return tx.sql().execute("DELETE FROM index_state"); }));
    CHECK_FALSE(store.try_reopen());
    auto opened = Store::open(*open_sqlite(store.file()), store.clock, {});
    REQUIRE_FALSE(opened);
    CHECK(opened.error().code == ErrorCode::corrupt);
}
