// Any bytes at all: they come out as valid UTF-8, a message that is read holds exactly that text,
// every part of it can be read as every type, and there is always an answer that we can read
// ourselves.
#include "base/text.h"
#include "hl7v2/acknowledgement.h"
#include "hl7v2/batch.h"
#include "hl7v2/character_set.h"
#include "hl7v2/data_types.h"
#include "hl7v2/escape.h"
#include "property.h"

using namespace wardlight;
using namespace wardlight::hl7v2;
using namespace wardlight::fuzz;

namespace {

void read_repetition(const Repetition& repetition, const Message& message, const TimeZone& zone) {
    must(is_inside(repetition.raw(), message.raw()));
    (void)read_cx(repetition);
    (void)read_xpn(repetition);
    (void)read_xad(repetition);
    (void)read_xtn(repetition).best();
    (void)read_pl(repetition);
    (void)read_xcn(repetition);
    (void)read_cwe(repetition);
    (void)read_sn(repetition);
    (void)read_nm(repetition.value());
    (void)parse_timestamp(repetition.text(), zone);
    (void)parse_time_of_day(repetition.text());
    const std::string text = repetition.value();
    if (message.delimiters().escape != '\0') {
        const std::string encoded = encode_escapes(text, message.delimiters());
        must(decode_escapes(encoded, message.delimiters()) == text);
    }
}

void read_message(std::string_view bytes, const TimeZone& zone) {
    constexpr std::size_t kRepetitionsLooked = 64;
    const DecodedText decoded = decode(bytes);
    must(is_valid_utf8(decoded.text));
    const auto message = Message::parse(decoded.text);
    const HeaderCheck check = message ? check_header(*message) : check_header(message.error());
    const std::string answer =
        build_acknowledgement(message ? &*message : nullptr,
                              {check.code, "1", from_micros(0), {}, "text", check.problems});
    const auto read = parse_acknowledgement(answer);
    must(read && read->code == check.code);
    // An answer goes through other hands: nothing from below the header is repeated in it.
    const std::string_view header = message ? message->segments().front().raw() : "";
    if (!tells_secret(header)) must(!tells_secret(answer));
    if (!message) return;
    must(message->raw() == decoded.text);
    must(!message->segments().empty());
    for (const Segment& segment : message->segments()) {
        must(is_inside(segment.raw(), message->raw()));
        for (std::size_t n = 1; n <= segment.fields(); ++n) {
            std::size_t looked = 0;
            for (const Repetition repetition : segment.field(n).each()) {
                if (++looked > kRepetitionsLooked) break;
                read_repetition(repetition, *message, zone);
            }
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const TimeZone zone = *TimeZone::find("Europe/London");
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const Batch batch = split_messages(bytes);
    for (const std::string_view message : batch.messages) must(is_inside(message, bytes));
    (void)messages_of_file(bytes);
    read_message(bytes, zone);
    return 0;
}
