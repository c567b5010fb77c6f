// HL7 v2 over MLLP: sends the messages of a source and takes only an acknowledgement of exactly
// that message, with code AA, for an answer.
#pragma once

#include "load/hl7_messages.h"
#include "load/load_run.h"

namespace wardlight::load {

class MllpExchange : public Exchange {
 public:
    explicit MllpExchange(const MessageSource& source) : source_(source) {}
    void write_request(std::uint64_t number, std::string& out) override;
    Answer take_answer(std::uint64_t number, std::string& incoming) override;

 private:
    const MessageSource& source_;
};

}  // namespace wardlight::load
