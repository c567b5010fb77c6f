// Acknowledgements: which to send, how they are written, how one is read.
// Original mode (MSH-15 and MSH-16 empty): one application acknowledgement AA, AE or AR. Enhanced
// mode: an accept acknowledgement CA, CE or CR if MSH-15 wants it and an application
// acknowledgement if MSH-16 wants it. Positive ones may be sent only when the raw bytes are
// durable. Texts never hold a value of the message but its control id. Source: HL7 v2.9
// section 2.9, tables 0008, 0155, 0357. Pure functions, thread-safe.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "hl7v2/message.h"

namespace wardlight::hl7v2 {

enum class AckCode { aa, ae, ar, ca, ce, cr };

[[nodiscard]] std::string_view name_of(AckCode code);  // "AA"
[[nodiscard]] std::optional<AckCode> ack_code(std::string_view name);
/// AA or CA.
[[nodiscard]] bool is_positive(AckCode code);
/// The accept code of the same meaning: AE -> CE.
[[nodiscard]] AckCode as_accept(AckCode code);

/// Table 0357.
enum class ConditionCode {
    accepted = 0,
    segment_sequence = 100,
    required_field_missing = 101,
    data_type = 102,
    table_value_not_found = 103,
    unsupported_message_type = 200,
    unsupported_event_code = 201,
    unsupported_processing_id = 202,
    unsupported_version = 203,
    unknown_key = 204,
    duplicate_key = 205,
    record_locked = 206,
    internal_error = 207,
};
[[nodiscard]] std::string_view text_of(ConditionCode code);

struct ErrorLocation {
    std::string segment;
    std::size_t sequence = 1;  // which segment of that id
    std::size_t field = 0;     // 0: the segment itself
    std::size_t repetition = 0;
    std::size_t component = 0;
    std::size_t subcomponent = 0;
};
/// Reads the paths of Message::text and of errors: "PID", "PID-3[2].4.1", "OBX[3]-5". Text that is
/// no path gives an empty segment.
[[nodiscard]] ErrorLocation error_location(std::string_view path);

enum class Severity { error, warning, information };

struct Problem {
    ConditionCode code = ConditionCode::internal_error;
    ErrorLocation location;
    Severity severity = Severity::error;
    std::string text;  // what a person at the sender should know; without values
};

struct HeaderCheck {
    /// AA when the message can be stored and worked on; AE or AR with the problems otherwise.
    AckCode code = AckCode::aa;
    std::vector<Problem> problems;
    /// "control_id_missing", "trigger_missing", "version_missing", "processing_id_unknown",
    /// "ack_condition_unknown". Those of Message::warnings are not repeated.
    std::vector<std::string_view> warnings;
};

/// Liberal: AE without a message type or without any segment after MSH, AR for a version that is
/// not 2 and a processing id that nobody knows; the rest is at most a warning.
[[nodiscard]] HeaderCheck check_header(const Message& message);
/// The same for what Message::parse refused with this error.
[[nodiscard]] HeaderCheck check_header(const Error& parse_error);

/// Never answer one of these: two systems would answer each other for ever.
[[nodiscard]] bool is_acknowledgement(const Message& message);

struct WantedAcknowledgements {
    bool accept = false;       // CA, CE, CR
    bool application = false;  // AA, AE, AR
};
/// What the sender wants to hear of a success or a failure. NE in MSH-15 with nothing in MSH-16
/// still gets its application acknowledgement: a sender that waits would wait for ever. Conditions
/// outside table 0155 count as AL.
[[nodiscard]] WantedAcknowledgements wanted_acknowledgements(const Message& message, bool success);

struct AcknowledgementDetails {
    AckCode code = AckCode::aa;
    std::string control_id;  // new, for MSH-10
    Instant now;
    std::chrono::minutes offset{0};  // local zone of MSH-7
    std::string text;                // MSA-3, up to version 2.6
    std::vector<Problem> problems;   // ERR, in the form of the sender's version
};

/// Writes with the separators, version and processing id of the original; sender and receiver are
/// exchanged. nullptr when the original could not be read at all.
[[nodiscard]] std::string build_acknowledgement(const Message* original,
                                                const AcknowledgementDetails& details);

struct Acknowledgement {
    AckCode code = AckCode::aa;
    std::string control_id;         // MSA-2: of the message it answers
    std::string text;               // MSA-3, else the first text of an ERR
    std::vector<Problem> problems;  // from ERR of either form
};
[[nodiscard]] Result<Acknowledgement> parse_acknowledgement(const Message& message);
/// From the bytes of a frame.
[[nodiscard]] Result<Acknowledgement> parse_acknowledgement(std::string_view bytes);

}  // namespace wardlight::hl7v2
