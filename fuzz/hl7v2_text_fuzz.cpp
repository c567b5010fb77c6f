// Escapes and character sets with any delimiters: what was written is read back, encoded text holds
// no separator, valid text stays valid, and bytes in any declared set come out as UTF-8.
#include <array>

#include "base/text.h"
#include "hl7v2/character_set.h"
#include "hl7v2/escape.h"
#include "property.h"

using namespace wardlight;
using namespace wardlight::hl7v2;
using namespace wardlight::fuzz;

namespace {

// As a header can have them: no two the same, none a letter, digit, blank or end of line.
Delimiters delimiters_from(Input& input) {
    constexpr std::array<std::string_view, 6> kSets{"|^~\\&#", "#|~\\&^", "|^~",
                                                    "|^~\\&",  "!@*?;%",  "$:+/=>"};
    const std::string_view set = kSets[input.byte() % kSets.size()];
    const auto at = [&](std::size_t i) { return i < set.size() ? set[i] : '\0'; };
    return {at(0), at(1), at(2), at(3), at(4), at(5)};
}

void check_escapes(std::string_view text, const Delimiters& delimiters, HexMeaning hex) {
    const std::string decoded = decode_escapes(text, delimiters, hex);
    const std::string encoded = encode_escapes(text, delimiters);
    if (is_valid_utf8(text)) must(is_valid_utf8(decoded) && is_valid_utf8(encoded));
    for (const char separator :
         {delimiters.field, delimiters.component, delimiters.repetition, delimiters.subcomponent}) {
        if (separator != '\0') must(encoded.find(separator) == std::string::npos);
    }
    must(encoded.find_first_of("\r\n\x0B\x1C") == std::string::npos);
    if (delimiters.escape == '\0') {
        must(decoded == text && encoded.size() == text.size());
        return;
    }
    if (is_valid_utf8(text)) must(decode_escapes(encoded, delimiters, hex) == text);
    // A sequence of lines or blanks is the only one that grows, and it has a limit.
    must(decoded.size() <= text.size() * (kSkippedLines + 3));
}

void check_character_sets(std::string_view bytes, std::uint8_t choice) {
    constexpr std::array<std::string_view, 10> kNames{
        "",        "ASCII",    "8859/1",        "8859/2",        "8859/9",
        "UNICODE", "ISO IR87", "UNICODE UTF-8", "GB 18030-2000", "nobody's"};
    const DecodedText decoded = decode(bytes, kNames[choice % kNames.size()]);
    must(is_valid_utf8(decoded.text));
    // The plain case, which most senders are: nothing changes on the way.
    const bool is_plain = is_valid_utf8(bytes) && !bytes.starts_with("\xEF\xBB\xBF") &&
                          bytes.find_first_of(std::string_view("\x1B\\\0", 3)) == bytes.npos &&
                          bytes.find("MSH") == bytes.npos;
    if (is_plain) must(decode(bytes).text == bytes);
    // What came out is UTF-8 and is not changed by reading it as such.
    const std::string again = decode(decoded.text, "UNICODE UTF-8").text;
    must(is_valid_utf8(again));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const Delimiters delimiters = delimiters_from(input);
    const std::uint8_t choice = input.byte();
    const auto hex = (choice & 1) != 0 ? HexMeaning::bytes : HexMeaning::utf16_when_leading_zero;
    check_escapes(input.rest(), delimiters, hex);
    check_character_sets(input.rest(), choice >> 1);
    return 0;
}
