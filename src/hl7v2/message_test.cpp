#include "hl7v2/message.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "hl7v2/test_equality.h"
#include "hl7v2/version.h"

using namespace wardlight;
using namespace wardlight::hl7v2;

namespace {

Message parsed(std::string text) {
    auto message = Message::parse(std::move(text));
    REQUIRE(message);
    return std::move(*message);
}

std::vector<std::string> ids(const Message& message) {
    std::vector<std::string> out;
    for (const Segment& segment : message.segments()) out.emplace_back(segment.id());
    return out;
}

const std::string kAdt =
    "MSH|^~\\&|PAS|RX|CIS|RX|20240615120000+0100||ADT^A01^ADT_A01|M1|P|2.4\r"
    "PID|1||999001^^^RX&1.2.3&ISO^MR~9434765919^^^NHS^NH||M\\T\\S^Zo\xC3\xAB^\"\"||19600101|F\r"
    "ZLW|1|vendor^stuff\r"
    "PV1|1|I|W1^B2^C3^RX|\"\"||^^^|\r"
    "OBX|1|ST|A^Note^L||a^b\\E\\c~second\r"
    "OBX|2|NM|B^Other^L||5\r";

}  // namespace

TEST_CASE("fields, repetitions, components and sub-components are found at their HL7 numbers") {
    const Message message = parsed(kAdt);
    CHECK(ids(message) == std::vector<std::string>{"MSH", "PID", "ZLW", "PV1", "OBX", "OBX"});
    struct Case {
        const char* path;
        const char* text;
    };
    const Case cases[] = {
        {"MSH-1", "|"},
        {"MSH-2", "^~\\&"},
        {"MSH-3", "PAS"},
        {"MSH-9", "ADT"},
        {"MSH-9.1", "ADT"},
        {"MSH-9.2", "A01"},
        {"MSH-9.3", "ADT_A01"},
        {"MSH-10", "M1"},
        {"MSH-12", "2.4"},
        {"MSH-13", ""},
        {"PID-3", "999001"},
        {"PID-3.4", "RX"},
        {"PID-3.4.2", "1.2.3"},
        {"PID-3.4.4", ""},
        {"PID-3[2].1", "9434765919"},
        {"PID-3[2].4.1", "NHS"},
        {"PID-3[3].1", ""},
        {"PID-5.1", "M&S"},
        {"PID-5.2", "Zoë"},
        {"PID-5.3", ""},  // "" is a deletion, not two quotes
        {"PID-8", "F"},
        {"PID-99", ""},
        {"ZLW-2.2", "stuff"},
        {"PV1-3.3", "C3"},
        {"OBX[2]-5", "5"},
        {"OBX[1]-5[2]", "second"},
        {"OBX[3]-5", ""},
        {"XXX-1", ""},
        {"PID", ""},
        {"PID-", ""},
        {"PID-5.", ""},
        {"PID-5x", ""},
        {"PID[0]-5", ""},
        {"PID-5[0].1", ""},
        {"PID-5.0", ""},
        {"PID-5.1.0", ""},
        {"PID[1-5", ""},
        {"PID-5.99999999999999999999", ""},
        {"", ""},
    };
    for (const Case& c : cases) {
        CAPTURE(c.path);
        CHECK(message.text(c.path) == c.text);
    }
    CHECK(message.raw() == kAdt);
    CHECK(message.segments()[0].fields() == 12);
    CHECK(message.segments()[1].fields() == 8);
    CHECK(message.first("PID")->field(3).repetitions() == 2);
    CHECK(message.first("PID")->field(3).component(4).subcomponents() == 3);
    CHECK(message.first("PV1")->field(3).first().components() == 4);
    CHECK(message.first("OBX")->field(5).first().value() == "a^b\\c");
    CHECK(message.first("NTE") == nullptr);
}

