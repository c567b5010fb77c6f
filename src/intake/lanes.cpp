#include "intake/lanes.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "base/log.h"
#include "base/text.h"
#include "hl7v2/character_set.h"
#include "hl7v2/message.h"
#include "intake/feed_watch.h"
#include "intake/map_message.h"

namespace wardlight::intake {
namespace {

constexpr std::size_t kDispatchChunk = 256;
constexpr std::size_t kLaneQueue = 512;
constexpr std::size_t kWritesInFlight =
    64;  // per lane: enough to fill commits, few enough to stay fair
/// Memory may be there again in a moment; a message that never fits must not hold up its lane.
constexpr std::size_t kMappingRetries = 20;
constexpr std::chrono::milliseconds kRetryPause{100};
constexpr std::chrono::seconds kIdlePause{1};

QuarantineReason to_reason(const Error& error) {
    const std::string_view code = reason_code(error);
    if (error.code != ErrorCode::invalid || code.empty()) {
        return {std::string(wardlight::name_of(error.code)), error.message, error.where};
    }
    // "patient_missing: the message has no PID segment" -> code and sentence.
    const std::string_view rest = std::string_view(error.message).substr(code.size());
    return {std::string(code), std::string(trim(rest.starts_with(':') ? rest.substr(1) : rest)),
            error.where};
}

bool is_passing(ErrorCode code) {
    return code == ErrorCode::busy || code == ErrorCode::unavailable;
}

/// Everything that can be done without the writer.
Result<Mapped> map_stored(const StoredMessage& stored, const FeedProfile& profile) {
    try {
        const auto message =
            TRY(hl7v2::Message::parse(hl7v2::decode(stored.body, profile.character_set).text));
        return map_message(message, profile, stored.received_at);
    } catch (const std::bad_alloc&) {
        return fail(ErrorCode::unavailable, "out of memory");
    } catch (const std::exception& exception) {
        return fail(ErrorCode::internal, std::string("mapping threw: ") + exception.what());
    }
}

}  // namespace

struct Lanes::State {
    State(store::Store& s, FindProfile find, AfterApply after, std::size_t behind)
        : store(s),
          find_profile(std::move(find)),
          after_apply(std::move(after)),
          behind_at(behind) {}

    struct Lane {
        std::deque<StoredMessage> queue;
        std::size_t mapping_retries = 0;  // of the message in front; this lane's thread only
        std::size_t in_flight = 0;
        bool must_pause = false;  // the store could not write: do not ask it again at once
        std::condition_variable ready;
        std::thread thread;
    };

    store::Store& store;
    FindProfile find_profile;
    AfterApply after_apply;

    const std::size_t behind_at;
    /// Stored since the dispatcher last had seen everything, less what it has read. Too high by
    /// what needs no applying (duplicates), until it has seen everything again.
    std::atomic<std::int64_t> unread = 0;

    std::mutex mutex;
    std::condition_variable changed;  // for the dispatcher, and for who waits for quiet
    bool is_stopping = false;
    bool has_news = true;
    bool is_idle = false;  // the dispatcher has seen everything stored
    std::vector<std::unique_ptr<Lane>> lanes;
    std::thread dispatcher;

