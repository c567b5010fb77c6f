#include "net/endpoint.h"

#include <doctest/doctest.h>

#include "net/peer_list.h"

using namespace wardlight;
using namespace wardlight::net;

TEST_CASE("an address to listen on is HOST:PORT") {
    CHECK(parse_endpoint("127.0.0.1:8443")->port == 8443);
    CHECK(parse_endpoint("[::1]:0")->host == "::1");
    CHECK(parse_endpoint(":2575")->host.empty());
    CHECK(to_string(*parse_endpoint("[::1]:80")) == "[::1]:80");
    for (const char* wrong :
         {"", "8443", "localhost", "localhost:", "localhost:x", "a:65536", "a:-1", "::1:80",
          "[[::1]]:80", "[localhost]:80", "[]:80", "[::1:80", "a]:80", "a b:80", "a\n:80"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_endpoint(wrong));
    }
    CHECK_FALSE(parse_endpoint(std::string_view("127.0.0.1\0.example.org:80", 25)));
}

TEST_CASE("a busy port is named in a message for people") {
    const auto first = listen_on({"127.0.0.1", 0});
    REQUIRE(first);
    const std::uint16_t port = local_port(first->get());
    const auto second = listen_on({"127.0.0.1", port});
    REQUIRE_FALSE(second);
    CHECK(second.error().code == ErrorCode::conflict);
    CHECK(second.error().message.find(std::to_string(port)) != std::string::npos);
}

TEST_CASE("a peer list holds networks and single addresses of both families") {
    const auto list = PeerList::parse({"10.20.0.0/16", "192.168.1.7", "fd00::/8", "172.16.0.0/12"});
    REQUIRE(list);
    struct Row {
        const char* address;
        bool is_in;
    };
    for (const Row& row :
         {Row{"10.20.255.1", true}, Row{"10.21.0.1", false}, Row{"192.168.1.7", true},
          Row{"192.168.1.8", false}, Row{"::ffff:10.20.0.1", true}, Row{"fd12::1", true},
          Row{"fe80::1", false}, Row{"172.31.255.255", true}, Row{"172.32.0.0", false}}) {
        CAPTURE(row.address);
        CHECK(list->contains(*IpAddress::parse(row.address)) == row.is_in);
    }
    CHECK_FALSE(PeerList{}.contains(*IpAddress::parse("127.0.0.1")));
    for (const char* wrong : {"10.0.0.0/33", "10.0.0.0/-1", "hospital", "10.0.0.0/x", "::/129"}) {
        CAPTURE(wrong);
        CHECK_FALSE(PeerList::parse({wrong}));
    }
}
