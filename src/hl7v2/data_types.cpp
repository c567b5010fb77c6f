#include "hl7v2/data_types.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace wardlight::hl7v2 {
namespace {

std::string at(const Repetition& repetition, std::size_t n) {
    return repetition.component(n).text();
}

Xpn read_name(const Repetition& r, std::size_t first) {
    const Component family = r.component(first);
    Xpn out;
    out.family = family.text();
    out.family_prefix = family.subcomponent(2);
    out.own_family = family.subcomponent(3);
    out.given = at(r, first + 1);
    out.middle = at(r, first + 2);
    out.suffix = at(r, first + 3);
    out.prefix = at(r, first + 4);
    out.degree = at(r, first + 5);
    return out;
}

void append_word(std::string& out, std::string_view separator, std::string_view word) {
    if (word.empty()) return;
    if (!out.empty()) out += separator;
    out += word;
}

}  // namespace

Hd read_hd(const Component& c) {
    return {c.subcomponent(1), c.subcomponent(2), c.subcomponent(3)};
}
Hd read_hd(const Repetition& r) {
    return {at(r, 1), at(r, 2), at(r, 3)};
}

Ei read_ei(const Repetition& r) {
    return {at(r, 1), {at(r, 2), at(r, 3), at(r, 4)}};
}
Ei read_ei(const Component& c) {
    return {c.subcomponent(1), {c.subcomponent(2), c.subcomponent(3), c.subcomponent(4)}};
}

Cx read_cx(const Repetition& r) {
    return {
        at(r, 1), at(r, 2), at(r, 3), read_hd(r.component(4)), at(r, 5), read_hd(r.component(6)),
        at(r, 7), at(r, 8)};
}

Xpn read_xpn(const Repetition& r) {
    Xpn out = read_name(r, 1);
    out.type = at(r, 7);
    out.representation = at(r, 8);
    out.effective_date = at(r, 12);
    out.expiration_date = at(r, 13);
    out.professional_suffix = at(r, 14);
    return out;
}

Xad read_xad(const Repetition& r) {
    const Component street = r.component(1);
    Xad out;
    out.street = street.text();
    out.street_name = street.subcomponent(2);
    out.dwelling_number = street.subcomponent(3);
    out.other_designation = at(r, 2);
    out.city = at(r, 3);
    out.state = at(r, 4);
    out.postal_code = at(r, 5);
    out.country = at(r, 6);
    out.type = at(r, 7);
    out.other_geographic = at(r, 8);
    out.county = at(r, 9);
    out.effective_date = at(r, 13);
    out.expiration_date = at(r, 14);
    return out;
}

Xtn read_xtn(const Repetition& r) {
    return {at(r, 1), at(r, 2), at(r, 3), at(r, 4), at(r, 5),
            at(r, 6), at(r, 7), at(r, 8), at(r, 9), at(r, 12)};
}

std::string Xtn::best() const {
    const bool electronic = use == "NET" || equipment == "Internet" || equipment == "X.400";
    if (electronic && !email.empty()) return email;
    if (!number.empty()) return number;
    if (!unformatted.empty()) return unformatted;
    if (local_number.empty()) return email;
    std::string out;
    if (!country_code.empty())
        append_word(out, " ", (country_code.starts_with('+') ? "" : "+") + country_code);
    append_word(out, " ", area_code);
    append_word(out, " ", local_number);
    append_word(out, " x", extension);
    return out;
}

Pl read_pl(const Repetition& r) {
    return {at(r, 1), at(r, 2), at(r, 3), read_hd(r.component(4)), at(r, 5), at(r, 6),
            at(r, 7), at(r, 8), at(r, 9)};
}

Xcn read_xcn(const Repetition& r) {
    Xcn out;
    out.id = at(r, 1);
    out.name = read_name(r, 2);
    out.source_table = at(r, 8);
    out.authority = read_hd(r.component(9));
    out.name.type = at(r, 10);
    out.id_type = at(r, 13);
    out.facility = read_hd(r.component(14));
    out.name.representation = at(r, 15);
    out.name.effective_date = at(r, 19);
    out.name.expiration_date = at(r, 20);
    out.name.professional_suffix = at(r, 21);
    return out;
}

