#include "net/http_server.h"

#include "net/http_test_support.h"

using namespace wardlight;
using namespace wardlight::net;
using namespace wardlight::net::test;
using namespace std::chrono_literals;

TEST_CASE("a connection serves one request after another") {
    TestServer server;
    Client client = server.client();
    for (int i = 0; i < 3; ++i) {
        const Answer answer = client.get("/hello");
        CHECK(answer.status == 200);
        CHECK(answer.body == "hello");
    }
    CHECK(server.server->connections() == 1);
}

TEST_CASE("pipelined requests are answered in order, however they arrive") {
    TestServer server;
    std::string wire;
    for (int i = 0; i < 20; ++i) {
        const std::string body = "body " + std::to_string(i);
        wire += "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n\r\n" + body;
    }
    Client client = server.client();
    SUBCASE("in one piece") {
        client.send(wire);
    }
    SUBCASE("byte by byte") {
        for (const char c : wire) client.send({&c, 1});
    }
    for (int i = 0; i < 20; ++i) CHECK(client.read_answer().body == "body " + std::to_string(i));
}

TEST_CASE("a chunked body is put together") {
    TestServer server;
    Client client = server.client();
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n");
    client.send("2\r\nde\r\n0\r\n\r\n");
    CHECK(client.read_answer().body == "abcde");
    CHECK(client.get("/hello").status == 200);
}

