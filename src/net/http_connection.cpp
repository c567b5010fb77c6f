#include "net/http_connection.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <ctime>
#include <exception>

#include "base/log.h"
#include "base/text.h"
#include "net/security_headers.h"

namespace wardlight::net {
namespace asio = boost::asio;
using asio::awaitable;
using std::chrono::steady_clock;

namespace {

constexpr std::size_t kJoinedWriteBytes = 16U << 10;  // header and body in one write up to here
constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
constexpr std::string_view kHeartbeat = ":\n\n";
constexpr std::string_view kLiveStart = "retry: 2000\n\n";

/// Bytes from the socket pass through this on their way to a parser; idle connections hold none.
char* read_chunk() {
    thread_local std::string chunk(kReadChunkBytes, '\0');
    return chunk.data();
}

std::chrono::milliseconds time_for(std::size_t bytes) {
    return std::chrono::milliseconds(bytes * 1'000 / kSlowestBytesPerSecond);
}

/// Counts a handler as running while it is there.
class RunningHandler {
 public:
    explicit RunningHandler(std::shared_ptr<HttpShared> shared) : shared_(std::move(shared)) {
        shared_->handler_started();
    }
    RunningHandler(const RunningHandler&) = delete;
    RunningHandler& operator=(const RunningHandler&) = delete;
    ~RunningHandler() { shared_->handler_finished(); }

 private:
    std::shared_ptr<HttpShared> shared_;
};

bool has_no_body(int status) {
    return status == 204 || status == 304 || status < 200;
}

}  // namespace

HttpShared::HttpShared(WorkerPool& pool, HttpServerOptions given, HttpApplication app)
    : workers(pool),
      options(std::move(given)),
      application(std::move(app)),
      common_headers(security_headers(options.tls != nullptr)),
      connections(options.connections) {}

void HttpShared::handler_started() {
    const std::lock_guard lock(mutex_);
    ++running_;
}

void HttpShared::handler_finished() {
    const std::lock_guard lock(mutex_);
    if (--running_ == 0) idle_.notify_all();
}

void HttpShared::wait_for_handlers() {
    std::unique_lock lock(mutex_);
    idle_.wait(lock, [this] { return running_ == 0; });
}

HttpConnection::HttpConnection(std::shared_ptr<HttpShared> shared, std::shared_ptr<Stream> stream,
                               IpAddress peer)
    : shared_(std::move(shared)), stream_(std::move(stream)), peer_(peer), wakeup_(stream_->io()) {}

awaitable<void> HttpConnection::run(std::shared_ptr<HttpConnection> self) {
    try {
        co_await serve();
    } catch (const std::exception& exception) {
        log::error("exception on an HTTP connection", {{"what", exception.what()}});
    }
    release_body();
    stream_->abort();
    shared_->connections.remove(self);
}

awaitable<void> HttpConnection::serve() {
    stream_->set_read_deadline(steady_clock::now() + shared_->options.handshake_deadline);
    const IoStatus greeted = co_await stream_->handshake();
    if (greeted != IoStatus::ok) co_return;
    for (bool goes_on = true; goes_on;) {
        const bool is_read = co_await read_request();
        if (!is_read && !refused_) co_return;
        Response response;
        if (refused_) {
            response = std::move(*refused_);
            client_keeps_alive_ = false;
        } else {
            response = co_await ask_application();
        }
        release_body();
        goes_on = client_keeps_alive_ && !is_draining_ && !response.live;
        const bool is_written = co_await write_response(response, goes_on);
        if (!is_written) {
            if (response.live) response.live->finish();
            co_return;
        }
        if (response.live) {
            co_await write_events(response.live);
            co_return;
        }
    }
    co_await stream_->close_gently();
}

void HttpConnection::start_parser() {
    const HttpParser::Limits limits{shared_->options.header_bytes, shared_->options.header_fields};
    parser_.emplace(limits, shared_->application.body_limit);
    stream_->set_read_deadline(steady_clock::now() + shared_->options.header_deadline);
    is_idle_ = false;
}

/// True when `request_` is there. Else `refused_` says what to answer, or the client is gone.
awaitable<bool> HttpConnection::read_request() {
    is_idle_ = pending_.empty();
    is_head_ = false;
    if (is_idle_) pending_.shrink_to_fit();
    refused_.reset();
    parser_.reset();
    stream_->set_read_deadline(steady_clock::now() + shared_->options.idle_timeout);
    if (!pending_.empty()) start_parser();
    const TimePoint started = steady_clock::now();
    bool has_answered_expectation = false;
    for (;;) {
        if (parser_) {
            pending_.erase(0, parser_->feed(pending_));
            if (!count_body()) {
                refused_ = refusal(ErrorCode::busy, "too many large uploads; try again soon");
                co_return false;
            }
            if (const int status = parser_->refused(); status != 0) {
                request_ = parser_->take();
                refused_ = refusal(status == 413 ? ErrorCode::too_large : ErrorCode::invalid,
                                   "the request is not acceptable HTTP", status);
                co_return false;
            }
            if (parser_->is_complete()) break;
            if (parser_->has_header()) {
                stream_->set_read_deadline(started + shared_->options.request_deadline +
                                           time_for(parser_->body_bytes()));
                if (!has_answered_expectation) {
                    has_answered_expectation = true;
                    const bool sent = co_await answer_expectation();
                    if (!sent) co_return false;
                }
            }
        }
        const ReadResult read = co_await stream_->read_some(read_chunk(), kReadChunkBytes);
        if (read.status != IoStatus::ok) co_return false;
        if (!parser_) start_parser();
        pending_.append(read_chunk(), read.bytes);
    }
    client_keeps_alive_ = parser_->keep_alive();
    request_ = parser_->take();
    request_.peer = peer_;
    request_.is_tls = stream_->is_tls();
    is_head_ = request_.method == "HEAD";
    name_client();
    parser_.reset();
    stream_->set_read_deadline(Stream::kNever);
    co_return true;
}

awaitable<bool> HttpConnection::answer_expectation() {
    if (!parser_->expects_continue() || !pending_.empty()) co_return true;
    stream_->set_write_deadline(steady_clock::now() + shared_->options.request_deadline);
    const IoStatus written = co_await stream_->write_all(kContinue);
    co_return written == IoStatus::ok;
}

bool HttpConnection::count_body() {
    const std::size_t now = parser_->body_bytes();
    const std::size_t total =
        shared_->body_bytes.fetch_add(now - counted_body_) + now - counted_body_;
    counted_body_ = now;
    return now <= kSmallBodyBytes || total <= shared_->options.body_bytes_in_flight;
}

void HttpConnection::release_body() {
    shared_->body_bytes.fetch_sub(counted_body_);
    counted_body_ = 0;
}

void HttpConnection::name_client() {
    if (!shared_->options.trusted_proxies.contains(peer_)) return;
    const auto forwarded = request_.header("X-Forwarded-For");
    if (!forwarded) return;
    // Only the last entry was written by our own proxy; earlier ones are whatever the client sent.
    const auto named = IpAddress::parse(trim(forwarded->substr(forwarded->rfind(',') + 1)));
    if (named) request_.peer = *named;
}

awaitable<Response> HttpConnection::ask_application() {
    const std::uint64_t number = ++request_number_;
    const TimePoint deadline = steady_clock::now() + shared_->options.request_deadline;
    reply_.reset();
    std::string target = request_.target;
    const auto& workers_for = shared_->application.workers_for;
    WorkerPool& workers = workers_for ? workers_for(request_) : shared_->workers;
    // The handler runs as long as anybody can send, also when there is no memory for an answer:
    // then the deadline ends the wait for it.
    const auto request = std::make_shared<Request>(std::move(request_));
    Response::Send send = [self = shared_from_this(), number, request,
                           running =
                               std::make_shared<const RunningHandler>(shared_)](Response answer) {
        auto deliver = [self, number, answer = std::move(answer)]() mutable {
            self->deliver(number, std::move(answer));
        };
        asio::post(self->stream_->io(), std::move(deliver));
    };
    auto job = [shared = shared_, deadline, request, send = std::move(send)] {
        Response response =
            error_response({ErrorCode::unavailable, "the answer took too long", "request"});
        if (steady_clock::now() < deadline) {
            try {
                response = shared->application.handle(*request);
                if (response.later) return response.later(send);
            } catch (const std::exception& exception) {
                log::error("exception in a request handler", {{"what", exception.what()}});
                response = error_response({ErrorCode::internal, "something went wrong here", ""});
            }
        }
        send(std::move(response));
    };
    request_ = Request{};
    request_.target = target;  // an error answer is shaped by what was asked
    bool is_taken = false;
    try {
        is_taken = workers.try_run(std::move(job));
    } catch (const std::bad_alloc&) {
        log::error("no memory left to queue a request");
    }
    if (!is_taken) {
        co_return refusal(ErrorCode::busy, "the server is busy; try again soon");
    }
    while (!reply_) {
        const bool is_notified = co_await wakeup_.wait_until(deadline);
        if (!is_notified) break;
    }
    if (!reply_) {
        ++request_number_;  // a late answer is not this connection's any more
        client_keeps_alive_ = false;
        co_return refusal(ErrorCode::unavailable, "the answer took too long");
    }
    Response response = std::move(*reply_);
    reply_.reset();
    co_return response;
}

void HttpConnection::deliver(std::uint64_t number, Response response) {
    if (number != request_number_) {
        if (response.live) response.live->finish();
        return;
    }
    reply_ = std::move(response);
    wakeup_.notify();
}

Response HttpConnection::refusal(ErrorCode code, const char* message, int status) const {
    const Error error{code, message, "request"};
    Response response = shared_->application.render_error
                            ? shared_->application.render_error(request_, error)
                            : error_response(error);
    if (status != 0) response.status = status;
    return response;
}

std::string HttpConnection::head_of(const Response& response, bool keep_alive) const {
    std::string head =
        fmt::format("HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", response.status,
                    reason_phrase(response.status), fmt::gmtime(std::time(nullptr)));
    head += shared_->common_headers;
    for (const Header& header : response.headers) {
        head.append(header.name).append(": ").append(header.value).append("\r\n");
    }
    if (!response.header("Cache-Control")) head += "Cache-Control: no-store\r\n";
    if (!response.live && !has_no_body(response.status)) {
        head += fmt::format("Content-Length: {}\r\n", response.content().size());
    }
    head += keep_alive ? "\r\n" : "Connection: close\r\n\r\n";
    return head;
}

awaitable<bool> HttpConnection::write_response(const Response& response, bool keep_alive) {
    std::string head = head_of(response, keep_alive);
    std::string_view body = response.content();
    if (is_head_ || has_no_body(response.status) || response.live) body = {};
    if (body.size() <= kJoinedWriteBytes) {
        head += body;
        body = {};
    }
    stream_->set_write_deadline(steady_clock::now() + shared_->options.request_deadline +
                                time_for(body.size()));
    IoStatus written = co_await stream_->write_all(head);
    if (written == IoStatus::ok) written = co_await stream_->write_all(body);
    stream_->set_write_deadline(Stream::kNever);
    co_return written == IoStatus::ok;
}

awaitable<void> HttpConnection::write_events(std::shared_ptr<LiveStream> live) {
    live_ = live;
    live->attach([weak = weak_from_this()] {
        const auto self = weak.lock();
        if (!self) return;
        asio::post(self->stream_->io(), [self] { self->wake_for_event(); });
    });
    asio::co_spawn(stream_->io(), watch_for_close(shared_from_this(), live), asio::detached);
    if (is_draining_) live->close();
    std::string out(kLiveStart);
    for (;;) {
        const LiveStream::State state = live->take(out);
        if (state == LiveStream::State::cut_off) break;
        stream_->set_write_deadline(steady_clock::now() + shared_->options.request_deadline);
        const IoStatus written = co_await stream_->write_all(out);
        stream_->set_write_deadline(Stream::kNever);
        if (written != IoStatus::ok) break;
        out.clear();
        out.shrink_to_fit();
        if (state == LiveStream::State::closing) {
            co_await stream_->close_gently();
            break;
        }
        const bool is_notified =
            co_await wakeup_.wait_until(steady_clock::now() + shared_->options.heartbeat);
        if (!is_notified) out = kHeartbeat;
    }
    stream_->abort();
    live->finish();
}

awaitable<void> HttpConnection::watch_for_close(std::shared_ptr<HttpConnection> self,
                                                std::shared_ptr<LiveStream> live) {
    // A client sends nothing more on this connection; anything but bytes is its end.
    for (;;) {
        const ReadResult read = co_await self->stream_->read_some(read_chunk(), kReadChunkBytes);
        if (read.status != IoStatus::ok) break;
    }
    live->finish();
    wakeup_.notify();
}

void HttpConnection::wake_for_event() {
    // The writer may be stuck in a write to a client that does not read.
    if (live_ && live_->is_cut_off()) stream_->abort();
    wakeup_.notify();
}

void HttpConnection::drain() {
    is_draining_ = true;
    if (is_idle_) stream_->abort();
    if (live_) live_->close();
}

void HttpConnection::abort() {
    stream_->abort();
    ++request_number_;
    if (reply_ && reply_->live) reply_->live->finish();
    reply_ = refusal(ErrorCode::unavailable, "the server is stopping");
    wakeup_.notify();
}

}  // namespace wardlight::net
