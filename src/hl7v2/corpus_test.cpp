// Every public HL7 v2 message we know of is read, and put together again from its smallest parts it
// is the very text that came in. The corpus may not be redistributed: without it this says so and
// passes.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/text.h"
#include "hl7v2/acknowledgement.h"
#include "hl7v2/batch.h"
#include "hl7v2/character_set.h"
#include "hl7v2/data_types.h"

using namespace wardlight;
using namespace wardlight::hl7v2;
namespace fs = std::filesystem;

namespace {

fs::path corpus() {
    if (const char* folder = std::getenv("WARDLIGHT_CORPUS")) return fs::path(folder) / "hl7v2";
    const char* root = std::getenv("WARDLIGHT_SOURCE_DIR");
    return fs::path(root ? root : ".") / "../shared/data/hl7v2";
}

std::string read_file(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void put_together(std::string& out, const Component& component, const Delimiters& d) {
    std::string_view rest = component.raw();
    // Sub-components hand out unescaped text only, so their raw form is counted, not rebuilt.
    std::size_t parts = rest.empty() ? 0 : 1;
    for (const char c : rest) parts += d.subcomponent != '\0' && c == d.subcomponent;
    REQUIRE(component.subcomponents() == parts);
    for (std::size_t n = 1; n <= parts; ++n) (void)component.subcomponent(n);
    out += rest;
}

std::string put_together(const Field& field, const Delimiters& d) {
    std::string out;
    std::size_t index = 0;
    for (const Repetition repetition : field.each()) {
        if (index++ > 0) out += d.repetition;
        const std::size_t components = repetition.components();
        for (std::size_t n = 1; n <= components; ++n) {
            if (n > 1) out += d.component;
            put_together(out, repetition.component(n), d);
        }
    }
    return out;
}

std::string put_together(const Segment& segment, const Delimiters& d) {
    std::string out(segment.id());
    const bool header = out == "MSH" || out == "FHS" || out == "BHS";
    for (std::size_t n = 1; n <= segment.fields(); ++n) {
        if (header && n == 1) {
            out += segment.field(1).raw();
        } else if (header && n == 2) {
            out += segment.field(2).raw();
        } else {
            out += d.field;
            out += put_together(segment.field(n), d);
        }
    }
    return out;
}

/// The message with each segment replaced by what its parts give; ends of lines as they were.
std::string put_together(const Message& message) {
    std::string out;
    const char* at = message.raw().data();
    for (const Segment& segment : message.segments()) {
        out.append(at, segment.raw().data());
        out += put_together(segment, message.delimiters());
        at = segment.raw().data() + segment.raw().size();
    }
    out.append(at, message.raw().data() + message.raw().size());
    return out;
}

/// Reads every field as every type: none may fail, whatever is in it.
void read_as_everything(const Message& message, const TimeZone& zone) {
    for (const Segment& segment : message.segments()) {
        for (std::size_t n = 1; n <= segment.fields(); ++n) {
            const Repetition first = segment.field(n).first();
            (void)read_cx(first);
            (void)read_xpn(first);
            (void)read_xad(first);
            (void)read_xtn(first).best();
            (void)read_pl(first);
            (void)read_xcn(first);
            (void)read_cwe(first);
            (void)read_nm(first.value());
            (void)read_sn(first);
            (void)parse_timestamp(first.text(), zone);
        }
    }
}

}  // namespace

TEST_CASE("every message of the corpus is read and put together again byte for byte") {
    const fs::path folder = corpus();
    if (!fs::is_directory(folder)) {
        MESSAGE("skipped: no corpus (set WARDLIGHT_CORPUS)");
        return;
    }
    const TimeZone zone = *TimeZone::find("Europe/London");
    std::size_t files = 0;
    std::size_t messages = 0;
    std::size_t refused = 0;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const fs::path extension = entry.path().extension();
        if (!entry.is_regular_file() || extension == ".csv" || extension == ".md") continue;
        ++files;
        CAPTURE(entry.path().filename().string());
        for (const std::string& bytes : messages_of_file(read_file(entry.path())).messages) {
            const DecodedText decoded = decode(bytes);
            REQUIRE(is_valid_utf8(decoded.text));
            const auto message = Message::parse(decoded.text);
            if (!message) {
                ++refused;
                continue;
            }
            ++messages;
            CHECK(message->raw() == decoded.text);
            if (decoded.warnings.empty() && is_valid_utf8(bytes) && !bytes.starts_with("\xEF\xBB"))
                CHECK(message->raw() == bytes);
            // A continued segment without a separator before the break is the one case whose parts
            // leave something out: raw() has it.
            if (message->warnings().empty()) {
                const bool same = put_together(*message) == message->raw();
                CHECK(same);
            }
            read_as_everything(*message, zone);
            const HeaderCheck check = check_header(*message);
            const std::string answer = build_acknowledgement(
                &*message, {check.code, "1", from_micros(0), {}, "", check.problems});
            CHECK(parse_acknowledgement(answer)->code == check.code);
        }
    }
    MESSAGE(files << " files, " << messages << " messages read, " << refused << " without MSH");
    CHECK(messages > 1'000);
}
