// Every message of the test corpus goes through the mapping and into a store: nothing crashes, each
// is applied or refused with a reason. Prints a table per folder.
#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>

#include "hl7v2/batch.h"
#include "hl7v2/character_set.h"
#include "intake/intake_test.h"

using namespace wardlight;
using namespace wardlight::intake;

namespace {

namespace fs = std::filesystem;

std::optional<fs::path> corpus() {
    const char* set = std::getenv("WARDLIGHT_CORPUS");
    const char* source = std::getenv("WARDLIGHT_SOURCE_DIR");
    const fs::path folder = set != nullptr      ? fs::path(set)
                            : source != nullptr ? fs::path(source) / "../shared/data"
                                                : fs::path("../shared/data");
    if (!fs::is_directory(folder / "hl7v2")) return std::nullopt;
    return folder / "hl7v2";
}

std::string read_file(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace

TEST_CASE("every message of the corpus is applied or refused with a reason") {
    const auto folder = corpus();
    if (!folder) {
        std::cout << "skipped: no test corpus (set WARDLIGHT_CORPUS)\n";
        return;
    }
    struct Count {
        std::size_t messages = 0;
        std::size_t applied = 0;
        std::map<std::string, std::size_t> refused;
        std::map<std::string, std::size_t> warned;
    };
    std::map<std::string, Count> counts;
    std::vector<fs::path> files;
    for (const auto& entry : fs::recursive_directory_iterator(*folder)) {
        const std::string extension = entry.path().extension();
        if (entry.is_regular_file() &&
            (extension == ".hl7" || extension == ".mllp" || extension == ".txt"))
            files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    std::map<std::string, std::unique_ptr<IntakeFixture>> hospitals;
    for (const fs::path& file : files) {
        const std::string name = fs::relative(file, *folder).begin()->string();
        auto& hospital = hospitals[name];
        if (!hospital) hospital = std::make_unique<IntakeFixture>();
        Count& count = counts[name];
        for (const std::string& raw : hl7v2::messages_of_file(read_file(file)).messages) {
            ++count.messages;
            const auto decoded = hl7v2::decode(raw);
            const auto applied = hospital->try_take(decoded.text);
            if (applied) {
                ++count.applied;
                for (const std::string& code : applied->warnings) ++count.warned[code];
                continue;
            }
            INFO(file.string());
            CHECK_FALSE(applied.error().message.empty());
            CHECK_FALSE(applied.error().where.empty());
            CHECK(applied.error().code != ErrorCode::internal);
            const bool is_mapping = applied.error().message.find(": ") != std::string::npos;
            ++count.refused[is_mapping ? std::string(reason_code(applied.error()))
                                       : "unreadable at " + applied.error().where];
        }
    }
    for (const auto& [name, count] : counts) {
        std::cout << name << ": " << count.messages << " messages, " << count.applied << " applied";
        std::size_t sum = count.applied;
        for (const auto& [code, number] : count.refused) {
            std::cout << ", " << number << " " << code;
            sum += number;
        }
        std::cout << "\n   warnings:";
        for (const auto& [code, number] : count.warned) std::cout << " " << code << "=" << number;
        std::cout << "\n";
        CHECK(sum == count.messages);
    }
}
