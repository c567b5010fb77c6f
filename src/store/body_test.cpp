#include "store/body.h"

#include <doctest/doctest.h>

using namespace wardlight;
using namespace wardlight::store;

namespace {

json::Value patient(std::size_t name_length) {
    json::Value resource = *json::parse(R"({"resourceType":"Patient","id":"p1"})");
    return resource.set("name", json::array({std::string(name_length, 'a')}));
}

}  // namespace

TEST_CASE("a body comes back whatever its size, with the version and time it is asked for") {
    for (const std::size_t length : {0U, 1U, 200U, 255U, 256U, 300'000U, 5'000'000U}) {
        CAPTURE(length);
        const json::Value resource = patient(length);
        const auto text =
            unpack_body(pack(canonical_text(resource)), 7, *parse_instant("2026-01-02T03:04:05Z"));
        REQUIRE(text);
        const json::Value read = *json::parse(*text);
        CHECK(read["name"] == resource["name"]);
        CHECK(read["meta"]["versionId"].text() == "7");
        CHECK(read["meta"]["lastUpdated"].text() == "2026-01-02T03:04:05.000Z");
    }
}

TEST_CASE("what the server says of itself in meta is replaced, the rest of meta is kept") {
    const json::Value resource = *json::parse(
        R"({"id":"p1","meta":{"versionId":"x","tag":[{"code":"t"}],"lastUpdated":"y"},"resourceType":"Patient"})");
    CHECK(*unpack_content(pack(canonical_text(resource))) ==
          R"({"resourceType":"Patient","id":"p1","meta":{"tag":[{"code":"t"}]}})");
    const auto text = unpack_body(pack(canonical_text(resource)), 3, from_micros(0));
    REQUIRE(text);
    CHECK((*json::parse(*text))["meta"]["tag"][0]["code"].text() == "t");
}

TEST_CASE("a damaged body is an error, never a crash or another resource") {
    const std::string packed = pack(canonical_text(patient(10'000)));
    const std::string_view no_meta("\0{}", 3);
    // The header of this frame claims more bytes than any memory holds.
    const std::string_view giant("\x01\x28\xb5\x2f\xfd\xe0\x75\xc4\xff\xff\xff\x72\x6e\x3a\x61",
                                 15);
    const std::string_view unknown_packing("\x07{}", 3);
    // A frame that does not say how long its content is (RFC 8878, 3.1.1.1.1); ours always do.
    const std::string_view unknown_size("\x01\x28\xb5\x2f\xfd\x00\x00\x01\x00\x00", 10);
    for (const std::string_view bytes : {std::string_view(), unknown_packing, unknown_size, giant,
                                         std::string_view(packed).substr(0, 3),
                                         std::string_view(packed).substr(0, packed.size() - 3)}) {
        const auto content = unpack_content(bytes);
        REQUIRE_FALSE(content);
        CHECK(content.error().code == ErrorCode::corrupt);
        CHECK_FALSE(unpack_body(bytes, 1, from_micros(0)));
    }
    CHECK(unpack_content(no_meta));
    CHECK(unpack_body(no_meta, 1, from_micros(0)).error().code == ErrorCode::corrupt);
}

TEST_CASE("a body that was packed without a dictionary is read for ever") {
    // zstd level 3 of {"resourceType":"Patient","id":"p1","meta":{},"active":true}, as stored by
    // the first release.
    constexpr std::string_view kOld(
        "\x01\x28\xb5\x2f\xfd\x20\x3c\xe1\x01\x00\x7b\x22\x72\x65\x73\x6f\x75\x72\x63\x65"
        "\x54\x79\x70\x65\x22\x3a\x22\x50\x61\x74\x69\x65\x6e\x74\x22\x2c\x22\x69\x64\x22"
        "\x3a\x22\x70\x31\x22\x2c\x22\x6d\x65\x74\x61\x22\x3a\x7b\x7d\x2c\x22\x61\x63\x74"
        "\x69\x76\x65\x22\x3a\x74\x72\x75\x65\x7d",
        70);
    CHECK(*unpack_content(kOld) ==
          R"({"resourceType":"Patient","id":"p1","meta":{},"active":true})");
    constexpr std::string_view kPlain("\0{\"meta\":{}}", 12);
    CHECK(*unpack_content(kPlain) == R"({"meta":{}})");
}

TEST_CASE("a typical result takes a fraction of its text") {
    const json::Value result = *json::parse(
        R"({"resourceType":"Observation","id":"o1","status":"final","category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-03-01T08:00:00Z","valueQuantity":{"value":88,"unit":"umol/L","system":"http://unitsofmeasure.org","code":"umol/L"}})");
    const std::string text = canonical_text(result);
    CHECK(pack(text).size() * 2 < text.size());
}
