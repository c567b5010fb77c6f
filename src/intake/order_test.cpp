// The order of messages does not matter: a patient's story, told in any order and with repetitions,
// ends in the same resources.
#include <doctest/doctest.h>

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "base/text.h"
#include "intake/intake_test.h"

using namespace wardlight;
using namespace wardlight::intake;

namespace {

std::string pid(std::string_view mrn, std::string_view rest = "Okafor^Ada||19480203|F") {
    return fmt::format("PID|1||{}^^^WSH^MR||{}\r", mrn, rest);
}

std::string adt(std::string_view trigger, int minute, std::string_view patient,
                std::string_view visit, std::string_view place = "7B^2^04^WSH",
                std::string_view more = "") {
    const std::string at = fmt::format("202611201{:01}{:02}00", minute / 60, minute % 60);
    std::string out =
        fmt::format("MSH|^~\\&|WSHPAS|WSH|W|W|{0}||ADT^{1}|A{2}|P|2.4\rEVN|{1}|{0}\r{3}", at,
                    trigger, minute, patient);
    if (!visit.empty())
        out += fmt::format("PV1|1|I|{}||||C1^Patel|||MED|||||||||{}^^^WSH^VN\r", place, visit);
    return out + std::string(more);
}

std::string lab(int minute, std::string_view patient, std::string_view visit,
                std::string_view filler, std::string_view value, std::string_view status) {
    const std::string at = fmt::format("202611201{:01}{:02}00", minute / 60, minute % 60);
    return fmt::format(
        "MSH|^~\\&|LIMS|WSH|W|W|{0}||ORU^R01|L{1}|P|2.4\r{2}PV1|1|I|7B^2^04^WSH||||||||||||||||{3}^"
        "^^WSH^VN\r"
        "ORC|RE|P{4}|{4}\rOBR|1|P{4}|{4}|UE^Urea and "
        "electrolytes^L|||20261120090000|||||||||||||||{0}|||{6}\r"
        "OBX|1|NM|CRE^Creatinine^L||{5}|umol/L|59-104|H|||{6}|||20261120090000\r"
        "OBX|2|NM|K^Potassium^L||4.1|mmol/L|3.5-5.3||||{6}|||20261120090000\r",
        at, minute, patient, visit, filler, value, status);
}

std::string withdrawal(int minute, std::string_view patient, std::string_view filler) {
    const std::string at = fmt::format("202611201{:01}{:02}00", minute / 60, minute % 60);
    return fmt::format(
        "MSH|^~\\&|LIMS|WSH|W|W|{0}||ORU^R01|L{1}|P|2.4\r{2}"
        "OBR|1|P{3}|{3}|UE^Urea and electrolytes^L|||20261120090000|||||||||||||||{0}|||C\r"
        "OBX|1|NM|CRE^Creatinine^L|||umol/L|||||W\r",
        at, minute, patient, filler);
}

std::string round_of(int minute, std::string_view patient, std::string_view filler) {
    const std::string at = fmt::format("202611201{:01}{:02}00", minute / 60, minute % 60);
    return fmt::format(
        "MSH|^~\\&|EOBS|WSH|W|W|{0}||ORU^R01|O{1}|P|2.4\r{2}OBR|1||{3}|OBSROUND^Round^L|||{0}||||||"
        "||||||||||||F\r"
        "OBX|1|NM|RR^Respiratory rate^L||18|/min|||||F|||{0}\r"
        "OBX|2|ST|BP^Blood pressure^L||140/90|mmHg|||||F|||{0}\r",
        at, minute, patient, filler);
}

std::string order(int minute, std::string_view control, std::string_view placer) {
    const std::string at = fmt::format("202611201{:01}{:02}00", minute / 60, minute % 60);
    return fmt::format(
        "MSH|^~\\&|EPR|WSH|W|W|{0}||ORM^O01|E{1}|P|2.4\r{2}"
        "ORC|{3}|{4}||||||{0}\rOBR|1|{4}||UE^Urea and electrolytes^L\r",
        at, minute, pid("100001"), control, placer);
}

std::string document(int minute, std::string_view trigger, std::string_view number,
                     std::string_view parent, std::string_view text) {
    const std::string at = fmt::format("202611201{:01}{:02}00", minute / 60, minute % 60);
    return fmt::format(
        "MSH|^~\\&|EPR|WSH|W|W|{0}||MDM^{1}|E{2}|P|2.4\rEVN|{1}|{0}\r{3}"
        "TXA|1|DS|TX|{0}||{0}||||||{4}|{5}||||AU\rOBX|1|TX|DS^Discharge summary||{6}||||||F\r",
        at, trigger, minute, pid("100001"), number, parent, text);
}

/// Stories with every kind of fact that could depend on order.
std::vector<std::string> the_story() {
    return {
        adt("A28", 1, pid("100001", "Okafor^Ada||1948|F|||1 Old Road^^Leeds"), ""),
        adt("A05", 2, pid("100001"), "V1"),
        adt("A01", 3, pid("100001"), "V1", "AMU^1^01^WSH", "AL1|1|DA|PEN^Penicillin^L|SV|Rash\r"),
        order(4, "NW", "PF1"),
        lab(5, pid("100001"), "V1", "F1", "150", "P"),
        adt("A02", 6, pid("100001"), "V1", "7B^2^04^WSH"),
        lab(7, pid("100001"), "V1", "F1", "151", "F"),
        adt("A08", 8, pid("100001", "Okafor-Smith^Ada||19480203|F|||2 New Road^^York"), "V1",
            "7B^2^04^WSH",
            "AL1|1|DA|PEN^Penicillin^L|MI|Itching\rDG1|1||N17.9^Acute kidney failure^I10|||W\r"),
        lab(9, pid("100001"), "V1", "F1", "97", "C"),
        adt("A03", 10, pid("100001"), "V1"),
        adt("A13", 11, pid("100001"), "V1"),
        adt("A12", 12, pid("100001"), "V1", "7A^1^02^WSH"),
        withdrawal(13, pid("100001"), "F1"),
        order(14, "OC", "PF2"),
        // A second registration under another number, with a result that is corrected after the
        // merge.
        adt("A04", 15, pid("100002", "Okafor^A||19480203|F"), "V2", "ED^^^WSH"),
        lab(16, pid("100002"), "V2", "F2", "210", "F"),
        round_of(17, pid("100002"), "R1"),
        adt("A40", 18, pid("100001"), "", "", "MRG|100002^^^WSH^MR\r"),
        lab(19, pid("100001"), "V2", "F2", "220", "C"),
        round_of(20, pid("100002"), "R2"),
        // A chain: a third number into the second, after the second was merged.
        lab(21, pid("100003"), "", "F3", "88", "F"),
        adt("A40", 22, pid("100002"), "", "", "MRG|100003^^^WSH^MR\r"),
        // Merged the wrong way round, then put right.
        adt("A40", 23, pid("100005"), "", "", "MRG|100004^^^WSH^MR\r"),
        adt("A37", 24, pid("100004") + pid("100005"), ""),
        adt("A40", 25, pid("100004"), "", "", "MRG|100005^^^WSH^MR\r"),
        lab(26, pid("100005"), "", "F4", "77", "F"),
        // A circle: merged one way, later the other way, never unlinked.
        adt("A40", 36, pid("100008"), "", "", "MRG|100009^^^WSH^MR\r"),
        adt("A40", 37, pid("100009"), "", "", "MRG|100008^^^WSH^MR\r"),
        lab(38, pid("100008"), "", "F6", "71", "F"),
        // A visit recorded for the wrong patient and moved.
        adt("A01", 27, pid("100006", "Wrong^Patient||1970|M"), "V3", "7B^3^01^WSH"),
        lab(28, pid("100006"), "V3", "F5", "66", "F"),
        adt("A45", 29, pid("100001"), "", "", "MRG|100006^^^WSH^MR||||V3^^^WSH^VN\r"),
        // A new number for a visit.
        adt("A50", 30, pid("100001"), "V9", "7A^1^02^WSH", "MRG|100001^^^WSH^MR||||V2^^^WSH^VN\r"),
        document(31, "T02", "D1", "", "First version"),
        document(32, "T10", "D2", "D1", "Second version"),
        adt("A31", 33, pid("100001", "Okafor-Smith^Ada^Grace||19480203|F|||\"\""), ""),
        // Only the national number, and the message that says whose it is.
        "MSH|^~\\&|EOBS|WSH|W|W|20261120100000||ORU^R01|N1|P|2.4\rPID|1||9434765919^^^NHS^NH\r"
        "OBR|1||N1|OBS^Round^L|||20261120100000\rOBX|1|NM|TEMP^Temperature^L||38.20|Cel|||||F|||"
        "20261120100000\r",
        adt("A08", 34, "PID|1||100001^^^WSH^MR~9434765919^^^NHS^NH||Okafor-Smith^Ada^Grace\r", ""),
        adt("A11", 35, pid("100007", "Late^Zoe||1990|F"), "V7"),
        adt("A01", 33, pid("100007", "Late^Zoe||1990|F"), "V7"),
    };
}

std::string tell(const std::vector<std::string>& messages) {
    IntakeFixture hospital;
    hospital.take_all(messages);
    return hospital.everything();
}

/// The first line that differs, to make a failing order readable.
std::string difference(const std::string& a, const std::string& b) {
    const auto in_a = split(a, '\n');
    const auto in_b = split(b, '\n');
    for (std::size_t i = 0; i < std::max(in_a.size(), in_b.size()); ++i) {
        const std::string_view one = i < in_a.size() ? in_a[i] : "";
        const std::string_view other = i < in_b.size() ? in_b[i] : "";
        if (one != other) return fmt::format("\n- {}\n+ {}", one, other);
    }
    return {};
}

}  // namespace

TEST_CASE("messages in any order, and twice, end in the same resources") {
    const std::vector<std::string> story = the_story();
    const std::string expected = tell(story);
    for (unsigned seed = 1; seed <= 40; ++seed) {
        std::mt19937 random(seed);
        std::vector<std::string> shuffled = story;
        // Some messages come twice.
        for (std::size_t i = 0; i < story.size(); ++i) {
            if (random() % 4 == 0) shuffled.push_back(story[i]);
        }
        // Not std::shuffle, whose result differs between libraries.
        for (std::size_t i = shuffled.size() - 1; i > 0; --i)
            std::swap(shuffled[i], shuffled[random() % (i + 1)]);
        const std::string got = tell(shuffled);
        CHECK_MESSAGE(got == expected, "seed " << seed << difference(expected, got));
        if (got != expected) break;
    }
}

TEST_CASE("telling the whole story again changes nothing") {
    IntakeFixture hospital;
    hospital.take_all(the_story());
    const ChangeNumber before = hospital.store->last_change();
    for (const std::string& message : the_story()) CHECK(hospital.take(message).changed.empty());
    CHECK(hospital.store->last_change() == before);
}
