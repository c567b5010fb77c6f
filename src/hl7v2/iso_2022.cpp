#include "hl7v2/iso_2022.h"

#include <charconv>

namespace wardlight::hl7v2 {
namespace {

constexpr char kEscapeByte = '\x1B';
// Everywhere but in exotic messages MSH-2 names the backslash; the switches are only looked for
// there.
constexpr char kEscapeCharacter = '\\';

/// Length of "\Cxxyy\", "\Mxxyy\" or "\Mxxyyzz\" at the beginning of the text, 0 when there is
/// none.
std::size_t switch_length(std::string_view text) {
    if (text.size() < 2 || text[0] != kEscapeCharacter || (text[1] != 'C' && text[1] != 'M'))
        return 0;
    const std::size_t digits = text.substr(2, 7).find(kEscapeCharacter);
    const bool fits = digits == 4 || (digits == 6 && text[1] == 'M');
    if (!fits) return 0;
    const bool hex = text.substr(2, digits).find_first_not_of("0123456789ABCDEFabcdef") ==
                     std::string_view::npos;
    return hex ? digits + 3 : 0;
}

char byte_at(std::string_view hex) {
    int value = 0;
    std::from_chars(hex.data(), hex.data() + hex.size(), value, 16);
    return static_cast<char>(value);
}

}  // namespace

bool has_iso_2022_switches(std::string_view bytes) {
    if (bytes.find(kEscapeByte) != std::string_view::npos) return true;
    for (std::size_t at = bytes.find(kEscapeCharacter); at != std::string_view::npos;
         at = bytes.find(kEscapeCharacter, at + 1)) {
        if (switch_length(bytes.substr(at)) != 0) return true;
    }
    return false;
}

std::string with_iso_2022_switches(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size());
    std::size_t at = 0;
    while (at < bytes.size()) {
        const std::size_t length = switch_length(bytes.substr(at));
        if (length == 0) {
            out += bytes[at++];
            continue;
        }
        out += kEscapeByte;
        for (std::size_t digit = at + 2; digit + 1 < at + length; digit += 2)
            out += byte_at(bytes.substr(digit, 2));
        at += length;
    }
    return out;
}

}  // namespace wardlight::hl7v2
