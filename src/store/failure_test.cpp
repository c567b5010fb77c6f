// Every statement of the store fails once: what was not written is not there, what is answered is
// right, and afterwards the store works as before.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include "store/search.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::store;

namespace {

json::Value observation(std::string_view id, std::string_view patient, int value) {
    return *json::parse(fmt::format(
        R"({{"resourceType":"Observation","id":"{}","status":"final","identifier":[{{"system":"s","value":"n{}"}}],"code":{{"coding":[{{"system":"http://loinc.org","code":"2160-0"}}]}},"subject":{{"reference":"Patient/{}"}},"effectiveDateTime":"2026-01-0{}","valueQuantity":{{"value":{}}}}})",
        id, value, patient, value, value));
}

json::Value patient(std::string_view id, std::string_view family) {
    return *json::parse(fmt::format(
        R"({{"resourceType":"Patient","id":"{}","name":[{{"family":"{}","given":["A"]}}]}})", id,
        family));
}

/// Everything that the writes below can change, as text.
std::string content(TestStore& store) {
    auto snapshot = store->read();
    REQUIRE(snapshot);
    std::string out;
    for (const auto& [type, id] : {std::pair("Observation", "o"), std::pair("Patient", "p")}) {
        const auto key = *ResourceKey::make(type, id);
        const auto versions = snapshot->history(key, 0, 100);
        REQUIRE(versions);
        for (const StoredResource& one : *versions)
            out +=
                fmt::format("{} {} {}\n", one.version, static_cast<int>(one.operation), one.body);
    }
    const auto changes = snapshot->changes_after(ChangeNumber{0}, 100);
    REQUIRE(changes);
    for (const Change& change : *changes)
        out +=
            fmt::format("{} {} {}\n", change.key.reference(), change.version, change.patient.value);
    for (const char* query :
         {"identifier=n1", "identifier=n2", "identifier=n3", "patient=p", "patient=q"}) {
        const std::string_view text(query);
        const auto equals = text.find('=');
        const auto found = search_all(
            *snapshot, "Observation",
            {{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))}}, 10);
        REQUIRE(found);
        out += fmt::format("{} {}\n", query, found->size());
    }
    for (const char* name : {"Ash", "Beech"}) {
        const auto found = search_all(*snapshot, "Patient", {{"name", name}}, 10);
        REQUIRE(found);
        out += fmt::format("{} {}\n", name, found->size());
    }
    const auto timer = find_timer(*snapshot, "t");
    REQUIRE(timer);
    out += *timer ? "timer " + (*timer)->payload : "no timer";
    return out;
}

std::vector<WriteFunction> all_writes() {
    const auto put = [](json::Value resource) -> WriteFunction {
        return [resource = std::move(resource)](WriteTransaction& tx) -> Result<> {
            TRY(tx.put_json(resource));
            return {};
        };
    };
    const auto remove = [](const char* type, const char* id) -> WriteFunction {
        return [=](WriteTransaction& tx) { return tx.remove(*ResourceKey::make(type, id)); };
    };
    return {
        put(patient("p", "Ash")),
        put(observation("o", "p", 1)),
        put(observation("o", "p", 2)),
        put(observation("o", "q", 3)),
        put(patient("p", "Beech")),
        [](WriteTransaction& tx) { return set_timer(tx, {"t", "k", "one", tx.now()}); },
        remove("Observation", "o"),
        put(observation("o", "p", 1)),
        [](WriteTransaction& tx) -> Result<> {
            for (Timer& timer : TRY(take_due_timers(tx, 10))) {
                timer.payload = "two";
                TRY(set_timer(tx, timer));
            }
            return {};
        },
        [](WriteTransaction& tx) -> Result<> {
            const auto prepared = TRY(prepare(observation("o", "p", 2)));
            TRY(tx.put(prepared, 5));
            return cancel_timer(tx, "t");
        },
        remove("Patient", "p"),
    };
}

}  // namespace

TEST_CASE("a write whose statement fails is there whole or not at all") {
    TestStore reference;
    std::vector<std::string> expected{content(reference)};
    for (const WriteFunction& write : all_writes()) {
        REQUIRE(reference->write(write));
        expected.push_back(content(reference));
    }
    TestStore store;
    store.failures.skips_sync = true;
    store.start_again(Writing::calling_thread);
    int tried = 0;
    for (std::size_t i = 0; i < all_writes().size(); ++i) {
        for (int n = 1;; ++n) {
            CAPTURE(i);
            CAPTURE(n);
            store.failures.fail_from(n);
            const auto written = store->write(all_writes()[i]);
            const bool has_failed = store.failures.has_failed();
            store.failures.fail_at(0);
            REQUIRE(written.has_value() != has_failed);
            REQUIRE(content(store) == expected[i + (written ? 1 : 0)]);
            if (written) break;
            CHECK(written.error().code == ErrorCode::unavailable);
            ++tried;
        }
    }
    CHECK(tried > 100);
}

