#include "api/live_hub.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "json/value.h"

namespace wardlight::api {
namespace {

constexpr std::size_t kChangesPerEvent = 1'000;
constexpr std::size_t kTopicsPerEvent = 200;
/// Half of the second within which whoever was signed out must hear nothing more.
constexpr std::chrono::milliseconds kLookEvery{500};

using Topics = std::set<std::string, std::less<>>;

void add_topics(Topics& topics, const store::Change& change) {
    const std::string_view type = fhir::type_name(change.key.type);
    if (type == "Task" || type == "DetectedIssue") {
        topics.emplace("alerts");
    } else if (type == "Patient" || type == "Encounter") {
        topics.emplace("lists");
    }
    if (!change.patient.empty()) topics.insert("patient:" + change.patient.value);
}

net::LiveFrame event_of(const Topics& topics, ChangeNumber number) {
    const std::string id = std::to_string(static_cast<std::int64_t>(number));
    if (topics.size() > kTopicsPerEvent) return net::live_frame("reset", id, "{}");
    json::Value list{json::Array{}};
    for (const std::string& topic : topics) list.push(topic);
    return net::live_frame("change", id, json::serialize(json::object({{"topics", list}})));
}

}  // namespace

LiveHub::LiveHub(store::Store& store, Sources sources)
    : store_(store), sources_(std::move(sources)) {
    // The position is taken here, not on the thread: what is committed after this call returns is
    // told.
    thread_ = std::thread([this, after = store_.last_change()] { run(after); });
}

LiveHub::~LiveHub() {
    stop();
}

void LiveHub::stop() {
    if (is_stopping_.exchange(true)) return;
    store_.wake_waiters();
    thread_.join();
    std::map<std::uint64_t, Client> clients;
    {
        const std::lock_guard lock(mutex_);
        clients.swap(clients_);
    }
    for (auto& [number, client] : clients) client.stream->close();
}

std::size_t LiveHub::streams() const {
    const std::lock_guard lock(mutex_);
    return clients_.size();
}

Result<std::shared_ptr<net::LiveStream>> LiveHub::open(const std::string& session,
                                                       std::optional<std::int64_t> last_event_id) {
    std::uint64_t number = 0;
    std::shared_ptr<net::LiveStream> stream;
    {
        const std::lock_guard lock(mutex_);
        std::size_t own = 0;
        for (const auto& [id, client] : clients_) own += client.session == session ? 1 : 0;
        if (own >= limits::kLiveStreamsPerAccount)
            return fail(ErrorCode::busy, "too many live streams of this sign-in");
        number = next_client_++;
        stream = std::make_shared<net::LiveStream>([this, number] {
            const std::lock_guard inner(mutex_);
            clients_.erase(number);
        });
        // In the list before the missed changes are read: what is committed in between comes twice,
        // not never.
        clients_.emplace(number, Client{session, stream});
    }
    if (last_event_id) {
        ChangeNumber after{*last_event_id};
        if (const auto missed = next_event(after)) (void)stream->push(*missed);
    } else {
        // Gives the phone a position to resume from.
        (void)stream->push(event_of({}, store_.last_change()));
    }
    (void)stream->push(net::live_frame("heartbeat", "", sources_.freshness()));
    return stream;
}

void LiveHub::end_session(const std::string& session) {
    std::vector<std::shared_ptr<net::LiveStream>> ended;
    {
        const std::lock_guard lock(mutex_);
        for (auto it = clients_.begin(); it != clients_.end();) {
            if (it->second.session == session) {
                ended.push_back(it->second.stream);
                it = clients_.erase(it);
            } else {
                ++it;
            }
        }
    }
    const auto frame = net::live_frame("signed_out", "", "{}");
    for (const auto& stream : ended) {
        (void)stream->push(frame);
        stream->close();
    }
}

void LiveHub::broadcast(const net::LiveFrame& frame) {
    std::vector<std::shared_ptr<net::LiveStream>> streams;
    {
        const std::lock_guard lock(mutex_);
        streams.reserve(clients_.size());
        for (const auto& [number, client] : clients_) streams.push_back(client.stream);
    }
    // A stream that does not keep up closes itself and leaves the list through its own callback.
    for (const auto& stream : streams) (void)stream->push(frame);
}

void LiveHub::send_heartbeat() {
    if (streams() > 0) broadcast(net::live_frame("heartbeat", "", sources_.freshness()));
}

void LiveHub::end_dead_sessions() {
    std::set<std::string> sessions;
    {
        const std::lock_guard lock(mutex_);
        for (const auto& [number, client] : clients_) sessions.insert(client.session);
    }
    if (sessions.empty()) return;
    const auto living = sources_.living_sessions();
    // Not knowing is no reason to cut everybody off; the next request decides.
    if (!living) return;
    for (const std::string& session : sessions) {
        if (!living->contains(session)) end_session(session);
    }
}

std::optional<net::LiveFrame> LiveHub::next_event(ChangeNumber& after) {
    auto snapshot = store_.read();
    if (!snapshot) {
        log::error("the change log cannot be read", {{"reason", snapshot.error().message}});
        return std::nullopt;
    }
    const auto changes = snapshot->changes_after(after, kChangesPerEvent + 1);
    if (!changes || changes->empty()) return std::nullopt;
    if (changes->size() > kChangesPerEvent) {
        after = snapshot->last_change().value_or(changes->back().number);
        return net::live_frame("reset", std::to_string(static_cast<std::int64_t>(after)), "{}");
    }
    Topics topics;
    for (const store::Change& change : *changes) add_topics(topics, change);
    after = changes->back().number;
    return event_of(topics, after);
}

void LiveHub::run(ChangeNumber after) {
    auto next_heartbeat = std::chrono::steady_clock::now() + limits::kLiveHeartbeat;
    auto next_look = std::chrono::steady_clock::now() + kLookEvery;
    while (!is_stopping_) {
        const auto now = std::chrono::steady_clock::now();
        if (now >= next_look) {
            end_dead_sessions();
            next_look = now + kLookEvery;
        }
        if (now >= next_heartbeat) {
            send_heartbeat();
            next_heartbeat = now + limits::kLiveHeartbeat;
        }
        const auto wait =
            std::chrono::ceil<std::chrono::milliseconds>(std::min(next_heartbeat, next_look) - now);
        if (store_.wait_for_change(after, wait) > after) {
            if (const auto event = next_event(after)) broadcast(*event);
        }
    }
}

}  // namespace wardlight::api
