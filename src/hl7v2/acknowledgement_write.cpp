// Writing acknowledgements in the form the sender's version knows.
#include <fmt/format.h>

#include <algorithm>

#include "hl7v2/acknowledgement.h"
#include "hl7v2/escape.h"
#include "hl7v2/version.h"

namespace wardlight::hl7v2 {
namespace {

/// The parts of an original message that its answer repeats; defaults when there is none.
struct Original {
    Delimiters delimiters;
    std::string encoding_characters = "^~\\&";
    std::string sending_application;
    std::string sending_facility;
    std::string receiving_application;
    std::string receiving_facility;
    std::string trigger;
    std::string control_id;
    std::string processing_id = "P";
    std::string version = "2.5";
    Version number{2, 5};
};

Original read_original(const Message* message) {
    Original out;
    if (!message) return out;
    const Segment& header = message->segments().front();
    const auto raw = [&](std::size_t n) { return std::string(header.field(n).raw()); };
    const auto raw_or = [&](std::size_t n, std::string& value) {
        if (!header.field(n).empty()) value = raw(n);
    };
    out.delimiters = message->delimiters();
    raw_or(2, out.encoding_characters);
    out.sending_application = raw(3);
    out.sending_facility = raw(4);
    out.receiving_application = raw(5);
    out.receiving_facility = raw(6);
    out.trigger = header.field(9).component(2).raw();
    out.control_id = header.field(10).raw();
    raw_or(11, out.processing_id);
    raw_or(12, out.version);
    out.number = version_of(*message).value_or(Version{2, 5});
    return out;
}

class Writer {
 public:
    explicit Writer(const Delimiters& delimiters) : d_(delimiters) {}

    void segment(std::string_view id, const std::vector<std::string>& fields) {
        out_ += id;
        const auto end = std::find_if(fields.rbegin(), fields.rend(), [](const std::string& field) {
                             return !field.empty();
                         }).base();
        for (auto field = fields.begin(); field != end; ++field) {
            out_ += d_.field;
            out_ += *field;
        }
        out_ += '\r';
    }
    [[nodiscard]] std::string text(std::string_view plain) const {
        return encode_escapes(plain, d_);
    }
    /// Parts joined by a separator, trailing empty ones left out. Without the separator only the
    /// first part can be written.
    [[nodiscard]] std::string joined(char separator, std::vector<std::string> parts) const {
        while (!parts.empty() && parts.back().empty()) parts.pop_back();
        std::string out;
        for (std::size_t i = 0; i < parts.size(); ++i) {
            if (i > 0 && separator == '\0') break;
            if (i > 0) out += separator;
            out += parts[i];
        }
        return out;
    }
    [[nodiscard]] std::string components(std::vector<std::string> parts) const {
        return joined(d_.component, std::move(parts));
    }
    [[nodiscard]] std::string condition(ConditionCode code, char separator) const {
        return joined(separator,
                      {std::to_string(static_cast<int>(code)), text(text_of(code)), "HL70357"});
    }
    [[nodiscard]] const Delimiters& delimiters() const { return d_; }
    std::string take() { return std::move(out_); }

 private:
    const Delimiters& d_;
    std::string out_;
};

std::string number_or_empty(std::size_t number) {
    return number == 0 ? std::string{} : std::to_string(number);
}

std::string hl7_time(Instant now, std::chrono::minutes offset) {
    using namespace std::chrono;
    const auto local = now + offset;
    const auto day = floor<days>(local);
    const year_month_day date{day};
    const auto second = floor<seconds>(local - day).count();
    return fmt::format("{:04}{:02}{:02}{:02}{:02}{:02}{}{:02}{:02}", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                       second / 3600, second / 60 % 60, second % 60,
                       offset < minutes{0} ? '-' : '+', std::abs(offset.count()) / 60,
                       std::abs(offset.count()) % 60);
}

/// Up to 2.4: one ERR, one repetition of ERR-1 for each problem.
void write_old_errors(Writer& writer, const std::vector<Problem>& problems) {
    std::string locations;
    for (const Problem& p : problems) {
        const std::string one = writer.components(
            {p.location.segment,
             number_or_empty(p.location.segment.empty() ? 0 : p.location.sequence),
             number_or_empty(p.location.field),
             writer.condition(p.code, writer.delimiters().subcomponent)});
        if (!locations.empty()) {
            if (writer.delimiters().repetition == '\0') break;
            locations += writer.delimiters().repetition;
        }
        locations += one;
    }
    writer.segment("ERR", {locations});
}

std::string_view severity_letter(Severity severity) {
    switch (severity) {
        case Severity::error:
            return "E";
        case Severity::warning:
            return "W";
        case Severity::information:
            return "I";
    }
    return "E";
}

/// From 2.5: one ERR for each problem.
void write_error(Writer& writer, const Problem& p) {
    const ErrorLocation& at = p.location;
    const std::string location =
        writer.components({at.segment, number_or_empty(at.segment.empty() ? 0 : at.sequence),
                           number_or_empty(at.field), number_or_empty(at.repetition),
                           number_or_empty(at.component), number_or_empty(at.subcomponent)});
    writer.segment("ERR", {"", location, writer.condition(p.code, writer.delimiters().component),
                           std::string(severity_letter(p.severity)), "", "", writer.text(p.text),
                           writer.text(p.text)});
}

}  // namespace

std::string build_acknowledgement(const Message* message, const AcknowledgementDetails& details) {
    const Original original = read_original(message);
    Writer writer(original.delimiters);
    std::string type = "ACK";
    if (!original.trigger.empty()) {
        // The third part came with 2.3.1; strict older receivers refuse it.
        const bool with_structure = original.number >= Version{2, 3, 1};
        type = writer.components({"ACK", original.trigger, with_structure ? "ACK" : ""});
    }
    std::vector<std::string> header{original.encoding_characters,
                                    original.receiving_application,
                                    original.receiving_facility,
                                    original.sending_application,
                                    original.sending_facility,
                                    hl7_time(details.now, details.offset),
                                    "",
                                    type,
                                    writer.text(details.control_id),
                                    original.processing_id,
                                    original.version};
    const auto is_ascii = [](const std::string& text) {
        return std::all_of(text.begin(), text.end(),
                           [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    };
    constexpr std::size_t kCharacterSetField = 17;  // MSH-18, counted from MSH-2
    if (!std::all_of(header.begin(), header.end(), is_ascii) || !is_ascii(original.control_id) ||
        !is_ascii(details.text)) {
        header.resize(kCharacterSetField);
        header[kCharacterSetField - 1] = "UNICODE UTF-8";
    }
    writer.segment("MSH", header);
    const bool with_text = original.number < Version{2, 7};
    writer.segment("MSA", {std::string(name_of(details.code)), original.control_id,
                           with_text ? writer.text(details.text) : std::string{}});
    if (details.problems.empty()) return writer.take();
    if (original.number < Version{2, 5}) {
        write_old_errors(writer, details.problems);
    } else {
        for (const Problem& p : details.problems) write_error(writer, p);
    }
    return writer.take();
}

}  // namespace wardlight::hl7v2
