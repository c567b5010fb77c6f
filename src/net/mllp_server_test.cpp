#include "net/mllp_server.h"

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <thread>

#include "net/certificate_test_support.h"
#include "net/http_test_support.h"
#include "net/reply_queue.h"

using namespace wardlight;
using namespace wardlight::net;
using namespace wardlight::net::test;
using namespace std::chrono_literals;

namespace {

/// What the application would do: frames end with '|' here, replies wait until the test sends them.
class Desk {
 public:
    void arrive(std::string message, MllpReply reply) {
        const std::lock_guard lock(mutex_);
        ++total_;
        waiting_.push_back({std::move(message), std::move(reply)});
        changed_.notify_all();
    }
    std::pair<std::string, MllpReply> next() {
        std::unique_lock lock(mutex_);
        REQUIRE(changed_.wait_for(lock, 30s, [this] { return !waiting_.empty(); }));
        auto first = std::move(waiting_.front());
        waiting_.pop_front();
        return first;
    }
    std::size_t total() const {
        const std::lock_guard lock(mutex_);
        return total_;
    }
    void clear() {
        const std::lock_guard lock(mutex_);
        waiting_.clear();
    }

 private:
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::deque<std::pair<std::string, MllpReply>> waiting_;
    std::size_t total_ = 0;
};

class BarHandler final : public MllpHandler {
 public:
    explicit BarHandler(Desk& desk) : desk_(desk) {}
    std::size_t on_bytes(std::string_view bytes, MllpReplies& replies) override {
        buffer_ += bytes;
        for (std::size_t end; (end = buffer_.find('|')) != std::string::npos;) {
            std::string message = buffer_.substr(0, end);
            buffer_.erase(0, end + 1);
            MllpReply reply = replies.expect(message.size());
            desk_.arrive(std::move(message), std::move(reply));
        }
        return buffer_.size();
    }

 private:
    Desk& desk_;
    std::string buffer_;
};

struct Feed {
    explicit Feed(MllpListenerOptions options = {}, std::size_t bytes_held = kMllpBytesHeld)
        : server(io, bytes_held) {
        options.name = "lab";
        options.endpoint = {"127.0.0.1", 0};
        auto opened = server.listen(std::move(options), [this](const MllpPeer& peer) {
            {
                const std::lock_guard lock(mutex);
                last_peer = peer;
            }
            return std::make_unique<BarHandler>(desk);
        });
        REQUIRE(opened);
        port = *opened;
    }
    ~Feed() { server.stop(0ms); }
    Client client(std::shared_ptr<const TlsContext> tls = nullptr) const {
        return Client(port, std::move(tls));
    }

    std::mutex mutex;
    MllpPeer last_peer;
    Desk desk;
    IoThreads io{2};
    MllpServer server;
    std::uint16_t port = 0;
};

}  // namespace

TEST_CASE("messages split and joined anywhere are answered one by one") {
    Feed feed;
    Client client = feed.client();
    client.send("one|tw");
    CHECK(feed.desk.next().first == "one");
    client.send("o|three|");
    CHECK(feed.desk.next().first == "two");
    auto [message, reply] = feed.desk.next();
    CHECK(message == "three");
    feed.desk.clear();
    reply.send("ack three;");
    // The first two replies were dropped unsent: nothing is written for them.
    CHECK(client.read_until(";") == "ack three;");
}

TEST_CASE("replies go out in the order of the messages, whoever finishes first") {
    Feed feed;
    Client client = feed.client();
    client.send("a|b|c|");
    const auto a = feed.desk.next();
    const auto b = feed.desk.next();
    const auto c = feed.desk.next();
    std::thread([&] { c.second.send("C;"); }).join();
    std::thread([&] { b.second.send("B;"); }).join();
    a.second.send("A;");
    a.second.send("again;");
    CHECK(client.read_until("C;") == "A;B;C;");
}

