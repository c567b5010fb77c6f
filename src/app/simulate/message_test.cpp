#include "app/simulate/message.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "app/simulate/test_plan.h"
#include "base/text.h"

namespace wardlight::simulate {
namespace {

TimeZone london() {
    return TimeZone::find(kHospitalZone).value();
}

std::vector<std::string_view> segments_of(std::string_view message) {
    auto segments = split(message, '\r');
    segments.pop_back();  // what follows the last CR
    return segments;
}

std::string_view field(std::string_view segment, std::size_t number) {
    const auto fields = split(segment, '|');
    return number < fields.size() ? fields[number] : std::string_view();
}

std::string_view find_segment(std::string_view message, std::string_view name) {
    for (const auto segment : segments_of(message)) {
        if (segment.starts_with(name)) return segment;
    }
    return {};
}

// Every backslash must belong to one of the escape sequences the writer knows.
bool has_only_known_escapes(std::string_view text) {
    while (true) {
        const auto begin = text.find('\\');
        if (begin == std::string_view::npos) return true;
        const auto end = text.find('\\', begin + 1);
        if (end == std::string_view::npos) return false;
        static const std::set<std::string_view> kKnown = {"F", "S", "T", "R", "E", ".br"};
        if (!kKnown.contains(text.substr(begin + 1, end - begin - 1))) return false;
        text.remove_prefix(end + 1);
    }
}

}  // namespace

TEST_CASE("every message of a run is well formed") {
    const Plan plan = make_plan(whole_hospital(11));
    const MessageWriter writer(plan, london());
    for (const auto& event : plan.events) {
        const std::string message = writer.write(event);
        REQUIRE(message.starts_with("MSH|^~\\&|WSH"));
        CHECK(message.ends_with('\r'));
        CHECK(is_valid_utf8(message));
        CHECK(message.find('\n') == std::string::npos);
        const auto header = find_segment(message, "MSH");
        // MSH-1 is the separator itself: field n is the element n - 1 of a split.
        CHECK(field(header, 9 - 1).find('^') != std::string_view::npos);
        CHECK(field(header, 10 - 1) == event.control_id);
        CHECK(field(header, 11 - 1) == "P");
        CHECK(field(header, 12 - 1) == "2.4");
        CHECK(field(header, 18 - 1) == "UNICODE UTF-8");
        CHECK(find_segment(message, "PID").starts_with("PID|1||"));
        for (const auto segment : segments_of(message)) {
            REQUIRE(segment.size() > 4);
            CHECK(segment[3] == '|');
            CHECK_FALSE(segment.ends_with('|'));
            if (!segment.starts_with("MSH"))
                CHECK_MESSAGE(has_only_known_escapes(segment), segment);
        }
    }
}

TEST_CASE("delimiters in text are escaped and a line break becomes an escape") {
    CHECK(escape_hl7("a|b^c&d~e\\f\ng") == "a\\F\\b\\S\\c\\T\\d\\R\\e\\E\\f\\.br\\g");
    CHECK(escape_hl7("Zoë 陳") == "Zoë 陳");
}

TEST_CASE("the four applications are distinct sources") {
    const Plan plan = make_plan(whole_hospital(11));
    const MessageWriter writer(plan, london());
    std::set<std::string> applications;
    for (const auto& event : plan.events) {
        applications.insert(std::string(field(find_segment(writer.write(event), "MSH"), 2)));
    }
    CHECK(applications == std::set<std::string>{"WSHPAS", "WSHLIMS", "WSHEOBS", "WSHEPR"});
}

TEST_CASE("a creatinine carries both codes, the interval of the sex, its flag and its times") {
    TestPlan test;
    test.creatinine(10, 162'000);
    const MessageWriter writer(test.plan, london());
    const std::string message = writer.write(test.plan.events[0]);
    const auto obx = find_segment(message, "OBX");
    CHECK(field(obx, 2) == "NM");
    CHECK(field(obx, 3) == "CRE^Creatinine^WSHLAB^14682-9^Creatinine^LN");
    CHECK(field(obx, 5) == "162");
    CHECK(field(obx, 6) == "umol/L");
    CHECK(field(obx, 7) == "59-104");
    CHECK(field(obx, 8) == "H");
    CHECK(field(obx, 11) == "F");
    CHECK(field(obx, 14) == "20260302100000+0000");
    CHECK(field(find_segment(message, "OBR"), 7) == "20260302100000+0000");
}

TEST_CASE("times are the hospital's, with the offset of the season") {
    TestPlan test;
    test.creatinine(24 * 40, 80'000);  // 11 April: summer time
    const MessageWriter writer(test.plan, london());
    CHECK(field(find_segment(writer.write(test.plan.events[0]), "OBX"), 14) ==
          "20260411010000+0100");
}

TEST_CASE("a withdrawn result carries no value, a text result is ST, a comparator makes it SN") {
    TestPlan test;
    test.lab(1, Analyte::potassium, 7'400, 'W');
    test.lab(2, Analyte::potassium, 0);
    std::get<LabReport>(test.plan.events[1].what).values[0].text = "Haemolysed";
    test.lab(3, Analyte::c_reactive_protein, 1'000);
    std::get<LabReport>(test.plan.events[2].what).values[0].comparator = "<";
    const MessageWriter writer(test.plan, london());
    const auto obx = [&](std::size_t event) { return writer.write(test.plan.events[event]); };
    CHECK(field(find_segment(obx(0), "OBX"), 5).empty());
    CHECK(field(find_segment(obx(0), "OBX"), 11) == "W");
    CHECK(field(find_segment(obx(1), "OBX"), 2) == "ST");
    CHECK(field(find_segment(obx(1), "OBX"), 5) == "Haemolysed");
    CHECK(field(find_segment(obx(2), "OBX"), 2) == "SN");
    CHECK(field(find_segment(obx(2), "OBX"), 5) == "<^1");
}

TEST_CASE("a round lists what was taken and nothing else") {
    TestPlan test;
    VitalSigns signs;
    signs.respiratory_rate = 18;
    signs.saturation = 90;
    signs.on_oxygen = true;
    signs.scale = 2;
    signs.consciousness = 'C';
    test.round(1, signs);
    const MessageWriter writer(test.plan, london());
    const std::string message = writer.write(test.plan.events[0]);
    std::vector<std::string> codes;
    for (const auto segment : segments_of(message)) {
        if (segment.starts_with("OBX")) codes.emplace_back(split(field(segment, 3), '^')[0]);
    }
    CHECK(codes == std::vector<std::string>{"RR", "SPO2", "O2DEV", "SPO2SCALE", "ACVPU"});
    CHECK(message.find("|OXYGEN^Supplemental oxygen^WSHOBS|") != std::string::npos);
    CHECK(message.find("|2^SpO2 scale 2^WSHOBS|") != std::string::npos);
    CHECK(message.find("|C^New confusion^WSHOBS|") != std::string::npos);
}

TEST_CASE("a merge names the surviving registration in PID and the retired one in MRG") {
    TestPlan test;
    test.push(1).what = Merge{1};
    const MessageWriter writer(test.plan, london());
    const std::string message = writer.write(test.plan.events[0]);
    CHECK(field(find_segment(message, "MSH"), 8) == "ADT^A40^ADT_A39");
    CHECK(field(find_segment(message, "PID"), 3) == "M0-0^^^WSH^MR");
    CHECK(field(find_segment(message, "MRG"), 1) == "M0-1^^^WSH^MR");
}

TEST_CASE("a repeated message is the same bytes") {
    TestPlan test;
    test.creatinine(1, 80'000);
    test.push(2).what = Repeat{0};
    const MessageWriter writer(test.plan, london());
    CHECK(writer.write(test.plan.events[0]) == writer.write(test.plan.events[1]));
}

TEST_CASE("a Chinese name comes in both scripts") {
    TestPlan test;
    Identity& identity = test.plan.people[0].identities[0];
    identity.family = "Chan";
    identity.given = "Tai Man";
    identity.native_family = "陳";
    identity.native_given = "大文";
    test.creatinine(1, 80'000);
    const MessageWriter writer(test.plan, london());
    CHECK(field(find_segment(writer.write(test.plan.events[0]), "PID"), 5) ==
          "Chan^Tai Man^^^^^L^A~陳^大文^^^^^L^I");
}

TEST_CASE("the code tables of docs/simulate.md are those of the code") {
    const char* source = std::getenv("WARDLIGHT_SOURCE_DIR");
    if (source == nullptr) {
        MESSAGE("skipped: WARDLIGHT_SOURCE_DIR is not set (ctest sets it)");
        return;
    }
    std::ifstream file(std::string(source) + "/docs/simulate.md");
    const std::string page{std::istreambuf_iterator<char>(file), {}};
    const auto row = [](std::string_view local, std::string_view name, std::string_view loinc,
                        std::string_view unit) {
        const auto or_dash = [](std::string_view text) {
            return text.empty() ? std::string("–") : std::string(text);
        };
        return "| " + std::string(local) + " | " + std::string(name) + " | " + or_dash(loinc) +
               " | " + or_dash(unit) + " |";
    };
    for (const auto& code : kAnalytes) {
        const std::string line = row(code.local, code.name, code.loinc, code.unit);
        CHECK_MESSAGE(page.find(line) != std::string::npos, line);
    }
    for (const auto& code : kVitalSigns) {
        const std::string line = row(code.local, code.name, code.loinc, code.unit);
        CHECK_MESSAGE(page.find(line) != std::string::npos, line);
    }
}

}  // namespace wardlight::simulate
