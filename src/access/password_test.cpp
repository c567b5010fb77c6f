#include "access/password.h"

#include <doctest/doctest.h>

using namespace wardlight;
using namespace wardlight::access;

namespace {
constexpr PasswordCost kCheap{1, 8'192};
}

TEST_CASE("a password is known again, another is not") {
    const auto hash = hash_password("correct horse battery", kCheap);
    REQUIRE(hash);
    CHECK(hash->starts_with("$argon2id$"));
    CHECK(hash->find("correct") == std::string::npos);
    CHECK(is_password(*hash, "correct horse battery"));
    for (const std::string& wrong :
         {std::string("correct horse batterz"), std::string("Correct horse battery"),
          std::string("correct horse battery "), std::string(), std::string("\xff\xfe"),
          std::string(100'000, 'a')}) {
        CHECK_FALSE(is_password(*hash, wrong));
    }
    CHECK(*hash_password("correct horse battery", kCheap) != *hash);  // a new salt each time
}

TEST_CASE("the same password typed on two keyboards is one") {
    const auto hash = hash_password("caf\u00e9 au lait bitte", kCheap);
    REQUIRE(hash);
    CHECK(is_password(*hash, "cafe\u0301 au lait bitte"));
}

TEST_CASE("a damaged hash knows no password") {
    for (const char* hash : {"", "x", "$argon2id$v=19$m=8,t=1,p=1$$"}) {
        CHECK_FALSE(is_password(hash, "correct horse battery"));
    }
}

TEST_CASE("new passwords have a shortest and a longest length, in characters") {
    const auto of = [](std::size_t n) {
        std::string text;
        for (std::size_t i = 0; i < n; ++i) text += "\u9673";
        return text;
    };
    CHECK_FALSE(check_new_password(of(kPasswordShortest - 1), "ann"));
    CHECK(check_new_password(of(kPasswordShortest), "ann"));
    CHECK(check_new_password(of(kPasswordLongest), "ann"));
    CHECK_FALSE(check_new_password(of(kPasswordLongest + 1), "ann"));
    CHECK_FALSE(check_new_password("Ann.Example1", "ann.example1"));
    CHECK_FALSE(check_new_password("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", "ann"));
    CHECK_FALSE(hash_password("", kCheap));
}

TEST_CASE("the cost in use is the one that was decided") {
    CHECK(kPasswordCost.passes == 3);
    CHECK(kPasswordCost.memory_bytes == 64U << 20);
    const auto hash = hash_password("correct horse battery");
    REQUIRE(hash);
    CHECK(hash->find("m=65536,t=3") != std::string::npos);
}
