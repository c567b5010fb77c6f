#include "load/hl7_messages.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <array>
#include <cstring>

namespace wardlight::load {
namespace {

using std::chrono::system_clock;

// Results of a round through the patients are an hour newer than those of the round before, all
// within the two days in which a result still counts as news.
constexpr int kRounds = 47;

// What stands for a field in a template: as many characters as the field has.
constexpr std::array<std::string_view, 9> kMarks = {"{control--------->}",
                                                    "{number}",
                                                    "{sent------------>}",
                                                    "{taken----------->}",
                                                    "{n}",
                                                    "{k}",
                                                    "{u}",
                                                    "@@",
                                                    "##"};
constexpr std::size_t kStampWidth = 19;
static_assert(kMarks[0].size() == kControlPrefix + 11 && kMarks[2].size() == kStampWidth &&
              kMarks[3].size() == kStampWidth);

constexpr std::string_view kHeader =
    R"(MSH|^~\&|{sender}|WSH|WARDLIGHT|WSH|{sent------------>}||{type}|{control--------->}|P|2.4|||||GBR|UNICODE UTF-8)"
    "\r";
constexpr std::string_view kPatient =
    "PID|1||{number}^^^WSH^MR||Test{number}^Patient^Benchmark||19500601|F|||"
    "12 Station Road^^Northwick^^NW1 1AA^GBR^H||(01632)960123^PRN^PH^^44^1632^960123|"
    "|EN^English|M\r";
constexpr std::string_view kVisit =
    "PV1|1|I|7B^R1^1^WSH||||C100^Okafor^Grace^^^Dr|||MED|||||||||V{number}^^^WSH^VN||||||||||||||||"
    "|||"
    "||||||{sent------------>}\r";

std::string header(std::string_view sender, std::string_view type) {
    std::string text(kHeader);
    const auto replace = [&text](std::string_view mark, std::string_view value) {
        text.replace(text.find(mark), mark.size(), value);
    };
    replace("{sender}", sender);
    replace("{type}", type);
    return text;
}

/// One kilobyte, as a patient administration system sends it.
std::string adt_text() {
    return header("WSHPAS", "ADT^A08^ADT_A01") + "EVN|A08|{sent------------>}|||C200^Jones^Rhys\r" +
           std::string(kPatient) +
           "NK1|1|Test^Relative|SPO^Spouse^HL70063|12 Station Road^^Northwick^^NW1 1AA^GBR|"
           "(01632)960124^PRN^PH||EC^Emergency contact^HL70131\r" +
           std::string(kVisit) +
           "IN1|1|NHS^National Health Service^WSHINS|NHS|National Health Service|12 Kings Road^^"
           "Northwick^^NW1 2BB^GBR|||||||20200101\r"
           "AL1|1|DA^Drug allergy^HL70127|PEN^Penicillin^WSHALG|MO^Moderate^HL70128|Rash|20190401\r"
           "DG1|1||N18.3^Chronic kidney disease, stage 3^I10||20240110|A\r"
           "DG1|2||I10^Essential (primary) hypertension^I10||20150610|A\r"
           "DG1|3||E11.9^Type 2 diabetes mellitus without complications^I10||20120301|A\r";
}

std::string result_line(int number, std::string_view code, std::string_view value,
                        std::string_view unit, std::string_view range) {
    return fmt::format("OBX|{}|NM|{}^WSHLAB||{}|{}|{}||||F|||{{taken----------->}}\r", number, code,
                       value, unit, range);
}

std::string oru_text() {
    return header("WSHLIMS", "ORU^R01^ORU_R01") + std::string(kPatient) + std::string(kVisit) +
           "ORC|RE|R{control--------->}|S{control--------->}||CM\r"
           "OBR|1|R{control--------->}|S{control--------->}|UE^Urea and electrolytes^WSHLAB|||"
           "{taken----------->}|||||||{taken----------->}|SER|||||||{taken----------->}||CH|F\r" +
           result_line(1, "NA^Sodium", "{n}", "mmol/L", "133-146") +
           result_line(2, "K^Potassium", "{k}", "mmol/L", "3.5-5.3") +
           result_line(3, "UREA^Urea", "{u}", "mmol/L", "2.5-7.8") +
           result_line(4, "CRE^Creatinine", "@@", "umol/L", "59-104");
}

std::string vitals_text() {
    const auto line = [](int number, std::string_view type, std::string_view code,
                         std::string_view value, std::string_view unit) {
        return fmt::format("OBX|{}|{}|{}^WSHOBS||{}|{}|||||F|||{{taken----------->}}\r", number,
                           type, code, value, unit);
    };
    return header("WSHEOBS", "ORU^R01^ORU_R01") + std::string(kPatient) + std::string(kVisit) +
           "OBR|1||O{control--------->}|OBS^Vital signs^WSHOBS|||{taken----------->}|||||||||||||||"
           "{taken----------->}||OBS|F\r" +
           line(1, "NM", "RR^Respiratory rate", "16", "/min") +
           line(2, "NM", "SPO2^Oxygen saturation", "97", "%") +
           line(3, "CE", "O2DEV^Air or oxygen", "A^Air^WSHOBS", "") +
           line(4, "NM", "SBP^Systolic blood pressure", "124", "mm[Hg]") +
           line(5, "NM", "DBP^Diastolic blood pressure", "78", "mm[Hg]") +
           line(6, "NM", "PULSE^Pulse", "##", "/min") +
           line(7, "CE", "ACVPU^Consciousness", "A^Alert^WSHOBS", "") +
           line(8, "NM", "TEMP^Temperature", "36.8", "Cel");
}

std::string stamp(system_clock::time_point at) {
    return fmt::format("{:%Y%m%d%H%M%S}+0000", fmt::gmtime(system_clock::to_time_t(at)));
}

}  // namespace

Result<MessageKind> message_kind(std::string_view name) {
    if (name == "adt") return MessageKind::adt;
    if (name == "oru") return MessageKind::oru;
    if (name == "vitals") return MessageKind::vitals;
    if (name == "mix") return MessageKind::mix;
    return fail(ErrorCode::invalid, "no such kind of message");
}

std::string name_of_run() {
    constexpr std::string_view kDigits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    auto micros = std::chrono::duration_cast<std::chrono::milliseconds>(
                      system_clock::now().time_since_epoch())
                      .count();
    std::string name(kControlPrefix, '0');
    for (auto digit = name.rbegin(); digit != name.rend(); ++digit) {
        *digit = kDigits[static_cast<std::size_t>(micros % 36)];
        micros /= 36;
    }
    return name;
}

MessageSource::Template MessageSource::read_template(std::string text) {
    Template result;
    for (std::size_t field = 0; field < kMarks.size(); ++field) {
        for (auto at = text.find(kMarks[field]); at != std::string::npos;
             at = text.find(kMarks[field], at + 1)) {
            result.places.push_back({at, static_cast<Field>(field)});
        }
    }
    result.text = std::move(text);
    return result;
}

MessageSource::MessageSource(MessagePlan plan)
    : plan_(std::move(plan)),
      adt_(read_template(adt_text())),
      oru_(read_template(oru_text())),
      vitals_(read_template(vitals_text())) {
    using namespace std::chrono_literals;
    const auto now = system_clock::now();
    sent_ = stamp(now);
    taken_lately_ = stamp(now - 10min);
    for (int round = 0; round < kRounds; ++round)
        taken_.push_back(stamp(now - std::chrono::hours(kRounds - round)));
}

const MessageSource::Template& MessageSource::template_of(std::uint64_t number) const {
    constexpr std::uint64_t kMixLength = 5;
    switch (plan_.kind) {
        case MessageKind::adt:
            return adt_;
        case MessageKind::oru:
            return oru_;
        case MessageKind::vitals:
            return vitals_;
        case MessageKind::mix:
            break;
    }
    const std::uint64_t turn = number % kMixLength;
    return turn == 0 ? adt_ : turn % 2 == 1 ? oru_ : vitals_;
}

bool MessageSource::is_critical(std::uint64_t number) const {
    return plan_.critical_every != 0 && number % plan_.critical_every == 0 &&
           &template_of(number) == &oru_;
}

std::uint64_t MessageSource::patient_of(std::uint64_t number) const {
    if (plan_.critical_is_new_patient && is_critical(number))
        return plan_.first_patient + plan_.patients + number / plan_.critical_every;
    return plan_.first_patient + number % plan_.patients;
}

std::string MessageSource::medical_record_number(std::uint64_t number) const {
    return fmt::format("{:08}", patient_of(number));
}

std::string MessageSource::control_id(std::uint64_t number) const {
    return fmt::format("{}-{:010}", plan_.run, number);
}

void MessageSource::write_field(std::uint64_t number, Field field, char* to) const {
    const auto put = [to](std::string_view text) { std::memcpy(to, text.data(), text.size()); };
    const std::uint64_t round = number / plan_.patients;
    switch (field) {
        case Field::control:
            put(plan_.run);
            fmt::format_to(to + plan_.run.size(), "-{:010}", number);
            break;
        case Field::patient:
            fmt::format_to(to, "{:08}", patient_of(number));
            break;
        case Field::sent:
            put(sent_);
            break;
        case Field::taken:
            put(is_critical(number) ? taken_lately_ : taken_[round % taken_.size()]);
            break;
        case Field::sodium:
            fmt::format_to(to, "{}", 136 + number % 8);
            break;
        case Field::potassium:
            put(is_critical(number) ? "7.1" : number % 2 == 0 ? "4.1" : "4.4");
            break;
        case Field::urea:
            fmt::format_to(to, "{}.{}", 3 + number % 4, round % 10);
            break;
        case Field::creatinine:
            fmt::format_to(to, "{}", 70 + patient_of(number) % 25 + round % 5);
            break;
        case Field::pulse:
            fmt::format_to(to, "{}", 60 + number % 30);
            break;
    }
}

void MessageSource::write(std::uint64_t number, std::string& out) const {
    const Template& message = template_of(number);
    const std::size_t begin = out.size();
    out += message.text;
    for (const Place& place : message.places)
        write_field(number, place.field, out.data() + begin + place.offset);
}

}  // namespace wardlight::load
