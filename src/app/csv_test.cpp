#include "app/csv.h"

#include <doctest/doctest.h>

using namespace wardlight::app;

TEST_CASE("a table is read after RFC 4180") {
    const auto rows =
        parse_csv("\xEF\xBB\xBFid,\"a, b\"\r\n1,\"he said \"\"no\"\"\"\r\n\r\n2,\"x\ny\"\n3,");
    REQUIRE(rows);
    REQUIRE(rows->size() == 4);
    CHECK((*rows)[0].cells == std::vector<std::string>{"id", "a, b"});
    CHECK((*rows)[1].cells == std::vector<std::string>{"1", "he said \"no\""});
    CHECK((*rows)[2].cells == std::vector<std::string>{"2", "x\ny"});
    CHECK((*rows)[3].cells == std::vector<std::string>{"3", ""});
    CHECK((*rows)[1].line == 2);
    CHECK((*rows)[2].line == 4);
    CHECK((*rows)[3].line == 6);
    CHECK(parse_csv("")->empty());
    CHECK(parse_csv("a,b")->size() == 1);
    CHECK(parse_csv(",\n")->front().cells.size() == 2);
}

TEST_CASE("quotes that cannot be understood are an error with the line") {
    const auto open = parse_csv("a\n1,\"never closed\n2");
    REQUIRE_FALSE(open);
    CHECK(open.error().message == "line 2: a quote is never closed");
    const auto after = parse_csv("\"a\"b,c");
    REQUIRE_FALSE(after);
    CHECK(after.error().message == "line 1: text after a closing quote");
}

TEST_CASE("a written cell reads back as it was") {
    for (const std::string cell : {"", "plain", "a,b", "\"", "two\nlines", "\r", " spaced "}) {
        const auto rows = parse_csv("x," + csv_cell(cell));
        REQUIRE(rows);
        CHECK(rows->front().cells[1] == cell);
    }
    CHECK(csv_cell("plain") == "plain");
}
