#include "hl7v2/message.h"

#include <array>
#include <cctype>
#include <vector>

#include "base/text.h"
#include "hl7v2/escape.h"
#include "hl7v2/message_scan.h"

namespace wardlight::hl7v2 {
namespace {

constexpr Delimiters kNoDelimiters{'\0', '\0', '\0', '\0', '\0', '\0'};

/// The n-th part (from 1); empty when there are fewer.
std::string_view part(std::string_view text, char separator, std::size_t n) {
    for (; n > 1; --n) {
        const std::size_t at = separator == '\0' ? std::string_view::npos : text.find(separator);
        if (at == std::string_view::npos) return {};
        text.remove_prefix(at + 1);
    }
    if (n == 0) return {};
    return separator == '\0' ? text : text.substr(0, text.find(separator));
}

std::size_t count_parts(std::string_view text, char separator) {
    if (text.empty()) return 0;
    std::size_t parts = 1;
    if (separator == '\0') return parts;
    for (const char c : text) parts += c == separator;
    return parts;
}

const Delimiters& known(const Delimiters* delimiters) {
    return delimiters ? *delimiters : kNoDelimiters;
}

bool only_separators(std::string_view text, const Delimiters& d) {
    for (const char c : text) {
        if (c == '\0' || (c != d.component && c != d.repetition && c != d.subcomponent))
            return false;
    }
    return true;
}

std::string value_text(std::string_view raw, const Delimiters& delimiters) {
    return raw == "\"\"" ? std::string{} : decode_escapes(raw, delimiters);
}

}  // namespace

std::string Component::text() const {
    return subcomponent(1);
}
std::size_t Component::subcomponents() const {
    return count_parts(raw_, known(delimiters_).subcomponent);
}
std::string Component::subcomponent(std::size_t n) const {
    const Delimiters& d = known(delimiters_);
    return value_text(part(raw_, d.subcomponent, n), d);
}
bool Component::empty() const {
    return only_separators(raw_, known(delimiters_));
}

std::string Repetition::text() const {
    return component(1).text();
}
std::string Repetition::value() const {
    return value_text(raw_, known(delimiters_));
}
std::size_t Repetition::components() const {
    return count_parts(raw_, known(delimiters_).component);
}
Component Repetition::component(std::size_t n) const {
    return {part(raw_, known(delimiters_).component, n), delimiters_};
}
bool Repetition::empty() const {
    return only_separators(raw_, known(delimiters_));
}

RepetitionRange::iterator::iterator(std::string_view rest, const Delimiters* delimiters)
    : rest_(rest), delimiters_(delimiters), last_(rest.empty()), done_(rest.empty()) {
    if (!done_) take();
}

void RepetitionRange::iterator::take() {
    const char separator = known(delimiters_).repetition;
    const std::size_t at = separator == '\0' ? std::string_view::npos : rest_.find(separator);
    last_ = at == std::string_view::npos;
    current_ = rest_.substr(0, at);
    if (!last_) rest_.remove_prefix(at + 1);
}

RepetitionRange::iterator& RepetitionRange::iterator::operator++() {
    if (last_) {
        done_ = true;
    } else {
        take();
    }
    return *this;
}

bool Field::empty() const {
    return only_separators(raw_, known(delimiters_));
}
std::size_t Field::repetitions() const {
    return count_parts(raw_, known(delimiters_).repetition);
}
Repetition Field::repetition(std::size_t index) const {
    return {part(raw_, known(delimiters_).repetition, index + 1), delimiters_};
}

std::string_view Segment::raw() const {
    return std::string_view(state_->text).substr(begin_, end_ - begin_);
}

std::string_view Segment::id() const {
    constexpr std::size_t kIdLength = 3;
    return raw().substr(0, kIdLength);
}

std::size_t Segment::fields() const {
    return separators_ + (is_header_ ? 1U : 0U);
}

Field Segment::field(std::size_t n) const {
    if (n == 0 || n > fields()) return {{}, &state_->delimiters};
    const std::string_view text = state_->text;
    if (is_header_) {
        if (n == 1) return {text.substr(state_->separators[first_separator_], 1), &kNoDelimiters};
        --n;
    }
    const std::uint32_t begin = state_->separators[first_separator_ + n - 1] + 1;
    const std::uint32_t end = n < separators_ ? state_->separators[first_separator_ + n] : end_;
    const bool encoding_characters = is_header_ && n == 1;
    return {text.substr(begin, end - begin),
            encoding_characters ? &kNoDelimiters : &state_->delimiters};
}

Message::Message(std::unique_ptr<const detail::MessageState> state) : state_(std::move(state)) {}
Message::Message(Message&&) noexcept = default;
Message& Message::operator=(Message&&) noexcept = default;
Message::~Message() = default;

Result<Message> Message::parse(std::string utf8_text) {
    auto state = std::make_unique<detail::MessageState>();
    state->text = std::move(utf8_text);
    TRY(state->scan());
    return Message(std::move(state));
}

const Delimiters& Message::delimiters() const {
    return state_->delimiters;
}
std::span<const Segment> Message::segments() const {
    return state_->segments;
}
const std::string& Message::raw() const {
    return state_->text;
}
std::span<const std::string_view> Message::warnings() const {
    return state_->warnings;
}

const Segment* Message::first(std::string_view id) const {
    for (const Segment& segment : state_->segments) {
        if (segment.id() == id) return &segment;
    }
    return nullptr;
}

namespace {

/// A cursor over "OBX[3]-5[2].4.1".
struct Path {
    std::string_view rest;

    bool take(char c) {
        if (!rest.starts_with(c)) return false;
        rest.remove_prefix(1);
        return true;
    }
    std::size_t number() {
        constexpr std::size_t kMost = 1'000'000;
        std::size_t value = 0;
        while (!rest.empty() && rest.front() >= '0' && rest.front() <= '9') {
            value = value >= kMost ? kMost : value * 10 + static_cast<std::size_t>(rest[0] - '0');
            rest.remove_prefix(1);
        }
        return value;
    }
    /// "[3]", 1 when absent, 0 when malformed.
    std::size_t occurrence() {
        if (!take('[')) return 1;
        const std::size_t value = number();
        return take(']') ? value : 0;
    }
};

}  // namespace

std::string Message::text(std::string_view path) const {
    Path at{path};
    const std::string_view id = path.substr(0, path.find_first_of("[-"));
    at.rest.remove_prefix(id.size());
    std::size_t wanted = at.occurrence();
    if (wanted == 0 || !at.take('-')) return {};
    const std::size_t field_number = at.number();
    const std::size_t repetition = at.occurrence();
    const std::size_t component = at.take('.') ? at.number() : 1;
    const std::size_t subcomponent = at.take('.') ? at.number() : 1;
    if (!at.rest.empty() || repetition == 0 || component == 0) return {};
    for (const Segment& segment : state_->segments) {
        if (segment.id() != id || --wanted != 0) continue;
        return segment.field(field_number)
            .repetition(repetition - 1)
            .component(component)
            .subcomponent(subcomponent);
    }
    return {};
}

}  // namespace wardlight::hl7v2
