// Listens for HL7 v2 senders (MLLP: Minimal Lower Layer Protocol, HL7 v2.5.1 implementation guide).
// This is the transport: bytes in, replies out in the order of their messages. Framing and meaning
// come from outside, because net/ knows nothing of HL7: the application gives each connection a
// handler.
//
// Back-pressure instead of loss: while too much is unacknowledged the server stops reading, TCP
// fills up and the sender waits. Public functions may be called from any thread but the io threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"
#include "net/endpoint.h"
#include "net/io_threads.h"
#include "net/net_limits.h"
#include "net/peer_list.h"
#include "net/tls.h"

namespace wardlight::net {

class ReplyQueue;
struct ReplyPlace;

/// The place of one reply in the order of its connection. Copies stand for the same place.
/// Thread-safe. When all copies are gone unsent, nothing is written for it and the queue moves on.
class MllpReply {
 public:
    explicit MllpReply(std::shared_ptr<ReplyPlace> place) : place_(std::move(place)) {}
    /// `bytes` go out as they are, framed, after every earlier reply. Only the first call counts.
    /// Does nothing when the connection is gone: the sender will send again.
    void send(std::string bytes) const;

 private:
    std::shared_ptr<ReplyPlace> place_;
};

/// Given to the handler while it looks at bytes.
class MllpReplies {
 public:
    explicit MllpReplies(ReplyQueue& queue) : queue_(queue) {}
    /// Takes the next place for a message of that size. The message counts as unacknowledged until
    /// the reply is sent or dropped.
    [[nodiscard]] MllpReply expect(std::size_t message_bytes);

 private:
    ReplyQueue& queue_;
};

/// One per connection, made by the application. Called on an io thread: must not block; what takes
/// time is handed to another thread together with its MllpReply.
class MllpHandler {
 public:
    virtual ~MllpHandler() = default;
    /// Bytes as they arrive, split anywhere. Returns how many bytes of an unfinished message it
    /// keeps, so that the server can bound what all connections hold.
    virtual std::size_t on_bytes(std::string_view bytes, MllpReplies& replies) = 0;
};

struct MllpPeer {
    IpAddress address;
    PeerCertificate certificate;  ///< empty without client certificates
};

struct MllpListenerOptions {
    std::string name;  ///< of the feed, for logs
    Endpoint endpoint;
    std::shared_ptr<const TlsContext> tls;  ///< null: plain
    PeerList allowed_peers;                 ///< empty: every address
    /// True while the application wants no more: nothing is read, and the senders wait. Asked by io
    /// threads, often; must be quick. May be empty.
    std::function<bool()> must_wait;
    std::size_t connections = limits::kMllpConnections;
    std::size_t unacknowledged_messages = kMllpUnacknowledgedMessages;
    std::size_t unacknowledged_bytes = kMllpUnacknowledgedBytes;
    std::chrono::milliseconds idle_timeout = limits::kMllpIdleTimeout;
    std::chrono::milliseconds frame_timeout = kMllpFrameTimeout;
    std::chrono::milliseconds handshake_deadline = kHandshakeDeadline;
    std::chrono::seconds keep_alive{60};
};

class MllpServer {
 public:
    /// Null refuses the peer: the connection is closed.
    using HandlerFactory = std::function<std::unique_ptr<MllpHandler>(const MllpPeer&)>;

    explicit MllpServer(IoThreads& io, std::size_t bytes_held = kMllpBytesHeld);
    /// Stops without grace if `stop` was not called.
    ~MllpServer();

    /// Opens one more listener; returns its port.
    Result<std::uint16_t> listen(MllpListenerOptions options, HandlerFactory factory);

    /// Connections now open on the listener of that name.
    [[nodiscard]] std::size_t connections(std::string_view name) const;

    /// Takes no more connections or bytes, waits up to `grace` until the replies that are owed are
    /// written, then cuts off the rest. When it returns no handler is called any more.
    void stop(std::chrono::milliseconds grace);

 private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wardlight::net
