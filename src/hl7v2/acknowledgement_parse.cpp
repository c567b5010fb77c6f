// Reading acknowledgements of other systems, and the paths errors are given by.
#include <algorithm>

#include "base/text.h"
#include "hl7v2/acknowledgement.h"
#include "hl7v2/character_set.h"

namespace wardlight::hl7v2 {
namespace {

std::size_t number_of(std::string_view text) {
    constexpr std::int64_t kMost = 1'000'000;
    const auto value = parse_integer(trim(text));
    return value && *value > 0 ? static_cast<std::size_t>(std::min(*value, kMost)) : 0;
}

/// What stands before the first of `stops`; removed from `rest`.
std::string_view take_until(std::string_view& rest, std::string_view stops) {
    const std::size_t length = std::min(rest.find_first_of(stops), rest.size());
    const std::string_view taken = rest.substr(0, length);
    rest.remove_prefix(length);
    return taken;
}

bool take(std::string_view& rest, char c) {
    if (!rest.starts_with(c)) return false;
    rest.remove_prefix(1);
    return true;
}

std::size_t take_index(std::string_view& rest) {
    if (!take(rest, '[')) return 0;
    const std::size_t value = number_of(take_until(rest, "]"));
    take(rest, ']');
    return value;
}

ConditionCode condition_of(std::string_view text) {
    const auto value = parse_integer(trim(text));
    if (!value) return ConditionCode::internal_error;
    const auto code = static_cast<ConditionCode>(*value);
    const bool known = code == ConditionCode::internal_error ||
                       text_of(code) != text_of(ConditionCode::internal_error);
    return known ? code : ConditionCode::internal_error;
}

Severity severity_of(std::string_view letter) {
    if (letter == "W") return Severity::warning;
    if (letter == "I") return Severity::information;
    return Severity::error;
}

/// ERR-1 of versions up to 2.4, one problem for each repetition.
void read_old_form(const Segment& segment, std::vector<Problem>& out) {
    for (const Repetition location : segment.field(1).each()) {
        if (location.empty()) continue;
        Problem problem;
        problem.location.segment = location.component(1).text();
        problem.location.sequence =
            std::max<std::size_t>(number_of(location.component(2).text()), 1);
        problem.location.field = number_of(location.component(3).text());
        problem.code = condition_of(location.component(4).subcomponent(1));
        problem.text = location.component(4).subcomponent(2);
        out.push_back(std::move(problem));
    }
}

void read_new_form(const Segment& segment, std::vector<Problem>& out) {
    if (segment.field(2).empty() && segment.field(3).empty()) return;
    const Repetition at = segment.field(2).first();
    Problem problem;
    problem.location = {at.component(1).text(),
                        std::max<std::size_t>(number_of(at.component(2).text()), 1),
                        number_of(at.component(3).text()),
                        number_of(at.component(4).text()),
                        number_of(at.component(5).text()),
                        number_of(at.component(6).text())};
    problem.code = condition_of(segment.field(3).text());
    problem.severity = severity_of(segment.field(4).text());
    for (std::string text : {segment.field(8).first().value(), segment.field(7).first().value(),
                             segment.field(3).component(2).text()}) {
        if (problem.text.empty()) problem.text = std::move(text);
    }
    out.push_back(std::move(problem));
}

}  // namespace

ErrorLocation error_location(std::string_view path) {
    ErrorLocation location;
    const std::string_view segment = take_until(path, "[-");
    if (segment.empty() || segment.size() > 3) return location;
    location.segment = segment;
    location.sequence = std::max<std::size_t>(take_index(path), 1);
    if (!take(path, '-')) return location;
    location.field = number_of(take_until(path, "[."));
    location.repetition = take_index(path);
    if (take(path, '.')) location.component = number_of(take_until(path, "."));
    if (take(path, '.')) location.subcomponent = number_of(path);
    return location;
}

Result<Acknowledgement> parse_acknowledgement(const Message& message) {
    const Segment* segment = message.first("MSA");
    if (!segment) return fail(ErrorCode::invalid, "the answer has no MSA segment", "MSA");
    const auto code = ack_code(segment->field(1).text());
    if (!code)
        return fail(ErrorCode::invalid, "the answer has no known acknowledgement code", "MSA-1");
    Acknowledgement out;
    out.code = *code;
    out.control_id = segment->field(2).text();
    out.text = segment->field(3).first().value();
    for (const Segment& error : message.segments()) {
        if (error.id() != "ERR") continue;
        read_old_form(error, out.problems);
        read_new_form(error, out.problems);
    }
    for (const Problem& problem : out.problems) {
        if (out.text.empty()) out.text = problem.text;
    }
    return out;
}

Result<Acknowledgement> parse_acknowledgement(std::string_view bytes) {
    const Message message = TRY(Message::parse(decode(bytes).text));
    return parse_acknowledgement(message);
}

}  // namespace wardlight::hl7v2
