#include "app/simulate/message.h"

#include <fmt/format.h>

#include "app/simulate/segment.h"

namespace wardlight::simulate {
namespace {

using std::string;
using std::string_view;

string joined(std::initializer_list<string_view> components) {
    string out;
    for (const auto component : components) {
        out += escape_hl7(component);
        out += '^';
    }
    while (out.ends_with('^')) out.pop_back();
    return out;
}

string local_code(string_view code, string_view name, string_view system, string_view loinc) {
    if (loinc.empty()) return joined({code, name, system});
    return joined({code, name, system, loinc, name, "LN"});
}

string place_text(const Place& place) {
    return joined({place.ward, place.room, place.bed, kFacility});
}

string consultant_text(const Visit& visit) {
    const auto& consultant = consultant_of(visit.place.ward, visit.consultant);
    return joined(
        {consultant.code, consultant.family, consultant.given, "", "", "Dr", "", "", "GMC"});
}

string structure_of(string_view trigger) {
    if (trigger == "A28") return "ADT_A05";
    if (trigger == "A11") return "ADT_A09";
    if (trigger == "A02" || trigger == "A03") return fmt::format("ADT_{}", trigger);
    return "ADT_A01";
}

string interval_text(const AnalyteCode& code, MessageWriter::Interval interval) {
    if (interval.low == 0) return "<" + format_milli(interval.high, code.decimals);
    return format_milli(interval.low, code.decimals) + "-" +
           format_milli(interval.high, code.decimals);
}

}  // namespace

string escape_hl7(string_view text) {
    string out;
    out.reserve(text.size());
    for (const char c : text) {
        switch (c) {
            case '|':
                out += "\\F\\";
                break;
            case '^':
                out += "\\S\\";
                break;
            case '&':
                out += "\\T\\";
                break;
            case '~':
                out += "\\R\\";
                break;
            case '\\':
                out += "\\E\\";
                break;
            case '\n':
                out += "\\.br\\";
                break;
            default:
                out += c;
        }
    }
    return out;
}

MessageWriter::Interval MessageWriter::creatinine_interval(Sex sex, int age) {
    const bool is_man = sex == Sex::male;
    if (age <= 16) return is_man ? Interval{54'000, 99'000} : Interval{48'000, 81'000};
    return is_man ? Interval{59'000, 104'000} : Interval{45'000, 84'000};
}

string MessageWriter::write(const Event& event) const {
    return std::visit([&](const auto& what) { return write(event, what); }, event.what);
}

string MessageWriter::time(Instant at, Feed feed) const {
    const auto offset = zone_.offset_at(at);
    const auto local = std::chrono::floor<std::chrono::seconds>(at) + offset;
    const auto day = std::chrono::floor<std::chrono::days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(local - day);
    string text =
        fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    clock.hours().count(), clock.minutes().count(), clock.seconds().count());
    if (feed == Feed::lab || feed == Feed::observations) {
        text += fmt::format("{}{:02}{:02}", offset.count() < 0 ? '-' : '+',
                            std::abs(offset.count()) / 60, std::abs(offset.count()) % 60);
    }
    return text;
}

string MessageWriter::header(const Event& event, string_view type) const {
    const auto& feed = kFeeds[static_cast<std::size_t>(event.feed)];
    Segment msh("MSH");
    msh.set(1, "^~\\&");  // the separator itself is MSH-1, so numbers are one lower here
    msh.set(2, string(feed.application)).set(3, string(feed.facility));
    msh.set(4, "WARDLIGHT").set(5, string(kFacility));
    msh.set(6, time(event.stamped, event.feed));
    msh.set(8, string(type)).set(9, event.control_id).set(10, "P").set(11, "2.4");
    // The laboratory asks in enhanced mode (accept acknowledgement only), the others in the
    // original.
    if (event.feed == Feed::lab) msh.set(14, "AL").set(15, "NE");
    msh.set(16, "GBR").set(17, "UNICODE UTF-8");
    return msh.text();
}

