#include "hl7v2/acknowledgement.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"
#include "hl7v2/character_set.h"
#include "hl7v2/escape.h"
#include "hl7v2/version.h"

namespace wardlight::hl7v2 {
namespace {

struct CodeName {
    AckCode code;
    std::string_view name;
};
constexpr std::array kCodeNames{CodeName{AckCode::aa, "AA"}, CodeName{AckCode::ae, "AE"},
                                CodeName{AckCode::ar, "AR"}, CodeName{AckCode::ca, "CA"},
                                CodeName{AckCode::ce, "CE"}, CodeName{AckCode::cr, "CR"}};

struct ConditionText {
    ConditionCode code;
    std::string_view text;
};
constexpr std::array kConditionTexts{
    ConditionText{ConditionCode::accepted, "Message accepted"},
    ConditionText{ConditionCode::segment_sequence, "Segment sequence error"},
    ConditionText{ConditionCode::required_field_missing, "Required field missing"},
    ConditionText{ConditionCode::data_type, "Data type error"},
    ConditionText{ConditionCode::table_value_not_found, "Table value not found"},
    ConditionText{ConditionCode::unsupported_message_type, "Unsupported message type"},
    ConditionText{ConditionCode::unsupported_event_code, "Unsupported event code"},
    ConditionText{ConditionCode::unsupported_processing_id, "Unsupported processing id"},
    ConditionText{ConditionCode::unsupported_version, "Unsupported version id"},
    ConditionText{ConditionCode::unknown_key, "Unknown key identifier"},
    ConditionText{ConditionCode::duplicate_key, "Duplicate key identifier"},
    ConditionText{ConditionCode::record_locked, "Application record locked"},
    ConditionText{ConditionCode::internal_error, "Application internal error"},
};

Problem problem(ConditionCode code, std::string_view path, std::string text) {
    return {code, error_location(path), Severity::error, std::move(text)};
}

std::string upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
        if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
}

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> known) {
    return std::find(known.begin(), known.end(), text) != known.end();
}

/// Table 0155; what is not in it counts as AL.
bool wants(std::string_view condition, bool success) {
    if (condition == "NE") return false;
    if (condition == "ER") return !success;
    if (condition == "SU") return success;
    return true;
}

}  // namespace

std::string_view name_of(AckCode code) {
    return kCodeNames[static_cast<std::size_t>(code)].name;
}

std::optional<AckCode> ack_code(std::string_view name) {
    for (const CodeName& known : kCodeNames) {
        if (equals_ignoring_case(known.name, trim(name))) return known.code;
    }
    return std::nullopt;
}

bool is_positive(AckCode code) {
    return code == AckCode::aa || code == AckCode::ca;
}

AckCode as_accept(AckCode code) {
    switch (code) {
        case AckCode::aa:
        case AckCode::ca:
            return AckCode::ca;
        case AckCode::ae:
        case AckCode::ce:
            return AckCode::ce;
        case AckCode::ar:
        case AckCode::cr:
            return AckCode::cr;
    }
    return AckCode::cr;
}

std::string_view text_of(ConditionCode code) {
    for (const ConditionText& known : kConditionTexts) {
        if (known.code == code) return known.text;
    }
    return "Application internal error";
}

HeaderCheck check_header(const Message& message) {
    HeaderCheck check;
    const auto refuse = [&](AckCode code, ConditionCode condition, std::string_view path,
                            const char* text) {
        if (check.code != AckCode::ar) check.code = code;
        check.problems.push_back(problem(condition, path, text));
    };
    const auto warn_if = [&](bool condition, std::string_view code) {
        if (condition) check.warnings.push_back(code);
    };
    const auto header = [&](std::string_view path) { return upper(trim(message.text(path))); };

    if (header("MSH-9").empty())
        refuse(AckCode::ae, ConditionCode::required_field_missing, "MSH-9",
               "The message type is missing");
    warn_if(header("MSH-9.2").empty() && !is_acknowledgement(message), "trigger_missing");
    warn_if(header("MSH-10").empty(), "control_id_missing");

    const std::string processing = header("MSH-11");
    if (!is_one_of(processing, {"", "P", "T", "D", "N"}))
        refuse(AckCode::ar, ConditionCode::unsupported_processing_id, "MSH-11",
               "The processing id is not P, T or D");
    warn_if(processing == "N", "processing_id_unknown");

    const std::string version = header("MSH-12");
    if (!version.empty() && version != "2" && !version.starts_with("2."))
        refuse(AckCode::ar, ConditionCode::unsupported_version, "MSH-12",
               "The version is not one of HL7 version 2");
    warn_if(version.empty(), "version_missing");

    for (const char* path : {"MSH-15", "MSH-16"})
        warn_if(!is_one_of(header(path), {"", "AL", "NE", "ER", "SU"}), "ack_condition_unknown");

    if (message.segments().size() < 2)
        refuse(AckCode::ae, ConditionCode::segment_sequence, "MSH", "No segment follows MSH");
    return check;
}

