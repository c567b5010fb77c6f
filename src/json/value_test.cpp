#include "json/value.h"

#include <doctest/doctest.h>

#include <string>

#include "base/limits.h"

using namespace wardlight;

TEST_CASE("reading and writing keeps every digit and the order of members") {
    for (const char* text :
         {R"({"b":38.0,"a":1.50e-3,"c":[0.10,-0,12345678901234567890123456789]})",
          R"([1E+22,2e5,3E-1,-0.5e0,1e400,-1e-400])", R"({"a":"\u0001\"\\\n\r\t"})", R"([])",
          R"({})", R"([{"x":null},true,false,"é陳"])", R"({"a":{"b":[[1],[2,{"c":3}]]}})"}) {
        CAPTURE(text);
        const auto value = json::parse(text);
        REQUIRE(value);
        CHECK(json::serialize(*value) == text);
    }
}

TEST_CASE("blanks of any kind around values do not belong to them") {
    const auto value = json::parse("\r\n\t [ 1 ,\t2\r,3\n,4\t] \t\r\n");
    REQUIRE(value);
    CHECK(json::serialize(*value) == "[1,2,3,4]");
}

TEST_CASE("what is not JSON is refused with its reason") {
    for (const char* text : {"",
                             "  ",
                             "{",
                             "[1,]",
                             "{\"a\":01}",
                             "{\"a\":1.}",
                             "{\"a\":+1}",
                             "{\"a\":1e}",
                             "{\"a\":nul}",
                             "{\"a\":tru}",
                             "{\"a\" 1}",
                             "{} {}",
                             "{}x",
                             "[1]]",
                             "{\"a\":1,\"a\":2}",
                             "{\"a\":\"\\x\"}",
                             "\"text\"",
                             "12",
                             "{\"a\":-}",
                             "{\"a\":1x}",
                             "{\"a\":1e+}",
                             "{\"a\":1ee1}",
                             "{\"\\x\":1}",
                             "[nulx]",
                             "[falsy]",
                             "{\"a\":}",
                             "[",
                             "[{",
                             "[\"a\":1]",
                             "{\"a\":\"\xff\"}",
                             "{'a':1}",
                             "[1 2]",
                             "[1\"a\"]",
                             "[1[2]]",
                             "[1{\"a\":2}]",
                             "[1:2]",
                             "{\"a\":1:2}",
                             "[1,2",
                             "{\"a\":1",
                             "[1.5.2]",
                             "[0x10]",
                             "[-01]",
                             "{\"a\":1 \"b\":2}"}) {
        CAPTURE(text);
        CHECK_FALSE(json::parse(text));
    }
}

TEST_CASE("nesting is limited") {
    const auto nested = [](std::size_t depth) {
        return std::string(depth, '[') + std::string(depth, ']');
    };
    CHECK(json::parse(nested(limits::kJsonDepth)));
    CHECK_FALSE(json::parse(nested(limits::kJsonDepth + 2)));
    CHECK_FALSE(json::parse(nested(100'000)));
}

TEST_CASE("an error names the path, not the value") {
    const auto value = json::parse(R"({"subject":{"name":{"given":01}}})");
    REQUIRE_FALSE(value);
    CHECK(value.error().where == "subject.name.given");
}

TEST_CASE("a member that is there twice is found among few and among very many") {
    // So many that comparing each with each would not end within the time a test has.
    for (const int count : {2, 16, 17, 300'000}) {
        CAPTURE(count);
        std::string text;
        for (int i = 0; i < count; ++i) text += "\"m" + std::to_string(i) + "\":1,";
        const auto apart = json::parse("{" + text + "\"last\":2}");
        REQUIRE(apart);
        CHECK(apart->size() == static_cast<std::size_t>(count) + 1);
        const auto twice = json::parse("{" + text + "\"m1\":2}");
        REQUIRE_FALSE(twice);
        CHECK(twice.error().where == "m1");
    }
}

TEST_CASE("absent members chain to null") {
    const auto value = *json::parse(R"({"a":[{"b":"x"}]})");
    CHECK(value["a"][1].is_null());
    CHECK(value["a"][0]["b"].text() == "x");
    CHECK(value["no"][3]["such"].is_null());
    CHECK(value["a"]["b"].is_null());
}

TEST_CASE("a value of another kind reads as empty, never as something else") {
    const auto value = *json::parse(R"({"n":12,"f":1.5,"t":"x","b":true,"l":[1],"z":null})");
    CHECK(value["n"].as_integer() == 12);
    CHECK_FALSE(value["f"].as_integer());
    CHECK_FALSE(value["t"].as_integer());
    CHECK(value["b"].as_bool());
    CHECK_FALSE(value["t"].as_bool());
    CHECK(value["z"].as_bool(true));
    CHECK(value["b"].text().empty());
    CHECK(value["l"].text().empty());
    CHECK(value["t"].items().empty());
    CHECK(value["t"].members().empty());
    CHECK(value["l"].size() == 1);
    CHECK(value.size() == 6);
    CHECK(value["t"].empty());
    CHECK(json::Value(std::optional<int>(5)) == json::Value(5));
    CHECK(json::Value(std::optional<int>()).is_null());
}

TEST_CASE("setting, editing and removing members") {
    json::Value value;
    value.set("a", 1).set("b", "two");
    value.edit("c").push(3).push("4");
    value.edit("a") = 1;
    json::Value list = value["c"];
    list.remove("a");
    CHECK(list.size() == 2);
    CHECK(json::serialize(value) == R"({"a":1,"b":"two","c":[3,"4"]})");
    value.set("a", json::Value()).set("b", std::optional<std::string>{});
    CHECK(json::serialize(value) == R"({"c":[3,"4"]})");
    CHECK(json::serialize(json::object({{"x", "y"}, {"none", nullptr}})) == R"({"x":"y"})");
}