string MessageWriter::event_type(const Event& event, string_view trigger) const {
    Segment evn("EVN");
    evn.set(1, string(trigger)).set(2, time(event.stamped, event.feed));
    evn.set(5, "WSHCLERK").set(6, time(event.stamped, event.feed));
    return evn.text();
}

string MessageWriter::patient(const Event& event) const {
    const Person& person = plan_.people[event.person];
    const Identity& identity = person.identities[event.identity];
    Segment pid("PID");
    string ids = joined({identity.mrn, "", "", kFacility, "MR"});
    if (!identity.nhs_number.empty())
        ids += "~" + joined({identity.nhs_number, "", "", "NHS", "NH"});
    string name = joined({identity.family, identity.given, identity.middle, "", identity.title, "",
                          "L", identity.native_family.empty() ? "" : "A"});
    if (!identity.native_family.empty()) {
        name +=
            "~" + joined({identity.native_family, identity.native_given, "", "", "", "", "L", "I"});
    }
    pid.set(1, "1").set(3, ids).set(5, name);
    pid.set(7,
            fmt::format("{:04}{:02}{:02}", person.born.year, person.born.month, person.born.day));
    pid.set(8, person.sex == Sex::male ? "M" : "F");
    if (event.feed == Feed::adt) {
        if (!identity.street.empty()) {
            pid.set(11, joined({identity.street, "", identity.city, "", identity.postcode, "GBR",
                                "H"}));
        }
        pid.set(13, joined({identity.phone, "PRN", "PH"}));
        const auto* movement = std::get_if<Movement>(&event.what);
        if (movement != nullptr && movement->died) {
            pid.set(29, time(*movement->died, event.feed)).set(30, "Y");
        }
    }
    return pid.text();
}

string MessageWriter::visit(const Event& event) const {
    if (!event.visit) return {};
    const Visit& now = *event.visit;
    Segment pv1("PV1");
    pv1.set(1, "1").set(2, "I").set(3, place_text(now.place));
    pv1.set(7, consultant_text(now)).set(19, joined({now.number, "", "", kFacility, "VN"}));
    if (const Ward* ward = find_ward(now.place.ward)) pv1.set(10, string(ward->specialty));
    if (event.feed == Feed::adt) {
        pv1.set(4, now.is_elective ? "R" : "E").set(14, now.is_elective ? "1" : "7");
        pv1.set(44, time(now.admitted, event.feed));
        if (now.discharged) pv1.set(45, time(*now.discharged, event.feed));
        if (const auto* movement = std::get_if<Movement>(&event.what)) {
            if (movement->prior) pv1.set(6, place_text(*movement->prior));
            pv1.set(36, movement->disposition);
        }
    }
    return pv1.text();
}

string MessageWriter::allergies(const Person& person) const {
    string out;
    if (person.no_known_allergies) {
        out += Segment("AL1")
                   .set(1, "1")
                   .set(2, "DA")
                   .set(3, joined({"716186003", "No known allergy", "SCT"}))
                   .text();
    }
    std::size_t number = 0;
    for (const auto& allergy : person.allergies) {
        Segment al1("AL1");
        al1.set(1, fmt::format("{}", ++number)).set(2, allergy.code == "227493005" ? "FA" : "DA");
        al1.set(3, joined({allergy.code, allergy.substance, "SCT"}));
        al1.set(4, allergy.severity).set(5, escape_hl7(allergy.reaction));
        out += al1.text();
    }
    return out;
}

