// Files and frames of several messages, and acknowledgements: pieces are in order and do not
// overlap, splitting a piece again gives that piece, and an acknowledgement that is read has a
// code.
#include "base/text.h"
#include "hl7v2/acknowledgement.h"
#include "hl7v2/batch.h"
#include "property.h"

using namespace wardlight;
using namespace wardlight::hl7v2;
using namespace wardlight::fuzz;

namespace {

void check_batch(std::string_view bytes) {
    const Batch batch = split_messages(bytes);
    must(batch.messages.size() <= kMessagesPerBatch);
    must(is_inside(batch.stray, bytes));
    const char* end_of_last = bytes.data();
    for (const std::string_view message : batch.messages) {
        must(is_inside(message, bytes) && !message.empty());
        must(message.data() >= end_of_last);
        end_of_last = message.data() + message.size();
    }
    if (batch.messages.size() < 2) return;
    for (const std::string_view message : batch.messages) {
        must(message.starts_with("MSH"));
        const Batch alone = split_messages(message);
        must(alone.messages.size() == 1 && alone.messages.front() == message);
        must(alone.stray.empty() && alone.warnings.empty());
    }
}

void check_file(std::string_view bytes) {
    const MessageFile file = messages_of_file(bytes);
    std::size_t total = 0;
    for (const std::string& message : file.messages) total += message.size();
    must(total <= bytes.size());
}

void check_acknowledgement(std::string_view bytes) {
    const auto read = parse_acknowledgement(bytes);
    if (!read) {
        must(!tells_secret(read.error().message) && !tells_secret(read.error().where));
        return;
    }
    must(ack_code(name_of(read->code)) == read->code);
    must(is_positive(as_accept(read->code)) == is_positive(read->code));
    for (const Problem& problem : read->problems) must(!text_of(problem.code).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_batch(bytes);
    check_file(bytes);
    check_acknowledgement(bytes);
    return 0;
}
