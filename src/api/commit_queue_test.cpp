#include "api/commit_queue.h"

#include <doctest/doctest.h>

#include <future>
#include <thread>

#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::api;

TEST_CASE("a write is durable when its caller hears of it, who does not wait meanwhile") {
    store::TestStore store;
    CommitQueue queue(*store);
    std::promise<void> may_write;
    std::promise<bool> heard;
    queue.submit(
        [may = may_write.get_future().share()](store::WriteTransaction& tx) -> Result<> {
            may.wait();
            TRY(tx.put_json(json::object({{"resourceType", "Patient"}, {"id", "a"}})));
            return {};
        },
        [&](const Result<store::Commit>& commit) { heard.set_value(commit.has_value()); });
    may_write.set_value();
    CHECK(heard.get_future().get());
    auto snapshot = store->read();
    CHECK(snapshot->get({*fhir::type_number("Patient"), "a"})->has_value());
}

TEST_CASE("who comes when too many writes are underway waits, and all are done") {
    store::TestStore store;
    CommitQueue queue(*store, 1);
    std::promise<void> may_write;
    std::atomic<int> done = 0;
    const auto count = [&](const Result<store::Commit>& commit) { done += commit ? 1 : 0; };
    queue.submit(
        [may = may_write.get_future().share()](store::WriteTransaction&) -> Result<> {
            may.wait();
            return {};
        },
        count);
    int done_on_return = 0;
    std::thread second([&] {
        queue.submit([](store::WriteTransaction&) -> Result<> { return {}; }, count);
        done_on_return = done;
    });
    may_write.set_value();
    second.join();
    CHECK(done_on_return == 2);
}