    void dispatch();
    void work(Lane& lane);
    void submit(Lane& lane, StoredMessage message, Mapped mapped);
    void submit_quarantine(Lane& lane, StoredMessage message, QuarantineReason reason);
    void finish(Lane& lane);
    void try_again(Lane& lane, StoredMessage message);
    Result<> apply_in(store::WriteTransaction& tx, const StoredMessage& message,
                      const Mapped& mapped);
    [[nodiscard]] bool all_quiet() const;
    /// Waits a little before a retry; false when stopping.
    bool pause();
};

Lanes::Lanes(store::Store& store, FindProfile find_profile, AfterApply after_apply,
             std::size_t lanes, std::size_t behind_at)
    : state_(std::make_unique<State>(store, std::move(find_profile), std::move(after_apply),
                                     behind_at)) {
    for (std::size_t i = 0; i < lanes; ++i)
        state_->lanes.push_back(std::make_unique<State::Lane>());
    for (auto& lane : state_->lanes) {
        lane->thread = std::thread([state = state_.get(), &lane = *lane] { state->work(lane); });
    }
    state_->dispatcher = std::thread([state = state_.get()] { state->dispatch(); });
}

Lanes::~Lanes() {
    {
        const std::lock_guard lock(state_->mutex);
        state_->is_stopping = true;
    }
    state_->changed.notify_all();
    for (auto& lane : state_->lanes) lane->ready.notify_all();
    state_->dispatcher.join();
    for (auto& lane : state_->lanes) lane->thread.join();
    // Writes under way call back into this object.
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [this] {
        return std::all_of(state_->lanes.begin(), state_->lanes.end(),
                           [](const auto& l) { return l->in_flight == 0; });
    });
}

bool Lanes::is_behind() const {
    return state_->unread >= static_cast<std::int64_t>(state_->behind_at);
}

void Lanes::wake() {
    ++state_->unread;
    {
        const std::lock_guard lock(state_->mutex);
        state_->has_news = true;
        state_->is_idle = false;
    }
    state_->changed.notify_all();
}

void Lanes::drain() {
    wake();
    std::unique_lock lock(state_->mutex);
    state_->changed.wait(lock, [this] { return state_->all_quiet() || state_->is_stopping; });
}

bool Lanes::State::all_quiet() const {
    if (!is_idle) return false;
    return std::all_of(lanes.begin(), lanes.end(), [](const auto& lane) {
        return lane->queue.empty() && lane->in_flight == 0;
    });
}

bool Lanes::State::pause() {
    std::unique_lock lock(mutex);
    changed.wait_for(lock, kRetryPause, [this] { return is_stopping; });
    return !is_stopping;
}

void Lanes::State::dispatch() {
    MessageNumber cursor{0};
    for (;;) {
        {
            std::unique_lock lock(mutex);
            if (!has_news) {
                is_idle = true;
                unread = 0;
                changed.notify_all();
                changed.wait_for(lock, kIdlePause, [this] { return has_news || is_stopping; });
            }
            if (is_stopping) return;
            has_news = false;
        }
        for (;;) {
            std::vector<StoredMessage> messages;
            {
                auto snapshot = store.read();
                auto found =
                    snapshot ? waiting_messages(*snapshot, cursor, kDispatchChunk)
                             : Result<std::vector<StoredMessage>>(tl::unexpected(snapshot.error()));
                if (!found) {
                    log::error("waiting messages cannot be read",
                               {{"reason", found.error().message}});
                    if (!pause()) return;
                    continue;
                }
                messages = std::move(*found);
            }
            if (messages.empty()) break;
            unread -= static_cast<std::int64_t>(messages.size());
            for (StoredMessage& message : messages) {
                cursor = message.number;
                const std::size_t index = std::hash<std::string>{}(message.lane_key) % lanes.size();
                std::unique_lock lock(mutex);
                Lane& lane = *lanes[index];
                changed.wait(lock, [&] { return lane.queue.size() < kLaneQueue || is_stopping; });
                if (is_stopping) return;
                lane.queue.push_back(std::move(message));
                lane.ready.notify_one();
            }
        }
    }
}

void Lanes::State::work(Lane& lane) {
    for (;;) {
        StoredMessage message;
        {
            std::unique_lock lock(mutex);
            lane.ready.wait(lock, [&] {
                return is_stopping || (!lane.queue.empty() && lane.in_flight < kWritesInFlight);
            });
            if (is_stopping) return;
            if (lane.must_pause) {
                lane.must_pause = false;
                lane.ready.wait_for(lock, kRetryPause, [this] { return is_stopping; });
                if (is_stopping) return;
            }
            message = std::move(lane.queue.front());
            lane.queue.pop_front();
            ++lane.in_flight;
            if (lane.queue.size() + 1 == kLaneQueue) changed.notify_all();
        }
        auto mapped = map_stored(message, find_profile(message.feed));
        if (mapped) {
            lane.mapping_retries = 0;
            submit(lane, std::move(message), std::move(*mapped));
        } else if (is_passing(mapped.error().code) && lane.mapping_retries < kMappingRetries) {
            ++lane.mapping_retries;
            try_again(lane, std::move(message));
        } else {
            lane.mapping_retries = 0;
            submit_quarantine(lane, std::move(message), to_reason(mapped.error()));
        }
    }
}

