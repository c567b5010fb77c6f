#include "hl7v2/character_set.h"

#include <unicode/ucnv.h>
#include <unicode/ustring.h>

#include <algorithm>
#include <memory>
#include <new>
#include <optional>

#include "base/text.h"
#include "hl7v2/iso_2022.h"
#include "hl7v2/known_character_sets.h"
#include "hl7v2/utf8.h"

namespace wardlight::hl7v2 {
namespace {

/// Without memory the set is not the wrong one.
bool has_failed(UErrorCode status) {
    if (status == U_MEMORY_ALLOCATION_ERROR) throw std::bad_alloc();
    return U_FAILURE(status);
}

/// Text of the bytes, or nothing when one of them is not valid in this set. After a failure ICU's
/// functions do nothing: one look at the end sees it.
std::optional<std::string> convert(std::string_view bytes, const char* converter_name) {
    UErrorCode status = U_ZERO_ERROR;
    const std::unique_ptr<UConverter, decltype(&ucnv_close)> converter(
        ucnv_open(converter_name, &status), &ucnv_close);
    ucnv_setToUCallBack(converter.get(), UCNV_TO_U_CALLBACK_STOP, nullptr, nullptr, nullptr,
                        &status);
    std::u16string wide(bytes.size() + 1, u'\0');
    UChar* target = wide.data();
    const char* source = bytes.data();
    ucnv_toUnicode(converter.get(), &target, wide.data() + wide.size(), &source,
                   source + bytes.size(), nullptr, /*flush=*/true, &status);
    const auto units = static_cast<std::int32_t>(target - wide.data());
    std::string text(static_cast<std::size_t>(units) * 3, '\0');
    std::int32_t length = 0;
    u_strToUTF8(text.data(), static_cast<std::int32_t>(text.size()), &length, wide.data(), units,
                &status);
    if (has_failed(status)) return std::nullopt;
    text.resize(static_cast<std::size_t>(length));
    return text;
}

bool is_ascii(std::string_view bytes) {
    return std::all_of(bytes.begin(), bytes.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool has_c1_bytes(std::string_view bytes) {
    return std::any_of(bytes.begin(), bytes.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte >= 0x80 && byte < 0xA0;
    });
}

std::vector<std::string_view> names_in(std::string_view field, char repetition) {
    field = trim(field);
    if (field.empty() || field == "\"\"") return {};
    std::vector<std::string_view> names = split(field, repetition);
    std::transform(names.begin(), names.end(), names.begin(),
                   [](std::string_view name) { return trim(name); });
    return names;
}

/// MSH-18 of ASCII-compatible bytes; each repetition one name. Some senders are one field short: a
/// name of a character set in MSH-17, where a country belongs, is taken for it.
std::vector<std::string_view> declared_sets(std::string_view bytes) {
    constexpr std::size_t kCharacterSet = 17;  // counted from 0, where MSH itself is
    bytes.remove_prefix(std::min(bytes.find_first_not_of(" \t\r\n"), bytes.size()));
    if (!bytes.starts_with("MSH") || bytes.size() < 6) return {};
    const std::string_view header = bytes.substr(0, bytes.find_first_of("\r\n"));
    const std::vector<std::string_view> fields = split(header, bytes[3]);
    if (fields.size() > kCharacterSet) {
        auto names = names_in(fields[kCharacterSet], bytes[5]);
        if (!names.empty()) return names;
    }
    if (fields.size() < kCharacterSet) return {};
    auto names = names_in(fields[kCharacterSet - 1], bytes[5]);
    if (names.empty() || !find_character_set(names.front())) return {};
    return names;
}

struct WideForm {
    const char* converter = nullptr;
    std::size_t mark = 0;  // bytes of the byte order mark
};

/// Two- and four-byte Unicode shows by its mark or by the zeros around "MSH".
WideForm wide_form(std::string_view bytes) {
    using namespace std::string_view_literals;
    if (bytes.starts_with("\xFF\xFE\0\0"sv)) return {"UTF-32LE", 4};
    if (bytes.starts_with("\0\0\xFE\xFF"sv)) return {"UTF-32BE", 4};
    if (bytes.starts_with("\xFF\xFE"sv)) return {"UTF-16LE", 2};
    if (bytes.starts_with("\xFE\xFF"sv)) return {"UTF-16BE", 2};
    if (bytes.starts_with("M\0\0\0S\0\0\0"sv)) return {"UTF-32LE", 0};
    if (bytes.starts_with("\0\0\0M\0\0\0S"sv)) return {"UTF-32BE", 0};
    if (bytes.starts_with("M\0S\0H\0"sv)) return {"UTF-16LE", 0};
    if (bytes.starts_with("\0M\0S\0H"sv)) return {"UTF-16BE", 0};
    return {};
}

class Policy {
 public:
    Policy(std::string_view bytes, DecodedText& out) : bytes_(bytes), out_(out) {}

    void read_as(const KnownCharacterSet* set) {
        if (!set) return fall_back();
        switch (set->kind) {
            case CharacterSetKind::ascii:
            case CharacterSetKind::utf8:
            case CharacterSetKind::unicode:  // two- and four-byte forms never come this far
                return read_as_utf8_family(set->kind);
            case CharacterSetKind::latin1:
                return read_as_latin1();
            case CharacterSetKind::windows_1252:
                return append_windows_1252(out_.text, bytes_);
            case CharacterSetKind::japanese:
            case CharacterSetKind::icu:
                if (auto text = convert(bytes_, set->converter)) {
                    out_.text = std::move(*text);
                    return;
                }
                return fall_back();
        }
    }

    /// Nothing was declared: UTF-8 needs no warning.
    void read_undeclared() {
        if (is_valid_utf8(bytes_)) {
            out_.text = bytes_;
        } else {
            fall_back();
        }
    }

 private:
    void read_as_utf8_family(CharacterSetKind kind) {
        const bool as_declared =
            kind == CharacterSetKind::ascii ? is_ascii(bytes_) : is_valid_utf8(bytes_);
        if (!as_declared) return fall_back();
        out_.text = bytes_;
    }

    void read_as_latin1() {
        if (!has_c1_bytes(bytes_)) {
            if (!is_ascii(bytes_) && is_valid_utf8(bytes_)) warn("charset_looks_like_utf8");
            return append_windows_1252(out_.text, bytes_);
        }
        // No sender means control characters: it is UTF-8 when that fits, else windows-1252.
        if (is_valid_utf8(bytes_)) return fall_back();
        warn("charset_c1_as_cp1252");
        append_windows_1252(out_.text, bytes_);
    }

    void fall_back() {
        if (is_ascii(bytes_)) {
            out_.text = bytes_;
        } else if (is_valid_utf8(bytes_)) {
            warn("charset_fallback_utf8");
            out_.text = bytes_;
        } else {
            warn("charset_fallback_cp1252");
            append_windows_1252(out_.text, bytes_);
        }
    }

    void warn(std::string_view code) { out_.warnings.push_back(code); }

    std::string_view bytes_;
    DecodedText& out_;
};

/// The alternates a message may switch to with ISO 2022: Japanese ones are followed.
bool switches_to_japanese(const std::vector<std::string_view>& names) {
    return std::any_of(names.begin(), names.end(), [](std::string_view name) {
        const KnownCharacterSet* set = find_character_set(name);
        return set && set->kind == CharacterSetKind::japanese;
    });
}

bool read_iso_2022(std::string_view bytes, const std::vector<std::string_view>& names,
                   DecodedText& out) {
    if (!has_iso_2022_switches(bytes)) return false;
    if (switches_to_japanese(names)) {
        if (auto text = convert(with_iso_2022_switches(bytes), "ISO-2022-JP-2")) {
            out.text = std::move(*text);
            return true;
        }
    }
    if (names.size() > 1) out.warnings.push_back("charset_alternate_unsupported");
    return false;
}

}  // namespace

DecodedText decode(std::string_view bytes, std::string_view feed_default) {
    DecodedText out;
    if (const WideForm form = wide_form(bytes); form.converter) {
        if (auto text = convert(bytes.substr(form.mark), form.converter)) {
            out.text = std::move(*text);
            return out;
        }
    }
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    const bool marked = bytes.starts_with(kByteOrderMark);
    if (marked) bytes.remove_prefix(kByteOrderMark.size());

    std::vector<std::string_view> names = declared_sets(bytes);
    if (names.empty() && !trim(feed_default).empty()) names.push_back(feed_default);
    if (read_iso_2022(bytes, names, out)) return out;

    Policy policy(bytes, out);
    if (marked && is_valid_utf8(bytes)) {
        out.text = bytes;
    } else if (names.empty()) {
        policy.read_undeclared();
    } else {
        // The first repetition is the set in use; an empty one means ASCII.
        const std::string_view name = names.front().empty() ? "ASCII" : names.front();
        const KnownCharacterSet* set = find_character_set(name);
        if (!set) out.warnings.push_back("charset_unknown");
        policy.read_as(set);
    }
    return out;
}

bool is_known_character_set(std::string_view name) {
    return find_character_set(name) != nullptr;
}

}  // namespace wardlight::hl7v2