HeaderCheck check_header(const Error& parse_error) {
    HeaderCheck check;
    check.code = AckCode::ar;
    if (parse_error.code == ErrorCode::too_large) {
        check.problems.push_back(
            problem(ConditionCode::internal_error, "MSH", parse_error.message));
    } else if (parse_error.where == "MSH-2") {
        check.problems.push_back(problem(ConditionCode::data_type, "MSH-2", parse_error.message));
    } else {
        check.problems.push_back(
            problem(ConditionCode::segment_sequence, "MSH", parse_error.message));
    }
    return check;
}

bool is_acknowledgement(const Message& message) {
    const std::string type = message.text("MSH-9.1");
    return type == "ACK" || type == "MCF" || type == "NAK";
}

WantedAcknowledgements wanted_acknowledgements(const Message& message, bool success) {
    const std::string accept = upper(trim(message.text("MSH-15")));
    const std::string application = upper(trim(message.text("MSH-16")));
    if (accept.empty() && application.empty()) return {.accept = false, .application = true};
    WantedAcknowledgements wanted;
    wanted.accept = !accept.empty() && wants(accept, success);
    wanted.application = application.empty() ? accept == "NE" : wants(application, success);
    return wanted;
}

namespace {

/// The parts of an original message that its answer repeats; defaults when there is none.
struct Original {
    Delimiters delimiters;
    std::string encoding_characters = "^~\\&";
    std::string sending_application;
    std::string sending_facility;
    std::string receiving_application;
    std::string receiving_facility;
    std::string trigger;
    std::string control_id;
    std::string processing_id = "P";
    std::string version = "2.5";
    Version number{2, 5};
};

Original read_original(const Message* message) {
    Original out;
    if (!message) return out;
    const Segment& header = message->segments().front();
    const auto raw = [&](std::size_t n) { return std::string(header.field(n).raw()); };
    const auto raw_or = [&](std::size_t n, std::string& value) {
        if (!header.field(n).empty()) value = raw(n);
    };
    out.delimiters = message->delimiters();
    raw_or(2, out.encoding_characters);
    out.sending_application = raw(3);
    out.sending_facility = raw(4);
    out.receiving_application = raw(5);
    out.receiving_facility = raw(6);
    out.trigger = header.field(9).component(2).raw();
    out.control_id = header.field(10).raw();
    raw_or(11, out.processing_id);
    raw_or(12, out.version);
    out.number = version_of(*message).value_or(Version{2, 5});
    return out;
}

class Writer {
 public:
    explicit Writer(const Delimiters& delimiters) : d_(delimiters) {}

    void segment(std::string_view id, const std::vector<std::string>& fields) {
        out_ += id;
        std::size_t last = fields.size();
        while (last > 0 && fields[last - 1].empty()) --last;
        for (std::size_t i = 0; i < last; ++i) {
            out_ += d_.field;
            out_ += fields[i];
        }
        out_ += '\r';
    }
    [[nodiscard]] std::string text(std::string_view plain) const {
        return encode_escapes(plain, d_);
    }
    /// Parts joined by a separator, trailing empty ones left out. Without the separator only the
    /// first part can be written.
    [[nodiscard]] std::string joined(char separator, std::vector<std::string> parts) const {
        while (!parts.empty() && parts.back().empty()) parts.pop_back();
        std::string out;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            if (i > 0 && separator == '\0') break;
            if (i > 0) out += separator;
            out += parts[i];
        }
        return out;
    }
    [[nodiscard]] std::string components(std::vector<std::string> parts) const {
        return joined(d_.component, std::move(parts));
    }
    [[nodiscard]] std::string condition(ConditionCode code, char separator) const {
        return joined(separator,
                      {std::to_string(static_cast<int>(code)), text(text_of(code)), "HL70357"});
    }
    [[nodiscard]] const Delimiters& delimiters() const { return d_; }
    std::string take() { return std::move(out_); }

