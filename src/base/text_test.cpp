#include "base/text.h"

#include <doctest/doctest.h>

#include "base/ids.h"

using namespace wardlight;

TEST_CASE("base64 round trips every length and refuses rubbish") {
    std::string bytes;
    for (int i = 0; i < 70; ++i) {
        CHECK(from_base64(to_base64(bytes)) == bytes);
        CHECK(from_base64(to_base64url(bytes)) == bytes);
        bytes.push_back(static_cast<char>(i * 37));
    }
    CHECK_FALSE(from_base64("a"));
    CHECK_FALSE(from_base64("ab*d"));
}

TEST_CASE("sha256 matches the published vector") {
    CHECK(to_hex(sha256("abc")) ==
          "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST_CASE("names fold to what people type") {
    CHECK(fold_for_search("MÜLLER") == "muller");
    CHECK(fold_for_search("O'Brien-Łukasz") == "o'brien-łukasz");
    CHECK(fold_for_search("陳美玲") == "陳美玲");
}

TEST_CASE("integers are whole or nothing") {
    CHECK(parse_integer("-42") == -42);
    CHECK_FALSE(parse_integer("42 "));
    CHECK_FALSE(parse_integer(""));
    CHECK_FALSE(parse_integer("99999999999999999999"));
}

TEST_CASE("split keeps empty parts") {
    CHECK(split("a||b|", '|').size() == 4);
    CHECK(split("", '|').size() == 1);
}

TEST_CASE("a uuid has version 4 and is new each time") {
    const std::string id = new_uuid();
    CHECK(id.size() == 36);
    CHECK(id[14] == '4');
    CHECK(id != new_uuid());
}