string MessageWriter::write(const Event& event, const Movement& movement) const {
    const string& trigger = movement.trigger;
    string out = header(event, fmt::format("ADT^{}^{}", trigger, structure_of(trigger)));
    out += event_type(event, trigger) + patient(event) + visit(event);
    const bool is_full = trigger == "A01" || trigger == "A08" || trigger == "A28";
    if (!is_full) return out;
    out += allergies(plan_.people[event.person]);
    std::size_t number = 0;
    if (!event.visit) return out;
    for (const auto& diagnosis : event.visit->diagnoses) {
        Segment dg1("DG1");
        dg1.set(1, fmt::format("{}", ++number))
            .set(3, joined({diagnosis.code, diagnosis.text, "I10"}));
        dg1.set(5, time(event.visit->admitted, event.feed)).set(6, "A");
        out += dg1.text();
    }
    return out;
}

string MessageWriter::write(const Event& event, const Merge& merge) const {
    const Identity& retired = plan_.people[event.person].identities[merge.retired];
    Segment mrg("MRG");
    mrg.set(1, joined({retired.mrn, "", "", kFacility, "MR"}));
    return header(event, "ADT^A40^ADT_A39") + event_type(event, "A40") + patient(event) +
           mrg.text();
}

string MessageWriter::observation(const Event& event, const LabReport& report,
                                  const LabValue& value, std::size_t number) const {
    const AnalyteCode& code = code_of(value.analyte);
    const Person& person = plan_.people[event.person];
    Interval interval{code.low, code.high};
    if (value.analyte == Analyte::creatinine) {
        interval =
            creatinine_interval(person.sex, age_on(person.born, zone_.local_day(report.collected)));
    }
    const bool is_withdrawn = value.status == 'W' || value.status == 'D' || value.status == 'X';
    const string amount = format_milli(value.milli, code.decimals);
    Segment obx("OBX");
    obx.set(1, fmt::format("{}", number)).set(2, "NM");
    obx.set(3, local_code(code.local, code.name, kLabSystem, code.loinc));
    if (!value.text.empty()) {
        obx.set(2, "ST").set(5, escape_hl7(value.text));
    } else if (!is_withdrawn) {
        obx.set(5, amount).set(6, string(code.unit)).set(7, interval_text(code, interval));
        if (!value.comparator.empty()) obx.set(2, "SN").set(5, value.comparator + "^" + amount);
        string flag = value.milli < interval.low ? "L" : value.milli > interval.high ? "H" : "";
        obx.set(8, value.flag.empty() ? flag : value.flag);
    }
    obx.set(11, string(1, value.status)).set(14, time(report.collected, event.feed));
    string out = obx.text();
    if (!value.note.empty())
        out += Segment("NTE").set(1, "1").set(2, "L").set(3, escape_hl7(value.note)).text();
    return out;
}

string MessageWriter::write(const Event& event, const LabReport& report) const {
    const PanelCode& panel = code_of(report.panel);
    string out = header(event, "ORU^R01^ORU_R01") + patient(event) + visit(event);
    out +=
        Segment("ORC").set(1, "RE").set(2, report.placer).set(3, report.filler).set(5, "CM").text();
    Segment obr("OBR");
    obr.set(1, "1").set(2, report.placer).set(3, report.filler);
    obr.set(4, joined({panel.local, panel.name, kLabSystem}));
    obr.set(7, time(report.collected, event.feed)).set(14, time(report.received, event.feed));
    obr.set(15, string(panel.specimen)).set(22, time(report.reported, event.feed));
    obr.set(24, panel.panel == Panel::full_blood_count ? "HM" : "CH")
        .set(25, string(1, report.status));
    out += obr.text();
    if (!report.comment.empty()) {
        out += Segment("NTE").set(1, "1").set(2, "L").set(3, escape_hl7(report.comment)).text();
    }
    std::size_t number = 0;
    for (const auto& value : report.values) out += observation(event, report, value, ++number);
    return out;
}

