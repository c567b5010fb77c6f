#include "hl7v2/escape.h"

#include <algorithm>
#include <array>
#include <optional>

#include "base/result.h"
#include "base/text.h"
#include "hl7v2/utf8.h"

namespace wardlight::hl7v2 {
namespace {

std::optional<unsigned> hex_digit(char c) {
    if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
    if (c >= 'a' && c <= 'f') return static_cast<unsigned>(c - 'a' + 10);
    if (c >= 'A' && c <= 'F') return static_cast<unsigned>(c - 'A' + 10);
    return std::nullopt;
}

std::optional<std::string> hex_bytes(std::string_view digits) {
    CHECK_INVARIANT(!digits.empty());
    if (digits.size() % 2 != 0) return std::nullopt;
    std::string bytes;
    bytes.reserve(digits.size() / 2);
    for (std::size_t i = 0; i < digits.size(); i += 2) {
        const auto high = hex_digit(digits[i]);
        const auto low = hex_digit(digits[i + 1]);
        if (!high || !low) return std::nullopt;
        bytes.push_back(static_cast<char>(*high << 4 | *low));
    }
    return bytes;
}

std::optional<std::string> utf16_text(std::string_view bytes) {
    std::string text;
    for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
        const auto unit = [&](std::size_t at) {
            return static_cast<char32_t>(static_cast<unsigned char>(bytes[at]) << 8 |
                                         static_cast<unsigned char>(bytes[at + 1]));
        };
        char32_t c = unit(i);
        if (c >= 0xDC00 && c <= 0xDFFF) return std::nullopt;
        if (c >= 0xD800 && c <= 0xDBFF) {
            if (i + 3 >= bytes.size()) return std::nullopt;
            const char32_t low = unit(i + 2);
            if (low < 0xDC00 || low > 0xDFFF) return std::nullopt;
            c = 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00);
            i += 2;
        }
        append_utf8(text, c);
    }
    return text;
}

/// "3" of ".sp3", ".sp+3" or ".sp 3"; 1 when there is none, nullopt when it is something else.
std::optional<int> count_of(std::string_view argument) {
    argument = trim(argument);
    if (argument.starts_with('+')) argument.remove_prefix(1);
    if (argument.empty()) return 1;
    const auto count = parse_integer(argument);
    if (!count || *count < 0) return std::nullopt;
    return static_cast<int>(std::min<std::int64_t>(*count, kSkippedLines));
}

/// Formatting commands of FT: what they leave in plain text.
std::optional<std::string> formatting(std::string_view body) {
    if (body.size() < 3) return std::nullopt;
    const std::string command = ascii_lower(body.substr(1, 2));
    const auto count = count_of(body.substr(3));
    if (command == "in" || command == "ti") return std::string{};  // sizes such as "-4" are no text
    if (!count) return std::nullopt;
    if (command == "br" || command == "ce") return std::string("\n");
    if (command == "sp") return std::string(static_cast<std::size_t>(*count), '\n');
    if (command == "sk") return std::string(static_cast<std::size_t>(*count), ' ');
    if (command == "fi" || command == "nf") return std::string{};
    return std::nullopt;
}

class Decoder {
 public:
    Decoder(std::string_view raw, const Delimiters& delimiters, HexMeaning hex)
        : raw_(raw), delimiters_(delimiters), hex_(hex) {}

    std::string run() {
        out_.reserve(raw_.size());
        std::size_t at = 0;
        while (at < raw_.size()) {
            const std::size_t open = std::min(raw_.find(delimiters_.escape, at), raw_.size());
            literal(raw_.substr(at, open - at));
            if (open == raw_.size()) break;
            const std::size_t close = raw_.find(delimiters_.escape, open + 1);
            if (close == std::string_view::npos) {
                literal(raw_.substr(open));
                break;
            }
            if (sequence(raw_.substr(open + 1, close - open - 1))) {
                at = close + 1;
            } else {
                // Only this character is literal: the next escape character may open a real
                // sequence.
                literal(raw_.substr(open, 1));
                at = open + 1;
            }
        }
        flush_bytes();
        return std::move(out_);
    }

