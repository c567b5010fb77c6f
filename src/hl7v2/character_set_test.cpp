#include "hl7v2/character_set.h"

#include <doctest/doctest.h>

#include "base/text.h"

using namespace wardlight;
using namespace wardlight::hl7v2;

namespace {

std::string header(const std::string& msh_18) {
    return "MSH|^~\\&|LAB|RX|CIS|RX|20240615||ORU^R01|X1|P|2.5|||AL|NE||" + msh_18 + "\r";
}

struct Case {
    std::string declared;
    std::string bytes;
    std::string text;
    std::vector<std::string_view> warnings;
    std::string feed_default;
};

const std::vector<std::string_view> kNone;

const std::vector<Case> kCases{
    // nothing declared: UTF-8, else windows-1252
    {"", "Zoe", "Zoe", kNone, ""},
    {"", "Zo\xC3\xAB", "Zoë", kNone, ""},
    {"", "Zo\xEB", "Zoë", {"charset_fallback_cp1252"}, ""},
    {"\"\"", "Zo\xC3\xAB", "Zoë", kNone, ""},
    // nothing declared: the feed's set
    {"", "Zo\xEB", "Zoë", kNone, "8859/1"},
    {"", "\xA4 5", "€ 5", kNone, "ISO-8859-15"},
    {"", "Zo\xEB", "Zoë", {"charset_unknown", "charset_fallback_cp1252"}, "KLINGON"},
    // as declared, whatever the feed's set
    {"UNICODE UTF-8", "Zo\xC3\xAB", "Zoë", kNone, "8859/1"},
    {"UTF-8", "Zo\xC3\xAB", "Zoë", kNone, ""},
    {"utf8", "Zo\xC3\xAB", "Zoë", kNone, ""},
    {"UNICODE", "Zo\xC3\xAB", "Zoë", kNone, ""},
    {"8859/1", "Zo\xEB", "Zoë", kNone, ""},
    {"ISO-8859-1", "Zo\xEB", "Zoë", kNone, ""},
    {"8859/2",
     "\xA3\xF3"
     "d\xBC",
     "Łódź", kNone, ""},
    {"8859/5", "\xB8\xD2\xD0\xDD", "Иван", kNone, ""},
    {"8859/7", "\xC1\xE8\xDE\xED\xE1", "Αθήνα", kNone, ""},
    {"8859/9", "\xDD", "İ", kNone, ""},
    {"8859/15", "\xA4", "€", kNone, ""},
    {"WINDOWS-1252", "\x80", "€", kNone, ""},
    {"GB 18030-2000", "\xCD\xF5", "王", kNone, ""},
    {"BIG-5", "\xB3\xAF", "陳", kNone, ""},
    {"KS X 1001", "\xB1\xE8", "김", kNone, ""},
    {"CNS 11643-1992", "A", "A", kNone, ""},
    {"ASCII", "Zoe", "Zoe", kNone, ""},
    // declared, but the bytes say otherwise
    {"ASCII", "M\xC3\xBCller", "Müller", {"charset_fallback_utf8"}, ""},
    {"ASCII", "M\xFCller", "Müller", {"charset_fallback_cp1252"}, ""},
    {"UNICODE UTF-8", "M\xFCller", "Müller", {"charset_fallback_cp1252"}, ""},
    {"UNICODE UTF-8", "\xED\xA0\x80", "í\xC2\xA0€", {"charset_fallback_cp1252"}, ""},
    {"8859/1",
     "O\x92"
     "Brien\x80",
     "O’Brien€",
     {"charset_c1_as_cp1252"},
     ""},
    {"8859/1",
     "O\xE2\x80\x99"
     "Brien",
     "O’Brien",
     {"charset_fallback_utf8"},
     ""},
    {"8859/1", "M\xC3\xBCller", "MÃ¼ller", {"charset_looks_like_utf8"}, ""},
    {"BIG-5", "Zo\xC3\xAB ", "Zo禱 ", kNone, ""},
    {"BIG-5", "x\xB3", "x³", {"charset_fallback_cp1252"}, ""},
    {"GB 18030-2000", "Zo\xEB", "Zoë", {"charset_fallback_cp1252"}, ""},
    // unknown names
    {"x~y", "Zoe", "Zoe", {"charset_unknown"}, ""},
    {"x", "Zo\xC3\xAB", "Zoë", {"charset_unknown", "charset_fallback_utf8"}, ""},
    // alternates: the first is the set in use
    {"ASCII~ISO IR87", "Yamada", "Yamada", kNone, ""},
    {"ASCII~ISO IR87", "\x1B$B;3ED\x1B(B", "山田", kNone, ""},
    {"~ISO IR87", "Yamada", "Yamada", kNone, ""},
    {"~ISO IR87", "M\xC3\xBCller", "Müller", {"charset_fallback_utf8"}, ""},
    {"~ISO IR87", "\x1B$B;3ED\x1B(B|x", "山田|x", kNone, ""},
    {"ASCII~ISO IR87", "\\M2442\\;3ED\\C2842\\^x", "山田^x", kNone, ""},
    {"ASCII~ISO IR87", "\\M242844\\\\C2842\\x", "x", kNone, ""},
    // what only looks like a switch is text
    {"ASCII~ISO IR87", "\\C28\\ \\C284242\\ \\C28G2\\ \\M2\\",
     "\\C28\\ \\C284242\\ \\C28G2\\ \\M2\\", kNone, ""},
    {"ASCII~ISO IR87", "\x1B$B;", "\x1B$B;", {"charset_alternate_unsupported"}, ""},
    {"UTF-8~UNICODE", "Zo\xC3\xAB", "Zoë", kNone, ""},
    {"ASCII~KS X 1001", "\x1B$)Cx", "\x1B$)Cx", {"charset_alternate_unsupported"}, ""},
    {"ISO IR14", "\xD4\xCF\xC0\xDE", "ﾔﾏﾀﾞ", kNone, ""},
};

}  // namespace

