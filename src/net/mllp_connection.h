// One MLLP connection: a coroutine that reads and gives bytes to the handler, and one that writes
// replies as they become ready. Both on the connection's io thread.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <memory>

#include "net/connections.h"
#include "net/mllp_server.h"
#include "net/reply_queue.h"
#include "net/stream.h"
#include "net/wakeup.h"

namespace wardlight::net {

class MllpConnection;

/// What the connections of one listener share.
struct MllpListener {
    MllpListener(MllpListenerOptions given, MllpServer::HandlerFactory handlers,
                 std::shared_ptr<std::atomic<std::size_t>> held, std::size_t held_most)
        : options(std::move(given)),
          factory(std::move(handlers)),
          bytes_held(std::move(held)),
          bytes_held_most(held_most),
          connections(options.connections) {}

    const MllpListenerOptions options;
    const MllpServer::HandlerFactory factory;
    const std::shared_ptr<std::atomic<std::size_t>> bytes_held;  // of all listeners
    const std::size_t bytes_held_most;
    Connections<MllpConnection> connections;
};

class MllpConnection : public std::enable_shared_from_this<MllpConnection> {
 public:
    MllpConnection(std::shared_ptr<MllpListener> listener, std::shared_ptr<Stream> stream,
                   IpAddress peer);

    boost::asio::awaitable<void> run(std::shared_ptr<MllpConnection> self);

    /// On the io thread: reads no more, closes when all owed replies are written.
    void drain();
    void abort();

    [[nodiscard]] boost::asio::io_context& io() const { return stream_->io(); }

 private:
    boost::asio::awaitable<void> read_messages();
    boost::asio::awaitable<void> wait_for_room();
    boost::asio::awaitable<void> run_writer(std::shared_ptr<MllpConnection> self);
    boost::asio::awaitable<void> write_replies();
    [[nodiscard]] bool has_room() const;
    void count_held(std::size_t now);
    void wake_writer();

    const std::shared_ptr<MllpListener> listener_;
    const std::shared_ptr<Stream> stream_;
    const IpAddress peer_;
    Wakeup reader_wakeup_;
    Wakeup writer_wakeup_;
    std::shared_ptr<ReplyQueue> replies_;
    std::unique_ptr<MllpHandler> handler_;
    std::size_t counted_held_ = 0;
    std::size_t unfinished_bytes_ = 0;
    bool has_stopped_reading_ = false;
    bool has_stopped_writing_ = false;
    bool is_draining_ = false;
};

}  // namespace wardlight::net
