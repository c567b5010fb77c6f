#include "store/store.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <thread>

#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::store;

namespace {

ResourceKey key(std::string_view type, std::string_view id) {
    return *ResourceKey::make(type, id);
}

json::Value observation(std::string_view id, std::string_view value) {
    return *json::parse(R"({"resourceType":"Observation","id":")" + std::string(id) +
                        R"(","subject":{"reference":"Patient/p"},"valueQuantity":{"value":)" +
                        std::string(value) + "}}");
}

Result<> put(Store& store, const json::Value& resource) {
    const auto commit = store.write([&](WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(resource));
        return {};
    });
    if (!commit) return tl::unexpected(commit.error());
    return {};
}

}  // namespace

TEST_CASE("what is written is read back with its version, digits and history") {
    TestStore store;
    REQUIRE(put(*store, observation("o", "38.0")));
    store.clock.advance(std::chrono::seconds{5});
    REQUIRE(put(*store, observation("o", "38.10")));
    auto snapshot = store->read();
    REQUIRE(snapshot);
    const auto stored = *snapshot->get(key("Observation", "o"));
    REQUIRE(stored);
    CHECK(stored->version == 2);
    CHECK(stored->body.find("\"value\":38.10") != std::string::npos);
    CHECK((*stored->parsed())["meta"]["versionId"].text() == "2");
    const auto first = *snapshot->get_version(key("Observation", "o"), 1);
    REQUIRE(first);
    CHECK(first->body.find("\"value\":38.0}") != std::string::npos);
    CHECK(snapshot->history(key("Observation", "o"), 0, 10)->size() == 2);
    CHECK_FALSE(*snapshot->get_version(key("Observation", "o"), 3));
    CHECK_FALSE(*snapshot->get(key("Observation", "other")));
}

TEST_CASE("writing the same content again changes nothing") {
    TestStore store;
    REQUIRE(put(*store, observation("o", "1")));
    REQUIRE(put(*store, observation("o", "1")));
    CHECK(store->last_change() == ChangeNumber{1});
}

TEST_CASE("the last change of a patient is one that was written for or taken from this patient") {
    TestStore store;
    const PatientId first("p");
    const PatientId second("q");
    CHECK(store->last_change_of(first) == ChangeNumber{0});
    REQUIRE(put(*store, observation("o", "1")));
    CHECK(store->last_change_of(first) == ChangeNumber{1});
    CHECK(store->last_change_of(second) == ChangeNumber{0});

    json::Value moved = observation("o", "1");
    moved.edit("subject") = json::Object{{"reference", "Patient/q"}};
    REQUIRE(put(*store, moved));
    CHECK(store->last_change_of(first) == ChangeNumber{2});
    CHECK(store->last_change_of(second) == ChangeNumber{2});

    REQUIRE(store->write([](WriteTransaction& tx) { return tx.remove(key("Observation", "o")); }));
    CHECK(store->last_change_of(first) == ChangeNumber{2});
    CHECK(store->last_change_of(second) == ChangeNumber{3});

    // What is undone may be counted, what is done must be.
    CHECK_FALSE(store->write([&](WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(observation("other", "1")));
        return fail(ErrorCode::invalid, "no");
    }));
    REQUIRE(put(*store, observation("o", "1")));
    CHECK(store->last_change_of(first) == ChangeNumber{4});
}

TEST_CASE("whoever sees a change is told of it: the number is there before the commit") {
    TestStore store;
    const PatientId patient("p");
    std::atomic<bool> is_over = false;
    std::atomic<int> looks = 0;
    std::atomic<bool> has_seen_untold = false;
    std::thread reader([&] {
        while (!is_over) {
            auto snapshot = store->read();
            const auto state = snapshot->last_change();
            // Every change is this patient's.
            if (*state > store->last_change_of(patient)) has_seen_untold = true;
            ++looks;
        }
    });
    for (int i = 0; i < 50 || looks < 50; ++i)
        if (!put(*store, observation("o", std::to_string(i)))) break;
    is_over = true;
    reader.join();
    CHECK_FALSE(has_seen_untold);
}

TEST_CASE("a deleted resource is gone but its history stays, and it can come back") {
    TestStore store;
    REQUIRE(put(*store, observation("o", "1")));
    REQUIRE(store->write([](WriteTransaction& tx) { return tx.remove(key("Observation", "o")); }));
    {
        auto snapshot = store->read();
        CHECK((*snapshot->get(key("Observation", "o")))->is_deleted());
        CHECK_FALSE(*snapshot->get_json(key("Observation", "o")));
        CHECK(snapshot->history(key("Observation", "o"), 0, 10)->size() == 2);
    }
    REQUIRE(put(*store, observation("o", "2")));
    auto snapshot = store->read();
    CHECK((*snapshot->get(key("Observation", "o")))->version == 3);
}