 private:
    const Delimiters& d_;
    std::string out_;
};

std::string number_or_empty(std::size_t number) {
    return number == 0 ? std::string{} : std::to_string(number);
}

std::string hl7_time(Instant now, std::chrono::minutes offset) {
    using namespace std::chrono;
    const auto local = now + offset;
    const auto day = floor<days>(local);
    const year_month_day date{day};
    const auto second = floor<seconds>(local - day).count();
    return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}{}{:02}{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       second / 3600, second / 60 % 60, second % 60,
                       offset < minutes{0} ? '-' : '+', std::abs(offset.count()) / 60,
                       std::abs(offset.count()) % 60);
}

/// Up to 2.4: one ERR, one repetition of ERR-1 for each problem.
void write_old_errors(Writer& writer, const std::vector<Problem>& problems) {
    std::string locations;
    for (const Problem& p : problems) {
        const std::string one = writer.components(
            {p.location.segment,
             number_or_empty(p.location.segment.empty() ? 0 : p.location.sequence),
             number_or_empty(p.location.field),
             writer.condition(p.code, writer.delimiters().subcomponent)});
        if (!locations.empty()) {
            if (writer.delimiters().repetition == '\0') break;
            locations += writer.delimiters().repetition;
        }
        locations += one;
    }
    writer.segment("ERR", {locations});
}

std::string_view severity_letter(Severity severity) {
    switch (severity) {
        case Severity::error:
            return "E";
        case Severity::warning:
            return "W";
        case Severity::information:
            return "I";
    }
    return "E";
}

/// From 2.5: one ERR for each problem.
void write_error(Writer& writer, const Problem& p) {
    const ErrorLocation& at = p.location;
    const std::string location =
        writer.components({at.segment, number_or_empty(at.segment.empty() ? 0 : at.sequence),
                           number_or_empty(at.field), number_or_empty(at.repetition),
                           number_or_empty(at.component), number_or_empty(at.subcomponent)});
    writer.segment("ERR", {"", location, writer.condition(p.code, writer.delimiters().component),
                           std::string(severity_letter(p.severity)), "", "", writer.text(p.text),
                           writer.text(p.text)});
}

}  // namespace

std::string build_acknowledgement(const Message* message, const AcknowledgementDetails& details) {
    const Original original = read_original(message);
    Writer writer(original.delimiters);
    std::string type = "ACK";
    if (!original.trigger.empty()) {
        // The third part came with 2.3.1; strict older receivers refuse it.
        const bool with_structure = original.number >= Version{2, 3, 1};
        type = writer.components({"ACK", original.trigger, with_structure ? "ACK" : ""});
    }
    std::vector<std::string> header{original.encoding_characters,
                                    original.receiving_application,
                                    original.receiving_facility,
                                    original.sending_application,
                                    original.sending_facility,
                                    hl7_time(details.now, details.offset),
                                    "",
                                    type,
                                    writer.text(details.control_id),
                                    original.processing_id,
                                    original.version};
    const auto is_ascii = [](const std::string& text) {
        return std::all_of(text.begin(), text.end(),
                           [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    };
    constexpr std::size_t kCharacterSetField = 17;  // MSH-18, counted from MSH-2
    if (!std::all_of(header.begin(), header.end(), is_ascii) || !is_ascii(original.control_id) ||
        !is_ascii(details.text)) {
        header.resize(kCharacterSetField);
        header[kCharacterSetField - 1] = "UNICODE UTF-8";
    }
    writer.segment("MSH", header);
    const bool with_text = original.number < Version{2, 7};
    writer.segment("MSA", {std::string(name_of(details.code)), original.control_id,
                           with_text ? writer.text(details.text) : std::string{}});
    if (details.problems.empty()) return writer.take();
    if (original.number < Version{2, 5}) {
        write_old_errors(writer, details.problems);
    } else {
        for (const Problem& p : details.problems) write_error(writer, p);
    }
    return writer.take();
}

}  // namespace wardlight::hl7v2
