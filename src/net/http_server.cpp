#include "net/http_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>

#include "base/log.h"
#include "net/acceptor.h"
#include "net/http_connection.h"

namespace wardlight::net {
namespace asio = boost::asio;

struct HttpServer::Impl {
    std::shared_ptr<HttpShared> shared;
    std::shared_ptr<Acceptor> acceptor;
    std::uint16_t port = 0;
    bool is_stopped = false;
};

namespace {

void start_connection(const std::shared_ptr<HttpShared>& shared, asio::io_context& io,
                      Descriptor socket, IpAddress peer) {
    // On the thread that will own the connection, so that nothing of it is ever shared.
    asio::post(io, [shared, &io, fd = socket.release(), peer] {
        auto stream = Stream::adopt(io, Descriptor(fd), shared->options.tls);
        auto connection = std::make_shared<HttpConnection>(shared, std::move(stream), peer);
        if (!shared->connections.add(connection)) {
            log::warning("connection limit reached", {{"peer", peer.text()}});
            return;
        }
        asio::co_spawn(io, connection->run(connection), asio::detached);
    });
}

}  // namespace

Result<std::unique_ptr<HttpServer>> HttpServer::start(IoThreads& io, WorkerPool& workers,
                                                      HttpServerOptions options,
                                                      HttpApplication application) {
    Descriptor listening = TRY(listen_on(options.endpoint));
    auto impl = std::make_unique<Impl>();
    impl->port = local_port(listening.get());
    impl->shared =
        std::make_shared<HttpShared>(workers, std::move(options), std::move(application));
    impl->acceptor =
        Acceptor::start(io.first(), std::move(listening),
                        [&io, shared = impl->shared](Descriptor socket, const IpAddress& peer) {
                            start_connection(shared, io.next(), std::move(socket), peer);
                        });
    return std::unique_ptr<HttpServer>(new HttpServer(std::move(impl)));
}

HttpServer::HttpServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}

HttpServer::~HttpServer() {
    stop(std::chrono::milliseconds(0));
}

std::uint16_t HttpServer::port() const {
    return impl_->port;
}

std::size_t HttpServer::connections() const {
    return impl_->shared->connections.count();
}

void HttpServer::stop(std::chrono::milliseconds grace) {
    if (impl_->is_stopped) return;
    impl_->is_stopped = true;
    impl_->acceptor->stop();
    auto& connections = impl_->shared->connections;
    connections.close();
    for (const auto& connection : connections.all()) {
        asio::post(connection->io(), [connection] { connection->drain(); });
    }
    if (!connections.wait_until_empty(grace)) {
        for (const auto& connection : connections.all()) {
            asio::post(connection->io(), [connection] { connection->abort(); });
        }
        constexpr auto kAbortedSurely = std::chrono::seconds(10);
        CHECK_INVARIANT(connections.wait_until_empty(kAbortedSurely));
    }
    impl_->shared->wait_for_handlers();
}

}  // namespace wardlight::net