TEST_CASE("an expected version that has passed is refused") {
    TestStore store;
    const auto put_expecting = [&](std::int64_t expected) {
        return store->write([&](WriteTransaction& tx) -> Result<> {
            TRY(tx.put(TRY(prepare(observation("o", "1"))), expected));
            return {};
        });
    };
    CHECK_FALSE(put_expecting(1));
    REQUIRE(put_expecting(0));
    CHECK_FALSE(put_expecting(0));
    REQUIRE(put_expecting(1));
    CHECK(put_expecting(1).error().code == ErrorCode::precondition_failed);
    // What was deleted is not there; what is not expected may be anything.
    REQUIRE(store->write([](WriteTransaction& tx) { return tx.remove(key("Observation", "o")); }));
    CHECK_FALSE(put_expecting(3));
    REQUIRE(put_expecting(0));
    const auto any = store->transact(
        [](WriteTransaction& tx) { return tx.put(*prepare(observation("o", "2"))); });
    REQUIRE(any);
    CHECK(any->version == 5);
}

TEST_CASE("whose a resource is stays known when it is gone, and of none nothing is known") {
    TestStore store;
    const auto patient_of = [&](const char* type, const char* id) {
        return store->read()->patient_of(key(type, id))->value;
    };
    CHECK(patient_of("Observation", "o").empty());
    REQUIRE(put(*store, observation("o", "1")));
    REQUIRE(put(*store, *json::parse(R"({"resourceType":"Location","id":"l"})")));
    CHECK(patient_of("Observation", "o") == "p");
    CHECK(patient_of("Location", "l").empty());
    REQUIRE(store->write([](WriteTransaction& tx) { return tx.remove(key("Observation", "o")); }));
    CHECK(patient_of("Observation", "o") == "p");
}

