#include "hl7v2/acknowledgement.h"

#include <doctest/doctest.h>

#include "hl7v2/test_equality.h"

using namespace wardlight;
using namespace wardlight::hl7v2;

namespace {

Message parsed(std::string text) {
    auto message = Message::parse(std::move(text));
    REQUIRE(message);
    return std::move(*message);
}

std::string original(const std::string& version, const std::string& type = "ADT^A01^ADT_A01",
                     const std::string& conditions = "||||") {
    return "MSH|^~\\&|PAS|RX&1.2&ISO|CIS|WARD|20240615||" + type + "|M\\T\\1|T|" + version +
           conditions + "\rPID|1\r";
}

const Instant kNow = *parse_instant("2026-11-21T10:32:05.5Z");

AcknowledgementDetails details(AckCode code, std::vector<Problem> problems = {}) {
    return {code, "W|1", kNow, std::chrono::minutes{60}, "short & plain", std::move(problems)};
}

}  // namespace

TEST_CASE("an acknowledgement exchanges the parties and answers in the sender's version") {
    const std::vector<Problem> problems{
        {ConditionCode::required_field_missing, error_location("PID-3"), Severity::error,
         "No identifier"},
        {ConditionCode::table_value_not_found, error_location("OBX[3]-11[2].1.4"),
         Severity::warning, ""}};
    struct Case {
        std::string version;
        std::string text;
    };
    const std::string from_to = "MSH|^~\\&|CIS|WARD|PAS|RX&1.2&ISO|20261121113205+0100||";
    const Case cases[] = {
        {"2.2", from_to + "ACK^A01|W\\F\\1|T|2.2\rMSA|AE|M\\T\\1|short \\T\\ plain\r"
                          "ERR|PID^1^3^101&Required field missing&HL70357~"
                          "OBX^3^11^103&Table value not found&HL70357\r"},
        {"2.4", from_to + "ACK^A01^ACK|W\\F\\1|T|2.4\rMSA|AE|M\\T\\1|short \\T\\ plain\r"
                          "ERR|PID^1^3^101&Required field missing&HL70357~"
                          "OBX^3^11^103&Table value not found&HL70357\r"},
        {"2.5.1",
         from_to +
             "ACK^A01^ACK|W\\F\\1|T|2.5.1\rMSA|AE|M\\T\\1|short \\T\\ plain\r"
             "ERR||PID^1^3|101^Required field missing^HL70357|E|||No identifier|No identifier\r"
             "ERR||OBX^3^11^2^1^4|103^Table value not found^HL70357|W\r"},
        {"2.7",
         from_to +
             "ACK^A01^ACK|W\\F\\1|T|2.7\rMSA|AE|M\\T\\1\r"
             "ERR||PID^1^3|101^Required field missing^HL70357|E|||No identifier|No identifier\r"
             "ERR||OBX^3^11^2^1^4|103^Table value not found^HL70357|W\r"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.version);
        const Message message = parsed(original(c.version));
        const std::string text = build_acknowledgement(&message, details(AckCode::ae, problems));
        CHECK(text == c.text);
        const auto read = parse_acknowledgement(text);
        REQUIRE(read);
        CHECK(read->code == AckCode::ae);
        CHECK(read->control_id == "M&1");
        REQUIRE(read->problems.size() == 2);
        CHECK(read->problems[0].location == ErrorLocation{"PID", 1, 3});
        CHECK(read->problems[0].code == ConditionCode::required_field_missing);
        CHECK(read->problems[1].location.sequence == 3);
    }
}

TEST_CASE("an answer says no more than its sender's separators can carry") {
    const std::vector<Problem> problems{
        {ConditionCode::internal_error, {}, Severity::information, "first"},
        {ConditionCode::data_type, error_location("PID-3"), Severity::error, "second"}};
    // Without a repetition separator only the first can be named, without components only its
    // first part.
    const Message poor = parsed("MSH|^|A|B|C|D|2024||ADT|7|P|2.3\rPID|1\r");
    CHECK(build_acknowledgement(&poor, details(AckCode::ae, problems)).find("ERR|^^^207\r") !=
          std::string::npos);
    const Message modern = parsed("MSH|^~\\&|A|B|C|D|2024||ADT|M\xC3\xBC|P|2.5\rPID|1\r");
    const std::string text = build_acknowledgement(&modern, details(AckCode::ae, problems));
    CHECK(text.find("ERR|||207^Application internal error^HL70357|I|||first|first\r") !=
          std::string::npos);
    CHECK(text.find("|UNICODE UTF-8\r") != std::string::npos);
    const Message plain = parsed("MSH|^~\\&|A|B|C|D|2024||ADT|7|P|2.5\rPID|1\r");
    AcknowledgementDetails in_french = details(AckCode::ae);
    CHECK(build_acknowledgement(&plain, in_french).find("UNICODE") == std::string::npos);
    in_french.text = "re\xC3\xA7u";
    CHECK(build_acknowledgement(&plain, in_french).find("UNICODE") != std::string::npos);
}

