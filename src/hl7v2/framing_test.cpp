#include "hl7v2/framing.h"

#include <doctest/doctest.h>

using namespace wardlight::hl7v2;
using Kind = FrameEvent::Kind;

namespace {

/// Events as text, junk added up: where pieces end must not matter.
std::string told(const std::vector<FrameEvent>& events) {
    std::string out;
    std::size_t junk = 0;
    const auto flush = [&] {
        if (junk > 0) out += "junk " + std::to_string(junk) + ";";
        junk = 0;
    };
    for (const FrameEvent& event : events) {
        if (event.kind == Kind::junk_skipped) {
            junk += event.count;
            continue;
        }
        flush();
        if (event.kind == Kind::frame) out += "frame " + event.bytes + ";";
        if (event.kind == Kind::incomplete_dropped)
            out += "dropped " + std::to_string(event.count) + ";";
        if (event.kind == Kind::too_large) out += "large " + event.bytes + ";";
    }
    flush();
    return out;
}

void take(Deframer& deframer, std::string_view bytes, std::vector<FrameEvent>& events) {
    for (FrameEvent& event : deframer.push(bytes)) events.push_back(std::move(event));
}

struct Case {
    std::string bytes;
    std::string events;
    Deframer::Options options{};
};

const Deframer::Options kSmall{.frame_bytes = 4};
const Deframer::Options kLineFeed{.line_feed_ends_frame = true};

const std::vector<Case> kCases{
    {"", ""},
    {"\x0B"
     "A\x1C\r",
     "frame A;"},
    {"\x0B\x1C\r", "frame ;"},
    {"\x0B"
     "A\x1C\r\x0B"
     "BC\x1C\r",
     "frame A;frame BC;"},
    {"\x0B"
     "A\x1C\r\n\r\n\x0B"
     "B\x1C\r",
     "frame A;frame B;"},
    {"GET /\r\n\x0B"
     "A\x1C\rxy",
     "junk 5;frame A;junk 2;"},
    {"\x1C\r\x0B"
     "A\x1C\r",
     "junk 1;frame A;"},
    {"\x0B"
     "bad\x1C"
     "byte\x1C\r",
     "frame bad\x1C"
     "byte;"},
    {"\x0B"
     "A\x1C\x1C\r",
     "frame A\x1C;"},
    {"\x0B"
     "A\x1C\nB\x1C\r",
     "frame A\x1C\nB;"},
    {"\x0B"
     "A\x1C\n\x0B"
     "B\x1C\r",
     "frame A;frame B;", kLineFeed},
    {"\x0B"
     "A\rB\x0B"
     "C\x1C\r",
     "dropped 3;frame C;"},
    {"\x0B"
     "A\x1C\x0B"
     "C\x1C\r",
     "dropped 2;frame C;"},
    {"\x0B\x0B"
     "C\x1C\r",
     "dropped 0;frame C;"},
    {"\x0B"
     "ABCD\x1C\r",
     "frame ABCD;", kSmall},
    {"\x0B"
     "ABCDE\x1C\rjunk\x0B"
     "F\x1C\r",
     "large ABCD;junk 4;frame F;", kSmall},
    {"\x0B"
     "ABCDEFGH\x1C"
     "IJ\x1C\x1C\r\x0B"
     "F\x1C\r",
     "large ABCD;frame F;", kSmall},
    {"\x0B"
     "ABCDEFGH\x0B"
     "F\x1C\r",
     "large ABCD;frame F;", kSmall},
    {"\x0B"
     "ABCD\x1C"
     "E\x1C\r",
     "large ABCD;", kSmall},
    {"\x0B"
     "ABC\x1C\x1C"
     "\x1C\r",
     "large ABC\x1C;", kSmall},
};

}  // namespace

TEST_CASE("frames come out the same wherever the bytes are split") {
    for (const Case& c : kCases) {
        CAPTURE(c.bytes);
        {
            Deframer whole(c.options);
            CHECK(told(whole.push(c.bytes)) == c.events);
            CHECK(whole.bytes_held() == 0);
        }
        {
            Deframer single(c.options);
            std::vector<FrameEvent> events;
            for (const char& byte : c.bytes) take(single, std::string_view(&byte, 1), events);
            CHECK(told(events) == c.events);
        }
        for (std::size_t first = 0; first <= c.bytes.size(); ++first) {
            for (std::size_t second = first; second <= c.bytes.size(); ++second) {
                Deframer deframer(c.options);
                std::vector<FrameEvent> events;
                const std::string_view bytes = c.bytes;
                take(deframer, bytes.substr(0, first), events);
                take(deframer, bytes.substr(first, second - first), events);
                take(deframer, bytes.substr(second), events);
                REQUIRE(told(events) == c.events);
            }
        }
    }
}

TEST_CASE("the bytes of an unfinished frame are counted and reported when the connection ends") {
    Deframer deframer;
    CHECK(deframer
              .push("\x0B"
                    "ABC")
              .empty());
    CHECK(deframer.inside_frame());
    CHECK(deframer.bytes_held() == 3);
    CHECK(deframer.push("\x1C").empty());
    auto rest = deframer.finish();
    REQUIRE(rest);
    CHECK(rest->kind == Kind::incomplete_dropped);
    CHECK(rest->bytes == "ABC\x1C");
    CHECK(deframer.bytes_held() == 0);
    CHECK_FALSE(deframer.finish());
}

TEST_CASE("a frame beyond the limit keeps only its beginning in memory") {
    Deframer deframer({.frame_bytes = 100'000});
    const auto events = deframer.push("\x0B" + std::string(100'001, 'x'));
    REQUIRE(events.size() == 1);
    CHECK(events[0].kind == Kind::too_large);
    CHECK(events[0].bytes.size() == kKeptOfTooLargeFrame);
    CHECK(deframer.bytes_held() == 0);
    CHECK(deframer.inside_frame());
    CHECK(deframer.push(std::string(100'001, 'x')).empty());
    CHECK_FALSE(deframer.finish());
}

TEST_CASE("what is framed is deframed") {
    Deframer deframer;
    const auto events = deframer.push(frame("MSH|^~\\&|A\r"));
    REQUIRE(events.size() == 1);
    CHECK(events[0].bytes == "MSH|^~\\&|A\r");
}