TEST_CASE("a failing write leaves nothing behind and does not disturb its neighbours") {
    TestStore store;
    std::atomic<int> good = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
        threads.emplace_back([&, i] {
            for (int n = 0; n < 20; ++n) {
                const std::string id = std::to_string(i) + "-" + std::to_string(n);
                const auto done = store->write([&](WriteTransaction& tx) -> Result<> {
                    TRY(tx.put_json(observation(id, "1")));
                    if (n % 2 == 1) return fail(ErrorCode::invalid, "on purpose");
                    return {};
                });
                if (done) ++good;
            }
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(good == 80);
    CHECK(store->last_change() == ChangeNumber{80});
    CHECK_FALSE(*store->read()->get(key("Observation", "0-1")));
}

TEST_CASE("a write that is alone shares its commit with no other") {
    TestStore store;
    std::vector<std::int64_t> seen;  // the newest change at the end of each write's commit
    std::promise<void> all;
    const auto note = [&](const Result<Commit>& commit) {
        seen.push_back(static_cast<std::int64_t>(commit->last_change));
        if (seen.size() == 5) all.set_value();
    };
    const auto put = [](const char* id) {
        return [id](WriteTransaction& tx) -> Result<> {
            TRY(tx.put_json(observation(id, "1")));
            return {};
        };
    };
    std::promise<void> gathered;
    // Holds the writer until the others wait.
    store->submit(
        [&](WriteTransaction& tx) -> Result<> {
            gathered.get_future().wait();
            return put("first")(tx);
        },
        note, Priority::alone);
    store->submit(put("a"), note, Priority::person);
    store->submit(put("b"), note, Priority::person);
    store->submit(put("alone"), note, Priority::alone);
    store->submit(put("c"), note, Priority::person);
    gathered.set_value();
    all.get_future().wait();
    CHECK(seen[3] == seen[2] + 1);
    CHECK(seen[4] == seen[3] + 1);
    CHECK(*store->read()->get(key("Observation", "alone")));
}

TEST_CASE("what nobody waits for is written all the same, and after what somebody waits for") {
    TestStore store;
    std::string order;
    std::promise<void> all;
    std::promise<void> gathered;
    const auto note = [&](char name) {
        return [&order, name](WriteTransaction&) -> Result<> {
            order.push_back(name);
            return {};
        };
    };
    const auto count = [&, left = std::make_shared<int>(4)](const Result<Commit>& commit) {
        CHECK(commit);
        if (--*left == 0) all.set_value();
    };
    store->submit(
        [&](WriteTransaction&) -> Result<> {
            gathered.get_future().wait();
            return {};
        },
        count, Priority::alone);
    store->submit(note('x'), count, Priority::processing);
    store->submit(note('b'), count);
    store->submit(note('a'), count, Priority::person);
    gathered.set_value();
    all.get_future().wait();
    CHECK(order == "abx");
}

TEST_CASE("the change log is complete, ordered and survives reopening") {
    TestStore store;
    for (int i = 0; i < 5; ++i) REQUIRE(put(*store, observation(std::to_string(i), "1")));
    store.reopen();
    auto snapshot = store->read();
    const auto changes = *snapshot->changes_after(ChangeNumber{2}, 10);
    REQUIRE(changes.size() == 3);
    CHECK(changes[0].number == ChangeNumber{3});
    CHECK(changes[0].key == key("Observation", "2"));
    CHECK(changes[0].patient == PatientId{"p"});
    CHECK(store->last_change() == ChangeNumber{5});
}

TEST_CASE("a snapshot does not see later commits") {
    TestStore store;
    REQUIRE(put(*store, observation("a", "1")));
    auto snapshot = store->read();
    REQUIRE(*snapshot->get(key("Observation", "a")));
    REQUIRE(put(*store, observation("b", "1")));
    CHECK_FALSE(*snapshot->get(key("Observation", "b")));
    CHECK(*store->read()->get(key("Observation", "b")));
}

TEST_CASE("waiting for a change ends when one is committed") {
    TestStore store;
    std::thread writer([&] { CHECK(put(*store, observation("a", "1"))); });
    CHECK(store->wait_for_change(ChangeNumber{0}, std::chrono::minutes{1}) == ChangeNumber{1});
    writer.join();
}

TEST_CASE("what is no resource is refused") {
    for (const char* text :
         {R"([])", R"({})", R"({"resourceType":"Patient"})",
          R"({"resourceType":"Nothing","id":"1"})", R"({"resourceType":"Patient","id":"a b"})"}) {
        CAPTURE(std::string(text));
        const auto prepared = prepare(*json::parse(text));
        REQUIRE_FALSE(prepared);
        CHECK(prepared.error().code == ErrorCode::invalid);
    }
}

TEST_CASE("a timer fires once, at its time, also after a restart") {
    TestStore store;
    const Instant start = store.clock.now();
    REQUIRE(store->write([&](WriteTransaction& tx) -> Result<> {
        TRY(set_timer(tx, {"a", "kind", "payload", start + std::chrono::seconds{10}}));
        TRY(set_timer(tx, {"b", "kind", "other", start + std::chrono::seconds{20}}));
        return {};
    }));
    const auto take = [&] {
        return *store->transact([](WriteTransaction& tx) { return take_due_timers(tx, 10); });
    };
    store.clock.set(start + std::chrono::seconds{10} - std::chrono::microseconds{1});
    CHECK(take().empty());
    store.reopen();
    store.clock.set(start + std::chrono::seconds{10});
    const auto due = take();
    REQUIRE(due.size() == 1);
    CHECK(due[0].payload == "payload");
    CHECK(take().empty());
    auto snapshot = store->read();
    CHECK(*next_timer(*snapshot) == start + std::chrono::seconds{20});
    REQUIRE(timers_of(*snapshot, "kind")->size() == 1);
    CHECK(timers_of(*snapshot, "kind")->front().key == "b");
    CHECK(timers_of(*snapshot, "other")->empty());
}

TEST_CASE("a store without threads of its own writes, refuses and remembers like any other") {
    const TestStore folder;
    const auto file = folder.file().parent_path() / "calling.db";
    const ManualClock clock(from_micros(1'790'000'000'000'000));
    const auto open = [&] {
        auto opened = Store::open(*open_sqlite(file), clock, {}, Writing::calling_thread);
        REQUIRE(opened);
        return std::move(*opened);
    };
    auto store = open();
    const auto here = std::this_thread::get_id();
    REQUIRE(store->write([&](WriteTransaction& tx) -> Result<> {
        CHECK(std::this_thread::get_id() == here);
        TRY(tx.put_json(*json::parse(R"({"resourceType":"Patient","id":"kept"})")));
        return {};
    }));
    const auto refused = store->write([&](WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(*json::parse(R"({"resourceType":"Patient","id":"refused"})")));
        return fail(ErrorCode::invalid, "on purpose");
    });
    CHECK(refused.error().code == ErrorCode::invalid);
    store.reset();
    store = open();
    auto snapshot = store->read();
    CHECK(*snapshot->get(*ResourceKey::make("Patient", "kept")));
    CHECK_FALSE(*snapshot->get(*ResourceKey::make("Patient", "refused")));
}

TEST_CASE("data of a newer program is refused, not touched") {
    TestStore store;
    REQUIRE(store->write([](WriteTransaction& tx) {
        return tx.sql().run("UPDATE schema_version SET version = 99 WHERE name = 'store'");
    }));
    auto second = Store::open(*open_sqlite(store.file()), store.clock, {});
    REQUIRE_FALSE(second);
    CHECK(second.error().code == ErrorCode::unavailable);
}

TEST_CASE("a backup is whole") {
    TestStore store;
    REQUIRE(put(*store, observation("a", "1")));
    const auto copy = store.file().parent_path() / "copy.db";
    REQUIRE(store->engine().backup_to(copy));
    auto restored = Store::open(*open_sqlite(copy), store.clock, {});
    REQUIRE(restored);
    CHECK(*(*restored)->read()->get(key("Observation", "a")));
    CHECK((*restored)->engine().check_integrity());
}
