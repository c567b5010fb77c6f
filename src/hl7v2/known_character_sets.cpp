#include "hl7v2/known_character_sets.h"

#include <algorithm>
#include <array>
#include <string>

namespace wardlight::hl7v2 {
namespace {

constexpr std::array kKnownSets{
    KnownCharacterSet{"ASCII", CharacterSetKind::ascii, ""},
    KnownCharacterSet{"USASCII", CharacterSetKind::ascii, ""},
    KnownCharacterSet{"ISOIR6", CharacterSetKind::ascii, ""},
    KnownCharacterSet{"UNICODEUTF8", CharacterSetKind::utf8, ""},
    KnownCharacterSet{"UTF8", CharacterSetKind::utf8, ""},
    KnownCharacterSet{"UNICODE", CharacterSetKind::unicode, ""},
    KnownCharacterSet{"UNICODEUTF16", CharacterSetKind::unicode, ""},
    KnownCharacterSet{"UTF16", CharacterSetKind::unicode, ""},
    KnownCharacterSet{"UNICODEUTF32", CharacterSetKind::unicode, ""},
    KnownCharacterSet{"UTF32", CharacterSetKind::unicode, ""},
    KnownCharacterSet{"88591", CharacterSetKind::latin1, ""},
    KnownCharacterSet{"ISO88591", CharacterSetKind::latin1, ""},
    KnownCharacterSet{"LATIN1", CharacterSetKind::latin1, ""},
    KnownCharacterSet{"WINDOWS1252", CharacterSetKind::windows_1252, ""},
    KnownCharacterSet{"CP1252", CharacterSetKind::windows_1252, ""},
    KnownCharacterSet{"88592", CharacterSetKind::icu, "ISO-8859-2"},
    KnownCharacterSet{"88593", CharacterSetKind::icu, "ISO-8859-3"},
    KnownCharacterSet{"88594", CharacterSetKind::icu, "ISO-8859-4"},
    KnownCharacterSet{"88595", CharacterSetKind::icu, "ISO-8859-5"},
    KnownCharacterSet{"88596", CharacterSetKind::icu, "ISO-8859-6"},
    KnownCharacterSet{"88597", CharacterSetKind::icu, "ISO-8859-7"},
    KnownCharacterSet{"88598", CharacterSetKind::icu, "ISO-8859-8"},
    KnownCharacterSet{"88599", CharacterSetKind::icu, "ISO-8859-9"},
    KnownCharacterSet{"885910", CharacterSetKind::icu, "iso-8859_10-1998"},
    KnownCharacterSet{"885911", CharacterSetKind::icu, "windows-874"},
    KnownCharacterSet{"885913", CharacterSetKind::icu, "ISO-8859-13"},
    KnownCharacterSet{"885914", CharacterSetKind::icu, "iso-8859_14-1998"},
    KnownCharacterSet{"885915", CharacterSetKind::icu, "ISO-8859-15"},
    KnownCharacterSet{"WINDOWS1250", CharacterSetKind::icu, "windows-1250"},
    KnownCharacterSet{"WINDOWS1251", CharacterSetKind::icu, "windows-1251"},
    KnownCharacterSet{"ISOIR13", CharacterSetKind::japanese, "Shift_JIS"},
    KnownCharacterSet{"ISOIR14", CharacterSetKind::japanese, "Shift_JIS"},
    KnownCharacterSet{"JAS2020", CharacterSetKind::japanese, "Shift_JIS"},
    KnownCharacterSet{"ISOIR87", CharacterSetKind::japanese, "ISO-2022-JP-2"},
    KnownCharacterSet{"ISOIR159", CharacterSetKind::japanese, "ISO-2022-JP-2"},
    KnownCharacterSet{"SHIFTJIS", CharacterSetKind::icu, "Shift_JIS"},
    KnownCharacterSet{"EUCJP", CharacterSetKind::icu, "EUC-JP"},
    KnownCharacterSet{"GB180302000", CharacterSetKind::icu, "gb18030"},
    KnownCharacterSet{"GB18030", CharacterSetKind::icu, "gb18030"},
    KnownCharacterSet{"KSX1001", CharacterSetKind::icu, "windows-949"},
    KnownCharacterSet{"EUCKR", CharacterSetKind::icu, "windows-949"},
    KnownCharacterSet{"CNS116431992", CharacterSetKind::icu, "EUC-TW"},
    KnownCharacterSet{"BIG5", CharacterSetKind::icu, "Big5"},
};

}  // namespace

const KnownCharacterSet* find_character_set(std::string_view name) {
    std::string plain;
    for (const char c : name) {
        if (c == ' ' || c == '-' || c == '_' || c == '/') continue;
        plain.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
    }
    if (plain.starts_with("ISO8859") && plain != "ISO88591") plain.erase(0, 3);
    const auto* found =
        std::find_if(kKnownSets.begin(), kKnownSets.end(),
                     [&](const KnownCharacterSet& set) { return set.name == plain; });
    return found == kKnownSets.end() ? nullptr : found;
}

}  // namespace wardlight::hl7v2