TEST_CASE("absent, empty and null fields are told apart") {
    const Message message = parsed(kAdt);
    const Segment& visit = *message.first("PV1");
    CHECK(visit.field(4).is_null());
    CHECK_FALSE(visit.field(4).empty());
    CHECK(visit.field(4).text().empty());
    CHECK(visit.field(4).first().value().empty());
    CHECK(visit.field(5).empty());
    CHECK_FALSE(visit.field(5).is_null());
    CHECK(visit.field(6).empty());  // only separators
    CHECK(visit.field(6).raw() == "^^^");
    CHECK(visit.field(7).empty());
    CHECK(visit.fields() == 7);
    CHECK(visit.field(8).empty());
    CHECK(visit.field(8).repetitions() == 0);
    CHECK(visit.field(0).empty());
    CHECK(message.first("PID")->field(5).component(3).is_null());
    const Message odd = parsed(std::string("MSH|^~\\&|A\rPID|~~|^~&|^a|&|") + '\0' + "\r");
    const Segment& fields = *odd.first("PID");
    CHECK(fields.field(1).empty());
    CHECK(fields.field(2).empty());
    CHECK_FALSE(fields.field(3).empty());
    CHECK(fields.field(4).first().component(1).empty());
    // Not "no separator", which has the same value.
    CHECK_FALSE(fields.field(5).empty());
}

TEST_CASE("walking the repetitions gives the same as asking for each") {
    const Message message = parsed("MSH|^~\\&|A\rPID|a~~b^c~|x||~|~~\r");
    for (std::size_t n = 1; n <= 6; ++n) {
        const Field field = message.first("PID")->field(n);
        std::vector<std::string_view> walked;
        for (const Repetition repetition : field.each()) walked.push_back(repetition.raw());
        REQUIRE(walked.size() == field.repetitions());
        for (std::size_t i = 0; i < walked.size(); ++i)
            CHECK(walked[i] == field.repetition(i).raw());
    }
    CHECK(message.first("PID")->field(1).repetitions() == 4);
    CHECK(message.first("PID")->field(4).repetitions() == 2);
}

