#include "app/hl7_show.h"

#include <fmt/format.h>

#include <ostream>

#include "hl7v2/acknowledgement.h"
#include "hl7v2/character_set.h"
#include "hl7v2/data_types.h"
#include "hl7v2/field_names.h"

namespace wardlight::app {
namespace {

using namespace hl7v2;

/// On one line, with visible ends of lines and a limit.
std::string shown(std::string_view text) {
    std::string out;
    std::size_t characters = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if ((byte & 0xC0) != 0x80) ++characters;
        if (characters > kShownCharacters) continue;
        if (byte == '\n' || byte == '\r') {
            if (byte == '\n' || i + 1 >= text.size() || text[i + 1] != '\n') out += "⏎";
        } else if (byte < 0x20 || byte == 0x7F) {
            out += fmt::format("<{:02X}>", byte);
        } else {
            out += text[i];
        }
    }
    if (characters > kShownCharacters) out += fmt::format("… ({} characters)", characters);
    return out;
}

/// "[1] 999001 [4.2] 1.2.3 [5] MR", or the plain value when there is only one part.
std::string shown(const Repetition& repetition) {
    if (repetition.is_null()) return "\"\" (delete)";
    const std::size_t components = repetition.components();
    if (components <= 1 && repetition.component(1).subcomponents() <= 1)
        return shown(repetition.text());
    std::string out;
    const auto add = [&](const std::string& number, const std::string& text) {
        if (text.empty()) return;
        out += fmt::format("{}[{}] {}", out.empty() ? "" : "  ", number, shown(text));
    };
    for (std::size_t n = 1; n <= components; ++n) {
        const Component component = repetition.component(n);
        if (component.is_null()) {
            out += fmt::format("{}[{}] \"\" (delete)", out.empty() ? "" : "  ", n);
            continue;
        }
        const std::size_t parts = component.subcomponents();
        for (std::size_t part = 1; part <= parts; ++part) {
            add(parts == 1 ? std::to_string(n) : fmt::format("{}.{}", n, part),
                component.subcomponent(part));
        }
    }
    return out;
}

std::string joined(const auto& warnings) {
    std::string out;
    for (const std::string_view warning : warnings) {
        if (!out.empty()) out += ", ";
        out += warning;
    }
    return out;
}

std::string shown_time(std::string_view text, const ZoneRule& zone) {
    const TimestampReading reading = parse_timestamp(text, zone);
    std::string out = reading.value ? fmt::format("  = {}", reading.value->fhir) : std::string{};
    if (!reading.warnings.empty()) out += fmt::format("  ! {}", joined(reading.warnings));
    return out;
}

/// Only identifiers that say they are NHS numbers.
std::string shown_identifier(const Repetition& repetition) {
    const Cx id = read_cx(repetition);
    if (id.type != "NH" && id.authority.namespace_id != "NHS") return {};
    return is_valid_nhs_number(nhs_number_digits(id.id)) ? "  = valid NHS number"
                                                         : "  ! not a valid NHS number";
}

class Display {
 public:
    Display(const Message& message, const Hl7ShowOptions& options, std::ostream& out)
        : zone_(options.zone, message.text("MSH-7")), out_(out) {}

    void show(const Segment& segment) {
        const std::string_view name = segment_name(segment.id());
        out_ << "  " << segment.id() << (name.empty() ? "" : "  ") << name << '\n';
        // An OBX says itself what its value is.
        value_is_time_ = segment.id() == "OBX" &&
                         (segment.field(2).text() == "TS" || segment.field(2).text() == "DTM" ||
                          segment.field(2).text() == "DT");
        for (std::size_t n = 1; n <= segment.fields(); ++n) {
            const Field field = segment.field(n);
            if (!field.empty() || field.is_null()) show(segment.id(), n, field);
        }
    }

 private:
    void show(std::string_view segment, std::size_t number, const Field& field) {
        const std::size_t repetitions = field.repetitions();
        std::size_t index = 0;
        for (const Repetition repetition : field.each()) {
            ++index;
            const std::string place = repetitions == 1
                                          ? fmt::format("{}-{}", segment, number)
                                          : fmt::format("{}-{}[{}]", segment, number, index);
            out_ << fmt::format("    {:<11} {:<28} {}{}\n", place,
                                index == 1 ? field_name(segment, number) : std::string_view{},
                                shown(repetition), meaning(segment, number, repetition));
        }
    }

    std::string meaning(std::string_view segment, std::size_t number,
                        const Repetition& repetition) const {
        if (is_time_field(segment, number) || (value_is_time_ && number == 5))
            return shown_time(repetition.text(), zone_);
        if (segment == "PID" && number == 3) return shown_identifier(repetition);
        return {};
    }

    ZoneRule zone_;
    std::ostream& out_;
    bool value_is_time_ = false;
};

void show_check(const HeaderCheck& check, std::ostream& out) {
    out << "  header check: " << name_of(check.code) << '\n';
    for (const Problem& problem : check.problems)
        out << fmt::format("    {} {}: {}\n", static_cast<int>(problem.code), text_of(problem.code),
                           problem.text);
}

}  // namespace

bool show_hl7_message(std::string_view bytes, std::size_t number, std::size_t count,
                      const Hl7ShowOptions& options, std::ostream& out) {
    const DecodedText decoded = decode(bytes, options.character_set);
    const auto message = Message::parse(decoded.text);
    out << fmt::format("message {} of {}, {} bytes", number, count, bytes.size());
    if (!message) {
        const HeaderCheck check = check_header(message.error());
        out << ": cannot be read\n";
        show_check(check, out);
        return false;
    }
    const HeaderCheck check = check_header(*message);
    out << fmt::format(": {}, control id {}, version {}\n",
                       shown(message->segments().front().field(9).first().value()),
                       shown(message->text("MSH-10")), shown(message->text("MSH-12")));
    show_check(check, out);
    const auto warn = [&](const auto& warnings) {
        for (const std::string_view warning : warnings) out << "  warning: " << warning << '\n';
    };
    warn(decoded.warnings);
    warn(message->warnings());
    warn(check.warnings);
    Display display(*message, options, out);
    for (const Segment& segment : message->segments()) display.show(segment);
    return is_positive(check.code);
}

}  // namespace wardlight::app
