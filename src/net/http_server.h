// The HTTP/1.1 server: keep-alive, pipelining, TLS, live streams. Sockets and parsing are here;
// what a request means is decided by the application, on worker threads, by plain functions.
// Public functions may be called from any thread but the io threads.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

#include "base/limits.h"
#include "base/result.h"
#include "net/endpoint.h"
#include "net/http_message.h"
#include "net/io_threads.h"
#include "net/net_limits.h"
#include "net/tls.h"
#include "net/worker_pool.h"

namespace wardlight::net {

struct HttpServerOptions {
    Endpoint endpoint;
    std::shared_ptr<const TlsContext> tls;  ///< null: plain HTTP
    PeerList trusted_proxies;               ///< whose X-Forwarded-For is believed
    std::size_t connections = limits::kHttpConnections;
    std::size_t header_bytes = limits::kHttpHeaderBytes;
    std::size_t header_fields = kHeaderFields;
    std::size_t body_bytes_in_flight = kBodyBytesInFlight;
    std::chrono::milliseconds handshake_deadline = kHandshakeDeadline;
    std::chrono::milliseconds header_deadline = kHeaderDeadline;
    std::chrono::milliseconds request_deadline = limits::kHttpRequestDeadline;
    std::chrono::milliseconds idle_timeout = limits::kHttpIdleTimeout;
    std::chrono::milliseconds heartbeat = limits::kLiveHeartbeat;
};

struct HttpApplication {
    /// Answers a request; on a worker thread. An exception becomes 500.
    std::function<Response(Request&)> handle;
    /// On an io thread, once the header is complete: must be quick.
    std::function<std::size_t(const Request&)> body_limit;
    /// On an io thread: another pool for requests that take long (password hashing, images), so
    /// that they cannot hold up the others; optional.
    std::function<WorkerPool&(const Request&)> workers_for;
    /// Shapes what the server itself has to refuse; optional.
    std::function<Response(const Request&, const Error&)> render_error;
};

class HttpServer {
 public:
    /// Listens at once. `conflict` when the port is taken.
    static Result<std::unique_ptr<HttpServer>> start(IoThreads& io, WorkerPool& workers,
                                                     HttpServerOptions options,
                                                     HttpApplication application);
    /// Stops without grace if `stop` was not called.
    ~HttpServer();

    [[nodiscard]] std::uint16_t port() const;
    [[nodiscard]] std::size_t connections() const;

    /// Takes no more connections, lets running requests finish for up to `grace`, ends live
    /// streams, then cuts off the rest. When it returns no handler is running.
    void stop(std::chrono::milliseconds grace);

 private:
    struct Impl;
    explicit HttpServer(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wardlight::net