TEST_CASE("the message says which characters separate") {
    struct Case {
        const char* text;
        Delimiters delimiters;
    };
    const Case cases[] = {
        {"MSH|^~\\&|A", {}},
        {"MSH#@~\\&#A", {'#', '@', '~', '\\', '&', '\0'}},
        {"MSH|^~\\&#|A", {'|', '^', '~', '\\', '&', '#'}},
        {"MSH|^~\\|A", {'|', '^', '~', '\\', '\0', '\0'}},
        {"MSH|^~|A", {'|', '^', '~', '\0', '\0', '\0'}},
        {"MSH|^|A", {'|', '^', '\0', '\0', '\0', '\0'}},
        {"MSH||A", {}},
        {"MSH|^~\\\\&|A", {}},  // doubled escape
        {"MSH|^~\\& |A", {}},
        {"MSH|^~\\&", {}},
        {"MSH|^~\\&\r", {}},
        {"MSH\x1F^~\\&\x1F", {'\x1F', '^', '~', '\\', '&', '\0'}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        CHECK(parsed(c.text).delimiters() == c.delimiters);
    }
    CHECK(parsed("MSH|^~\\\\&|A").warnings()[0] == "encoding_characters_doubled");
    CHECK(parsed("MSH||A").warnings()[0] == "encoding_characters_missing");
    CHECK(parsed("MSH#@~\\&#LAB\rPID#1##M|1@2").text("PID-3.1") == "M|1");
    const Message poor = parsed("MSH|^|A\rPID|1|a~b&c^d|^");
    CHECK(poor.text("PID-2.1") == "a~b&c");
    CHECK(poor.text("PID-2.1.2").empty());
    CHECK(poor.text("PID-2[2].1").empty());
    CHECK(poor.first("PID")->field(2).repetitions() == 1);
    CHECK(poor.first("PID")->field(2).component(1).subcomponents() == 1);
    CHECK(poor.first("PID")->field(3).empty());
    std::string walked;
    for (const Repetition repetition : poor.first("PID")->field(2).each())
        walked += repetition.raw();
    CHECK(walked == "a~b&c^d");
    CHECK_FALSE(poor.delimiters() == parsed("MSH|^~|A").delimiters());
    for (const char* text :
         {"MSH\xC3^~", "MSHA^~", "MSHz^~", "MSH9^~", "MSH ^~", "MSH|A~", "MSH|^z"}) {
        CAPTURE(text);
        CHECK_FALSE(Message::parse(text));
    }
    // Values on their own, as defaults, are empty and never look anywhere.
    CHECK(Component{}.text().empty());
    CHECK(Repetition{}.components() == 0);
    CHECK(Field{}.empty());
    // three characters: & is data
    CHECK(parsed("MSH|^~\\|A\rOBR|1||X^U&E^L").text("OBR-3.2") == "U&E");
}

TEST_CASE("what does not begin with a readable MSH is refused at its place") {
    struct Case {
        const char* text;
        const char* where;
    };
    const Case cases[] = {{"", "MSH"},
                          {"\r\n", "MSH"},
                          {"PID|1||123\r", "MSH"},
                          {"msh|^~\\&|", "MSH"},
                          {"MS", "MSH"},
                          {"MSH", "MSH-1"},
                          {"MSHA^~\\&A", "MSH-1"},
                          {"MSH\r^~\\&", "MSH-1"},
                          {"MSH ^~\\& ", "MSH-1"},
                          {"MSH\n^~\\&", "MSH-1"},
                          {"MSH|^~AB|", "MSH-2"},
                          {"MSH|LAB|RX", "MSH-2"},
                          {"MSH|^~\xC3\xA9|", "MSH-2"}};
    for (const Case& c : cases) {
        CAPTURE(c.text);
        const auto message = Message::parse(c.text);
        REQUIRE_FALSE(message);
        CHECK(message.error().code == ErrorCode::invalid);
        CHECK(message.error().where == c.where);
    }
    CHECK(Message::parse(std::string("MSH\0^~\\&|A\0", 11)).error().where == "MSH-1");
}

TEST_CASE("segments may end in CR, LF or CRLF, with blank lines and without a last end") {
    const std::vector<std::string> expected{"MSH", "PID", "PV1"};
    for (const char* text :
         {"MSH|^~\\&|A\rPID|1\rPV1|2\r", "MSH|^~\\&|A\nPID|1\nPV1|2\n",
          "MSH|^~\\&|A\r\nPID|1\r\nPV1|2\r\n", "MSH|^~\\&|A\rPID|1\rPV1|2",
          "MSH|^~\\&|A\r\rPID|1\r\n\r\nPV1|2\r\r", "MSH|^~\\&|A\rPID|1\nPV1|2\r\n",
          "\r\n MSH|^~\\&|A\rPID|1\rPV1|2", "\xEF\xBB\xBFMSH|^~\\&|A\rPID|1\rPV1|2",
          "MSH|^~\\&|A\r  PID|1\r\t\rPV1|2"}) {
        CAPTURE(text);
        const Message message = parsed(text);
        CHECK(ids(message) == expected);
        CHECK(message.text("PID-1") == "1");
        CHECK(message.text("PV1-1") == "2");
        CHECK(message.raw() == text);
    }
}

TEST_CASE("a line that is no segment belongs to the text before it") {
    struct Case {
        const char* text;
        const char* path;
        const char* value;
    };
    const Case cases[] = {
        {"MSH|^~\\&|A\rOBX|1|TX|||first\nsecond line\n\nTHE END|||F\rNTE|1\r", "OBX-5",
         "first\nsecond line\n\nTHE END"},
        {"MSH|^~\\&|A\rOBX|1|TX|||first\nsecond line\n\nTHE END|||F\rNTE|1\r", "OBX-8", "F"},
        {"MSH|^~\\&|A\nOBX|1|TX|||first\nsecond|||F\nNTE|1", "OBX-5", "first\nsecond"},
        {"MSH|^~\\&|A\r\nOBX|1|TX|||first\r\n  second|||F\r\nNTE|1", "OBX-5", "first\r\n  second"},
        {"MSH|^~\\&|A\rOBX|1|TX|||first\rZ1|2\rNTE|1", "OBX-5", "first\rZ1"},
        {"MSH|^~\\&|A\rOBX|1|TX|||first\r|2\rNTE|1", "OBX-6", "2"},
        {"MSH|^~\\&|A\rOBX\rlower|1|TX\rNTE|1", "OBX-1", "1"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        const Message message = parsed(c.text);
        CHECK(ids(message) == std::vector<std::string>{"MSH", "OBX", "NTE"});
        CHECK(message.text(c.path) == c.value);
        CHECK(message.raw() == c.text);
        REQUIRE(message.warnings().size() == 1);
        CHECK(message.warnings()[0] == "segment_continued");
    }
    CHECK(parsed(kAdt).warnings().empty());
}

TEST_CASE("segments without fields and with unknown ids are kept where they are") {
    const Message message = parsed("MSH|^~\\&|A\rZZZ\rX1Y|2\rZZZ|\rEND");
    CHECK(ids(message) == std::vector<std::string>{"MSH", "ZZZ", "X1Y", "ZZZ", "END"});
    CHECK(message.segments()[1].fields() == 0);
    CHECK(message.segments()[3].fields() == 1);
    CHECK(message.text("X1Y-1") == "2");
}

TEST_CASE("a line begins a segment only when it looks like one") {
    const char* const lines[] = {"PI",     "pID|1", "P-D|1", "PI_|1",
                                 "PIDX|1", "9ID|1", "P:D|1", "PI[|1"};
    for (const char* line : lines) {
        CAPTURE(line);
        CHECK(parsed(std::string("MSH|^~\\&|A\rNTE|x\r") + line).segments().size() == 2);
    }
    for (const char* line : {"PID", "PID|1", "ZP1", "Z99|", "PID\rPV1", "PID\nPV1"}) {
        CAPTURE(line);
        CHECK(parsed(std::string("MSH|^~\\&|A\rNTE|x\r") + line).segments().size() >= 3);
    }
    // The headers of files and batches count their separator as a field as well.
    for (const char* id : {"FHS", "BHS"})
        CHECK(parsed(std::string("MSH|^~\\&|A\r") + id + "|^~\\&|B").text(std::string(id) + "-3") ==
              "B");
}

TEST_CASE("a version begins with two numbers") {
    CHECK(parse_version(" 2.5.1 ") == Version{2, 5, 1});
    CHECK(parse_version("2.4 draft") == Version{2, 4, 0});
    CHECK(parse_version("2.5.x") == Version{2, 5, 0});
    for (const char* text : {"", "x", "2", "2,5", "2.", "2.x", "-2.5", "2.-5", "99999999999.1"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_version(text));
    }
}

TEST_CASE("views stay valid when the message moves") {
    Message first = parsed(kAdt);
    const Segment* segment = first.first("PID");
    const Field field = segment->field(5);
    const Message second = std::move(first);
    CHECK(field.raw() == "M\\T\\S^Zoë^\"\"");
    CHECK(segment->field(8).text() == "F");
    CHECK(second.text("PID-8") == "F");
}

TEST_CASE("each limit is an error and no more than the limit is accepted") {
    const std::string header = "MSH|^~\\&|A\r";
    {
        std::string text = header + "PID|" + std::string(kRepetitionsPerField - 1, '~');
        CHECK(parsed(text).first("PID")->field(1).repetitions() == kRepetitionsPerField);
        text += '~';
        CHECK(Message::parse(text).error().code == ErrorCode::too_large);
    }
    {
        const std::string text = header + "PID" + std::string(kFieldsPerMessage - 2, '|');
        CHECK(Message::parse(text));
        CHECK(Message::parse(text + "|").error().code == ErrorCode::too_large);
    }
    {
        std::string text = header;
        for (std::size_t i = 1; i < kSegmentsPerMessage; ++i) text += "ZZZ\r";
        CHECK(Message::parse(text));
        CHECK(Message::parse(text + "ZZZ").error().code == ErrorCode::too_large);
        CHECK(Message::parse(text + "ZZZ\rZZZ\r").error().code == ErrorCode::too_large);
    }
    {
        std::string text = header + "OBX|";
        text.resize(kMessageBytes, 'x');
        CHECK(Message::parse(text));
        text += 'x';
        CHECK(Message::parse(std::move(text)).error().code == ErrorCode::too_large);
    }
}

TEST_CASE("ten thousand results and a result of six megabytes are read whole") {
    std::string many = "MSH|^~\\&|A\r";
    for (int i = 1; i <= 10'000; ++i)
        many += "OBX|" + std::to_string(i) + "|NM|CREA^Creatinine^L||" + std::to_string(i) + "\r";
    const Message message = parsed(std::move(many));
    REQUIRE(message.segments().size() == 10'001);
    CHECK(message.segments()[10'000].field(5).text() == "10000");

    const std::string base64(6'144'000, 'Q');
    const Message large =
        parsed("MSH|^~\\&|A\rOBX|1|ED|D^Doc^L||^application^pdf^Base64^" + base64 + "||||||F\r");
    CHECK(large.first("OBX")->field(5).component(5).text() == base64);
    CHECK(large.text("OBX-11") == "F");
}
