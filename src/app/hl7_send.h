// Sends the messages of files to an MLLP listener, one after the other, and writes one line for
// each acknowledgement: file, number of the message in it, its control id, code and text, separated
// by tabs. Used by one thread.
#pragma once

#include <chrono>
#include <iosfwd>
#include <string>
#include <vector>

#include "app/simulate/mllp_connection.h"

namespace wardlight::app {

/// How long to wait for the application acknowledgement after an accept acknowledgement: many
/// receivers send it later on a connection of their own.
inline constexpr std::chrono::seconds kSecondAnswerWait{2};

struct Hl7File {
    std::string name;
    std::vector<std::string> messages;
};

struct Hl7SendReport {
    std::size_t sent = 0;
    std::size_t accepted = 0;
    std::size_t refused = 0;     // AE, AR, CE, CR, or an answer to another message
    std::size_t unanswered = 0;  // no answer in time, or no connection
    [[nodiscard]] bool is_good() const { return refused == 0 && unanswered == 0; }
};

[[nodiscard]] Hl7SendReport send_hl7_files(const simulate::Target& target,
                                           const std::vector<Hl7File>& files,
                                           std::chrono::milliseconds timeout, std::ostream& out);

}  // namespace wardlight::app
