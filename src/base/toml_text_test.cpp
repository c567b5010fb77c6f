#include "base/toml_text.h"

#include <doctest/doctest.h>

using namespace wardlight;

TEST_CASE("TOML is read with its tables, lists and texts") {
    const auto table = parse_toml(
        "a = 1\r\n[ \"b c\" ]\n\td = [\n  ['x'],\n  [ \"y\" ],\n  []\n]\n[[e]]\n[[ 'f' "
        "]]\n[-_9]\n[9]\n[_]\n");
    REQUIRE_MESSAGE(table, (table ? "" : table.error().message));
    CHECK((*table)["a"].value<int>() == 1);
    CHECK((*table)["b c"]["d"].as_array()->size() == 3);
    CHECK((*table)["e"].is_array_of_tables());
    CHECK(parse_toml("")->empty());
    const auto texts = parse_toml("a = \"\xC3\xA9\\\"#\" # \xC3\xA9\n'\xC3\xA9\\' = '\"'\nb = ''");
    REQUIRE_MESSAGE(texts, (texts ? "" : texts.error().message));
    CHECK((*texts)["a"].value<std::string>() == "\xC3\xA9\"#");
    CHECK((*texts)["\xC3\xA9\\"].value<std::string>() == "\"");
}

TEST_CASE("what is not TOML is refused with its line, and never stops the process") {
    const std::pair<std::string_view, std::string_view> cases[] = {
        {"a = 1\nb", "line 2"},
        {"a = \"\n", "line 1"},
        {"[]", "line 1"},
        {"[", "line 1"},
        {"[[", "line 1"},
        {"\n\n[:a]", "line 3"},
        {"\n [[ :a]]", "line 2"},
        {"[\xC3\xA9]", "line 1"},
        {"[=]", "line 1"},
        {{"\n[\0a]", 5}, "line 2"},
        {"a = \"\x7F\"", "line 1"},
        {"a = 1 # \x01", "line 1"},
        {"[\r\na]", "line 1"},
        {"a = 1\n[ \na]", "line 2"},
        {"[@]", "line 1"},
        {"a = 1\n\n\nb = 2026-01-01Tx\nc = 1\n", "line 4"},
        {"a = 1\nb = 2\nc = 3\n[:]\n[:]\nd = 4\n", "line 4"},
        {"[~]", "line 1"},
        {"[A]\nb = }", "line 2"},
        {"\n\xC3\xA9 = 1", "line 2"},
        {"a = \"b\" \xC3\xA9", "line 1"},
        {"a = \"\\\"\xC3\xA9\" \xC3\xA9", "line 1"},
        {"a = 'b\\' \xC3\xA9", "line 1"},
        {"a = \"\"\"b\"\"\"", "line 1"},
        {"\na = '''b'''", "line 2"},
        {"id = --x--\"E\xEF\xBB\xBE ", "line 1"},
        {"a = 1 \"\xC3\xA9\"", "line 1"},
    };
    for (const auto& [text, where] : cases) {
        CAPTURE(text);
        const auto table = parse_toml(text);
        REQUIRE_FALSE(table);
        CHECK(table.error().code == ErrorCode::invalid);
        CHECK(table.error().where == where);
        CHECK_FALSE(table.error().message.empty());
    }
}
