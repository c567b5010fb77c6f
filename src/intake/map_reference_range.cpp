#include "base/text.h"
#include "intake/map_value.h"

namespace wardlight::intake {
namespace {

/// The number that begins `text`, taken off it; a sign only where one may stand.
std::optional<std::string> take_number(std::string_view& text) {
    text = trim(text);
    std::size_t i = 0;
    if (i < text.size() && (text[i] == '-' || text[i] == '+')) ++i;
    const std::size_t digits = i;
    while (i < text.size() && ((text[i] >= '0' && text[i] <= '9') || text[i] == '.')) ++i;
    if (i == digits) return std::nullopt;
    const auto number = hl7v2::read_nm(text.substr(0, i));
    if (!number) return std::nullopt;
    text.remove_prefix(i);
    return number->number;
}

/// "-", "–", "—" or "to" between two numbers.
bool take_dash(std::string_view& text) {
    text = trim(text);
    for (const std::string_view dash : {"-", "\xE2\x80\x93", "\xE2\x80\x94", "to ", "TO "}) {
        if (text.starts_with(dash)) {
            text.remove_prefix(dash.size());
            return true;
        }
    }
    return false;
}

bool is_unit_or_nothing(std::string_view rest, const hl7v2::Cwe& unit) {
    rest = trim(rest);
    return rest.empty() || rest == unit.code || rest == unit.text;
}

struct Limits {
    std::string low;
    std::string high;
};

std::optional<Limits> read_limits(std::string_view text, const hl7v2::Cwe& unit) {
    text = trim(text);
    if (text.size() > 2 && ((text.front() == '[' && text.back() == ']') ||
                            (text.front() == '(' && text.back() == ')'))) {
        text = trim(text.substr(1, text.size() - 2));
    }
    struct OneSided {
        std::string_view sign;
        bool is_high;
    };
    constexpr OneSided kSigns[] = {
        {"<=", true}, {">=", false}, {"\xE2\x89\xA4", true}, {"\xE2\x89\xA5", false},
        {"<", true},  {">", false}};
    for (const OneSided& one : kSigns) {
        if (!text.starts_with(one.sign)) continue;
        text.remove_prefix(one.sign.size());
        const auto number = take_number(text);
        if (!number || !is_unit_or_nothing(text, unit)) return std::nullopt;
        return one.is_high ? Limits{"", *number} : Limits{*number, ""};
    }
    const auto low = take_number(text);
    if (!low || !take_dash(text)) return std::nullopt;
    const auto high = take_number(text);
    if (!high || !is_unit_or_nothing(text, unit)) return std::nullopt;
    return Limits{*low, *high};
}

}  // namespace

json::Value to_reference_range(std::string_view text, const hl7v2::Cwe& unit) {
    text = trim(text);
    if (text.empty()) return {};
    json::Value range;
    if (const auto limits = read_limits(text, unit)) {
        if (!limits->low.empty()) range.set("low", to_quantity({"", limits->low, "", ""}, unit));
        if (!limits->high.empty()) range.set("high", to_quantity({"", limits->high, "", ""}, unit));
    }
    range.set("text", text);
    return range;
}

}  // namespace wardlight::intake
