#include "scenarios/messages.h"

#include <date/date.h>
#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace wardlight::scenarios {
namespace {

constexpr std::array kAnalytes{
    Analyte{"creatinine", "CRE", "14682-9"}, Analyte{"potassium", "K", "2823-3"},
    Analyte{"sodium", "NA", "2951-2"},       Analyte{"glucose", "GLU", "14749-6"},
    Analyte{"haemoglobin", "HB", "718-7"},   Analyte{"rr", "RR", "9279-1"},
    Analyte{"spo2", "SPO2", "59408-5"},      Analyte{"sbp", "SBP", "8480-6"},
    Analyte{"pulse", "PULSE", "8867-4"},     Analyte{"acvpu", "ACVPU", "67775-7"},
    Analyte{"temp", "TEMP", "8310-5"},
};

std::string_view unit_of(std::string_view sign) {
    if (sign == "spo2") return "%";
    if (sign == "sbp") return "mm[Hg]";
    if (sign == "temp") return "Cel";
    return "/min";
}

std::string stamp(Instant at) {
    return date::format("%Y%m%d%H%M%S", std::chrono::floor<std::chrono::seconds>(at)) + "+0000";
}

std::string person_segment(const Person& person) {
    return fmt::format("PID|1||{}^^^WSH^MR||Story^{}||{}|{}\r", person.mrn, person.mrn, person.born,
                       person.sex);
}

std::string visit_segment(const Person& person) {
    if (person.ward.empty()) return {};
    return fmt::format("PV1|1|I|{}^R1^1^WSH||||||||||||||||V{}^^^WSH^VN\r", person.ward,
                       person.mrn);
}

/// A sign that is a word and not a number.
std::string coded_segment(int set_id, std::string_view code, std::string_view loinc,
                          std::string_view value, const std::string& taken) {
    const std::string known = loinc.empty() ? "" : fmt::format("^{}^{}^LN", loinc, code);
    return fmt::format("OBX|{}|CE|{}^{}^WSHOBS{}||{}^{}^WSHOBS||||||F|||{}\r", set_id, code, code,
                       known, value, value, taken);
}

}  // namespace

const Analyte& analyte(std::string_view word) {
    for (const Analyte& one : kAnalytes)
        if (one.word == word) return one;
    throw std::runtime_error("unknown analyte or sign: " + std::string(word));
}

std::string Messages::header(std::string_view sender, std::string_view type, Instant now) {
    return fmt::format("MSH|^~\\&|{}|WSH|WARDLIGHT|WSH|{}||{}|S{:06}|P|2.4|||||GBR|UNICODE UTF-8\r",
                       sender, stamp(now), type, ++counter_);
}

std::string Messages::movement(std::string_view trigger, const Person& person, Instant now) {
    const std::string structure = trigger == "A03"   ? "ADT_A03"
                                  : trigger == "A02" ? "ADT_A02"
                                                     : "ADT_A01";
    return header("WSHPAS", fmt::format("ADT^{}^{}", trigger, structure), now) +
           fmt::format("EVN|{}|{}|||CLERK|{}\r", trigger, stamp(now), stamp(now)) +
           person_segment(person) + visit_segment(person);
}

std::string Messages::merge(const Person& gone, const Person& stays, Instant now) {
    return header("WSHPAS", "ADT^A40^ADT_A39", now) +
           fmt::format("EVN|A40|{}|||CLERK|{}\r", stamp(now), stamp(now)) + person_segment(stays) +
           fmt::format("MRG|{}^^^WSH^MR\r", gone.mrn);
}

std::string Messages::lab(const Person& person, const Lab& lab, Instant now) {
    const Analyte& what = analyte(lab.analyte);
    const std::string taken = stamp(lab.taken);
    return header("WSHLIMS", "ORU^R01^ORU_R01", now) + person_segment(person) +
           visit_segment(person) + fmt::format("ORC|RE|R{0}|{0}||CM\r", lab.sample) +
           fmt::format("OBR|1|R{0}|{0}|UE^Panel^WSHLAB|||{1}|||||||{1}|SER|||||||{2}||CH|{3}\r",
                       lab.sample, taken, stamp(now), lab.status) +
           fmt::format("OBX|1|NM|{0}^{1}^WSHLAB^{2}^{1}^LN||{3}|{4}|||||{5}|||{6}\r", what.code,
                       what.word, what.loinc, lab.value, lab.unit, lab.status, taken);
}

std::string Messages::round(const Person& person,
                            const std::vector<std::pair<std::string, std::string>>& signs,
                            Instant taken, Instant now) {
    const std::string at = stamp(taken);
    std::string text = header("WSHEOBS", "ORU^R01^ORU_R01", now) + person_segment(person) +
                       visit_segment(person) +
                       fmt::format(
                           "OBR|1||N{}|OBSROUND^Observation round^WSHOBS|||{}||||||||||||"
                           "|||{}|||F\r",
                           counter_, at, stamp(now));
    int set_id = 0;
    for (const auto& [word, value] : signs) {
        ++set_id;
        if (word == "air" || word == "oxygen") {
            text += coded_segment(set_id, "O2DEV", "", word == "air" ? "AIR" : "OXYGEN", at);
        } else if (word == "scale") {
            text += coded_segment(set_id, "SPO2SCALE", "", value, at);
        } else if (word == "acvpu") {
            text += coded_segment(set_id, "ACVPU", analyte(word).loinc, value, at);
        } else {
            const Analyte& sign = analyte(word);
            text += fmt::format("OBX|{0}|NM|{1}^{2}^WSHOBS^{3}^{2}^LN||{4}|{5}^^UCUM|||||F|||{6}\r",
                                set_id, sign.code, sign.word, sign.loinc, value, unit_of(word), at);
        }
    }
    return text;
}

}  // namespace wardlight::scenarios
