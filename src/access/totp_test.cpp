#include "access/totp.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "access/secret_key.h"
#include "base/ids.h"

using namespace wardlight;
using namespace wardlight::access;

namespace {

constexpr std::string_view kSecret = "12345678901234567890";

Instant at_second(std::int64_t second) {
    return from_micros(second * 1'000'000);
}

}  // namespace

TEST_CASE("codes are those of RFC 6238, appendix B") {
    struct Row {
        std::int64_t second;
        const char* code;
    };
    for (const Row& row : {Row{59, "287082"}, Row{1'111'111'109, "081804"},
                           Row{1'111'111'111, "050471"}, Row{1'234'567'890, "005924"},
                           Row{2'000'000'000, "279037"}, Row{20'000'000'000, "353130"}}) {
        CAPTURE(row.second);
        CHECK(totp_code(kSecret, at_second(row.second)) == row.code);
        CHECK(matching_step(kSecret, row.code, at_second(row.second)) == row.second / 30);
    }
}

TEST_CASE("a code is taken one step early and one step late, not two") {
    const Instant now = at_second(1'234'567'890);
    const std::int64_t step = 1'234'567'890 / 30;
    for (int off = -2; off <= 2; ++off) {
        CAPTURE(off);
        const std::string code = totp_code(kSecret, now + std::chrono::seconds(30 * off));
        const auto matched = matching_step(kSecret, code, now);
        if (off == -2 || off == 2) {
            CHECK_FALSE(matched);
        } else {
            CHECK(matched == step + off);
        }
    }
}

TEST_CASE("what is not six digits is no code") {
    const Instant now = at_second(59);
    for (const char* code : {"", "28708", "2870821", "28708a", " 287082", "287 082", "94287082"}) {
        CHECK_FALSE(matching_step(kSecret, code, now));
    }
}

TEST_CASE("base 32 is that of RFC 4648") {
    CHECK(to_base32("") == "");
    CHECK(to_base32("f") == "MY");
    CHECK(to_base32("foobar") == "MZXW6YTBOI");
    CHECK(totp_uri("foobar", "ann") ==
          "otpauth://totp/Wardlight:ann?secret=MZXW6YTBOI&issuer=Wardlight");
    CHECK(new_totp_secret().size() == 20);
    CHECK(new_totp_secret() != new_totp_secret());
}

TEST_CASE("a secret opens only with its own key, unchanged") {
    const auto folder = std::filesystem::temp_directory_path() / ("wardlight-key-" + new_uuid());
    std::filesystem::create_directories(folder);
    const auto key = SecretKey::load_or_create(folder / "a.key");
    REQUIRE(key);
    std::string sealed = key->seal(kSecret);
    CHECK(sealed.find(kSecret) == std::string::npos);
    const auto again = SecretKey::load_or_create(folder / "a.key");
    REQUIRE(again);
    CHECK(again->open(sealed) == std::string(kSecret));
    const auto other = SecretKey::load_or_create(folder / "b.key");
    REQUIRE(other);
    CHECK_FALSE(other->open(sealed));
    for (std::size_t i = 0; i < sealed.size(); ++i) {
        std::string changed = sealed;
        changed[i] = static_cast<char>(changed[i] ^ 1);
        CHECK_FALSE(key->open(changed));
    }
    CHECK_FALSE(key->open("short"));

    std::filesystem::permissions(folder / "a.key", std::filesystem::perms(0644));
    CHECK_FALSE(SecretKey::load_or_create(folder / "a.key"));
    std::filesystem::permissions(folder / "b.key", std::filesystem::perms(0600));
    std::ofstream(folder / "b.key", std::ios::app) << "x";
    CHECK_FALSE(SecretKey::load_or_create(folder / "b.key"));
    std::filesystem::remove_all(folder);
}
