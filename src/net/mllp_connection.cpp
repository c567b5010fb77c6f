#include "net/mllp_connection.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <exception>

#include "base/log.h"

namespace wardlight::net {
namespace asio = boost::asio;
using asio::awaitable;
using std::chrono::steady_clock;

namespace {

/// While another connection's bytes fill the common budget nobody wakes this one: look again.
constexpr auto kBudgetPoll = std::chrono::milliseconds(100);
constexpr auto kWriteDeadline = std::chrono::seconds(30);

char* read_chunk() {
    thread_local std::string chunk(kReadChunkBytes, '\0');
    return chunk.data();
}

}  // namespace

MllpConnection::MllpConnection(std::shared_ptr<MllpListener> listener,
                               std::shared_ptr<Stream> stream, IpAddress peer)
    : listener_(std::move(listener)),
      stream_(std::move(stream)),
      peer_(peer),
      reader_wakeup_(stream_->io()),
      writer_wakeup_(stream_->io()) {}

awaitable<void> MllpConnection::run(std::shared_ptr<MllpConnection> self) {
    replies_ = std::make_shared<ReplyQueue>([weak = weak_from_this()] {
        const auto connection = weak.lock();
        if (!connection) return;
        asio::post(connection->io(), [connection] { connection->wake_writer(); });
    });
    try {
        co_await read_messages();
    } catch (const std::exception& exception) {
        log::error("exception on an MLLP connection",
                   {{"feed", listener_->options.name}, {"what", exception.what()}});
        stream_->abort();
    }
    has_stopped_reading_ = true;
    writer_wakeup_.notify();
    while (handler_ && !has_stopped_writing_) {
        co_await reader_wakeup_.wait_until(Stream::kNever);
    }
    replies_->detach();
    co_await stream_->close_gently();
    handler_.reset();
    unfinished_bytes_ = 0;
    count_held(0);
    listener_->connections.remove(self);
}

awaitable<void> MllpConnection::read_messages() {
    const MllpListenerOptions& options = listener_->options;
    stream_->enable_keep_alive(options.keep_alive);
    stream_->set_read_deadline(steady_clock::now() + options.handshake_deadline);
    const IoStatus greeted = co_await stream_->handshake();
    if (greeted != IoStatus::ok || is_draining_) co_return;
    MllpPeer peer;
    peer.address = peer_;
    peer.certificate = stream_->certificate();
    handler_ = listener_->factory(peer);
    if (!handler_) co_return;
    asio::co_spawn(stream_->io(), run_writer(shared_from_this()), asio::detached);

    MllpReplies replies(*replies_);
    while (!is_draining_) {
        co_await wait_for_room();
        if (is_draining_) co_return;
        const auto patience = unfinished_bytes_ > 0 ? options.frame_timeout : options.idle_timeout;
        stream_->set_read_deadline(steady_clock::now() + patience);
        const ReadResult read = co_await stream_->read_some(read_chunk(), kReadChunkBytes);
        if (read.status == IoStatus::timeout) {
            log::warning("MLLP sender fell silent; connection closed",
                         {{"feed", options.name}, {"peer", peer_.text()}});
        }
        if (read.status != IoStatus::ok) co_return;
        // Replies may be long in coming; only silence of the sender counts.
        stream_->set_read_deadline(Stream::kNever);
        const std::string_view bytes(read_chunk(), read.bytes);
        unfinished_bytes_ = handler_->on_bytes(bytes, replies);
        count_held(unfinished_bytes_ + replies_->waiting_bytes());
    }
}

bool MllpConnection::has_room() const {
    const auto& must_wait = listener_->options.must_wait;
    if (must_wait && must_wait()) return false;
    const std::size_t waiting = replies_->waiting();
    if (waiting == 0) return true;  // else nothing would ever move
    return waiting < listener_->options.unacknowledged_messages &&
           replies_->waiting_bytes() < listener_->options.unacknowledged_bytes &&
           listener_->bytes_held->load() < listener_->bytes_held_most;
}

awaitable<void> MllpConnection::wait_for_room() {
    while (!is_draining_ && !has_stopped_writing_ && !has_room()) {
        co_await reader_wakeup_.wait_until(steady_clock::now() + kBudgetPoll);
    }
    // Many half-sent giants cannot all be finished: this one is sent again by its sender.
    const bool is_hopeless =
        unfinished_bytes_ > 0 && listener_->bytes_held->load() >= 2 * listener_->bytes_held_most;
    if (is_hopeless) {
        log::error("too many bytes in unfinished messages; connection closed",
                   {{"feed", listener_->options.name}, {"peer", peer_.text()}});
        stream_->abort();
    }
}

void MllpConnection::count_held(std::size_t now) {
    listener_->bytes_held->fetch_add(now - counted_held_);
    counted_held_ = now;
}

awaitable<void> MllpConnection::run_writer(std::shared_ptr<MllpConnection> self) {
    try {
        co_await write_replies();
    } catch (const std::exception& exception) {
        log::error("exception while writing MLLP replies",
                   {{"feed", listener_->options.name}, {"what", exception.what()}});
        stream_->abort();
    }
    self->has_stopped_writing_ = true;
    self->reader_wakeup_.notify();
}

awaitable<void> MllpConnection::write_replies() {
    std::string out;
    while (!has_stopped_writing_) {
        out.clear();
        replies_->take_ready(out);
        count_held(unfinished_bytes_ + replies_->waiting_bytes());
        reader_wakeup_.notify();
        if (out.empty()) {
            if (has_stopped_reading_ && replies_->waiting() == 0) break;
            co_await writer_wakeup_.wait_until(Stream::kNever);
            continue;
        }
        stream_->set_write_deadline(steady_clock::now() + kWriteDeadline);
        const IoStatus written = co_await stream_->write_all(out);
        stream_->set_write_deadline(Stream::kNever);
        if (written != IoStatus::ok) {
            stream_->abort();
            break;
        }
    }
}

void MllpConnection::wake_writer() {
    writer_wakeup_.notify();
}

void MllpConnection::drain() {
    is_draining_ = true;
    reader_wakeup_.notify();
    // Ends the read that waits for more; writing goes on.
    stream_->stop_reading();
}

void MllpConnection::abort() {
    is_draining_ = true;
    has_stopped_writing_ = true;
    stream_->abort();
    reader_wakeup_.notify();
    writer_wakeup_.notify();
}

}  // namespace wardlight::net
