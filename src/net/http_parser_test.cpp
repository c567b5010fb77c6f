#include "net/http_parser.h"

#include <doctest/doctest.h>

#include <string>

using namespace wardlight::net;

namespace {

constexpr HttpParser::Limits kLimits{1'024, 10};

HttpParser parser_with_body_limit(std::size_t most) {
    return HttpParser(kLimits, [most](const Request&) { return most; });
}

/// Status the request is refused with; 0 when it is complete, -1 when more is needed.
int outcome(std::string_view bytes, std::size_t body_most = 100) {
    HttpParser parser = parser_with_body_limit(body_most);
    parser.feed(bytes);
    if (parser.refused() != 0) return parser.refused();
    return parser.is_complete() ? 0 : -1;
}

}  // namespace

TEST_CASE("a request means the same however it is split") {
    const std::string wire =
        "POST /a?b=1 HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
        "5\r\nhello\r\n1;ext=1\r\n,\r\n6\r\n world\r\n0\r\nTrailer: t\r\n\r\n"
        "GET /next HTTP/1.1\r\n";
    const std::size_t end = wire.find("GET /next");
    for (std::size_t cut = 0; cut <= wire.size(); ++cut) {
        CAPTURE(cut);
        HttpParser parser = parser_with_body_limit(100);
        std::string pending = wire.substr(0, cut);
        std::size_t used = parser.feed(pending);
        pending.erase(0, used);
        pending += wire.substr(cut);
        used += parser.feed(pending);
        REQUIRE(parser.refused() == 0);
        REQUIRE(parser.is_complete());
        CHECK(used == end);
        const Request request = parser.take();
        CHECK(request.body == "hello, world");
        CHECK(request.headers.size() == 2);
        CHECK(request.path() == "/a");
    }
}

TEST_CASE("a request that comes byte by byte is read") {
    const std::pair<const char*, const char*> cases[] = {
        {"Content-Length: 3\r\n\r\nabc", "abc"},
        {"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ""},
        {"Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "abc"},
        {"Transfer-Encoding: chunked\r\n\r\n3\r\n0\r\n\r\n0\r\nT: t\r\n\r\n", "0\r\n"},
        {"Transfer-Encoding: chunked\r\n\r\n1\r\na\r\n000;x=1\r\n\r\n", "a"},
    };
    for (const auto& [rest, body] : cases) {
        CAPTURE(rest);
        const std::string wire = std::string("POST / HTTP/1.1\r\nHost: x\r\n") + rest;
        HttpParser parser = parser_with_body_limit(3);
        std::string pending;
        for (const char c : wire) {
            CHECK_FALSE(parser.is_complete());
            pending += c;
            pending.erase(0, parser.feed(pending));
        }
        CHECK(parser.is_complete());
        CHECK(pending.empty());
        CHECK(parser.take().body == body);
    }
}

TEST_CASE("what two HTTP readers could understand differently is refused") {
    struct Row {
        const char* what;
        const char* wire;
        int status;
    };
    for (const Row& row : {
             Row{"length and chunked",
                 "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 400},
             Row{"chunked and length",
                 "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                 "Content-Length: 3\r\n\r\n0\r\n\r\n",
                 400},
             Row{"two lengths",
                 "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                 "Content-Length: 4\r\n\r\nabcd",
                 400},
             Row{"the same length twice",
                 "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n"
                 "Content-Length: 3\r\n\r\nabc",
                 400},
             Row{"a list of lengths",
                 "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3, 3\r\n\r\nabc", 400},
             Row{"a signed length", "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: +3\r\n\r\nabc",
                 400},
             Row{"a hexadecimal length",
                 "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 0x3\r\n\r\nabc", 400},
             Row{"an overflowing length",
                 "POST / HTTP/1.1\r\nHost: x\r\n"
                 "Content-Length: 99999999999999999999\r\n\r\nabc",
                 400},
             Row{"another transfer coding",
                 "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: gzip\r\n\r\n", 501},
             Row{"a list of codings",
                 "POST / HTTP/1.1\r\nHost: x\r\n"
                 "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
                 501},
             Row{"chunked twice",
                 "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n"
                 "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
                 400},
             Row{"chunked in HTTP/1.0",
                 "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
             Row{"space before the colon", "GET / HTTP/1.1\r\nHost : x\r\n\r\n", 400},
             Row{"no host", "GET / HTTP/1.1\r\n\r\n", 400},
             Row{"two hosts", "GET / HTTP/1.1\r\nHost: x\r\nHost: x\r\n\r\n", 400},
             Row{"bare line feeds", "GET / HTTP/1.1\nHost: x\n\n", 400},
             Row{"a NUL in a value", nullptr, 400},
             Row{"a chunk size that is none",
                 "POST / HTTP/1.1\r\nHost: x\r\n"
                 "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
                 400},
             Row{"a length in the trailer",
                 "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
                 "0\r\nContent-Length: 3\r\n\r\n",
                 400},
             Row{"a proxy's target", "GET http://evil/ HTTP/1.1\r\nHost: x\r\n\r\n", 400},
             Row{"CONNECT", "CONNECT a:1 HTTP/1.1\r\nHost: x\r\n\r\n", 400},
             Row{"another version", "GET / HTTP/2.0\r\nHost: x\r\n\r\n", 400},
             Row{"no HTTP at all", "\x16\x03\x01\x02 garbage\r\n\r\n", 400},
         }) {
        CAPTURE(row.what);
        const std::string wire =
            row.wire ? row.wire : std::string("GET / HTTP/1.1\r\nHost: x\r\nA: b\0c\r\n\r\n", 36);
        CHECK(outcome(wire) == row.status);
    }
}

TEST_CASE("a body is taken up to its limit and not a byte more") {
    const auto with_length = [](std::size_t n) {
        return "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: " + std::to_string(n) + "\r\n\r\n" +
               std::string(n, 'a');
    };
    CHECK(outcome(with_length(100)) == 0);
    CHECK(outcome(with_length(101)) == 413);
    const std::string chunked = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    const std::string fifty = "32\r\n" + std::string(50, 'a') + "\r\n";
    CHECK(outcome(chunked + fifty + fifty + "0\r\n\r\n") == 0);
    CHECK(outcome(chunked + fifty + fifty + "1\r\na\r\n0\r\n\r\n") == 413);
    CHECK(outcome(chunked + "FFFFFFFFFFFFFFFF\r\n") == 413);
}

TEST_CASE("a header is limited in bytes and in fields") {
    const auto with_value = [](std::size_t n) {
        return "GET / HTTP/1.1\r\nHost: x\r\nA: " + std::string(n, 'a') + "\r\n\r\n";
    };
    const std::size_t fixed = with_value(0).size();
    CHECK(outcome(with_value(kLimits.header_bytes - fixed)) == 0);
    CHECK(outcome(with_value(kLimits.header_bytes - fixed + 1)) == 431);
    // Without an end in sight it is refused as well.
    CHECK(outcome("GET /" + std::string(2'000, 'a')) == 431);

    const auto with_fields = [](int n) {
        std::string wire = "GET / HTTP/1.1\r\nHost: x\r\n";
        for (int i = 1; i < n; ++i) wire += "A: b\r\n";
        return wire + "\r\n";
    };
    CHECK(outcome(with_fields(10)) == 0);
    CHECK(outcome(with_fields(11)) == 431);
}

TEST_CASE("a header that grows line by line is limited in its sum") {
    for (const std::size_t length : {200U, 7U}) {
        CAPTURE(length);
        HttpParser parser = parser_with_body_limit(0);
        std::string pending = "GET / HTTP/1.1\r\nHost: x\r\n";
        std::size_t sent = pending.size();
        while (parser.refused() == 0 && sent < 2 * kLimits.header_bytes) {
            const std::string line = "A: " + std::string(length, 'a') + "\r\n";
            pending += line;
            sent += line.size();
            pending.erase(0, parser.feed(pending));
        }
        CHECK(parser.refused() == 431);
        CHECK_FALSE(parser.is_complete());
        CHECK(sent <= kLimits.header_bytes + length + 5);
    }
}

TEST_CASE("a connection is kept and an expectation answered only in HTTP/1.1") {
    struct Row {
        const char* wire;
        bool keeps;
        bool expects;
    };
    for (const Row& row :
         {Row{"OPTIONS * HTTP/1.1\r\nHost: x\r\n\r\n", true, false},
          Row{"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", false, false},
          Row{"GET / HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\n\r\n", false,
              false},
          Row{"GET / HTTP/1.1\r\nHost: x\r\nExpect: tea\r\n\r\n", true, false},
          Row{"GET / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\n\r\n", true, true}}) {
        CAPTURE(row.wire);
        HttpParser parser = parser_with_body_limit(0);
        parser.feed(row.wire);
        REQUIRE(parser.is_complete());
        CHECK(parser.keep_alive() == row.keeps);
        CHECK(parser.expects_continue() == row.expects);
    }
}

TEST_CASE("a body of known length may look like the end of chunks") {
    HttpParser parser = parser_with_body_limit(3);
    parser.feed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\n");
    CHECK(parser.feed("0\r\n") == 3);
    CHECK(parser.is_complete());
    CHECK(parser.take().body == "0\r\n");
}

TEST_CASE("an endless chunk extension or trailer is refused") {
    const std::string start = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";
    CHECK(outcome(start + "1;" + std::string(2'000, 'a')) == 400);
    CHECK(outcome(start + "0\r\nA: " + std::string(2'000, 'a')) == 400);
    // The same when it comes with its end.
    CHECK(outcome(start + "1;a=" + std::string(2'000, 'a') + "\r\na\r\n0\r\n\r\n") == 400);
    CHECK(outcome(start + "0\r\nA: " + std::string(2'000, 'a') + "\r\n\r\n") == 400);
    CHECK(outcome(start + "0\r\nA: " + std::string(900, 'a') + "\r\n\r\n") == 0);
}

TEST_CASE("cookies and headers are found, whatever their case") {
    HttpParser parser = parser_with_body_limit(0);
    parser.feed(
        "GET / HTTP/1.1\r\nhOsT: x\r\nCookie: a=1; wl_session=secret\r\nCookie: b=2\r\n\r\n");
    REQUIRE(parser.is_complete());
    const Request request = parser.take();
    CHECK(request.header("HOST") == "x");
    CHECK(request.cookie("wl_session") == "secret");
    CHECK(request.cookie("b") == "2");
    CHECK_FALSE(request.cookie("session"));
}

TEST_CASE("percent-encoded text decodes to exactly one text or is refused") {
    CHECK(percent_decode("a%20b+c%2F%2f%C3%A9%e9", Plus::is_plus) == std::nullopt);  // no UTF-8
    CHECK(percent_decode("a%20b+c%2F%2f%C3%A9", Plus::is_plus) == "a b+c//\xC3\xA9");
    CHECK(percent_decode("a+b", Plus::is_space) == "a b");
    for (const char* text :
         {"%", "%4", "a%", "%g0", "%0g", "%/0", "%0:", "%@0", "%0`", "%00", "%ff"}) {
        CAPTURE(text);
        CHECK_FALSE(percent_decode(text, Plus::is_plus));
    }
}

TEST_CASE("a query keeps its order and repetitions, and one wrong part refuses all of it") {
    const auto query = parse_query("&a=1&&b&a=2=3&%63=x%26y&");
    REQUIRE(query);
    CHECK(*query == QueryParameters{{"a", "1"}, {"b", ""}, {"a", "2=3"}, {"c", "x&y"}});
    CHECK_FALSE(parse_query("a=1&%zz=2"));
    CHECK_FALSE(parse_query("a=1&b=%zz"));
}