TEST_CASE("what could not be read is answered all the same") {
    const std::string text = build_acknowledgement(
        nullptr, {AckCode::ar,
                  "W1",
                  kNow,
                  {},
                  "no MSH",
                  check_header(Error{ErrorCode::invalid, "no MSH", "MSH"}).problems});
    CHECK(text ==
          "MSH|^~\\&|||||20261121103205+0000||ACK|W1|P|2.5\rMSA|AR||no MSH\r"
          "ERR||MSH^1|100^Segment sequence error^HL70357|E|||no MSH|no MSH\r");
}

TEST_CASE("an acknowledgement keeps the sender's separators and says when it is UTF-8") {
    const Message odd = parsed("MSH#@~\\&#L|B#R#C#W###ORU@R01#9#P#2.5\rPID#1\r");
    CHECK(build_acknowledgement(&odd, {AckCode::aa, "W#1", kNow, {}, "", {}}) ==
          "MSH#@~\\&#C#W#L|B#R#20261121103205+0000##ACK@R01@ACK#W\\F\\1#P#2.5\rMSA#AA#9\r");
    const Message few = parsed("MSH|^|A||||||ADT^A01|9|P|2.4\rPID|1\r");
    CHECK(
        build_acknowledgement(&few, {AckCode::aa, "1", kNow, std::chrono::minutes{-210}, "", {}}) ==
        "MSH|^|||A||20261121070205-0330||ACK^A01^ACK|1|P|2.4\rMSA|AA|9\r");
    const Message accents = parsed("MSH|^~\\&|Spital Zürich||||||ADT^A01|9|P|2.4\rPID|1\r");
    CHECK(parsed(build_acknowledgement(&accents, {AckCode::aa, "1", kNow, {}, "", {}}))
              .text("MSH-18") == "UNICODE UTF-8");
}

TEST_CASE("the sender hears what MSH-15 and MSH-16 ask for") {
    struct Case {
        const char* conditions;
        const char* success;  // 'C' accept, 'A' application
        const char* failure;
    };
    const Case cases[] = {
        {"||||", "A", "A"},       {"|||AL|NE", "C", "C"},  {"|||AL|", "C", "C"},
        {"|||AL|AL", "CA", "CA"}, {"|||NE|NE", "", ""},    {"|||NE|AL", "A", "A"},
        {"|||NE|", "A", "A"},     {"|||ER|AL", "A", "CA"}, {"|||ER|", "", "C"},
        {"|||SU|NE", "C", ""},    {"|||ER|ER", "", "CA"},  {"||||AL", "A", "A"},
        {"||||NE", "", ""},       {"||||SU", "A", ""},     {"|||??|NE", "C", "C"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.conditions);
        const Message message = parsed(original("2.5", "ADT^A01", c.conditions));
        const auto told = [&](bool success) {
            const auto wanted = wanted_acknowledgements(message, success);
            return std::string(wanted.accept ? "C" : "") + (wanted.application ? "A" : "");
        };
        CHECK(told(true) == c.success);
        CHECK(told(false) == c.failure);
    }
}