TEST_CASE("the server stops reading while too much is unacknowledged, and loses nothing") {
    MllpListenerOptions options;
    SUBCASE("in messages") {
        options.unacknowledged_messages = 2;
    }
    SUBCASE("in bytes") {
        options.unacknowledged_bytes = 2;
    }
    Feed feed(std::move(options));
    Client client = feed.client();
    client.send("a|");
    client.send("b|");
    auto a = feed.desk.next();
    auto b = feed.desk.next();
    // From here on nothing is read: what the sender writes fills the socket and then stops it.
    std::thread sender([&] {
        for (int i = 0; i < 4'000; ++i) client.send(std::string(4'000, 'x') + "|");
    });
    CHECK(feed.desk.total() == 2);
    a.second.send("A;");
    b.second.send("B;");
    CHECK(client.read_until("B;") == "A;B;");
    std::string replies;
    std::thread reader([&] {
        for (int i = 0; i < 4'000; ++i) replies += client.read_until(";");
    });
    for (int i = 0; i < 4'000; ++i) feed.desk.next().second.send("X;");
    sender.join();
    reader.join();
    CHECK(replies.size() == 8'000);
    CHECK(feed.desk.total() == 4'002);
}

TEST_CASE("unfinished messages beyond the common budget end their connection") {
    Feed feed({}, 1'000);
    Client client = feed.client();
    const std::string endless(2'000, 'x');
    client.send(endless);
    CHECK(client.is_closed());
    Client other = feed.client();
    other.send("ok|");
    feed.desk.next().second.send("OK;");
    CHECK(other.read_until(";") == "OK;");
}

TEST_CASE("one connection more than the limit is closed") {
    MllpListenerOptions options;
    options.connections = 1;
    Feed feed(std::move(options));
    Client first = feed.client();
    first.send("a|");
    const auto a = feed.desk.next();
    CHECK(feed.server.connections("lab") == 1);
    CHECK(feed.client().is_closed());
    a.second.send("A;");
    CHECK(first.read_until(";") == "A;");
}

TEST_CASE("senders that are not on the list are turned away") {
    MllpListenerOptions options;
    options.allowed_peers = *PeerList::parse({"10.0.0.0/8"});
    Feed feed(std::move(options));
    CHECK(feed.client().is_closed());
    CHECK(feed.desk.total() == 0);
}

TEST_CASE("a silent sender is let go, between messages and within one") {
    MllpListenerOptions options;
    options.idle_timeout = 40ms;
    options.frame_timeout = 40ms;
    Feed feed(std::move(options));
    Client client = feed.client();
    SUBCASE("between messages") {}
    SUBCASE("within a message") {
        client.send("half");
    }
    CHECK(client.is_closed());
}

TEST_CASE("an acknowledgement may take longer than the idle timeout") {
    MllpListenerOptions options;
    options.idle_timeout = 30ms;
    options.unacknowledged_messages = 1;
    Feed feed(std::move(options));
    Client client = feed.client();
    client.send("a|");
    const auto a = feed.desk.next();
    Client clock = feed.client();
    CHECK(clock.is_closed());  // another connection's idle timeout has passed meanwhile
    a.second.send("A;");
    CHECK(client.read_until(";") == "A;");
}

TEST_CASE("a sender that has finished still gets its acknowledgements") {
    Feed feed;
    Client client = feed.client();
    client.send("a|");
    client.connection().finish_sending();
    feed.desk.next().second.send("A;");
    CHECK(client.read_until(";") == "A;");
    CHECK(client.is_closed());
}

TEST_CASE("a reply for a connection that is gone does nothing") {
    Feed feed;
    std::optional<std::pair<std::string, MllpReply>> late;
    {
        Client client = feed.client();
        client.send("a|");
        late = feed.desk.next();
    }
    feed.server.stop(0ms);
    late->second.send("A;");
}

TEST_CASE("stopping reads no more but writes every acknowledgement that is owed") {
    Feed feed;
    Client client = feed.client();
    client.send("a|b|");
    const auto a = feed.desk.next();
    const auto b = feed.desk.next();
    std::thread stopping([&] { feed.server.stop(30s); });
    while (TcpClient::connect({"127.0.0.1", feed.port}, {})) std::this_thread::yield();
    b.second.send("B;");
    a.second.send("A;");
    CHECK(client.read_until("B;") == "A;B;");
    CHECK(client.is_closed());
    client.connection().finish_sending();
    stopping.join();
    CHECK(feed.server.connections("lab") == 0);
}

TEST_CASE("a feed with client certificates knows who sends, and refuses strangers") {
    const Certificates certificates;
    MllpListenerOptions options;
    options.tls = certificates.server(Certificates::Clients::must_show_certificate);
    Feed feed(std::move(options));
    Client client = feed.client(certificates.client("client"));
    client.send("a|");
    feed.desk.next().second.send("A;");
    CHECK(client.read_until(";") == "A;");
    {
        const std::lock_guard lock(feed.mutex);
        CHECK(feed.last_peer.certificate.subject == "CN=lab-feed");
        CHECK(feed.last_peer.certificate.fingerprint.size() == 64);
        CHECK(feed.last_peer.address.text() == "127.0.0.1");
    }
    TcpClient::Options stranger;
    stranger.tls = certificates.client("stranger");
    auto refused = TcpClient::connect({"127.0.0.1", feed.port}, stranger);
    if (refused) {  // TLS 1.3: the client learns of it with the first read
        const auto sent = refused->send("evil|");
        const auto answer = refused->receive();
        CHECK((!sent || !answer));
    }
    CHECK(feed.desk.total() == 1);
}

TEST_CASE("several feeds listen side by side") {
    Feed feed;
    Desk second_desk;
    MllpListenerOptions options;
    options.name = "adt";
    options.endpoint = {"127.0.0.1", 0};
    const auto port = feed.server.listen(
        options, [&](const MllpPeer&) { return std::make_unique<BarHandler>(second_desk); });
    REQUIRE(port);
    Client lab = feed.client();
    Client adt(*port);
    lab.send("lab|");
    adt.send("adt|");
    CHECK(feed.desk.next().first == "lab");
    CHECK(second_desk.next().first == "adt");
    feed.server.stop(0ms);
}

TEST_CASE("the reply queue knows what is owed") {
    const auto queue = std::make_shared<ReplyQueue>([] {});
    const auto first = queue->expect(10);
    auto second = queue->expect(5);
    CHECK(queue->waiting() == 2);
    CHECK(queue->waiting_bytes() == 15);
    second.reset();
    std::string out;
    CHECK(queue->take_ready(out) == 0);
    queue->complete(first->number, "A");
    CHECK(queue->take_ready(out) == 15);
    CHECK(out == "A");
    CHECK(queue->waiting() == 0);
}

TEST_CASE("while the application wants no more nothing is read, and then everything arrives") {
    std::atomic<bool> is_behind = true;
    std::atomic<int> asked = 0;
    MllpListenerOptions options;
    options.must_wait = [&] {
        ++asked;
        return is_behind.load();
    };
    Feed feed(std::move(options));
    Client client = feed.client();
    client.send("one|two|");
    while (asked < 2) std::this_thread::yield();
    CHECK(feed.desk.total() == 0);
    is_behind = false;
    CHECK(feed.desk.next().first == "one");
    CHECK(feed.desk.next().first == "two");
}
