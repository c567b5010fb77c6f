#include "api/result_view.h"

#include <doctest/doctest.h>

#include "api/patient_banner.h"

using namespace wardlight;
using namespace wardlight::api;

namespace {

json::Value observation(std::string_view value, std::string_view taken,
                        std::string_view rest = "") {
    return *json::parse(
        R"({"resourceType":"Observation","id":"o","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"14682-9"}],"text":"Creatinine"},"effectiveDateTime":")" +
        std::string(taken) + R"(","valueQuantity":{"value":)" + std::string(value) +
        R"(,"unit":"umol/L"})" + std::string(rest) + "}");
}

std::string flag(std::string_view value, std::string_view rest) {
    return std::string(
        result_value(observation(value, "2026-01-01T00:00:00Z", rest))["flag"].text());
}

}  // namespace

TEST_CASE("digits arrive on the screen as the laboratory sent them") {
    const auto value = result_value(observation("38.0", "2026-01-01T00:00:00Z"));
    CHECK(value["value"]["text"].text() == "38.0");
    CHECK(json::serialize(value["value"]["number"]) == "38.0");
}

TEST_CASE(
    "a flag is the laboratory's, else from its range, else unknown: never normal by default") {
    CHECK(flag("200", R"(,"interpretation":[{"coding":[{"code":"HH"}]}])") == "critical_high");
    CHECK(
        flag(
            "200",
            R"(,"interpretation":[{"coding":[{"code":"N"}]}],"referenceRange":[{"high":{"value":100}}])") ==
        "normal");
    const char* range = R"(,"referenceRange":[{"low":{"value":59},"high":{"value":104}}])";
    CHECK(flag("58.9", range) == "low");
    CHECK(flag("59", range) == "normal");
    CHECK(flag("104", range) == "normal");
    CHECK(flag("104.1", range) == "high");
    CHECK(flag("100", "") == "unknown");
    CHECK(flag("100", R"(,"referenceRange":[{"low":{"value":59}}])") == "unknown");
    CHECK(flag("50", R"(,"referenceRange":[{"low":{"value":59}}])") == "low");
}

TEST_CASE("latest and previous go by when the specimen was taken, not by arrival") {
    const std::vector<json::Value> all{observation("3", "2026-01-03T00:00:00Z"),
                                       observation("1", "2026-01-01T00:00:00Z"),
                                       observation("2", "2026-01-02T12:00:00+13:00")};
    const auto list = analytes(all, "a.creatinine");
    REQUIRE(list.size() == 1);
    CHECK(list[0]["latest"]["value"]["text"].text() == "3");
    CHECK(list[0]["previous"]["value"]["text"].text() == "2");
    CHECK(list[0]["hero"].as_bool());
    CHECK(series(all, "a.creatinine").front()->operator[]("valueQuantity")["value"].text() == "1");
}

TEST_CASE("what was withdrawn or cancelled is no latest result") {
    auto withdrawn = observation("9", "2026-01-05T00:00:00Z");
    withdrawn.set("status", "entered-in-error");
    const auto list = analytes({withdrawn, observation("1", "2026-01-01T00:00:00Z")}, "");
    CHECK(list[0]["latest"]["value"]["text"].text() == "1");
}

TEST_CASE("a banner says unknown in words and keeps numbers apart") {
    const auto shown = banner(*json::parse(
        R"({"resourceType":"Patient","id":"p","name":[{"use":"old","family":"Old"},{"use":"official","family":"Chan","given":["Mei","Ling"],"prefix":["Mrs"]}],
      "identifier":[{"system":"https://fhir.nhs.uk/Id/nhs-number","value":"9434765919"},{"system":"urn:x","value":"12","type":{"coding":[{"code":"MR"}]}}]})"));
    CHECK(shown["family"].text() == "Chan");
    CHECK(shown["given"].text() == "Mei Ling");
    CHECK(shown["gender"].text() == "unknown");
    CHECK(shown["mrn"].text() == "12");
    CHECK(shown["nhs_number"].text() == "9434765919");
    CHECK(shown["born"].is_null());
    CHECK_FALSE(shown["deceased"].as_bool(true));
}

TEST_CASE("similar names are seen") {
    const auto named = [](const char* family, const char* given) {
        return json::object({{"family", family}, {"given", given}});
    };
    CHECK(are_similar(folded_name(named("Chan", "A")), folded_name(named("CHAN", "B"))));
    CHECK(are_similar(folded_name(named("Clarke", "John")), folded_name(named("Clark", "John"))));
    CHECK_FALSE(
        are_similar(folded_name(named("Clarke", "John")), folded_name(named("Smith", "John"))));
    CHECK_FALSE(are_similar(folded_name(named("", "John")), folded_name(named("", "John"))));
}
