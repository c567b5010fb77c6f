// Who waits for the writer, in which order they come to their turn, and what they hear.
#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <thread>

#include "base/limits.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::store;

namespace {

/// Holds the writer until it goes.
class Hold {
 public:
    explicit Hold(Store& store) {
        store.submit(
            [this](WriteTransaction&) -> Result<> {
                started_.set_value();
                ended_.get_future().wait();
                return {};
            },
            [](const Result<Commit>&) {}, Priority::alone);
        started_.get_future().wait();
    }
    void end() { ended_.set_value(); }

 private:
    std::promise<void> started_;
    std::promise<void> ended_;
};

Result<> nothing(WriteTransaction&) {
    return {};
}

void spin(std::chrono::nanoseconds time) {
    const auto end = std::chrono::steady_clock::now() + time;
    while (std::chrono::steady_clock::now() < end) {
    }
}

}  // namespace

TEST_CASE("processing alone is written too, one commit after the other") {
    TestStore store;
    std::promise<void> all;
    std::atomic<int> left = 20;
    for (int i = 20; i > 0; --i) {
        store->submit(
            [](WriteTransaction&) -> Result<> {
                spin(std::chrono::milliseconds(2));
                return {};
            },
            [&](const Result<Commit>& commit) {
                CHECK(commit);
                if (--left == 0) all.set_value();
            },
            Priority::processing);
    }
    all.get_future().wait();
    CHECK(left == 0);
}

TEST_CASE("processing has its turn although feeds take longer than their share") {
    TestStore store;
    constexpr int kFeeds = 50;
    std::atomic<int> feeds_done = 0;
    std::atomic<int> feeds_before = -1;
    std::promise<void> all;
    const auto count = [&, left = std::make_shared<int>(kFeeds + 1)](const Result<Commit>& commit) {
        CHECK(commit);
        if (--*left == 0) all.set_value();
    };
    Hold hold(*store);
    for (int i = 0; i < kFeeds; ++i) {
        store->submit(
            [&](WriteTransaction&) -> Result<> {
                spin(limits::kCommitWithin / 2 + std::chrono::microseconds(100));
                ++feeds_done;
                return {};
            },
            count);
    }
    store->submit(
        [&](WriteTransaction&) -> Result<> {
            feeds_before = feeds_done.load();
            return {};
        },
        count, Priority::processing);
    hold.end();
    all.get_future().wait();
    CHECK(feeds_before >= 1);
    CHECK(feeds_before < kFeeds);
}

TEST_CASE("more people than one commit takes are all answered") {
    TestStore store;
    constexpr int kPeople = static_cast<int>(limits::kWritesPerCommit) * 2 + 1;
    std::atomic<int> answered = 0;
    std::promise<void> all;
    Hold hold(*store);
    for (int i = 0; i < kPeople; ++i) {
        store->submit(
            nothing,
            [&](const Result<Commit>& commit) {
                if (commit && ++answered == kPeople) all.set_value();
            },
            Priority::person);
    }
    hold.end();
    all.get_future().wait();
    CHECK(answered == kPeople);
}

TEST_CASE("a queue that is full refuses at once, and what it holds is written") {
    TestStore store;
    std::atomic<std::size_t> written = 0;
    std::promise<void> all;
    Hold hold(*store);
    for (std::size_t i = 0; i < limits::kWriteQueue; ++i) {
        store->submit(nothing, [&](const Result<Commit>& commit) {
            if (commit && ++written == limits::kWriteQueue) all.set_value();
        });
    }
    ErrorCode refused{};
    store->submit(nothing, [&](const Result<Commit>& commit) {
        CHECK_FALSE(commit);
        if (!commit) refused = commit.error().code;
    });
    CHECK(refused == ErrorCode::busy);
    // The queue of another kind is another queue.
    std::promise<bool> person;
    store->submit(
        nothing, [&](const Result<Commit>& commit) { person.set_value(commit.has_value()); },
        Priority::person);
    hold.end();
    CHECK(person.get_future().get());
    all.get_future().wait();
    CHECK(written == limits::kWriteQueue);
}

TEST_CASE("what is to follow a commit follows it once, and never a write that failed") {
    TestStore store;
    int followed = 0;
    const auto with = [&](bool succeeds) {
        return store->write([&followed, succeeds](WriteTransaction& tx) -> Result<> {
            tx.after_commit([&followed] { ++followed; });
            if (!succeeds) return fail(ErrorCode::invalid, "on purpose");
            return {};
        });
    };
    CHECK(with(true));
    CHECK(followed == 1);
    CHECK_FALSE(with(false));
    CHECK(followed == 1);
}

TEST_CASE("a write that yields a value yields its error too") {
    TestStore store;
    const auto refused = store->transact(
        [](WriteTransaction&) -> Result<int> { return fail(ErrorCode::not_found, "on purpose"); });
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::not_found);
    CHECK(store->transact([](WriteTransaction&) -> Result<int> { return 7; }) == 7);
}

TEST_CASE("whoever waits for a change can be woken before there is one") {
    TestStore store;
    std::atomic<bool> is_back = false;
    std::thread waiter([&] {
        CHECK(store->wait_for_change(ChangeNumber{0}, std::chrono::hours(1)) == ChangeNumber{0});
        is_back = true;
    });
    // It may not wait yet when it is woken the first time.
    while (!is_back) store->wake_waiters();
    waiter.join();
}
