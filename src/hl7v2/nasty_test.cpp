// The messages of tests/hl7v2/nasty behave as their README wants, as far as the grammar is
// concerned.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "hl7v2/acknowledgement.h"
#include "hl7v2/batch.h"
#include "hl7v2/character_set.h"
#include "hl7v2/data_types.h"
#include "hl7v2/framing.h"

using namespace wardlight;
using namespace wardlight::hl7v2;

namespace {

std::string nasty(const std::string& name) {
    const char* root = std::getenv("WARDLIGHT_SOURCE_DIR");
    const std::filesystem::path path =
        std::filesystem::path(root ? root : ".") / "tests/hl7v2/nasty" / name;
    std::ifstream file(path, std::ios::binary);
    REQUIRE_MESSAGE(file, "run from the repository or set WARDLIGHT_SOURCE_DIR: " << path.string());
    return {std::istreambuf_iterator<char>(file), {}};
}

Message parsed(std::string_view bytes) {
    auto message = Message::parse(decode(bytes).text);
    REQUIRE(message);
    return std::move(*message);
}

AckCode answer(std::string_view bytes) {
    const auto message = Message::parse(decode(bytes).text);
    return message ? check_header(*message).code : check_header(message.error()).code;
}

}  // namespace

TEST_CASE("nasty messages are accepted with the right text and the right warnings") {
    struct Case {
        const char* file;
        const char* path;
        const char* text;
        std::vector<std::string_view> warnings{};
    };
    const Case cases[] = {
        {"01_utf8_declared.hl7", "PID-5.1", "Müller"},
        {"03_cp1252_euro_declared_8859_1.hl7", "PID-5.1", "O’Brien€", {"charset_c1_as_cp1252"}},
        {"05_utf8_bytes_declared_ascii.hl7", "PID-5.1", "Müller", {"charset_fallback_utf8"}},
        {"07_utf8_bom.hl7", "MSH-3", "LAB"},
        {"09_iso_ir87_repeat_msh18.hl7", "PID-5.1", "Yamada"},
        {"11_crlf_separators.hl7", "OBX-5", "150"},
        {"13_no_final_cr.hl7", "OBX-14", "20240615110000"},
        {"15_odd_delimiters.hl7", "PID-5.2", "Zoë"},
        {"17_msh2_only_three_chars.hl7", "OBR-4.2", "U&E"},
        {"19_escape_back_to_back.hl7", "OBX-5", "a\r\nb"},
        {"21_escape_x_utf16_unit.hl7", "OBX-5", "perché"},
        {"23_lone_backslash.hl7", "OBX-5", "BSV 4\\5 re."},
        {"25_hl7_null.hl7", "OBX-5", ""},
        {"27_corrected_and_wrong.hl7", "OBX[2]-11", "W"},
        {"29_bad_nhs_checksum.hl7", "PID-3.1", "999001"},
        {"37_z_segment_between.hl7", "ZLW-2.2", "stuff"},
        {"47_creatinine_mg_dl.hl7", "OBX-5", "1.7"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.file);
        const std::string bytes = nasty(c.file);
        CHECK(answer(bytes) == AckCode::aa);
        CHECK(parsed(bytes).text(c.path) == c.text);
        CHECK(decode(bytes).warnings == c.warnings);
    }
    CHECK(parsed(nasty("25_hl7_null.hl7")).first("OBX")->field(5).is_null());
    CHECK_FALSE(is_valid_nhs_number(parsed(nasty("29_bad_nhs_checksum.hl7")).text("PID-3[2]")));
    const Message with_z = parsed(nasty("37_z_segment_between.hl7"));
    CHECK(with_z.segments()[4].id() == "ZLW");
    CHECK(with_z.segments()[6].id() == "ZZZ");
}

TEST_CASE("nasty messages without use are refused with the right code") {
    CHECK(answer(nasty("31_msh_only.hl7")) == AckCode::ae);
    CHECK(answer(nasty("33_no_msh.hl7")) == AckCode::ar);
}

TEST_CASE("two nasty messages in one frame are never merged") {
    const std::string bytes = nasty("35_two_messages_in_one_frame.hl7");
    const Batch batch = split_messages(bytes);
    REQUIRE(batch.messages.size() == 2);
    CHECK(parsed(batch.messages[0]).text("MSH-10") == "X1");
    CHECK(parsed(batch.messages[1]).text("MSH-10") == "X2");
}

TEST_CASE("nasty frames end where they end") {
    const auto embedded = Deframer().push(nasty("41_embedded_0x1c_in_data.mllp"));
    REQUIRE(embedded.size() == 1);
    CHECK(parsed(embedded[0].bytes).text("OBX-5") ==
          "bad\x1C"
          "byte");

    const auto missing_end = Deframer().push(nasty("43_missing_end_then_vt.mllp"));
    REQUIRE(missing_end.size() == 2);
    CHECK(missing_end[0].kind == FrameEvent::Kind::incomplete_dropped);
    CHECK(parsed(missing_end[1].bytes).text("MSH-10") == "X2");
}

TEST_CASE("nasty dates are read at their precision or said to be wrong") {
    const Message message = parsed(nasty("45_dates.hl7"));
    const ZoneRule zone(*TimeZone::find("Europe/London"), message.text("MSH-7"));
    struct Case {
        const char* path;
        const char* fhir;
        Warnings warnings{};
    };
    const Case cases[] = {
        {"OBX[1]-14", "2024"},
        {"OBX[2]-14", "2024-06-15T11:30:00+01:00"},
        {"OBX[3]-14", "2024-06-15T11:30:59.1234-05:00"},
        {"OBX[4]-14", "2024-03-31T02:00:00+01:00", {"time_zone_gap"}},
        {"OBX[5]-14", "2024-10-27T01:30:00+01:00", {"time_ambiguous"}},
        {"OBX[6]-14", ""},
        {"OBX[7]-14", "", {"time_invalid"}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.path);
        const TimestampReading reading = parse_timestamp(message.text(c.path), zone);
        CHECK((reading.value ? reading.value->fhir : "") == c.fhir);
        CHECK(reading.warnings == c.warnings);
    }
}