Cwe read_cwe(const Repetition& r) {
    return {at(r, 1), at(r, 2), at(r, 3), at(r, 4),  at(r, 5),  at(r, 6),
            at(r, 7), at(r, 8), at(r, 9), at(r, 10), at(r, 11), at(r, 12)};
}
Cwe read_cwe(const Component& c) {
    const auto part = [&](std::size_t n) { return c.subcomponent(n); };
    return {part(1), part(2), part(3), part(4),  part(5),  part(6),
            part(7), part(8), part(9), part(10), part(11), part(12)};
}

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 6> kComparators{
    {{"<=", "<="}, {">=", ">="}, {"≤", "<="}, {"≥", ">="}, {"<", "<"}, {">", ">"}}};

std::size_t leading_digits(std::string_view text) {
    return std::min(text.find_first_not_of("0123456789"), text.size());
}

/// The number as JSON writes it, every digit that carries precision kept.
std::optional<std::string> json_number(std::string_view text) {
    if (text.size() > kNumberCharacters) return std::nullopt;
    const bool negative = text.starts_with('-');
    if (negative || text.starts_with('+')) text.remove_prefix(1);
    const std::size_t whole_length = leading_digits(text);
    std::string_view whole = text.substr(0, whole_length);
    std::string_view fraction;
    text.remove_prefix(whole_length);
    if (text.starts_with('.')) {
        text.remove_prefix(1);
        fraction = text.substr(0, leading_digits(text));
        text.remove_prefix(fraction.size());
    }
    if (!text.empty() || (whole.empty() && fraction.empty())) return std::nullopt;
    whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
    std::string out(negative ? "-" : "");
    out += whole.empty() ? std::string_view("0") : whole;
    if (!fraction.empty()) {
        out += '.';
        out += fraction;
    }
    return out;
}

}  // namespace

std::optional<NumericValue> read_nm(std::string_view text) {
    text = trim(text);
    NumericValue value;
    for (const auto& [written, comparator] : kComparators) {
        if (!text.starts_with(written)) continue;
        value.comparator = comparator;
        text = trim(text.substr(written.size()));
        break;
    }
    auto number = json_number(text);
    if (!number) return std::nullopt;
    value.number = std::move(*number);
    return value;
}

std::optional<NumericValue> read_sn(const Repetition& r) {
    if (r.components() == 1) return read_nm(r.text());
    constexpr std::array<std::string_view, 7> kAllowed{"", "<", "<=", ">", ">=", "=", "<>"};
    NumericValue value;
    value.comparator = trim(at(r, 1));
    if (std::find(kAllowed.begin(), kAllowed.end(), value.comparator) == kAllowed.end())
        return std::nullopt;
    auto number = json_number(trim(at(r, 2)));
    if (!number) return std::nullopt;
    value.number = std::move(*number);
    value.separator = trim(at(r, 3));
    const std::string second = at(r, 4);
    if (trim(second).empty()) return value;
    auto second_number = json_number(trim(second));
    if (!second_number) return std::nullopt;
    value.second_number = std::move(*second_number);
    return value;
}

bool is_valid_nhs_number(std::string_view digits) {
    constexpr std::size_t kDigits = 10;
    if (digits.size() != kDigits || leading_digits(digits) != kDigits) return false;
    // 0000000000, 4444444444 and 6666666666 pass the check and are typed where nothing is known.
    if (digits.find_first_not_of(digits.front()) == std::string_view::npos) return false;
    int sum = 0;
    for (std::size_t i = 0; i + 1 < kDigits; ++i)
        sum += (digits[i] - '0') * static_cast<int>(kDigits - i);
    const int check = (11 - sum % 11) % 11;
    return check != 10 && check == digits.back() - '0';
}

std::string nhs_number_digits(std::string_view text) {
    std::string digits;
    for (const char c : text) {
        if (c == ' ' || c == '-') continue;
        if (c < '0' || c > '9') return std::string(text);
        digits += c;
    }
    return digits;
}

}  // namespace wardlight::hl7v2
