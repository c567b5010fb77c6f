#include "intake/lanes.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <thread>

#include "intake/feed_watch.h"
#include "intake/receiver.h"
#include "intake/schema.h"
#include "store/search.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::intake;

namespace {

std::vector<store::Schema> schemas() {
    return {{"raw_message", kRawMessageSteps},
            {"feed_watch", kFeedWatchSteps},
            {"intake", kIntakeMappingSteps}};
}

std::string admit(std::string_view control, std::string_view mrn,
                  std::string_view family = "SMITH") {
    return "MSH|^~\\&|PAS|RX1|WL|RX1|20261120101500||ADT^A01|" + std::string(control) +
           "|P|2.4\rEVN|A01|20261120101500\rPID|1||" + std::string(mrn) + "^^^RX1^MR||" +
           std::string(family) + "^JOHN||19450714|M\rPV1|1|I|7B^1^12^RX1||||||||||||||||V" +
           std::string(mrn) + "^^^RX1\r";
}

/// Store, lanes and receiver as in the server, but for the sockets.
struct Intake {
    store::TestStore store{schemas()};
    FeedProfile profile = *default_profile();
    FindProfile find = [this](const FeedId&) -> const FeedProfile& { return profile; };
    std::vector<std::string> changed;
    bool must_fail = false;
    Lanes lanes{
        *store, find,
        [this](store::WriteTransaction&, std::span<const store::ResourceKey> keys) -> Result<> {
            if (must_fail) return fail(ErrorCode::internal, "a rule failed");
            for (const auto& key : keys) changed.push_back(key.reference());
            return {};
        },
        2};
    Receiver receiver{*store, find, [this] { lanes.wake(); }};

