#include "net/mllp_server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <mutex>
#include <vector>

#include "base/log.h"
#include "net/acceptor.h"
#include "net/mllp_connection.h"

namespace wardlight::net {
namespace asio = boost::asio;

void MllpReply::send(std::string bytes) const {
    if (const auto queue = place_->queue.lock()) queue->complete(place_->number, std::move(bytes));
}

MllpReply MllpReplies::expect(std::size_t message_bytes) {
    return MllpReply(queue_.expect(message_bytes));
}

namespace {

void start_connection(const std::shared_ptr<MllpListener>& listener, asio::io_context& io,
                      Descriptor socket, const IpAddress& peer) {
    const auto& allowed = listener->options.allowed_peers;
    if (!allowed.empty() && !allowed.contains(peer)) {
        log::warning("MLLP sender is not on the list of this feed",
                     {{"feed", listener->options.name}, {"peer", peer.text()}});
        return;
    }
    asio::post(io, [listener, &io, fd = socket.release(), peer] {
        auto stream = Stream::adopt(io, Descriptor(fd), listener->options.tls);
        auto connection = std::make_shared<MllpConnection>(listener, std::move(stream), peer);
        if (!listener->connections.add(connection)) {
            log::warning("MLLP connection limit reached",
                         {{"feed", listener->options.name}, {"peer", peer.text()}});
            return;
        }
        asio::co_spawn(io, connection->run(connection), asio::detached);
    });
}

}  // namespace

struct MllpServer::Impl {
    struct Open {
        std::shared_ptr<MllpListener> listener;
        std::shared_ptr<Acceptor> acceptor;
    };
    Impl(IoThreads& threads, std::size_t most) : io(threads), bytes_held_most(most) {}

    IoThreads& io;
    const std::size_t bytes_held_most;
    const std::shared_ptr<std::atomic<std::size_t>> bytes_held =
        std::make_shared<std::atomic<std::size_t>>(0);
    mutable std::mutex mutex;
    std::vector<Open> open;
    bool is_stopped = false;
};

MllpServer::MllpServer(IoThreads& io, std::size_t bytes_held)
    : impl_(std::make_unique<Impl>(io, bytes_held)) {}

MllpServer::~MllpServer() {
    stop(std::chrono::milliseconds(0));
}

Result<std::uint16_t> MllpServer::listen(MllpListenerOptions options, HandlerFactory factory) {
    Descriptor listening = TRY(listen_on(options.endpoint));
    const std::uint16_t port = local_port(listening.get());
    auto listener = std::make_shared<MllpListener>(std::move(options), std::move(factory),
                                                   impl_->bytes_held, impl_->bytes_held_most);
    auto acceptor =
        Acceptor::start(impl_->io.first(), std::move(listening),
                        [&io = impl_->io, listener](Descriptor socket, const IpAddress& peer) {
                            start_connection(listener, io.next(), std::move(socket), peer);
                        });
    const std::lock_guard lock(impl_->mutex);
    impl_->open.push_back({std::move(listener), std::move(acceptor)});
    return port;
}

std::size_t MllpServer::connections(std::string_view name) const {
    const std::lock_guard lock(impl_->mutex);
    std::size_t count = 0;
    for (const auto& open : impl_->open) {
        if (open.listener->options.name == name) count += open.listener->connections.count();
    }
    return count;
}

void MllpServer::stop(std::chrono::milliseconds grace) {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->is_stopped) return;
    impl_->is_stopped = true;
    for (const auto& open : impl_->open) {
        open.acceptor->stop();
        open.listener->connections.close();
        for (const auto& connection : open.listener->connections.all()) {
            asio::post(connection->io(), [connection] { connection->drain(); });
        }
    }
    const auto until = std::chrono::steady_clock::now() + grace;
    for (const auto& open : impl_->open) {
        auto& connections = open.listener->connections;
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            until - std::chrono::steady_clock::now());
        if (connections.wait_until_empty(std::max(left, std::chrono::milliseconds(0)))) continue;
        for (const auto& connection : connections.all()) {
            asio::post(connection->io(), [connection] { connection->abort(); });
        }
        constexpr auto kAbortedSurely = std::chrono::seconds(10);
        CHECK_INVARIANT(connections.wait_until_empty(kAbortedSurely));
    }
}

}  // namespace wardlight::net
