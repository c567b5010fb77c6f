#include "hl7v2/message_scan.h"

#include <algorithm>
#include <array>
#include <limits>

namespace wardlight::hl7v2::detail {
namespace {

static_assert(kMessageBytes < std::numeric_limits<std::uint32_t>::max());

constexpr bool is_letter_or_digit(char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

/// Separators may be any ASCII character that cannot be part of a word, a number or an end of line;
/// old systems use control characters.
constexpr bool can_separate(char c) {
    return static_cast<unsigned char>(c) < 0x80 && c != '\0' && c != '\r' && c != '\n' &&
           c != ' ' && !is_letter_or_digit(c);
}

bool is_header_id(std::string_view id) {
    return id == "MSH" || id == "FHS" || id == "BHS";
}

/// "PID|" or a bare "PID" at the end of a line.
bool looks_like_segment(std::string_view text, char separator) {
    const auto capital = [](char c) { return c >= 'A' && c <= 'Z'; };
    const auto capital_or_digit = [&](char c) { return capital(c) || (c >= '0' && c <= '9'); };
    if (text.size() < 3 || !capital(text[0]) || !capital_or_digit(text[1]) ||
        !capital_or_digit(text[2]))
        return false;
    return text.size() == 3 || text[3] == separator || text[3] == '\r' || text[3] == '\n';
}

/// Encoding characters in their order. One given twice counts once: "^~\\\\&" with a doubled escape
/// is what programs send that wrote it as a string constant.
Result<> read_encoding_characters(std::string_view given, Delimiters& delimiters,
                                  std::vector<std::string_view>& warnings) {
    std::string characters;
    bool doubled = false;
    for (const char c : given) {
        const bool again = characters.find(c) != std::string::npos;
        doubled |= again;
        if (c == ' ' || again) continue;
        if (!can_separate(c))
            return fail(ErrorCode::invalid, "the encoding characters cannot be separators",
                        "MSH-2");
        characters.push_back(c);
    }
    if (doubled) warnings.push_back("encoding_characters_doubled");
    // Without any the usual ones are meant; with some, the missing ones do not exist.
    if (characters.empty()) {
        warnings.push_back("encoding_characters_missing");
        return {};
    }
    const auto at = [&](std::size_t n) { return n < characters.size() ? characters[n] : '\0'; };
    delimiters.component = at(0);
    delimiters.repetition = at(1);
    delimiters.escape = at(2);
    delimiters.subcomponent = at(3);
    delimiters.truncation = at(4);
    return {};
}

}  // namespace

/// Returns where MSH begins.
Result<std::size_t> MessageState::read_header() {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    const std::string_view all = text;
    const std::size_t skip = all.starts_with(kByteOrderMark) ? kByteOrderMark.size() : 0;
    const std::size_t begin = all.find_first_not_of(" \t\r\n", skip);
    if (begin == std::string_view::npos || !all.substr(begin).starts_with("MSH"))
        return fail(ErrorCode::invalid, "the message does not begin with MSH", "MSH");
    if (all.size() < begin + 4 || !can_separate(all[begin + 3]))
        return fail(ErrorCode::invalid, "no field separator after MSH", "MSH-1");
    delimiters.field = all[begin + 3];
    const std::size_t from = begin + 4;
    const std::size_t to =
        std::min(all.find_first_of(std::string{delimiters.field, '\r', '\n'}, from), all.size());
    TRY(read_encoding_characters(all.substr(from, to - from), delimiters, warnings));
    return begin;
}

void MessageState::add_segment(std::size_t begin, std::size_t end, std::size_t first_separator) {
    Segment segment;
    segment.state_ = this;
    segment.begin_ = static_cast<std::uint32_t>(begin);
    segment.end_ = static_cast<std::uint32_t>(end);
    segment.first_separator_ = static_cast<std::uint32_t>(first_separator);
    segment.separators_ = static_cast<std::uint32_t>(separators.size() - first_separator);
    segment.is_header_ = segment.separators_ > 0 && separators[first_separator] == begin + 3 &&
                         is_header_id(std::string_view(text).substr(begin, 3));
    segments.push_back(segment);
}

/// Where the first line that is not blank begins, at or after `at`.
std::size_t MessageState::next_line(std::size_t at) const {
    while (at < text.size() && text[at] != delimiters.field &&
           (text[at] == ' ' || text[at] == '\t' || text[at] == '\r' || text[at] == '\n'))
        ++at;
    return at;
}

Result<> MessageState::scan() {
    if (text.size() > kMessageBytes)
        return fail(ErrorCode::too_large, "the message is longer than the limit");
    std::size_t begin = TRY(read_header());

    enum class Kind : unsigned char { plain, field, repetition, line_end };
    std::array<Kind, 256> kinds{};
    const auto kind_of = [&](char c) -> Kind& { return kinds[static_cast<unsigned char>(c)]; };
    kind_of('\r') = Kind::line_end;
    kind_of('\n') = Kind::line_end;
    if (delimiters.repetition != '\0') kind_of(delimiters.repetition) = Kind::repetition;
    kind_of(delimiters.field) = Kind::field;

    separators.reserve(std::min<std::size_t>(text.size() / 4 + 16, 4096));
    segments.reserve(std::min<std::size_t>(text.size() / 64 + 8, 1024));
    std::size_t first_separator = 0;
    std::size_t repetitions = 1;
    bool continued = false;
    std::size_t at = begin;
    while (at < text.size()) {
        switch (kind_of(text[at])) {
            case Kind::plain:
                ++at;
                break;
            case Kind::field:
                separators.push_back(static_cast<std::uint32_t>(at++));
                repetitions = 1;
                if (separators.size() > kFieldsPerMessage)
                    return fail(ErrorCode::too_large, "the message has too many fields");
                break;
            case Kind::repetition:
                ++at;
                if (++repetitions > kRepetitionsPerField)
                    return fail(ErrorCode::too_large, "a field repeats too often");
                break;
            case Kind::line_end: {
                const std::size_t next = next_line(at);
                const std::string_view rest = std::string_view(text).substr(next);
                // A line that is no segment was broken out of the text before it; ending the
                // segment there would cut the text off.
                if (rest.empty() || looks_like_segment(rest, delimiters.field)) {
                    add_segment(begin, at, first_separator);
                    begin = next;
                    first_separator = separators.size();
                    repetitions = 1;
                } else {
                    continued = true;
                }
                at = next;
                break;
            }
        }
        if (segments.size() > kSegmentsPerMessage) break;
    }
    if (begin < text.size()) add_segment(begin, text.size(), first_separator);
    if (segments.size() > kSegmentsPerMessage)
        return fail(ErrorCode::too_large, "the message has too many segments");
    if (continued) warnings.push_back("segment_continued");
    return {};
}

}  // namespace wardlight::hl7v2::detail