    std::string send(std::string body) {
        std::promise<std::string> answer;
        receiver.receive(FeedId{"main"}, std::move(body),
                         [&](std::string bytes) { answer.set_value(std::move(bytes)); });
        return answer.get_future().get();
    }
    std::size_t count(std::string_view type, const store::QueryParameters& query = {}) {
        auto snapshot = store->read();
        return store::search_all(*snapshot, type, query, 1'000)->size();
    }
    std::vector<StoredMessage> in_state(MessageState state) {
        auto snapshot = store->read();
        return *messages_in_state(*snapshot, state, 100);
    }
};

bool has(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

TEST_CASE("a message is stored, acknowledged and becomes resources, with the rules in its commit") {
    Intake intake;
    const std::string answer = intake.send(admit("C1", "100"));
    CHECK(has(answer, "MSA|AA|C1"));
    intake.lanes.drain();
    CHECK(intake.count("Patient") == 1);
    CHECK(intake.count("Encounter") == 1);
    CHECK_FALSE(intake.changed.empty());
    CHECK(intake.in_state(MessageState::applied).size() == 1);
    auto snapshot = intake.store->read();
    const auto sources = *feed_sources(*snapshot);
    REQUIRE(sources.size() == 1);
    CHECK(sources[0].kind == SourceKind::adt);
}

TEST_CASE("the same message again is acknowledged, kept and not applied twice") {
    Intake intake;
    CHECK(has(intake.send(admit("C1", "100")), "MSA|AA|C1"));
    CHECK(has(intake.send(admit("C1", "100")), "MSA|AA|C1"));
    intake.lanes.drain();
    CHECK(intake.in_state(MessageState::duplicate).size() == 1);
    CHECK(intake.count("Patient") == 1);
}

TEST_CASE("a control id used again for another message is processed and noted") {
    Intake intake;
    (void)intake.send(admit("C1", "100"));
    (void)intake.send(admit("C1", "200"));
    intake.lanes.drain();
    CHECK(intake.count("Patient") == 2);
    auto snapshot = intake.store->read();
    const auto quality = *data_quality(*snapshot, Instant{});
    CHECK(std::any_of(quality.begin(), quality.end(),
                      [](const auto& row) { return row.code == "control_id_reused"; }));
}

TEST_CASE("what is no HL7 message is refused with the reason and kept") {
    Intake intake;
    CHECK(has(intake.send("PID|1||100"), "MSA|AR"));
    const auto kept = intake.in_state(MessageState::quarantined);
    REQUIRE(kept.size() == 1);
    REQUIRE(kept[0].reason);
    CHECK_FALSE(kept[0].reason->message.empty());
}

TEST_CASE(
    "what cannot be mapped waits in quarantine without holding up the rest, and is replayed after "
    "a fix") {
    Intake intake;
    CHECK(
        has(intake.send("MSH|^~\\&|PAS|RX1|WL|RX1|20261120||ADT^A01|C1|P|2.4\rEVN|A01|20261120\r"),
            "MSA|AA|C1"));
    (void)intake.send(admit("C2", "200"));
    intake.lanes.drain();
    CHECK(intake.count("Patient") == 1);
    const auto waiting = intake.in_state(MessageState::quarantined);
    REQUIRE(waiting.size() == 1);
    const auto again = intake.lanes.replay(waiting[0].number);
    REQUIRE(again);
    CHECK(again->state == MessageState::quarantined);
    CHECK(again->reason.has_value());
}

TEST_CASE(
    "a rule that fails takes the whole message back and into quarantine; replay applies it once") {
    Intake intake;
    intake.must_fail = true;
    CHECK(has(intake.send(admit("C1", "100")), "MSA|AA|C1"));
    intake.lanes.drain();
    CHECK(intake.count("Patient") == 0);
    const auto waiting = intake.in_state(MessageState::quarantined);
    REQUIRE(waiting.size() == 1);
    CHECK(waiting[0].reason->code == "internal");
    intake.must_fail = false;
    CHECK(intake.lanes.replay(waiting[0].number)->state == MessageState::applied);
    CHECK(intake.count("Patient") == 1);
    CHECK(intake.lanes.replay(waiting[0].number).error().code == ErrorCode::conflict);
    auto snapshot = intake.store->read();
    CHECK(replayed_messages(*snapshot, 10)->size() == 1);
}

TEST_CASE("messages stored before a crash are applied after it") {
    store::TestStore store(schemas());
    for (int i = 0; i < 20; ++i) {
        NewMessage message;
        message.feed = FeedId{"main"};
        message.control_id = std::to_string(i);
        message.lane_key = std::to_string(i);
        message.body = admit(message.control_id, std::to_string(100 + i));
        REQUIRE(store->write([&](store::WriteTransaction& tx) -> Result<> {
            TRY(store_message(tx, message));
            return {};
        }));
    }
    store.reopen();
    const FeedProfile profile = *default_profile();
    Lanes lanes(*store, [&](const FeedId&) -> const FeedProfile& { return profile; }, {}, 2);
    lanes.drain();
    auto snapshot = store->read();
    CHECK(store::search_all(*snapshot, "Patient", {}, 100)->size() == 20);
    CHECK(messages_in_state(*snapshot, MessageState::applied, 100)->size() == 20);
}

TEST_CASE("more messages than any queue holds arrive whole and in order per patient") {
    Intake intake;
    constexpr int kMessages = 1'500;
    for (int i = 0; i < kMessages; ++i) {
        NewMessage message;
        message.feed = FeedId{"main"};
        message.control_id = std::to_string(i);
        message.lane_key = "100";
        message.body = admit(message.control_id, "100", "NAME" + std::to_string(i));
        REQUIRE(intake.store->write([&](store::WriteTransaction& tx) -> Result<> {
            TRY(store_message(tx, message));
            return {};
        }));
    }
    intake.lanes.drain();
    auto snapshot = intake.store->read();
    auto rows = snapshot->sql().query("SELECT COUNT(*) FROM raw_message WHERE state = 1");
    REQUIRE(rows->next());
    CHECK(rows->integer(0) == kMessages);
}

TEST_CASE("a broken frame is kept in quarantine") {
    Intake intake;
    hl7v2::FrameEvent event;
    event.kind = hl7v2::FrameEvent::Kind::too_large;
    event.bytes = admit("C9", "100");
    std::promise<std::string> answer;
    intake.receiver.receive_broken(FeedId{"main"}, event,
                                   [&](std::string bytes) { answer.set_value(std::move(bytes)); });
    CHECK(has(answer.get_future().get(), "MSA|AR|C9"));
    CHECK(intake.in_state(MessageState::quarantined).at(0).reason->code == "frame_too_large");
}

TEST_CASE("the lanes say when they are behind, and when they have caught up") {
    store::TestStore store{schemas()};
    const FeedProfile profile = *default_profile();
    std::promise<void> may_go_on;
    const std::shared_future<void> gate = may_go_on.get_future().share();
    const FindProfile find = [&](const FeedId&) -> const FeedProfile& { return profile; };
    constexpr std::size_t kBehindAt = 600;
    std::atomic<bool> is_gated = true;
    Lanes lanes(
        *store,
        [&](const FeedId&) -> const FeedProfile& {
            if (is_gated) gate.wait();
            return profile;
        },
        nullptr, 1, kBehindAt);
    const Receiver receiver(*store, find, [&] { lanes.wake(); });
    // What the lanes take up before their queue is full, and more than they may be behind.
    std::atomic<int> answered = 0;
    constexpr int kSent = 2'000;
    for (int i = 0; i < kSent; ++i) {
        receiver.receive(FeedId{"main"}, admit("B" + std::to_string(i), std::to_string(1'000 + i)),
                         [&](const std::string&) { ++answered; });
    }
    while (answered < kSent) std::this_thread::yield();
    CHECK(lanes.is_behind());
    is_gated = false;
    may_go_on.set_value();
    lanes.drain();
    CHECK_FALSE(lanes.is_behind());
}

TEST_CASE("lanes end while messages wait, and later ones go on with them") {
    store::TestStore store{schemas()};
    const FeedProfile profile = *default_profile();
    const FindProfile find = [&](const FeedId&) -> const FeedProfile& { return profile; };
    std::promise<void> may_end;
    const std::shared_future<void> gate = may_end.get_future().share();
    std::atomic<int> applied = 0;
    constexpr int kSent = 300;
    {
        // The first message holds up the writer until the lanes are being ended.
        Lanes lanes(
            *store, find,
            [&](store::WriteTransaction&, std::span<const store::ResourceKey>) -> Result<> {
                if (applied++ == 0) gate.wait();
                return {};
            },
            1);
        std::atomic<int> answered = 0;
        const Receiver receiver(*store, find, [] {});
        for (int i = 0; i < kSent; ++i) {
            receiver.receive(FeedId{"main"},
                             admit("E" + std::to_string(i), std::to_string(1'000 + i)),
                             [&](const std::string&) { ++answered; });
        }
        while (answered < kSent) std::this_thread::yield();
        lanes.wake();
        while (applied == 0) std::this_thread::yield();
        may_end.set_value();
    }
    Lanes again(*store, find, nullptr, 1);
    again.drain();
    auto snapshot = *store->read();
    CHECK(waiting_messages(snapshot, MessageNumber{0}, 1)->empty());
}
