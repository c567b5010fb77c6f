#include "hl7v2/acknowledgement.h"

#include <algorithm>
#include <array>

#include "base/text.h"

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

}  // namespace wardlight::hl7v2
