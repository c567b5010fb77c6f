#include "hl7v2/escape.h"

#include <doctest/doctest.h>

#include <random>

using namespace wardlight::hl7v2;

namespace {
const Delimiters kUsual;
const Delimiters kWithTruncation{'|', '^', '~', '\\', '&', '#'};
}  // namespace

TEST_CASE("escape sequences are decoded once, left to right") {
    struct Case {
        const char* raw;
        std::string text;
    };
    const Case cases[] = {
        {"", ""},
        {"plain", "plain"},
        {R"(a\F\b\S\c\T\d\R\e\E\f)", R"(a|b^c&d~e\f)"},
        {R"(\H\loud\N\ quiet)", "loud quiet"},
        // ruby-hl7#80: back to back
        {R"(a\X0D\\X0A\b)", "a\r\nb"},
        {R"(\T\\T\)", "&&"},
        // HL7-dotnetcore#117: decoded text is not decoded again
        {R"(\E\T\E\)", R"(\T\)"},
        {R"(\E\x09\E\)", R"(\x09\)"},
        // HL7-dotnetcore#77, #113, #99
        {R"(BSV 4\5 re.)", R"(BSV 4\5 re.)"},
        {R"(ends in \E\)", R"(ends in \)"},
        {R"(end\.br\)", "end\n"},
        {R"(\)", R"(\)"},
        {R"(\\)", R"(\\)"},
        {R"(\\\)", R"(\\\)"},
        {R"(\\server\share)", R"(\\server\share)"},
        {R"(a\ b \F\ c)", R"(a\ b | c)"},
        // hex
        {R"(\X41\)", "A"},
        {R"(\X414243\)", "ABC"},
        {R"(\X41\ \X42\)", "A B"},
        {R"(\XC3A9\)", "é"},
        {R"(\XC3\\XA9\)", "é"},
        {R"(\XE9\)", "é"},
        {R"(\X80\)", "€"},
        {R"(perch\X00E9\)", "perché"},
        {R"(\X000d\)", "\r"},
        {R"(\X00480069\)", "Hi"},
        {R"(\XD83D\)", "\xC3\x98="},
        {R"(\X0041D83DDE00\)", "A😀"},
        {R"(\X0041D83D\)", R"(\X0041D83D\)"},  // half a surrogate pair
        {R"(\XD\)", R"(\XD\)"},                // odd
        {R"(\X0D0\)", R"(\X0D0\)"},
        {R"(\XG1\)", R"(\XG1\)"},
        {R"(\X1G\)", R"(\X1G\)"},
        {R"(\X1/\)", R"(\X1/\)"},
        {R"(\X1:\)", R"(\X1:\)"},
        {R"(\X1`\)", R"(\X1`\)"},
        {R"(\Xc3a9\)", "é"},
        {R"(\X1g\)", R"(\X1g\)"},
        {R"(\X0041DC00\)", R"(\X0041DC00\)"},          // the second half alone
        {R"(\X0041D83D0041\)", R"(\X0041D83D0041\)"},  // the first half before a letter
        {R"(\X0041D83DE000\)", R"(\X0041D83DE000\)"},
        {R"(\X0041E000\)", "A\xEE\x80\x80"},
        {R"(\X\)", R"(\X\)"},
        {R"(\X00\)", R"(\X00\)"},  // a lone NUL stays visible
        // formatting
        {R"(a\.br\b\.BR\c)", "a\nb\nc"},
        {R"(a\.sp\b)", "a\nb"},
        {R"(a\.sp2\b\.sp+3\c\.sp 1\d)", "a\n\nb\n\n\nc\nd"},
        {R"(a\.sk 3\b)", "a   b"},
        {R"(\.in+4\a\.ti-2\b\.fi\c\.nf\d\.ce\e)", "abcd\ne"},
        {R"(\.xx\)", R"(\.xx\)"},
        {R"(\.spx\)", R"(\.spx\)"},
        {R"(\.\)", R"(\.\)"},
        // character sets, local and unknown
        {R"(\C2842\a\M2442\b\M242843\c)", "abc"},
        {R"(\C28\)", R"(\C28\)"},
        {R"(\C28G2\)", R"(\C28G2\)"},
        {R"(\M24\)", R"(\M24\)"},
        {R"(\M24G2\)", R"(\M24G2\)"},
        {R"(\.a\)", R"(\.a\)"},
        {R"(\Zlocal\)", R"(\Zlocal\)"},
        {R"(\Q\)", R"(\Q\)"},
        {R"(\f\)", R"(\f\)"},
        {R"(\P\)", R"(\P\)"},  // no truncation character in MSH-2
    };
    for (const Case& c : cases) {
        CAPTURE(c.raw);
        CHECK(decode_escapes(c.raw, kUsual) == c.text);
    }
    CHECK(decode_escapes(R"(a\P\b)", kWithTruncation) == "a#b");
    CHECK(decode_escapes(R"(\X00E9\)", kUsual, HexMeaning::bytes) == std::string("\0é", 3));
}

TEST_CASE("a count in a formatting command is limited") {
    CHECK(decode_escapes(R"(\.sp999999999\)", kUsual).size() == kSkippedLines);
    CHECK(decode_escapes(R"(\.sk100\)", kUsual).size() == kSkippedLines);
    CHECK(decode_escapes(R"(\.sk101\)", kUsual).size() == kSkippedLines);
    CHECK(decode_escapes(R"(\.sk99\)", kUsual).size() == kSkippedLines - 1);
}

TEST_CASE("without an escape character nothing is decoded and separators become blanks") {
    const Delimiters none{'|', '^', '~', '\0', '\0', '\0'};
    CHECK(decode_escapes(R"(a\F\b)", none) == R"(a\F\b)");
    CHECK(encode_escapes("a|b^c&d\re", none) == "a b c&d e");
}

TEST_CASE("encoding escapes separators and the ends of segments and frames") {
    CHECK(encode_escapes("a|b^c&d~e\\f", kUsual) == R"(a\F\b\S\c\T\d\R\e\E\f)");
    CHECK(encode_escapes("a\r\nb\x0B\x1C", kUsual) == R"(a\X0D\\X0A\b\X0B\\X1C\)");
    CHECK(encode_escapes("#", kUsual) == "#");
    CHECK(encode_escapes("#", kWithTruncation) == R"(\P\)");
    CHECK(encode_escapes("Müller 陳", kUsual) == "Müller 陳");
    const std::string with_nul("a\0b", 3);
    CHECK(encode_escapes(with_nul, kUsual) == with_nul);
}

TEST_CASE("whatever is encoded is decoded to the same text") {
    std::mt19937 random(7);
    constexpr std::string_view kAlphabet = "\\|^&~FSTREPXHNCMZ.br019 é\r\n\x0B\x1C#";
    for (int round = 0; round < 20'000; ++round) {
        std::string text;
        const auto length = random() % 12;
        for (unsigned i = 0; i < length; ++i) text += kAlphabet[random() % kAlphabet.size()];
        const Delimiters& delimiters = round % 2 == 0 ? kUsual : kWithTruncation;
        const std::string encoded = encode_escapes(text, delimiters);
        CAPTURE(encoded);
        REQUIRE(encoded.find_first_of("|^&~\r\n\x0B\x1C") == std::string::npos);
        REQUIRE(decode_escapes(encoded, delimiters) == text);
    }
}
