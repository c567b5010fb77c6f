#include "app/verify_audit_command.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "app/data_folder.h"
#include "app/test_command.h"
#include "audit/audit_log.h"
#include "audit/sealer.h"
#include "temporary_folder.h"

using namespace wardlight;
using namespace wardlight::app;
namespace fs = std::filesystem;

namespace {

class Hospital {
 public:
    [[nodiscard]] DataFolder folder() const { return {root_ / "data"}; }
    [[nodiscard]] fs::path file(const char* name) const { return root_ / name; }

    void record_and_seal() const {
        const SystemClock clock;
        const auto store = open_store(folder(), clock);
        REQUIRE(store);
        audit::Entry entry;
        entry.action = "patient.read";
        REQUIRE(audit::record(**store, entry));
        const auto key = audit::LogKey::load_or_create(folder().audit_key());
        REQUIRE(key);
        REQUIRE(audit::seal(**store, *key, 100));
    }
    void tamper(const char* sql) const {
        const SystemClock clock;
        const auto store = open_store(folder(), clock);
        REQUIRE((*store)->write([&](store::WriteTransaction& tx) { return tx.sql().run(sql); }));
    }
    [[nodiscard]] Captured verify(const std::string& more = "") const {
        return run_command(add_verify_audit_command,
                           "verify-audit --data " + folder().root.string() + more);
    }

 private:
    testing::TemporaryFolder root_;
};

}  // namespace

TEST_CASE("verify-audit says what it found, and keeps a checkpoint of a sound log only") {
    const Hospital hospital;
    CHECK(hospital.verify().exit_code == 2);
    CHECK_FALSE(fs::exists(hospital.folder().root));
    hospital.record_and_seal();
    const std::string saving = " --save-checkpoint " + hospital.file("kept").string();
    const std::string checking = " --checkpoint " + hospital.file("kept").string();
    CHECK(hospital.verify(checking).exit_code == 2);
    const auto first = hospital.verify(saving);
    CHECK(first.exit_code == 0);
    CHECK(first.out.find("1 entries, 1 of them sealed, 1 checkpoints: sound\n") !=
          std::string::npos);
    hospital.record_and_seal();
    CHECK(hospital.verify(checking).exit_code == 0);

    hospital.tamper("UPDATE audit_entry SET action = 'nothing' WHERE sequence = 1");
    const std::string before = [&] {
        std::ifstream in(hospital.file("kept"));
        return std::string(std::istreambuf_iterator<char>(in), {});
    }();
    const auto found = hospital.verify(saving);
    CHECK(found.exit_code == 1);
    CHECK(found.out.find("entry 1 is not what was sealed\n") != std::string::npos);
    CHECK(found.out.ends_with("NOT SOUND\n"));
    std::ifstream in(hospital.file("kept"));
    CHECK(std::string(std::istreambuf_iterator<char>(in), {}) == before);
}

TEST_CASE("a checkpoint of another log is refused") {
    const Hospital hospital;
    const Hospital other;
    hospital.record_and_seal();
    other.record_and_seal();
    REQUIRE(other.verify(" --save-checkpoint " + other.file("kept").string()).exit_code == 0);
    const auto refused = hospital.verify(" --checkpoint " + other.file("kept").string());
    CHECK(refused.exit_code == 2);
    CHECK(refused.err.find("no checkpoint of the log") != std::string::npos);
}
