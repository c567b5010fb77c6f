// Escape sequences inside HL7 v2 text. Decoding happens once, left to right, after the message has
// been split, so an escaped separator is never taken for a separator and decoded text is never
// decoded again. What is not a known, terminated sequence stays as it is: nothing a person typed is
// swallowed ("4\5", "\\server\share").
// Source: HL7 v2.9 section 2.7. Pure functions, thread-safe.
#pragma once

#include <string>
#include <string_view>

#include "hl7v2/message.h"

namespace wardlight::hl7v2 {

inline constexpr int kSkippedLines = 100;  // in one formatting command

/// What \X00E9\ means is disputed: the character U+00E9, or the bytes 00 and E9.
enum class HexMeaning {
    utf16_when_leading_zero,  // an even number of bytes that begin with 00 are UTF-16 units
    bytes,
};

/// UTF-8 in, UTF-8 out. F, S, T, R, E and P give their separator; H and N (highlighting) vanish; X
/// gives bytes, read as UTF-8, else as windows-1252. Of the formatting commands .br, .sp and .ce
/// give line feeds, .sk blanks, .in, .ti, .fi and .nf nothing. C and M (character sets) vanish,
/// because character_set.h has followed them. Z (local) and everything unknown or unterminated is
/// kept.
[[nodiscard]] std::string decode_escapes(std::string_view raw, const Delimiters& delimiters,
                                         HexMeaning hex = HexMeaning::utf16_when_leading_zero);

/// Text that decode_escapes gives back unchanged and that holds neither separators nor segment or
/// frame ends. Without an escape character these become blanks.
[[nodiscard]] std::string encode_escapes(std::string_view text, const Delimiters& delimiters);

}  // namespace wardlight::hl7v2
