#include "api/live_hub.h"

#include <doctest/doctest.h>

#include <condition_variable>

#include "base/limits.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::api;

namespace {

void put(store::Store& store, const char* text) {
    REQUIRE(store.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(tx.put_json(TRY(json::parse(text))));
        return {};
    }));
}

/// Reads a stream as its connection would.
class Reader {
 public:
    explicit Reader(std::shared_ptr<net::LiveStream> stream) : stream_(std::move(stream)) {
        stream_->attach([this] {
            const std::lock_guard lock(mutex_);
            changed_.notify_all();
        });
    }
    ~Reader() { stream_->finish(); }
    bool wait_for(std::string_view text) {
        std::unique_lock lock(mutex_);
        return changed_.wait_for(lock, std::chrono::seconds{30}, [&] {
            stream_->take(seen_);
            return seen_.find(text) != std::string::npos;
        });
    }
    [[nodiscard]] const std::string& seen() const { return seen_; }
    std::shared_ptr<net::LiveStream> stream_;

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    std::string seen_;
};

LiveHub::Sources sources() {
    return {[] { return std::string("{\"sources\":[]}"); }, [] { return std::nullopt; }};
}

constexpr const char* kObservation =
    R"({"resourceType":"Observation","id":"o","subject":{"reference":"Patient/p1"},"valueString":"secret"})";

}  // namespace

TEST_CASE("a commit reaches an open stream as topics, without the data") {
    store::TestStore store;
    LiveHub hub(*store, sources());
    Reader reader(*hub.open("s", std::nullopt));
    put(*store, kObservation);
    CHECK(reader.wait_for("patient:p1"));
    put(*store, R"({"resourceType":"Task","id":"t","for":{"reference":"Patient/p1"}})");
    CHECK(reader.wait_for("\"alerts\""));
    CHECK(reader.seen().find("secret") == std::string::npos);
}

TEST_CASE("a phone that was away gets what it missed, or is told to start again") {
    store::TestStore store;
    put(*store, kObservation);
    put(*store, R"({"resourceType":"Patient","id":"p2"})");
    LiveHub hub(*store, sources());
    {
        Reader reader(*hub.open("s", 1));
        CHECK(reader.wait_for("patient:p2"));
        CHECK(reader.seen().find("patient:p1") == std::string::npos);
        CHECK(reader.seen().find("id: 2") != std::string::npos);
    }
    REQUIRE(store->write([&](store::WriteTransaction& tx) -> Result<> {
        for (int i = 0; i < 1100; ++i) {
            TRY(tx.put_json(
                json::object({{"resourceType", "Observation"}, {"id", std::to_string(i)}})));
        }
        return {};
    }));
    Reader late(*hub.open("s", 1));
    CHECK(late.wait_for("event: reset"));
}

TEST_CASE("streams per session are limited and end with their session") {
    store::TestStore store;
    LiveHub hub(*store, sources());
    std::vector<std::unique_ptr<Reader>> readers;
    for (std::size_t i = 0; i < limits::kLiveStreamsPerAccount; ++i) {
        readers.push_back(std::make_unique<Reader>(*hub.open("s", std::nullopt)));
    }
    CHECK(hub.open("s", std::nullopt).error().code == ErrorCode::busy);
    CHECK(hub.open("other", std::nullopt));
    hub.end_session("s");
    CHECK(readers.front()->wait_for("event: signed_out"));
    CHECK(hub.streams() == 1);
}

TEST_CASE("a stream whose session was ended by another process is closed") {
    store::TestStore store;
    std::mutex mutex;
    std::optional<std::unordered_set<std::string>> living{{"s", "t"}};
    LiveHub::Sources from = sources();
    from.living_sessions = [&] {
        const std::lock_guard lock(mutex);
        return living;
    };
    LiveHub hub(*store, from);
    Reader stays(*hub.open("s", std::nullopt));
    Reader goes(*hub.open("t", std::nullopt));
    {
        const std::lock_guard lock(mutex);
        living = std::nullopt;  // cannot be known: nobody is cut off
    }
    put(*store, kObservation);
    CHECK(goes.wait_for("patient:p1"));
    {
        const std::lock_guard lock(mutex);
        living = {{"s"}};
    }
    CHECK(goes.wait_for("signed_out"));
    put(*store, R"({"resourceType":"Observation","id":"q","subject":{"reference":"Patient/p2"}})");
    CHECK(stays.wait_for("patient:p2"));
    CHECK(goes.seen().find("patient:p2") == std::string::npos);
    CHECK(stays.seen().find("signed_out") == std::string::npos);
}
