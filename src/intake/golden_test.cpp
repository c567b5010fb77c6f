// Messages and the FHIR they become, side by side in tests/intake: NAME.hl7 (segments on lines,
// messages one after another) and NAME.json (all resources). WARDLIGHT_WRITE_GOLDEN=1 writes the
// JSON anew: read the difference before committing it.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "base/text.h"
#include "hl7v2/batch.h"
#include "intake/intake_test.h"

using namespace wardlight;
using namespace wardlight::intake;

namespace {

namespace fs = std::filesystem;

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("golden messages become exactly their golden resources") {
    const char* source = std::getenv("WARDLIGHT_SOURCE_DIR");
    const fs::path folder = fs::path(source == nullptr ? "." : source) / "tests/intake";
    REQUIRE(fs::is_directory(folder));
    std::size_t compared = 0;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() != ".hl7") continue;
        CAPTURE(entry.path().filename().string());
        IntakeFixture hospital;
        for (const std::string& text : hl7v2::messages_of_file(read_file(entry.path())).messages)
            hospital.take(text);
        fs::path golden = entry.path();
        golden.replace_extension(".json");
        const std::string got = hospital.everything();
        if (std::getenv("WARDLIGHT_WRITE_GOLDEN") != nullptr) std::ofstream(golden) << got;
        const std::string wanted = read_file(golden);
        const auto got_lines = split(got, '\n');
        const auto wanted_lines = split(wanted, '\n');
        REQUIRE(got_lines.size() == wanted_lines.size());
        for (std::size_t i = 0; i < got_lines.size(); ++i) CHECK(got_lines[i] == wanted_lines[i]);
        ++compared;
    }
    CHECK(compared >= 6);
}
