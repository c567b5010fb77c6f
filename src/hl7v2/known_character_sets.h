// Names of character sets as senders write them (HL7 table 0211 and its common misspellings) and
// how each is read. Used by character_set.cpp only.
#pragma once

#include <string_view>

namespace wardlight::hl7v2 {

enum class CharacterSetKind { ascii, utf8, latin1, windows_1252, unicode, japanese, icu };

struct KnownCharacterSet {
    std::string_view name;  // upper case, without blanks, '-', '_' and '/'
    CharacterSetKind kind;
    const char* converter;  // ICU's name
};

/// nullptr when the name is unknown. Case, blanks, '-', '_' and '/' do not matter.
[[nodiscard]] const KnownCharacterSet* find_character_set(std::string_view name);

}  // namespace wardlight::hl7v2
