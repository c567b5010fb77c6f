// One HTTP connection from accept to close, as one coroutine on its io thread. Requests of a
// connection are answered one after another; what a client sends ahead waits unread.
#pragma once

#include <atomic>
#include <boost/asio/awaitable.hpp>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "net/connections.h"
#include "net/http_parser.h"
#include "net/http_server.h"
#include "net/stream.h"
#include "net/wakeup.h"

namespace wardlight::net {

class HttpConnection;

/// What all connections of a server share; outlives them all.
struct HttpShared {
    HttpShared(WorkerPool& pool, HttpServerOptions given, HttpApplication app);

    WorkerPool& workers;
    const HttpServerOptions options;
    const HttpApplication application;
    const std::string common_headers;
    Connections<HttpConnection> connections;
    std::atomic<std::size_t> body_bytes{0};

    /// Handlers that have been handed to a worker and are not finished.
    void handler_started();
    void handler_finished();
    void wait_for_handlers();

 private:
    std::mutex mutex_;
    std::condition_variable idle_;
    std::size_t running_ = 0;
};

class HttpConnection : public std::enable_shared_from_this<HttpConnection> {
 public:
    HttpConnection(std::shared_ptr<HttpShared> shared, std::shared_ptr<Stream> stream,
                   IpAddress peer);

    /// Runs to the end of the connection.
    boost::asio::awaitable<void> run(std::shared_ptr<HttpConnection> self);

    /// On the io thread: closes when idle, else after the running request.
    void drain();
    void abort();

    [[nodiscard]] boost::asio::io_context& io() const { return stream_->io(); }

 private:
    using TimePoint = Stream::TimePoint;

    boost::asio::awaitable<void> serve();
    boost::asio::awaitable<bool> read_request();
    boost::asio::awaitable<bool> answer_expectation();
    boost::asio::awaitable<Response> ask_application();
    boost::asio::awaitable<bool> write_response(const Response& response, bool keep_alive);
    boost::asio::awaitable<void> write_events(std::shared_ptr<LiveStream> live);
    boost::asio::awaitable<void> watch_for_close(std::shared_ptr<HttpConnection> self,
                                                 std::shared_ptr<LiveStream> live);

    [[nodiscard]] Response refusal(ErrorCode code, const char* message, int status = 0) const;
    [[nodiscard]] std::string head_of(const Response& response, bool keep_alive) const;
    void start_parser();
    bool count_body();
    void release_body();
    void name_client();
    void deliver(std::uint64_t number, Response response);
    void wake_for_event();

    const std::shared_ptr<HttpShared> shared_;
    const std::shared_ptr<Stream> stream_;
    const IpAddress peer_;
    Wakeup wakeup_;
    std::string pending_;  ///< received, not yet parsed
    std::optional<HttpParser> parser_;
    Request request_;
    std::optional<Response> refused_;
    std::optional<Response> reply_;
    std::uint64_t request_number_ = 0;
    std::size_t counted_body_ = 0;
    bool is_idle_ = true;
    bool is_draining_ = false;
    bool is_head_ = false;
    bool client_keeps_alive_ = false;
    std::shared_ptr<LiveStream> live_;
};

}  // namespace wardlight::net