TEST_CASE("a body beyond the route's limit is 413, at the limit it is taken") {
    TestServer server;
    const auto post = [&](std::size_t bytes) {
        Client client = server.client();
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(bytes) +
                    "\r\n\r\n" + std::string(bytes, 'x'));
        return client.read_answer().status;
    };
    CHECK(post(100'000) == 200);
    CHECK(post(100'001) == 413);
}

TEST_CASE("large uploads of all connections together are limited, small ones get through") {
    HttpServerOptions options;
    options.body_bytes_in_flight = 90'000;
    TestServer server(std::move(options));
    const auto upload = [](std::string_view path, std::size_t bytes) {
        return "POST " + std::string(path) +
               " HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(bytes) + "\r\n\r\n" +
               std::string(bytes, 'x');
    };
    Client first = server.client();
    first.send(upload("/slow", 80'000));
    server.gate.wait_for_visitors(1);
    Client large = server.client();
    large.send(upload("/echo", 80'000));
    const Answer refused = large.read_answer();
    CHECK(refused.status == 503);
    CHECK_FALSE(refused.header("Retry-After").empty());
    Client small = server.client();
    small.send(upload("/echo", 2));
    CHECK(small.read_answer().status == 200);
    server.gate.open();
    CHECK(first.read_answer().status == 200);
    first.send(upload("/echo", 80'000));
    CHECK(first.read_answer().status == 200);
}

TEST_CASE("a header beyond the limit is 431 and the connection ends") {
    TestServer server;
    Client client = server.client();
    client.send("GET /hello HTTP/1.1\r\nHost: a\r\nA: " + std::string(40'000, 'a') + "\r\n\r\n");
    const Answer answer = client.read_answer();
    CHECK(answer.status == 431);
    CHECK(answer.header("Connection") == "close");
    CHECK(client.is_closed());
}

TEST_CASE("after a request that cannot be understood the connection ends: nothing is smuggled") {
    TestServer server;
    Client client = server.client();
    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n"
        "0\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    CHECK(client.read_answer().status == 400);
    CHECK(client.is_closed());
}

TEST_CASE("HEAD is GET without the body") {
    TestServer server;
    Client client = server.client();
    client.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    const Answer answer = client.read_answer(false);
    CHECK(answer.status == 200);
    CHECK(answer.header("Content-Length") == "5");
    CHECK(client.get("/hello").body == "hello");
}

TEST_CASE("a client that asks first is told to continue") {
    TestServer server;
    Client client = server.client();
    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("ok");
    CHECK(client.read_answer().body == "ok");
}

TEST_CASE("a client that asks first with too large a body is refused at once") {
    TestServer server;
    Client client = server.client();
    client.send(
        "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.read_answer().status == 413);
}

TEST_CASE("a full worker queue is 503 with Retry-After, and passes") {
    TestServer server({}, 1, 1);
    Client running = server.client();
    running.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    server.gate.wait_for_visitors(1);
    Client waiting = server.client();
    waiting.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    while (server.workers.waiting() == 0) std::this_thread::yield();
    Client refused = server.client();
    const Answer answer = refused.get("/hello");
    CHECK(answer.status == 503);
    CHECK_FALSE(answer.header("Retry-After").empty());
    server.gate.open();
    CHECK(running.read_answer().body == "slow");
    CHECK(waiting.read_answer().body == "hello");
    CHECK(refused.get("/hello").status == 200);
}

TEST_CASE("slow routes have threads of their own and cannot hold up the others") {
    TestServer server({}, 1, 8);
    Client slow = server.client();
    slow.send("GET /slow-lane HTTP/1.1\r\nHost: a\r\n\r\n");
    server.gate.wait_for_visitors(1);
    Client usual = server.client();
    CHECK(usual.get("/hello").status == 200);
    server.gate.open();
    CHECK(slow.read_answer().body == "slow");
}

TEST_CASE("a handler that takes too long is answered for") {
    HttpServerOptions options;
    options.request_deadline = 50ms;
    TestServer server(std::move(options));
    Client client = server.client();
    CHECK(client.get("/slow").status == 503);
    CHECK(client.is_closed());
}

TEST_CASE("an answer may come later, and no worker waits for it") {
    TestServer server({}, 1);
    Response::Send send;
    Gate asked;
    server.router.add({"GET", "/later", Permission::everyone(), [&](const Request&) {
                           return Response::answer_later([&](const Response::Send& given) {
                               send = given;
                               asked.open();
                           });
                       }});
    Client client = server.client();
    client.send("GET /later HTTP/1.1\r\nHost: a\r\n\r\n");
    asked.wait();
    CHECK(server.client().get("/hello").status == 200);
    send(Response::text(200, "now"));
    send = nullptr;
    CHECK(client.read_answer().body == "now");
    CHECK(client.get("/hello").status == 200);
}

TEST_CASE("an exception in a handler is 500 and harms nobody else") {
    TestServer server;
    Client client = server.client();
    const Answer answer = client.get("/throws");
    CHECK(answer.status == 500);
    CHECK(answer.body.find("broken") == std::string::npos);
    CHECK(client.get("/hello").status == 200);
}

TEST_CASE("silent and dawdling clients are let go") {
    HttpServerOptions options;
    options.idle_timeout = 40ms;
    options.header_deadline = 40ms;
    options.request_deadline = 40ms;
    TestServer server(std::move(options));
    Client client = server.client();
    SUBCASE("nothing at all") {}
    SUBCASE("nothing more after a request") {
        CHECK(client.get("/hello").status == 200);
    }
    SUBCASE("half a header") {
        client.send("GET /hello HTTP/1.1\r\nHo");
    }
    SUBCASE("half a body") {
        client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
    }
    CHECK(client.is_closed());
}

TEST_CASE("one connection more than the limit is closed") {
    HttpServerOptions options;
    options.connections = 2;
    TestServer server(std::move(options));
    Client first = server.client();
    Client second = server.client();
    CHECK(first.get("/hello").status == 200);
    CHECK(second.get("/hello").status == 200);
    Client third = server.client();
    CHECK(third.is_closed());
    CHECK(first.get("/hello").status == 200);
}

TEST_CASE("a large answer arrives whole") {
    TestServer server;
    Client client = server.client();
    CHECK(client.get("/big").body == std::string(3'000'000, 'b'));
}

TEST_CASE("every answer carries the security headers and is not stored") {
    TestServer server;
    Client client = server.client();
    for (const char* path : {"/hello", "/unknown", "/throws"}) {
        CAPTURE(path);
        const Answer answer = client.get(path);
        CHECK(answer.header("Content-Security-Policy").find("script-src 'self'") !=
              std::string::npos);
        CHECK(answer.header("X-Content-Type-Options") == "nosniff");
        CHECK(answer.header("Referrer-Policy") == "no-referrer");
        CHECK(answer.header("Cache-Control") == "no-store");
        CHECK(answer.header("Strict-Transport-Security").empty());
    }
}

TEST_CASE("the client's address is believed only from a trusted proxy") {
    const std::string wire =
        "GET /peer HTTP/1.1\r\nHost: a\r\nX-Forwarded-For: 6.6.6.6, 10.1.2.3\r\n\r\n";
    SUBCASE("an unknown peer") {
        TestServer server;
        Client client = server.client();
        client.send(wire);
        CHECK(client.read_answer().body == "127.0.0.1");
    }
    SUBCASE("a trusted proxy: its own entry, the last one") {
        HttpServerOptions options;
        options.trusted_proxies = *PeerList::parse({"127.0.0.1"});
        TestServer server(std::move(options));
        Client client = server.client();
        client.send(wire);
        CHECK(client.read_answer().body == "10.1.2.3");
    }
}

TEST_CASE("stopping lets the running request finish and closes the idle connections") {
    TestServer server;
    Client idle = server.client();
    CHECK(idle.get("/hello").status == 200);
    Client running = server.client();
    running.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    server.gate.wait_for_visitors(1);
    std::thread stopping([&] { server.server->stop(30s); });
    CHECK(idle.is_closed());
    server.gate.open();
    const Answer answer = running.read_answer();
    CHECK(answer.body == "slow");
    CHECK(answer.header("Connection") == "close");
    running.connection().finish_sending();
    stopping.join();
    CHECK(server.server->connections() == 0);
    CHECK_FALSE(TcpClient::connect({"127.0.0.1", server.server->port()}, {}));
}

TEST_CASE("stopping without grace cuts off what still runs") {
    TestServer server;
    Client running = server.client();
    running.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n");
    server.gate.wait_for_visitors(1);
    std::thread stopping([&] { server.server->stop(0ms); });
    CHECK(running.is_closed());
    server.gate.open();
    stopping.join();
    CHECK(server.server->connections() == 0);
}