TEST_CASE("only headers that make a message useless are refused") {
    struct Case {
        std::string text;
        AckCode code;
        std::vector<ConditionCode> problems;
        std::vector<std::string_view> warnings;
    };
    const Case cases[] = {
        {"MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|P|2.4\rPID|1", AckCode::aa, {}, {}},
        {"MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|P|2.4\r",
         AckCode::ae,
         {ConditionCode::segment_sequence},
         {}},
        {"MSH|^~\\&|A|B|C|D|2024|||1|P|2.4\rPID|1",
         AckCode::ae,
         {ConditionCode::required_field_missing},
         {"trigger_missing"}},
        {"MSH|^~\\&\r",
         AckCode::ae,
         {ConditionCode::required_field_missing, ConditionCode::segment_sequence},
         {"trigger_missing", "control_id_missing", "version_missing"}},
        {"MSH||A|||||||\rPID|1",
         AckCode::ae,
         {ConditionCode::required_field_missing},
         {"trigger_missing", "control_id_missing", "version_missing"}},
        {"MSH|^~\\&|A|B|C|D|2024||ADT|\"\"|P|2.99\rPID|1",
         AckCode::aa,
         {},
         {"trigger_missing", "control_id_missing"}},
        {"MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|N^T|2.5.1^GBR|||zz|no\rPID|1",
         AckCode::aa,
         {},
         {"processing_id_unknown", "ack_condition_unknown", "ack_condition_unknown"}},
        {"MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|T|2|||al| ne \rPID|1", AckCode::aa, {}, {}},
        {"MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|X|2.4\rPID|1",
         AckCode::ar,
         {ConditionCode::unsupported_processing_id},
         {}},
        {"MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|P|3.0\rPID|1",
         AckCode::ar,
         {ConditionCode::unsupported_version},
         {}},
        {"MSH|^~\\&|A|B|C|D|2024||ADT^A01|1|P|3.0",
         AckCode::ar,
         {ConditionCode::unsupported_version, ConditionCode::segment_sequence},
         {}},
        {"MSH|^~\\&|A|B|C|D|2024||ACK|1|P|2.4\rMSA|AA|2", AckCode::aa, {}, {}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        const HeaderCheck check = check_header(parsed(c.text));
        CHECK(check.code == c.code);
        std::vector<ConditionCode> problems;
        for (const Problem& problem : check.problems) problems.push_back(problem.code);
        CHECK(problems == c.problems);
        CHECK(check.warnings == c.warnings);
    }
}

TEST_CASE("a message that cannot be read is rejected with the place") {
    const auto refused = [](std::string text) {
        return check_header(Message::parse(std::move(text)).error());
    };
    CHECK(refused("PID|1||123").code == AckCode::ar);
    CHECK(refused("PID|1||123").problems[0].code == ConditionCode::segment_sequence);
    CHECK(refused("PID|1||123").problems[0].location == ErrorLocation{"MSH"});
    CHECK(refused("MSH|ABCD|").problems[0].code == ConditionCode::data_type);
    CHECK(refused("MSH|ABCD|").problems[0].location == ErrorLocation{"MSH", 1, 2});
    CHECK(refused("MSH|^~\\&|" + std::string(kRepetitionsPerField, '~')).problems[0].code ==
          ConditionCode::internal_error);
}

TEST_CASE("acknowledgements of other systems are read, whatever is missing") {
    const auto read = [](std::string_view text) { return parse_acknowledgement(text); };
    CHECK(read("MSH|^~\\&|\rMSA|ca|7\r")->code == AckCode::ca);
    CHECK(read("MSH|^~\\&|\rMSA|AE|7|broken\\T\\bad\r")->text == "broken&bad");
    CHECK(read("MSH|^~\\&|\rMSA|AE|7\rERR|^^^207&Oops\r")->text == "Oops");
    CHECK(read("MSH|^~\\&|\rMSA|AE|7\rERR|||999^Other\r")->problems[0].code ==
          ConditionCode::internal_error);
    CHECK(read("MSH|^~\\&|\rMSA|AE|7\rERR|||203^Version\r")->problems[0].code ==
          ConditionCode::unsupported_version);
    CHECK(read("MSH|^~\\&|\rPID|1\r").error().where == "MSA");
    CHECK(read("MSH|^~\\&|\rMSA|ZZ|1\r").error().where == "MSA-1");
    CHECK(read("nonsense").error().where == "MSH");
    CHECK(is_acknowledgement(parsed("MSH|^~\\&|A||||||ACK^A01|1\r")));
    CHECK(is_acknowledgement(parsed("MSH|^~\\&|A||||||MCF|1\r")));
    CHECK(is_acknowledgement(parsed("MSH|^~\\&|A||||||NAK|1\r")));
    CHECK_FALSE(is_acknowledgement(parsed("MSH|^~\\&|A||||||ADT^A01|1\r")));
    // Numbers that are none, severities and repetitions of other systems.
    const auto odd = read(
        "MSH|^~\\&|\rMSA|AE|7\rERR|~PID^x^-3^what&Oops\rERR||PID^1^3|101|I||||said\rERR||PID||W\r");
    REQUIRE(odd);
    REQUIRE(odd->problems.size() == 3);
    CHECK(odd->problems[0].location == ErrorLocation{"PID"});
    CHECK(odd->problems[0].code == ConditionCode::internal_error);
    CHECK(odd->problems[1].severity == Severity::information);
}

TEST_CASE("codes and paths have one meaning each") {
    for (const AckCode code :
         {AckCode::aa, AckCode::ae, AckCode::ar, AckCode::ca, AckCode::ce, AckCode::cr})
        CHECK(ack_code(name_of(code)) == code);
    CHECK(as_accept(AckCode::ae) == AckCode::ce);
    for (const AckCode code : {AckCode::aa, AckCode::ca}) CHECK(as_accept(code) == AckCode::ca);
    CHECK(as_accept(AckCode::ce) == AckCode::ce);
    for (const AckCode code : {AckCode::ar, AckCode::cr}) CHECK(as_accept(code) == AckCode::cr);
    CHECK(is_positive(AckCode::aa));
    CHECK(is_positive(AckCode::ca));
    CHECK_FALSE(is_positive(AckCode::ar));
    CHECK(error_location("PID") == ErrorLocation{"PID"});
    CHECK(error_location("OBX[3]-5") == ErrorLocation{"OBX", 3, 5});
    CHECK(error_location("PID-3[2].4.1") == ErrorLocation{"PID", 1, 3, 2, 4, 1});
    CHECK(error_location("Observation.value") == ErrorLocation{});
    CHECK(error_location("") == ErrorLocation{});
    // Whatever a path says more makes it another place.
    const char* const paths[] = {"PID",      "PID[2]",     "OBX",         "PID-3",
                                 "PID-3[2]", "PID-3[2].4", "PID-3[2].4.1"};
    for (const char* const one : paths) {
        for (const char* const other : paths) {
            CAPTURE(one);
            CAPTURE(other);
            CHECK((error_location(one) == error_location(other)) == (one == other));
        }
    }
}