TEST_CASE("the character set is the declared one unless the bytes contradict it") {
    for (const Case& c : kCases) {
        CAPTURE(c.declared);
        CAPTURE(to_hex(c.bytes));
        const DecodedText decoded = decode(header(c.declared) + c.bytes, c.feed_default);
        CHECK(decoded.text == header(c.declared) + c.text);
        CHECK(decoded.warnings == c.warnings);
        CHECK(is_valid_utf8(decoded.text));
    }
}

TEST_CASE("byte order marks are understood and removed") {
    using namespace std::string_literals;
    const std::string text = "MSH|^~\\&|\xC3\xA9";
    CHECK(decode("\xEF\xBB\xBF" + text).text == text);
    CHECK(decode("\xEF\xBB\xBF" + header("ASCII") + "\xC3\xA9").warnings == kNone);
    std::string little;
    std::string big;
    std::string little_wide;
    for (const char c : "MSH|^~\\&|"s) {
        little += {c, '\0'};
        big += {'\0', c};
        little_wide += {c, '\0', '\0', '\0'};
    }
    little += "\xE9\0"s;
    big += "\0\xE9"s;
    little_wide += "\xE9\0\0\0"s;
    std::string big_wide;
    for (const char c : "MSH|^~\\&|"s) big_wide += {'\0', '\0', '\0', c};
    big_wide += "\0\0\0\xE9"s;
    for (const std::string& bytes :
         {little, "\xFF\xFE" + little, big, "\xFE\xFF" + big, little_wide,
          "\xFF\xFE\0\0"s + little_wide, big_wide, "\0\0\xFE\xFF"s + big_wide}) {
        CAPTURE(to_hex(bytes));
        CHECK(decode(bytes).text == text);
        CHECK(decode(bytes).warnings == kNone);
    }
}

TEST_CASE("a mark that the bytes contradict is no mark, and a name one field early counts") {
    using namespace std::string_literals;
    // An odd number of bytes is no two-byte text.
    CHECK(is_valid_utf8(decode("\xFF\xFEM\0S"s).text));
    CHECK(decode("\xEF\xBB\xBFMSH|^~\\&|M\xFCller").text == "MSH|^~\\&|Müller");
    const std::string early = "MSH|^~\\&|LAB|RX|CIS|RX|20240615||ORU^R01|X1|P|2.5|||AL|NE|";
    CHECK(decode(early + "8859/1\rPID|M\xFCller").warnings == kNone);
    CHECK(decode(early + "GBR\rPID|M\xFCller").warnings ==
          std::vector<std::string_view>{"charset_fallback_cp1252"});
    CHECK(is_known_character_set("utf_8"));
    CHECK(is_known_character_set("latin1"));
    CHECK_FALSE(is_known_character_set("latin{"));
}

TEST_CASE("bytes without a header and any byte at all come out as valid UTF-8") {
    CHECK(decode("").text.empty());
    CHECK(decode("PID|Zo\xEB").text == "PID|Zoë");
    std::string all;
    for (int byte = 0; byte < 256; ++byte) all += static_cast<char>(byte);
    for (const char* set : {"", "8859/1", "ASCII", "UNICODE", "BIG-5", "ISO IR87"})
        CHECK(is_valid_utf8(decode(all, set).text));
    CHECK(is_known_character_set("gb 18030-2000"));
    CHECK_FALSE(is_known_character_set("KLINGON"));
}
