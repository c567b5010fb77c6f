// Server-sent events: the handle through which any thread pushes to one client that holds a live
// stream open. The queue of each stream is bounded; a client that reads too slowly is cut off and
// comes back with Last-Event-ID, so that it costs nobody else anything.
// LiveStream is thread-safe. Frames are shared: one event to 10,000 phones is one string.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace wardlight::net {

using LiveFrame = std::shared_ptr<const std::string>;

/// One event as it goes over the wire. `id` empty: the client's last id stays.
[[nodiscard]] LiveFrame live_frame(std::string_view event, std::string_view id,
                                   std::string_view data);

class LiveStream {
 public:
    struct Limits {
        std::size_t frames;
        std::size_t bytes;
    };
    static constexpr Limits kUsual{256, 256U << 10};

    /// `on_closed` is called once when the client is gone or `close` was called and everything was
    /// written: on an io thread, so it must be quick and not block.
    explicit LiveStream(std::function<void()> on_closed = {}, Limits limits = kUsual);

    /// False when the stream is closed, also because this frame no longer fitted: forget it then.
    bool push(LiveFrame frame);
    /// No more frames; what is queued is still written.
    void close();
    [[nodiscard]] bool is_open() const;

    // --- For the connection that writes it out ---

    /// `wake` is called from any thread when there is something to do.
    void attach(std::function<void()> wake);
    enum class State { open, closing, cut_off };
    [[nodiscard]] bool is_cut_off() const;
    /// Appends queued frames to `out` and says how the stream stands.
    State take(std::string& out);
    /// The connection has ended. Calls `on_closed`.
    void finish();

 private:
    const std::function<void()> on_closed_;
    const Limits limits_;
    mutable std::mutex mutex_;
    std::deque<LiveFrame> queue_;
    std::size_t queued_bytes_ = 0;
    State state_ = State::open;
    bool is_finished_ = false;
    std::function<void()> wake_;
};

}  // namespace wardlight::net
