#include "net/tls.h"

#include <sys/stat.h>

#include "net/certificate_test_support.h"
#include "net/http_test_support.h"

using namespace wardlight;
using namespace wardlight::net;
using namespace wardlight::net::test;
using Clients = Certificates::Clients;

namespace {

HttpServerOptions with_tls(std::shared_ptr<const TlsContext> tls) {
    HttpServerOptions options;
    options.tls = std::move(tls);
    return options;
}

/// The body of /hello, or what went wrong.
std::string ask(std::uint16_t port, std::shared_ptr<const TlsContext> tls) {
    TcpClient::Options options;
    options.tls = std::move(tls);
    auto connection = TcpClient::connect({"127.0.0.1", port}, options);
    if (!connection) return connection.error().message;
    if (auto sent = connection->send("GET /hello HTTP/1.0\r\n\r\n"); !sent) {
        return sent.error().message;
    }
    std::string all;
    for (;;) {
        auto more = connection->receive();
        if (!more) return more.error().message;
        if (more->empty()) break;
        all += *more;
    }
    return all.ends_with("hello") ? "hello" : all;
}

}  // namespace

TEST_CASE("HTTPS serves requests, large answers and uploads, and asks browsers to stay on HTTPS") {
    const Certificates certificates;
    TestServer server(with_tls(certificates.server(Clients::unknown)));
    Client client(server.server->port(), certificates.client());
    CHECK(client.get("/hello").body == "hello");
    CHECK(client.get("/big").body == std::string(3'000'000, 'b'));
    const std::string body(100'000, 'u');
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + body);
    CHECK(client.read_answer().body == body);
    CHECK_FALSE(client.get("/hello").header("Strict-Transport-Security").empty());
}

TEST_CASE("a server that wants client certificates takes those of its authority only") {
    const Certificates certificates;
    TestServer server(with_tls(certificates.server(Clients::must_show_certificate)));
    CHECK(ask(server.server->port(), certificates.client("client")) == "hello");
    CHECK(ask(server.server->port(), certificates.client()) != "hello");
    CHECK(ask(server.server->port(), certificates.client("stranger")) != "hello");
    // A second visit resumes the session or not; it must work either way.
    CHECK(ask(server.server->port(), certificates.client("client")) == "hello");
}

TEST_CASE("a client refuses a server whose name or issuer is not the expected one") {
    const Certificates certificates;
    TestServer server(with_tls(certificates.server(Clients::unknown)));
    const auto client_for = [&](const std::string& name, const std::string& ca) {
        return *TlsContext::client({certificates.certificate(ca), "", "", name});
    };
    CHECK(ask(server.server->port(), client_for("localhost", "ca")) == "hello");
    CHECK(ask(server.server->port(), client_for("127.0.0.1", "ca")) == "hello");
    CHECK(ask(server.server->port(), client_for("elsewhere", "ca")) != "hello");
    CHECK(ask(server.server->port(), client_for("localhost", "stranger")) != "hello");
}

TEST_CASE("plain bytes on a TLS port end the connection and nothing else") {
    const Certificates certificates;
    TestServer server(with_tls(certificates.server(Clients::unknown)));
    Client plain(server.server->port());
    plain.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    while (true) {
        const auto more = plain.connection().receive();  // at most a TLS alert
        if (!more || more->empty()) break;
        CHECK(more->find("hello") == std::string::npos);
    }
    CHECK(ask(server.server->port(), certificates.client()) == "hello");
}

TEST_CASE("a client that never finishes the handshake is let go") {
    const Certificates certificates;
    HttpServerOptions options = with_tls(certificates.server(Clients::unknown));
    options.handshake_deadline = std::chrono::milliseconds(40);
    TestServer server(std::move(options));
    Client silent(server.server->port());
    CHECK(silent.is_closed());
}

TEST_CASE("a live stream works over TLS while the client is silent") {
    const Certificates certificates;
    TestServer server(with_tls(certificates.server(Clients::unknown)));
    Client client(server.server->port(), certificates.client());
    client.send("GET /live HTTP/1.1\r\nHost: a\r\n\r\n");
    client.read_until("retry: 2000\n\n");
    server.live_opened.wait();
    for (int i = 0; i < 20; ++i) {
        CHECK(server.live->push(live_frame("change", std::to_string(i), std::string(40'000, 'x'))));
        client.read_until("id: " + std::to_string(i) + "\n");
        client.read_until("\n\n");
    }
    client.connection().finish_sending();
    server.live_closed.wait();
}

TEST_CASE("wrong certificate files are named at start") {
    const Certificates certificates;
    const auto missing = TlsContext::server({"/nonexistent.pem", certificates.key("server"), ""});
    REQUIRE_FALSE(missing);
    CHECK(missing.error().where == "/nonexistent.pem");
    const auto mixed =
        TlsContext::server({certificates.certificate("server"), certificates.key("client"), ""});
    REQUIRE_FALSE(mixed);
    CHECK(mixed.error().where == certificates.key("client"));
    CHECK_FALSE(TlsContext::server(
        {certificates.certificate("server"), certificates.key("server"), "/nonexistent.pem"}));
}

TEST_CASE("the throw-away certificate is made once, kept private, and serves") {
    const std::filesystem::path folder =
        std::filesystem::temp_directory_path() / ("wardlight-self-" + new_uuid());
    const auto made = ensure_self_signed(folder, {"ward.example", "10.0.0.5"});
    REQUIRE(made);
    CHECK(made->is_new);
    struct stat key{};
    REQUIRE(::stat(made->key_file.c_str(), &key) == 0);
    CHECK((key.st_mode & 0777) == 0600);
    const auto again = ensure_self_signed(folder, {"ward.example", "10.0.0.5"});
    REQUIRE(again);
    CHECK_FALSE(again->is_new);

    TestServer server(with_tls(*TlsContext::server({made->certificate_file, made->key_file, ""})));
    for (const char* name : {"localhost", "127.0.0.1", "::1", "ward.example", "10.0.0.5"}) {
        CAPTURE(name);
        const auto client = TlsContext::client({made->certificate_file, "", "", name});
        REQUIRE(client);
        CHECK(ask(server.server->port(), *client) == "hello");
    }
    std::filesystem::remove_all(folder);
}
