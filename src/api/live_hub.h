// One reader of the change log for all phones: turns each commit into the topics it touches and
// pushes them to every open live stream. The stream says only what to fetch again (opaque ids),
// never the data: fetching is where permission is decided and audited. Thread-safe. Owned by the
// app layer; stop() before the HTTP server goes.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <unordered_set>

#include "net/sse.h"
#include "store/store.h"

namespace wardlight::api {

class LiveHub {
 public:
    struct Sources {
        /// The "sources" of a heartbeat as JSON: freshness of every feed.
        std::function<std::string()> freshness;
        /// The sessions that may still listen; asked twice a second while anybody does. Nothing
        /// when that cannot be known.
        std::function<std::optional<std::unordered_set<std::string>>()> living_sessions;
    };
    LiveHub(store::Store& store, Sources sources);
    ~LiveHub();

    /// Opens a stream for a session. With `last_event_id` the topics missed since then come first,
    /// or "reset" when they are too many. Error busy when the session has too many streams.
    [[nodiscard]] Result<std::shared_ptr<net::LiveStream>> open(
        const std::string& session, std::optional<std::int64_t> last_event_id);
    /// Tells the session's streams that it has ended and closes them.
    void end_session(const std::string& session);
    void stop();

    [[nodiscard]] std::size_t streams() const;

 private:
    struct Client {
        std::string session;
        std::shared_ptr<net::LiveStream> stream;
    };
    void run(ChangeNumber after);
    void broadcast(const net::LiveFrame& frame);
    void send_heartbeat();
    /// Also those that another process has ended, such as the command line.
    void end_dead_sessions();
    /// The event for changes after `after`; moves `after` on. Nothing when there were none.
    std::optional<net::LiveFrame> next_event(ChangeNumber& after);

    store::Store& store_;
    Sources sources_;
    mutable std::mutex mutex_;
    std::map<std::uint64_t, Client> clients_;
    std::uint64_t next_client_ = 1;
    std::atomic<bool> is_stopping_ = false;
    std::thread thread_;
};

}  // namespace wardlight::api