TEST_CASE("a statement that fails once fails the write or is made good, never half of it") {
    TestStore store;
    store.failures.skips_sync = true;
    for (int n = 1;; ++n) {
        CAPTURE(n);
        store.start_again();
        REQUIRE(store->write(all_writes()[0]));
        const std::string before = content(store);
        store.failures.fail_at(n);
        const auto written = store->write([](WriteTransaction& tx) -> Result<> {
            TRY(set_timer(tx, {"t", "k", "one", tx.now()}));
            const auto refused = tx.put_json(observation("o", "p", 1));
            if (!refused) return tl::unexpected(refused.error());
            return fail(ErrorCode::conflict, "no");
        });
        const bool has_failed = store.failures.has_failed();
        store.failures.fail_at(0);
        CHECK_FALSE(written);
        CHECK(content(store) == before);
        if (!has_failed) break;
    }
}

TEST_CASE("a read whose statement fails is an error, never a shorter answer") {
    TestStore store;
    REQUIRE(store->write([](WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(patient("p", "Ash")));
        for (int i = 1; i < 5; ++i) TRY(tx.put_json(observation("o" + std::to_string(i), "p", i)));
        TRY(tx.put_json(observation("o1", "p", 5)));
        return set_timer(tx, {"t", "k", "one", tx.now()});
    }));
    const auto key = *ResourceKey::make("Observation", "o1");
    using Read = std::function<Result<std::string>(Snapshot&)>;
    const auto searched = [](const char* type, QueryParameters query) -> Read {
        return [=](Snapshot& snapshot) -> Result<std::string> {
            const auto request = TRY(parse_search(*fhir::type_number(type), query));
            const auto page = TRY(search(snapshot, request));
            std::string out = page.next_cursor + std::to_string(page.total.value_or(-1));
            for (const StoredResource& match : page.matches) out += match.body;
            return out;
        };
    };
    const Read reads[] = {
        [&](Snapshot& s) -> Result<std::string> { return TRY(s.get(key))->body; },
        [&](Snapshot& s) -> Result<std::string> { return json::serialize(*TRY(s.get_json(key))); },
        [&](Snapshot& s) -> Result<std::string> { return TRY(s.get_version(key, 1))->body; },
        [&](Snapshot& s) -> Result<std::string> {
            return std::to_string(TRY(s.history(key, 0, 10)).size());
        },
        [](Snapshot& s) -> Result<std::string> {
            return std::to_string(TRY(s.changes_after(ChangeNumber{0}, 10)).size());
        },
        [](Snapshot& s) -> Result<std::string> {
            return std::to_string(static_cast<std::int64_t>(TRY(s.last_change())));
        },
        [](Snapshot& s) -> Result<std::string> { return format_instant(*TRY(next_timer(s))); },
        [](Snapshot& s) -> Result<std::string> { return TRY(find_timer(s, "t"))->payload; },
        [](Snapshot& s) -> Result<std::string> { return TRY(timers_of(s, "k")).front().payload; },
        [&](Snapshot& s) -> Result<std::string> { return TRY(s.patient_of(key)).value; },
        [](Snapshot& s) -> Result<std::string> {
            const auto request =
                TRY(parse_search(*fhir::type_number("Observation"), {{"patient", "p"}}));
            return format_instant(*TRY(newest_date(s, request, "date")));
        },
        [](Snapshot& s) -> Result<std::string> {
            return std::to_string(TRY(search_all(s, "Observation", {{"patient", "p"}}, 10)).size());
        },
        searched("Observation", {{"patient", "p"}, {"_count", "2"}}),
        searched("Observation", {{"patient", "p"}, {"_sort", "-date"}}),
        searched("Observation", {{"patient", "p"}, {"code", "2160-0"}, {"date", "ge2026-01-02"}}),
        searched("Observation", {{"code", "2160-0"}, {"_sort", "status"}}),
        searched("Observation", {{"patient", "p"}, {"_summary", "count"}}),
        searched("Observation", {{"identifier", "n2,n3"}, {"_total", "accurate"}}),
        searched("Observation", {{"code:missing", "false"}}),
        searched("Patient", {{"name", "as"}}),
        searched("Patient", {{"_id", "p"}}),
    };
    std::size_t index = 0;
    for (const Read& read : reads) {
        CAPTURE(index++);
        const auto run = [&]() -> Result<std::string> {
            auto snapshot = TRY(store->read());
            return read(snapshot);
        };
        const auto expected = run();
        REQUIRE(expected);
        for (int n = 1;; ++n) {
            CAPTURE(n);
            store.failures.fail_at(n);
            const auto answer = run();
            const bool has_failed = store.failures.has_failed();
            store.failures.fail_at(0);
            if (answer)
                CHECK(*answer == *expected);
            else
                CHECK(answer.error().message == "made to fail");
            if (!has_failed) break;
            // A reader that failed is not used again; the next run finds one that waits.
            REQUIRE(run());
        }
    }
}

TEST_CASE("a store that cannot be opened says so and can be opened later") {
    int failed = 0;
    for (int n = 1;; ++n) {
        CAPTURE(n);
        TestStore store;
        store.remove_files();
        store.failures.skips_sync = true;
        store.failures.fail_at(n);
        const bool is_open = store.try_reopen();
        const bool has_failed = store.failures.has_failed();
        CHECK(is_open != has_failed);
        store.failures.fail_at(0);
        store.reopen();
        REQUIRE(store->write([](WriteTransaction& tx) -> Result<> {
            TRY(tx.put_json(patient("p", "Ash")));
            return set_timer(tx, {"t", "k", "one", tx.now()});
        }));
        if (!has_failed) break;
        ++failed;
    }
    CHECK(failed > 5);
}
