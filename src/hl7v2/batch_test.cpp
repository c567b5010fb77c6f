#include "hl7v2/batch.h"

#include <doctest/doctest.h>

using namespace wardlight::hl7v2;

namespace {
const std::string kA = "MSH|^~\\&|A\rPID|1\r";
const std::string kB = "MSH|^~\\&|B\rPID|2\r";

struct Case {
    std::string bytes;
    std::vector<std::string> messages;
    std::vector<std::string_view> warnings;
    bool has_envelope = false;
};
const std::vector<std::string_view> kNone;
const std::vector<std::string> kBoth{kA, kB};
}  // namespace

TEST_CASE("messages are split at MSH and envelopes left out") {
    const Case cases[] = {
        {"", {}, kNone},
        {" \r\n", {}, kNone},
        {kA, {kA}, kNone},
        {kA + kB, kBoth, kNone},
        {"\xEF\xBB\xBF" + kA, {kA}, kNone},
        {"\r\n  " + kA, {kA}, kNone},
        {"MSH|^~\\&|A\nPID|1\n\nMSH|^~\\&|B", {"MSH|^~\\&|A\nPID|1\n\n", "MSH|^~\\&|B"}, kNone},
        {"FHS|^~\\&\rBHS|^~\\&\r" + kA + kB + "BTS|2\rFTS|1\r", kBoth, kNone, true},
        {"BHS|^~\\&\r" + kA + "BTS|1\rBHS|^~\\&\r" + kB + "BTS|1\r", kBoth, kNone, true},
        {"FHS|^~\\&\r" + kA + kB + "FTS\r", kBoth, kNone, true},
        {"BHS|^~\\&\r" + kA + "BTS|2\r", {kA}, {"batch_count_mismatch"}, true},
        {"BHS|^~\\&\r" + kA + "BTS|1\rFTS|2\r", {kA}, {"batch_count_mismatch"}, true},
        {"BHS|^~\\&\r" + kA, {kA}, {"batch_trailer_missing"}, true},
        {"FHS|^~\\&\rFTS|0\r", {}, kNone, true},
        {"FHS|^~\\&\r" + kA, {kA}, {"batch_trailer_missing"}, true},
        // counts that are none are not compared
        {"BHS|^~\\&\r" + kA + "BTS|many\rFTS|-1\r", {kA}, kNone, true},
        {"BHS|^~\\&\r" + kA + "BTS\rFTS|\r", {kA}, kNone, true},
        {"# a comment\r" + kA, {kA}, {"text_outside_messages"}},
        {kA + "BTS|1\rrest\r", {kA}, {"text_outside_messages"}, true},
        // what has no MSH is one message that will be refused, not nothing
        {"PID|1||123\r", {"PID|1||123\r"}, kNone},
        {"hello", {"hello"}, kNone},
        // texts that only say MSH
        {"MSH|^~\\&|A\rMSH|x|y\rMSH|A\rMSHa\rMSH9|\r",
         {"MSH|^~\\&|A\rMSH|x|y\rMSH|A\rMSHa\rMSH9|\r"},
         kNone},
        {"MSH|^~\\&|A\rNTE|1||x\nMSH fields\nMSHA|x\n",
         {"MSH|^~\\&|A\rNTE|1||x\nMSH fields\nMSHA|x\n"},
         kNone},
    };
    for (const Case& c : cases) {
        CAPTURE(c.bytes);
        const Batch batch = split_messages(c.bytes);
        CHECK(std::vector<std::string>(batch.messages.begin(), batch.messages.end()) == c.messages);
        CHECK(batch.warnings == c.warnings);
        CHECK(batch.has_envelope == c.has_envelope);
    }
    CHECK(split_messages("one\rtwo\r" + kA).stray == "one\rtwo");
}

TEST_CASE("a batch beyond the limit loses nothing") {
    std::string bytes;
    for (std::size_t i = 0; i < kMessagesPerBatch; ++i) bytes += "MSH|^\r";
    CHECK(split_messages(bytes).messages.size() == kMessagesPerBatch);
    CHECK(split_messages(bytes).warnings.empty());
    bytes += "MSH|^\r";
    const Batch batch = split_messages(bytes);
    CHECK(batch.messages.size() == kMessagesPerBatch);
    CHECK(batch.stray == "MSH|^");
    CHECK(batch.warnings ==
          std::vector<std::string_view>{"text_outside_messages", "too_many_messages"});
}

TEST_CASE("files may hold frames") {
    const auto framed = [](const std::string& text) { return "\x0B" + text + "\x1C\r"; };
    CHECK(messages_of_file(kA + kB).messages == kBoth);
    CHECK(messages_of_file(framed(kA) + framed(kB)).messages == kBoth);
    CHECK(messages_of_file(framed(kA) + "\n" + framed(kB) + "\n").messages == kBoth);
    CHECK(messages_of_file(framed(kA + kB)).messages == kBoth);
    CHECK(messages_of_file("\x0B" + kA + "\x1C\n\x0B" + kB + "\x1C\n").messages == kBoth);
    CHECK(messages_of_file("\x0B" + kA + "\x1C").messages == std::vector{kA});
    CHECK(messages_of_file("\x0B" + kA + "\x1C").warnings.empty());
    const MessageFile cut = messages_of_file("\x0B" + kA + framed(kB));
    CHECK(cut.messages == kBoth);
    CHECK(cut.warnings == std::vector<std::string_view>{"frame_incomplete"});
    const MessageFile open = messages_of_file("\x0B" + kA);
    CHECK(open.messages == std::vector{kA});
    CHECK(open.warnings == std::vector<std::string_view>{"frame_incomplete"});
    CHECK(messages_of_file("").messages.empty());
    // A warning of several frames is said once.
    const MessageFile trailing =
        messages_of_file(framed(kA + "BTS|1\rx\r") + framed(kB + "BTS|1\ry\r"));
    CHECK(trailing.messages == kBoth);
    CHECK(trailing.warnings == std::vector<std::string_view>{"text_outside_messages"});
}