string MessageWriter::write(const Event& event, const ObservationRound& round) const {
    string out = header(event, "ORU^R01^ORU_R01") + patient(event) + visit(event);
    Segment obr("OBR");
    obr.set(1, "1")
        .set(3, round.filler)
        .set(4, joined({"OBSROUND", "Observation round", kObservationSystem}));
    obr.set(7, time(round.observed, event.feed)).set(22, time(event.stamped, event.feed));
    obr.set(25, string(1, round.status));
    out += obr.text();
    std::size_t number = 0;
    const auto add = [&](VitalSign sign, const string& value) {
        const VitalSignCode& code = code_of(sign);
        Segment obx("OBX");
        obx.set(1, fmt::format("{}", ++number)).set(2, string(code.type));
        obx.set(3, local_code(code.local, code.name, kObservationSystem, code.loinc)).set(5, value);
        if (!code.unit.empty()) obx.set(6, joined({code.unit, "", "UCUM"}));
        obx.set(11, string(1, round.status)).set(14, time(round.observed, event.feed));
        out += obx.text();
    };
    const auto add_number = [&](VitalSign sign, const std::optional<int>& value) {
        if (value) add(sign, fmt::format("{}", *value));
    };
    const VitalSigns& signs = round.signs;
    add_number(VitalSign::respiratory_rate, signs.respiratory_rate);
    add_number(VitalSign::oxygen_saturation, signs.saturation);
    if (signs.on_oxygen) {
        add(VitalSign::oxygen_device,
            *signs.on_oxygen ? joined({"OXYGEN", "Supplemental oxygen", kObservationSystem})
                             : joined({"AIR", "Room air", kObservationSystem}));
    }
    add_number(VitalSign::oxygen_flow, signs.oxygen_flow);
    add(VitalSign::saturation_scale,
        joined({fmt::format("{}", signs.scale), fmt::format("SpO2 scale {}", signs.scale),
                kObservationSystem}));
    add_number(VitalSign::systolic, signs.systolic);
    add_number(VitalSign::diastolic, signs.diastolic);
    add_number(VitalSign::pulse, signs.pulse);
    if (signs.consciousness) {
        static constexpr string_view kWords[] = {"Alert", "New confusion", "Responds to voice",
                                                 "Responds to pain", "Unresponsive"};
        const auto index = string_view("ACVPU").find(*signs.consciousness);
        add(VitalSign::consciousness,
            joined({string(1, *signs.consciousness), kWords[index], kObservationSystem}));
    }
    if (signs.temperature_milli)
        add(VitalSign::temperature, format_milli(*signs.temperature_milli, 1));
    return out;
}

string MessageWriter::write(const Event& event, const Order& order) const {
    const PanelCode& panel = code_of(order.panel);
    string out = header(event, "ORM^O01^ORM_O01") + patient(event) + visit(event);
    Segment orc("ORC");
    orc.set(1, order.control)
        .set(2, order.placer)
        .set(5, order.status)
        .set(9, time(event.stamped, event.feed));
    if (event.visit) orc.set(12, consultant_text(*event.visit));
    Segment obr("OBR");
    obr.set(1, "1").set(2, order.placer).set(4, joined({panel.local, panel.name, kLabSystem}));
    return out + orc.text() + obr.text();
}

string MessageWriter::write(const Event& event, const Document& document) const {
    string out =
        header(event, "MDM^T02^MDM_T02") + event_type(event, "T02") + patient(event) + visit(event);
    Segment txa("TXA");
    txa.set(1, "1").set(2, document.type).set(3, "TX").set(4, time(event.stamped, event.feed));
    if (event.visit) txa.set(5, consultant_text(*event.visit));
    txa.set(6, time(event.stamped, event.feed)).set(12, document.number).set(17, "AU");
    out += txa.text();
    std::size_t number = 0;
    for (const auto& line : document.lines) {
        Segment obx("OBX");
        obx.set(1, fmt::format("{}", ++number)).set(2, "TX");
        obx.set(3, joined({document.type, document.title, "WSHEPR"}))
            .set(5, escape_hl7(line))
            .set(11, "F");
        out += obx.text();
    }
    return out;
}

string MessageWriter::write(const Event&, const Repeat& repeat) const {
    return write(plan_.events[repeat.of]);
}

}  // namespace wardlight::simulate