 private:
    bool sequence(std::string_view body) {
        if (body.empty()) return false;
        if (body.size() == 1) return single(body.front());
        switch (body.front()) {
            case 'X':
                return hex(body.substr(1));
            case '.':
                if (const auto text = formatting(body)) {
                    literal(*text);
                    return true;
                }
                return false;
            case 'C':
                return body.size() == 5 && hex_bytes(body.substr(1));
            case 'M':
                return (body.size() == 5 || body.size() == 7) && hex_bytes(body.substr(1));
            default:
                return false;
        }
    }

    bool single(char name) {
        switch (name) {
            case 'F':
                return separator(delimiters_.field);
            case 'S':
                return separator(delimiters_.component);
            case 'T':
                return separator(delimiters_.subcomponent);
            case 'R':
                return separator(delimiters_.repetition);
            case 'E':
                return separator(delimiters_.escape);
            case 'P':
                return separator(delimiters_.truncation);
            case 'H':
            case 'N':
                return true;
            default:
                return false;
        }
    }

    bool separator(char c) {
        if (c == '\0') return false;
        literal(std::string_view(&c, 1));
        return true;
    }

    bool hex(std::string_view digits) {
        auto bytes = hex_bytes(digits);
        // A lone NUL is never text and would end it in many programs: kept visible instead.
        if (!bytes || *bytes == std::string_view("\0", 1)) return false;
        if (hex_ == HexMeaning::utf16_when_leading_zero && bytes->size() % 2 == 0 &&
            bytes->front() == '\0') {
            const auto text = utf16_text(*bytes);
            if (!text) return false;
            literal(*text);
            return true;
        }
        pending_bytes_ += *bytes;
        return true;
    }

    void literal(std::string_view text) {
        if (text.empty()) return;
        flush_bytes();
        out_ += text;
    }

    // Neighbouring \X..\ are one run of bytes: "\XC3\\XA9\" is one character.
    void flush_bytes() {
        if (pending_bytes_.empty()) return;
        if (is_valid_utf8(pending_bytes_)) {
            out_ += pending_bytes_;
        } else {
            append_windows_1252(out_, pending_bytes_);
        }
        pending_bytes_.clear();
    }

    std::string_view raw_;
    const Delimiters& delimiters_;
    HexMeaning hex_;
    std::string out_;
    std::string pending_bytes_;
};

/// Letter of the escape for a separator, or '\0'.
char escape_letter(char c, const Delimiters& delimiters) {
    if (c == '\0') return '\0';
    if (c == delimiters.field) return 'F';
    if (c == delimiters.component) return 'S';
    if (c == delimiters.subcomponent) return 'T';
    if (c == delimiters.repetition) return 'R';
    if (c == delimiters.escape) return 'E';
    if (c == delimiters.truncation) return 'P';
    return '\0';
}

constexpr char kFrameStart = '\x0B';
constexpr char kFrameEnd = '\x1C';

bool ends_something(char c) {
    return c == '\r' || c == '\n' || c == kFrameStart || c == kFrameEnd;
}

}  // namespace

std::string decode_escapes(std::string_view raw, const Delimiters& delimiters, HexMeaning hex) {
    if (delimiters.escape == '\0' || raw.find(delimiters.escape) == std::string_view::npos)
        return std::string(raw);
    return Decoder(raw, delimiters, hex).run();
}

std::string encode_escapes(std::string_view text, const Delimiters& delimiters) {
    std::string out;
    out.reserve(text.size());
    for (const char c : text) {
        const char letter = escape_letter(c, delimiters);
        if (letter == '\0' && !ends_something(c)) {
            out += c;
        } else if (delimiters.escape == '\0') {
            out += ' ';
        } else if (letter != '\0') {
            out += {delimiters.escape, letter, delimiters.escape};
        } else {
            constexpr std::string_view kHex = "0123456789ABCDEF";
            const auto byte = static_cast<unsigned char>(c);
            out += {delimiters.escape, 'X', kHex[byte >> 4], kHex[byte & 15], delimiters.escape};
        }
    }
    return out;
}

}  // namespace wardlight::hl7v2
