// Each parser with its first, second, ... allocation failing, until one run needs no more: it gives
// up cleanly or answers what it always answers. A wrong answer would be worse than none.
#include <doctest/doctest.h>

#include <fstream>
#include <functional>
#include <iterator>

#include "base/text.h"
#include "hl7v2/acknowledgement.h"
#include "hl7v2/batch.h"
#include "hl7v2/character_set.h"
#include "hl7v2/framing.h"
#include "hl7v2/message.h"
#include "intake/feed_profile.h"
#include "intake/map_message.h"
#include "json/value.h"
#include "out_of_memory/failing_memory.h"
#include "store/resource.h"

using namespace wardlight;
using testing::Failing;

namespace {

constexpr long kMost = 1'000'000;

std::string file_text(const std::string& path) {
    const char* root = std::getenv("WARDLIGHT_SOURCE_DIR");
    std::ifstream in(std::string(root == nullptr ? "." : root) + "/" + path, std::ios::binary);
    REQUIRE_MESSAGE(in.is_open(), path);
    return {std::istreambuf_iterator<char>(in), {}};
}

std::string message_text(const std::string& path) {
    std::string text = file_text(path);
    for (char& c : text) c = c == '\n' ? '\r' : c;
    return text;
}

/// `read` gives its answer as text; "unavailable" stands for giving up.
void check_every_allocation(const std::function<std::string()>& read) {
    const std::string expected = read();
    REQUIRE_FALSE(expected.empty());
    for (const Failing failing : {Failing::once, Failing::from_then_on}) {
        long failures = 0;
        for (long pass = 0; pass < kMost; ++pass) {
            std::string answer;
            bool has_given_up = false;
            testing::fail_allocation(pass, failing);
            try {
                answer = read();
            } catch (const std::bad_alloc&) {
                has_given_up = true;
            }
            const bool has_failed = testing::end_failing();
            if (!has_given_up && answer != "unavailable") {
                REQUIRE_MESSAGE(answer == expected, "allocation " << pass);
            }
            REQUIRE_MESSAGE(read() == expected, "after allocation " << pass);
            if (!has_failed) break;
            ++failures;
        }
        CHECK(failures > 0);
        CHECK(failures < kMost);
    }
}

template <class T>
std::string outcome_of(const Result<T>& result, const std::function<std::string()>& text) {
    if (result) return text();
    return result.error().code == ErrorCode::unavailable ? "unavailable"
                                                         : "refused: " + result.error().message;
}

}  // namespace

TEST_CASE("frames survive every failed allocation") {
    const std::string bytes = "junk" + hl7v2::frame(message_text("tests/intake/laboratory.hl7")) +
                              hl7v2::frame("MSH|^~\\&|A") + "\x0bhalf";
    check_every_allocation([&] {
        hl7v2::Deframer deframer;
        std::string out;
        for (std::size_t i = 0; i < bytes.size(); i += 100) {
            for (const auto& event : deframer.push(std::string_view(bytes).substr(i, 100))) {
                for (const auto& one : hl7v2::split_messages(event.bytes).messages) out += one;
                out += "|" + std::to_string(event.count);
            }
        }
        if (const auto rest = deframer.finish()) out += rest->bytes;
        return out;
    });
}

TEST_CASE("reading and answering a message survives every failed allocation") {
    const std::string text = message_text("tests/intake/laboratory.hl7");
    check_every_allocation([&] {
        auto parsed = hl7v2::Message::parse(hl7v2::decode(text, {}).text);
        return outcome_of(parsed, [&] {
            const auto check = hl7v2::check_header(*parsed);
            hl7v2::AcknowledgementDetails details;
            details.code = check.code;
            details.control_id = "1";
            details.problems = check.problems;
            return hl7v2::build_acknowledgement(&*parsed, details);
        });
    });
}

TEST_CASE("character sets survive every failed allocation") {
    // Shift-JIS and UTF-16 go through ICU.
    const std::string japanese =
        "MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.4||||||SHIFT_JIS\rPID|1||1||\x83\x65\x83\x58\r";
    std::string wide;
    for (const char c : std::string("MSH|^~\\&|A|B|C|D|20260101||ADT^A01|1|P|2.4\rPID|1||1\r")) {
        wide += c;
        wide += '\0';
    }
    for (const std::string& bytes : {japanese, wide}) {
        check_every_allocation([&] {
            const auto decoded = hl7v2::decode(bytes, {});
            std::string out = decoded.text;
            for (const auto warning : decoded.warnings) out += warning;
            return out;
        });
    }
    check_every_allocation([] {
        return fold_for_search(
            "\xC3\x89mile M\xC3\xBCller-Lef\xC3\xA8vre "
            "of a name longer than what fits inside");
    });
}

TEST_CASE("JSON survives every failed allocation, and valid JSON is never called invalid") {
    const std::string text = file_text("tests/intake/admission.json");
    check_every_allocation([&] {
        const auto value = json::parse(text);
        return outcome_of(value, [&] { return json::serialize(*value); });
    });
    const auto value = json::parse(
        R"({"resourceType":"Observation","id":"o","status":"final","subject":{"reference":"Patient/p"},"code":{"text":")" +
        std::string(400, 'x') + R"("},"valueQuantity":{"value":38.0}})");
    REQUIRE(value);
    check_every_allocation([&] {
        const auto prepared = store::prepare(*value);
        return outcome_of(prepared, [&] { return prepared->key.reference(); });
    });
}

TEST_CASE("mapping survives every failed allocation") {
    const auto profile = intake::default_profile();
    REQUIRE(profile);
    for (const char* name : {"admission", "laboratory", "merge"}) {
        const auto message =
            hl7v2::Message::parse(message_text(std::string("tests/intake/") + name + ".hl7"));
        REQUIRE(message);
        check_every_allocation([&] {
            const auto mapped = intake::map_message(*message, *profile, from_micros(0));
            return outcome_of(mapped, [&] {
                std::string out;
                for (const auto& record : mapped->records) {
                    out += record.natural_id + record.owner + record.visit;
                    for (const auto& fact : record.facts)
                        out += fact.group + fact.stamp + json::serialize(fact.content);
                }
                for (const auto& warning : mapped->warnings) out += warning;
                return out + "mapped";
            });
        });
    }
}
