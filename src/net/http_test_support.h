// For tests only: a server on a free port of the loopback, and a client that reads whole responses.
#pragma once

#include <doctest/doctest.h>

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "base/text.h"
#include "net/http_server.h"
#include "net/io_threads.h"
#include "net/router.h"
#include "net/tcp_client.h"
#include "net/worker_pool.h"

namespace wardlight::net::test {

/// A door that threads wait at until a test opens it.
class Gate {
 public:
    void open() {
        const std::lock_guard lock(mutex_);
        is_open_ = true;
        changed_.notify_all();
    }
    void wait() {
        std::unique_lock lock(mutex_);
        ++waiting_;
        changed_.notify_all();
        changed_.wait(lock, [this] { return is_open_; });
    }
    /// Returns when so many threads have come to the gate.
    void wait_for_visitors(int count) {
        std::unique_lock lock(mutex_);
        REQUIRE(
            changed_.wait_for(lock, std::chrono::seconds(30), [&] { return waiting_ >= count; }));
    }

 private:
    std::mutex mutex_;
    std::condition_variable changed_;
    bool is_open_ = false;
    int waiting_ = 0;
};

struct Answer {
    int status = 0;
    std::string head;
    std::string body;
    [[nodiscard]] std::string header(std::string_view name) const {
        for (const std::string_view line : split(head, '\n')) {
            const std::size_t colon = line.find(':');
            if (colon != std::string_view::npos &&
                equals_ignoring_case(line.substr(0, colon), name)) {
                return std::string(trim(line.substr(colon + 1)));
            }
        }
        return {};
    }
};

class Client {
 public:
    explicit Client(std::uint16_t port, std::shared_ptr<const TlsContext> tls = nullptr)
        : connection_(connect(port, std::move(tls))) {}

    void send(std::string_view bytes) { REQUIRE(connection_.send(bytes)); }

    /// Reads until `text` has come; everything up to and with it.
    std::string read_until(std::string_view text) {
        std::size_t at = 0;
        while ((at = buffer_.find(text)) == std::string::npos) {
            const auto more = connection_.receive();
            REQUIRE(more);
            REQUIRE_FALSE(more->empty());
            buffer_ += *more;
        }
        std::string found = buffer_.substr(0, at + text.size());
        buffer_.erase(0, at + text.size());
        return found;
    }

    Answer read_answer(bool has_body = true) {
        Answer answer;
        answer.head = read_until("\r\n\r\n");
        answer.status = static_cast<int>(parse_integer(answer.head.substr(9, 3)).value_or(0));
        const auto length = parse_integer(answer.header("Content-Length")).value_or(0);
        while (has_body && buffer_.size() < static_cast<std::size_t>(length)) {
            const auto more = connection_.receive();
            REQUIRE(more);
            REQUIRE_FALSE(more->empty());
            buffer_ += *more;
        }
        if (has_body) {
            answer.body = buffer_.substr(0, static_cast<std::size_t>(length));
            buffer_.erase(0, static_cast<std::size_t>(length));
        }
        return answer;
    }

    Answer get(std::string_view target) {
        send("GET " + std::string(target) + " HTTP/1.1\r\nHost: a\r\n\r\n");
        return read_answer();
    }

    /// True when the server has closed and sent nothing more.
    bool is_closed() {
        const auto more = connection_.receive();
        return buffer_.empty() && (!more || more->empty());
    }

    TcpClient& connection() { return connection_; }

 private:
    static TcpClient connect(std::uint16_t port, std::shared_ptr<const TlsContext> tls) {
        TcpClient::Options options;
        options.tls = std::move(tls);
        auto connection = TcpClient::connect({"127.0.0.1", port}, options);
        REQUIRE(connection);
        return std::move(*connection);
    }
    TcpClient connection_;
    std::string buffer_;
};

/// Routes for every server test; `gate` holds "/slow" until the test opens it.
struct TestServer {
    explicit TestServer(HttpServerOptions options = {}, std::size_t threads = 2,
                        std::size_t queue = 64)
        : workers({threads, queue, "test"}) {
        options.endpoint = {"127.0.0.1", 0};
        router.add({"GET", "/hello", Permission::everyone(),
                    [](const Request&) { return Response::text(200, "hello"); }});
        router.add({"POST", "/echo", Permission::everyone(),
                    [](const Request& request) { return Response::text(200, request.body); },
                    100'000});
        router.add({"GET", "/slow", Permission::everyone(), [this](const Request&) {
                        gate.wait();
                        return Response::text(200, "slow");
                    }});
        router.add({"GET", "/slow-lane", Permission::everyone(),
                    [this](const Request&) {
                        gate.wait();
                        return Response::text(200, "slow");
                    },
                    kDefaultBodyBytes, Lane::slow});
        router.add({"POST", "/slow", Permission::everyone(),
                    [this](const Request&) {
                        gate.wait();
                        return Response::text(200, "slow");
                    },
                    100'000});
        router.add({"GET", "/throws", Permission::everyone(),
                    [](const Request&) -> Response { throw std::runtime_error("broken"); }});
        router.add({"GET", "/big", Permission::everyone(), [](const Request&) {
                        return Response::text(200, std::string(3'000'000, 'b'));
                    }});
        router.add({"GET", "/peer", Permission::everyone(), [](const Request& request) {
                        return Response::text(200, request.peer.text());
                    }});
        router.add({"GET", "/live", Permission::everyone(), [this](const Request&) {
                        live = std::make_shared<LiveStream>([this] { live_closed.open(); },
                                                            live_limits);
                        live_opened.open();
                        return Response::events(live);
                    }});
        HttpApplication application;
        application.handle = [this](Request& request) { return router.handle(request); };
        application.body_limit = [this](const Request& request) {
            return router.body_limit(request);
        };
        application.workers_for = [this](const Request& request) -> WorkerPool& {
            return router.lane(request) == Lane::slow ? slow_workers : workers;
        };
        auto started = HttpServer::start(io, workers, std::move(options), std::move(application));
        REQUIRE(started);
        server = std::move(*started);
    }

    ~TestServer() {
        gate.open();
        server.reset();
        workers.stop();
        slow_workers.stop();
    }

    [[nodiscard]] Client client() const { return Client(server->port()); }

    Router router;
    Gate gate;
    Gate live_opened;
    Gate live_closed;
    LiveStream::Limits live_limits = LiveStream::kUsual;
    std::shared_ptr<LiveStream> live;
    IoThreads io{2};
    WorkerPool workers;
    WorkerPool slow_workers{{1, 8, "slow"}};
    std::unique_ptr<HttpServer> server;
};

}  // namespace wardlight::net::test
