#include "net/sse.h"

#include "net/http_test_support.h"

using namespace wardlight;
using namespace wardlight::net;
using namespace wardlight::net::test;
using namespace std::chrono_literals;

namespace {

Client open_stream(TestServer& server) {
    Client client = server.client();
    client.send("GET /live HTTP/1.1\r\nHost: a\r\n\r\n");
    const Answer head = client.read_answer(false);
    CHECK(head.status == 200);
    CHECK(head.header("Content-Type") == "text/event-stream");
    server.live_opened.wait();
    return client;
}

}  // namespace

TEST_CASE("an event goes over the wire as the standard has it") {
    CHECK(*live_frame("change", "42", "{}") == "id: 42\nevent: change\ndata: {}\n\n");
    CHECK(*live_frame("", "", "a\nb") == "data: a\ndata: b\n\n");
    CHECK(*live_frame("", "", "") == "data: \n\n");
}

TEST_CASE("no text ends its event or begins another, whatever it takes for the end of a line") {
    CHECK(*live_frame("", "", "a\r\nb\rid: 9\r\rend\n") ==
          "data: a\ndata: b\ndata: id: 9\ndata: \ndata: end\ndata: \n\n");
}

TEST_CASE("events reach the client in order, from another thread") {
    TestServer server;
    Client client = open_stream(server);
    for (int i = 0; i < 100; ++i) {
        CHECK(server.live->push(live_frame("change", std::to_string(i), "x")));
        client.read_until("id: " + std::to_string(i) + "\nevent: change\ndata: x\n\n");
    }
}

TEST_CASE("a quiet stream sends heartbeats") {
    HttpServerOptions options;
    options.heartbeat = 20ms;
    TestServer server(std::move(options));
    Client client = open_stream(server);
    client.read_until("\n:\n\n");
    client.read_until(":\n\n");
}

TEST_CASE("a client that goes away is noticed without a write") {
    TestServer server;
    {
        Client client = open_stream(server);
    }
    server.live_closed.wait();
    CHECK_FALSE(server.live->is_open());
    CHECK_FALSE(server.live->push(live_frame("change", "1", "x")));
}

TEST_CASE("closing a stream writes what is queued first") {
    TestServer server;
    Client client = open_stream(server);
    CHECK(server.live->push(live_frame("signed_out", "", "{}")));
    server.live->close();
    CHECK_FALSE(server.live->push(live_frame("change", "1", "x")));
    client.read_until("event: signed_out\ndata: {}\n\n");
    CHECK(client.is_closed());
    server.live_closed.wait();
}

TEST_CASE("a slow reader is cut off and holds nobody up") {
    TestServer server;
    server.live_limits = {16, 64U << 10};
    Client client = open_stream(server);
    // Large frames fill the socket's buffers, then the queue of the stream.
    const LiveFrame frame = live_frame("change", "1", std::string(30'000, 'x'));
    bool is_open = true;
    for (int i = 0; i < 100'000 && is_open; ++i) is_open = server.live->push(frame);
    CHECK_FALSE(is_open);
    server.live_closed.wait();
}

TEST_CASE("a stream's queue is limited in frames and in bytes") {
    const LiveFrame small = live_frame("", "", "x");
    LiveStream by_frames({}, {2, 1'000});
    CHECK(by_frames.push(small));
    CHECK(by_frames.push(small));
    CHECK_FALSE(by_frames.push(small));
    CHECK_FALSE(by_frames.is_open());

    LiveStream by_bytes({}, {100, 2 * small->size()});
    CHECK(by_bytes.push(small));
    CHECK(by_bytes.push(small));
    CHECK_FALSE(by_bytes.push(small));
}

TEST_CASE("stopping the server ends live streams") {
    TestServer server;
    Client client = open_stream(server);
    std::thread stopping([&] { server.server->stop(30s); });
    client.read_until("retry: 2000\n\n");
    CHECK(client.is_closed());
    client.connection().finish_sending();
    stopping.join();
    server.live_closed.wait();
}
