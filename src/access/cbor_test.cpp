#include "access/cbor.h"

#include <doctest/doctest.h>

#include "access/test_authenticator.h"

using namespace wardlight;
using namespace wardlight::access;

namespace {

/// Bytes from hexadecimal.
std::string hex(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
    return bytes;
}

}  // namespace

TEST_CASE("canonical values are read") {
    struct Row {
        const char* bytes;
        cbor::Kind kind;
        std::int64_t integer;
    };
    // RFC 8949, appendix A, as far as CTAP2 has it.
    for (const Row& row : {Row{"00", cbor::Kind::integer, 0},
                           Row{"17", cbor::Kind::integer, 23},
                           Row{"1818", cbor::Kind::integer, 24},
                           Row{"18ff", cbor::Kind::integer, 255},
                           Row{"190100", cbor::Kind::integer, 256},
                           Row{"19ffff", cbor::Kind::integer, 65'535},
                           Row{"1a00010000", cbor::Kind::integer, 65'536},
                           Row{"1affffffff", cbor::Kind::integer, 4'294'967'295},
                           Row{"1b0000000100000000", cbor::Kind::integer, 4'294'967'296},
                           Row{"1b7fffffffffffffff", cbor::Kind::integer, INT64_MAX},
                           Row{"20", cbor::Kind::integer, -1},
                           Row{"3863", cbor::Kind::integer, -100},
                           Row{"3b7fffffffffffffff", cbor::Kind::integer, INT64_MIN},
                           Row{"f4", cbor::Kind::boolean, 0},
                           Row{"f5", cbor::Kind::boolean, 1},
                           Row{"f6", cbor::Kind::null, 0},
                           Row{"40", cbor::Kind::bytes, 0},
                           Row{"60", cbor::Kind::text, 0},
                           Row{"80", cbor::Kind::array, 0},
                           Row{"a0", cbor::Kind::map, 0}}) {
        CAPTURE(row.bytes);
        const std::string bytes = hex(row.bytes);
        const auto value = cbor::parse(bytes);
        REQUIRE(value);
        CHECK(value->kind == row.kind);
        CHECK(value->integer == row.integer);
    }
    const std::string map =
        hex("a3"
            "01"
            "4101"
            "20"
            "6161"
            "616b"
            "8201f5");
    const auto value = cbor::parse(map);
    REQUIRE(value);
    CHECK(value->pairs() == 3);
    CHECK(value->find(1)->bytes == "\x01");
    CHECK(value->find(-1)->bytes == "a");
    CHECK(value->find("k")->items.size() == 2);
    CHECK(value->find("x") == nullptr);
    CHECK(value->find(2) == nullptr);
    CHECK(value->find(1)->find(1) == nullptr);
}

TEST_CASE("what is not in the canonical form is refused, with the reason") {
    struct Row {
        const char* bytes;
        const char* message;
        const char* where;
    };
    constexpr const char* kShort = "a number that is not written as short as it can be";
    constexpr const char* kEnd = "the bytes end too early";
    constexpr const char* kIndefinite = "an indefinite or reserved length, which is not canonical";
    constexpr const char* kKey = "a key that is there twice or not in order";
    constexpr const char* kFloat = "a float or a value without meaning here";
    for (const Row& row : {
             Row{"", kEnd, "byte 0"},
             Row{"1817", kShort, "byte 0"},
             Row{"1900ff", kShort, "byte 0"},
             Row{"1a0000ffff", kShort, "byte 0"},
             Row{"1b00000000ffffffff", kShort, "byte 0"},
             Row{"3817", kShort, "byte 0"},
             Row{"580161", kShort, "byte 0"},
             Row{"b80100f5", kShort, "byte 0"},
             Row{"18", kEnd, "byte 0"},
             Row{"1b00000001", kEnd, "byte 0"},
             Row{"1bffffffffffffffff", "an integer of more than 64 bits", "byte 0"},
             Row{"3b8000000000000000", "an integer of more than 64 bits", "byte 0"},
             Row{"1c", kIndefinite, "byte 0"},
             Row{"1f", kIndefinite, "byte 0"},
             Row{"5f4101ff", kIndefinite, "byte 0"},
             Row{"7f6161ff", kIndefinite, "byte 0"},
             Row{"9f01ff", kIndefinite, "byte 0"},
             Row{"bf0102ff", kIndefinite, "byte 0"},
             Row{"ff", kIndefinite, "byte 0"},
             Row{"4261", kEnd, "byte 0"},
             Row{"5bffffffffffffffff", kEnd, "byte 0"},
             Row{"6261", kEnd, "byte 0"},
             Row{"61ff", "a text that is not UTF-8", "byte 0"},
             Row{"8201", kEnd, "byte 0"},
             Row{"9affffffff", kEnd, "byte 0"},
             Row{"baffffffff", kEnd, "byte 0"},
             Row{"a101", kEnd, "byte 0"},
             Row{"c001", "a tag, which the canonical form does not have", "byte 0"},
             Row{"d9d9f701", "a tag, which the canonical form does not have", "byte 0"},
             Row{"e0", kFloat, "byte 0"},
             Row{"f7", kFloat, "byte 0"},
             Row{"f820", kFloat, "byte 0"},
             Row{"f93c00", kFloat, "byte 0"},
             Row{"fa3f800000", kFloat, "byte 0"},
             Row{"fb3ff0000000000000", kFloat, "byte 0"},
             Row{"a201010101", kKey, "byte 3"},
             Row{"a202010101", kKey, "byte 3"},
             Row{"a220010101", kKey, "byte 3"},        // 1 comes before -1
             Row{"a26161010101", kKey, "byte 4"},      // numbers come before texts
             Row{"a2626161016161f5", kKey, "byte 5"},  // the shorter text first
             Row{"a261620161610a", kKey, "byte 4"},
             Row{"a1410101", "a key that is neither a number nor a text", "byte 1"},
             Row{"a1f501", "a key that is neither a number nor a text", "byte 1"},
             Row{"0000", "something follows the value", "byte 1"},
         }) {
        CAPTURE(row.bytes);
        const std::string bytes = hex(row.bytes);
        const auto value = cbor::parse(bytes);
        REQUIRE_FALSE(value);
        CHECK(value.error().code == ErrorCode::invalid);
        CHECK(value.error().message == row.message);
        CHECK(value.error().where == row.where);
    }
}

TEST_CASE("four containers within one another are read, five are not") {
    CHECK(cbor::parse(hex("8181818101")));
    const auto deep = cbor::parse(hex("818181818101"));
    REQUIRE_FALSE(deep);
    CHECK(deep.error().message == "nested more than four deep");
    CHECK_FALSE(cbor::parse(hex("a101a101a101a101a10101")));
    CHECK_FALSE(cbor::parse(std::string(60'000, '\x81')));
}

TEST_CASE("64 KiB are read, a byte more is not") {
    const std::string most = test::cbor_head(2, 65'533) + std::string(65'533, 'x');
    CHECK(most.size() == cbor::kBytesMost);
    CHECK(cbor::parse(most));
    const auto more = cbor::parse(most + 'x');
    REQUIRE_FALSE(more);
    CHECK(more.error().code == ErrorCode::too_large);
}

TEST_CASE("the first value says how long it is") {
    const std::string bytes =
        hex("a10102"
            "f5");
    const auto first = cbor::parse_first(bytes);
    REQUIRE(first);
    CHECK(first->length == 3);
}