Result<> Lanes::State::apply_in(store::WriteTransaction& tx, const StoredMessage& message,
                                const Mapped& mapped) {
    const Applied applied = TRY(apply(tx, mapped, static_cast<std::int64_t>(message.number)));
    if (after_apply) TRY(after_apply(tx, applied.changed));
    TRY(note_applied(tx, message.feed, applied.kind, message.received_at, message.number,
                     applied.warnings));
    return mark_applied(tx, message.number);
}

void Lanes::State::submit(Lane& lane, StoredMessage message, Mapped mapped) {
    // Shared because a write may be run again after a refusal.
    const auto work =
        std::make_shared<std::pair<StoredMessage, Mapped>>(std::move(message), std::move(mapped));
    store.submit(
        [this, work](store::WriteTransaction& tx) {
            return apply_in(tx, work->first, work->second);
        },
        [this, work, &lane](const Result<store::Commit>& result) {
            if (result) return finish(lane);
            if (!is_passing(result.error().code)) {
                return submit_quarantine(lane, std::move(work->first), to_reason(result.error()));
            }
            try_again(lane, std::move(work->first));
        },
        store::Priority::processing);
}

void Lanes::State::submit_quarantine(Lane& lane, StoredMessage message, QuarantineReason reason) {
    const MessageNumber number = message.number;
    log::warning("message quarantined",
                 {{"number", std::to_string(static_cast<std::int64_t>(number))},
                  {"code", reason.code},
                  {"where", reason.where}});
    const auto kept = std::make_shared<StoredMessage>(std::move(message));
    store.submit([number, reason](
                     store::WriteTransaction& tx) { return mark_quarantined(tx, number, reason); },
                 [this, kept, &lane](const Result<store::Commit>& result) {
                     if (result) return finish(lane);
                     try_again(lane, std::move(*kept));
                 },
                 store::Priority::processing);
}

void Lanes::State::try_again(Lane& lane, StoredMessage message) {
    {
        const std::lock_guard lock(mutex);
        lane.queue.push_front(std::move(message));
        lane.must_pause = true;
    }
    finish(lane);
}

void Lanes::State::finish(Lane& lane) {
    const std::lock_guard lock(mutex);
    --lane.in_flight;
    lane.ready.notify_one();
    if (lane.in_flight == 0 && lane.queue.empty()) changed.notify_all();
}

Result<Lanes::Outcome> Lanes::replay(MessageNumber number) {
    StoredMessage message;
    {
        auto snapshot = TRY(state_->store.read());
        auto found = TRY(find_message(snapshot, number));
        if (!found) return fail(ErrorCode::not_found, "there is no message of this number");
        if (found->state != MessageState::quarantined)
            return fail(ErrorCode::conflict, "the message is not in quarantine");
        message = std::move(*found);
    }
    auto mapped = map_stored(message, state_->find_profile(message.feed));
    Result<> applied = mapped ? Result<>{} : tl::unexpected(mapped.error());
    if (mapped) {
        auto commit = state_->store.write(
            [&](store::WriteTransaction& tx) { return state_->apply_in(tx, message, *mapped); });
        if (commit) return Outcome{MessageState::applied, std::nullopt};
        if (is_passing(commit.error().code)) return tl::unexpected(commit.error());
        applied = tl::unexpected(commit.error());
    }
    const QuarantineReason reason = to_reason(applied.error());
    TRY(state_->store.write(
        [&](store::WriteTransaction& tx) { return mark_quarantined(tx, number, reason); }));
    return Outcome{MessageState::quarantined, reason};
}

}  // namespace wardlight::intake
