#include "directory/values.h"

#include <ldap.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.h"

namespace wardlight::directory {
namespace {

constexpr std::size_t kNameLongest = 4'096;
constexpr std::size_t kGuidBytes = 16;
constexpr std::string_view kHexDigits = "0123456789abcdef";

struct Refusal {
    unsigned code;
    std::string_view reason;
};
// Numbers of Windows in hexadecimal: 533 is ERROR_ACCOUNT_DISABLED (1331) and so on.
constexpr std::array kRefusals{
    Refusal{0x525, "unknown_user"},     Refusal{0x52e, "wrong_password"},
    Refusal{0x530, "not_at_this_time"}, Refusal{0x531, "not_at_this_workstation"},
    Refusal{0x532, "password_expired"}, Refusal{0x533, "disabled"},
    Refusal{0x701, "expired"},          Refusal{0x773, "must_change_password"},
    Refusal{0x775, "locked"},
};

void append_escaped(std::string& out, char byte) {
    const auto value = static_cast<unsigned char>(byte);
    out += '\\';
    out += kHexDigits[value >> 4U];
    out += kHexDigits[value & 0x0FU];
}

/// Where each byte of a GUID stands in its text.
constexpr std::array<std::size_t, kGuidBytes> kGuidOrder{3, 2, 1,  0,  5,  4,  7,  6,
                                                         8, 9, 10, 11, 12, 13, 14, 15};

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    if (at + count > text.size()) return std::nullopt;
    int value = 0;
    for (const char c : text.substr(at, count)) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

/// As the library writes a name, in lower case; empty when it is none.
std::string spelled(std::string_view name) {
    if (name.find('\0') != std::string_view::npos) return {};
    LDAPDN parts = nullptr;
    if (ldap_str2dn(std::string(name).c_str(), &parts, LDAP_DN_FORMAT_LDAPV3) != LDAP_SUCCESS)
        return {};
    char* text = nullptr;
    const int done = ldap_dn2str(parts, &text, LDAP_DN_FORMAT_LDAPV3);
    ldap_dnfree(parts);
    std::string lower = done == LDAP_SUCCESS && text != nullptr ? ascii_lower(text) : std::string();
    ldap_memfree(text);
    return lower;
}

}  // namespace

std::string escape_filter(std::string_view value) {
    std::string out;
    for (const char c : value) {
        const bool is_plain =
            c >= ' ' && c < '\x7F' && c != '*' && c != '(' && c != ')' && c != '\\';
        if (is_plain) {
            out += c;
        } else {
            append_escaped(out, c);
        }
    }
    return out;
}

std::string escape_filter_bytes(std::string_view bytes) {
    std::string out;
    for (const char c : bytes) append_escaped(out, c);
    return out;
}

std::string fill_filter(std::string_view filter, std::string_view value) {
    std::string out;
    for (;;) {
        const std::size_t place = filter.find(kUserPlace);
        out += filter.substr(0, place);
        if (place == std::string_view::npos) return out;
        out += value;
        filter.remove_prefix(place + kUserPlace.size());
    }
}

Result<std::string> normal_name(std::string_view name) {
    const bool has_fitting_length = !name.empty() && name.size() <= kNameLongest;
    std::string normal = has_fitting_length ? spelled(name) : std::string();
    // A few odd values (a line feed before a '#') do not come out as what they went in; two
    // spellings of one name must not be.
    if (normal.empty() || spelled(normal) != normal)
        return fail(ErrorCode::invalid, "this is no distinguished name such as cn=a,dc=b", "name");
    return normal;
}

bool fits_name(std::string_view pattern, std::string_view name) {
    // Where to go on when what follows the newest star did not fit: one character further.
    std::size_t after_star = std::string_view::npos;
    std::size_t retry = 0;
    std::size_t p = 0;
    std::size_t n = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            after_star = ++p;
            retry = n;
        } else if (p < pattern.size() && pattern[p] == name[n]) {
            ++p;
            ++n;
        } else if (after_star != std::string_view::npos && name[retry] != ',') {
            p = after_star;
            n = ++retry;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

std::optional<std::string> guid_text(std::string_view bytes) {
    if (bytes.size() != kGuidBytes) return std::nullopt;
    std::string ordered;
    for (const std::size_t place : kGuidOrder) ordered += bytes[place];
    std::string text = to_hex(ordered);
    for (const std::size_t place : {8U, 13U, 18U, 23U}) text.insert(place, 1, '-');
    return text;
}

std::optional<std::string> guid_bytes(std::string_view text) {
    constexpr std::size_t kTextLength = 36;
    if (text.size() != kTextLength) return std::nullopt;
    std::string ordered;
    std::string hex;
    for (std::size_t i = 0; i < kTextLength; ++i) {
        const bool is_dash = i == 8 || i == 13 || i == 18 || i == 23;
        if (is_dash != (text[i] == '-')) return std::nullopt;
        if (!is_dash) hex += text[i];
    }
    for (std::size_t i = 0; i < hex.size(); i += 2) {
        unsigned value = 0;
        const auto read = std::from_chars(&hex[i], &hex[i] + 2, value, 16);
        if (read.ec != std::errc{} || read.ptr != &hex[i] + 2) return std::nullopt;
        ordered += static_cast<char>(value);
    }
    std::string bytes;
    for (const std::size_t place : kGuidOrder) bytes += ordered[place];
    return bytes;
}

std::optional<std::string> sid_in_domain(std::string_view sid, std::uint32_t rid) {
    // Revision 1, number of parts, six bytes of authority, then the parts, little-endian.
    constexpr std::size_t kHead = 8;
    constexpr std::size_t kPart = 4;
    if (sid.size() < kHead + kPart || sid[0] != 1) return std::nullopt;
    if (sid.size() != kHead + kPart * static_cast<unsigned char>(sid[1])) return std::nullopt;
    std::string out(sid.substr(0, sid.size() - kPart));
    for (unsigned i = 0; i < kPart; ++i) out += static_cast<char>((rid >> (8 * i)) & 0xFFU);
    return out;
}

std::optional<Instant> parse_filetime(std::string_view text) {
    constexpr std::int64_t kTicksTo1970 = 116'444'736'000'000'000;
    constexpr std::int64_t kTicksPerMicro = 10;
    const auto ticks = parse_integer(text);
    if (!ticks || *ticks <= 0 || *ticks == std::numeric_limits<std::int64_t>::max())
        return std::nullopt;
    return from_micros((*ticks - kTicksTo1970) / kTicksPerMicro);
}

std::optional<Instant> parse_generalized_time(std::string_view text) {
    if (!text.ends_with('Z')) return std::nullopt;
    text.remove_suffix(1);
    if (const std::size_t fraction = text.find_first_of(".,"); fraction != std::string_view::npos) {
        const std::string_view after = text.substr(fraction + 1);
        if (after.empty() || after.find_first_not_of("0123456789") != std::string_view::npos)
            return std::nullopt;
        text = text.substr(0, fraction);
    }
    constexpr std::size_t kWithSeconds = 14;
    if (text.size() != kWithSeconds) return std::nullopt;
    const auto year = digits(text, 0, 4);
    const auto month = digits(text, 4, 2);
    const auto day = digits(text, 6, 2);
    const auto hour = digits(text, 8, 2);
    const auto minute = digits(text, 10, 2);
    const auto second = digits(text, 12, 2);
    if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return Instant(std::chrono::sys_days(date)) + std::chrono::hours(*hour) +
           std::chrono::minutes(*minute) + std::chrono::seconds(*second);
}

std::string_view refusal_reason(std::string_view diagnostic) {
    constexpr std::string_view kMark = ", data ";
    constexpr std::string_view kUsual = "wrong_password";
    const std::size_t mark = diagnostic.find(kMark);
    if (mark == std::string_view::npos) return kUsual;
    const std::string_view rest = diagnostic.substr(mark + kMark.size());
    unsigned code = 0;
    const auto read = std::from_chars(rest.data(), rest.data() + rest.size(), code, 16);
    if (read.ec != std::errc{}) return kUsual;
    const auto* const found =
        std::find_if(kRefusals.begin(), kRefusals.end(),
                     [code](const Refusal& refusal) { return refusal.code == code; });
    return found == kRefusals.end() ? kUsual : found->reason;
}

}  // namespace wardlight::directory
