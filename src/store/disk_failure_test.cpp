// What the store does when the disk below SQLite fails: what is asked of the engine fails with a
// reason, and when the disk works again all is there. tests/faults does the same to a whole server.
#include <doctest/doctest.h>

#include <cerrno>
#include <fstream>

#include "failing_disk.h"
#include "store/sqlite/settle_log.h"
#include "store/test_notes.h"

using namespace wardlight;
using namespace wardlight::store;
using testing::DiskCall;
using testing::DiskFault;
using testing::kEveryTime;

namespace {

/// A file of the log's kind in the folder of temporary files, gone at the end.
class LogFile {
 public:
    LogFile() : path_(std::filesystem::temp_directory_path() / ("wardlight-" + new_uuid())) {
        std::ofstream(path_, std::ios::binary) << bytes;
    }
    ~LogFile() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::string content() const {
        std::ifstream in(path_, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

    const std::string bytes = std::string(3U << 20, 'a') + "end";

 private:
    std::filesystem::path path_;
};

}  // namespace

TEST_CASE("a call that a signal interrupts is made again while a log is settled") {
    for (const DiskCall call : {DiskCall::read, DiskCall::write}) {
        const LogFile log;
        const DiskFault fault(call, log.path().string(), EINTR, 1, 2);
        CHECK(settle_log(log.path()) == Settled::done);
        CHECK(fault.failed() == 2);
        CHECK((log.content() == log.bytes));
    }
}

TEST_CASE(
    "a log that cannot be opened, read, written or synced is not settled, and keeps its bytes") {
    const struct {
        DiskCall call;
        int error;
        const char* reason;
    } cases[] = {{DiskCall::read, EIO, "the log of the store cannot be read: Input/output error"},
                 {DiskCall::write, ENOSPC,
                  "the log of the store cannot be written: No space left on device"}};
    for (const auto& one : cases) {
        CAPTURE(one.reason);
        const LogFile log;
        const DiskFault fault(one.call, log.path().string(), one.error, 1, kEveryTime);
        const auto settled = settle_log(log.path());
        REQUIRE_FALSE(settled);
        CHECK(settled.error().code == ErrorCode::unavailable);
        CHECK(settled.error().message == one.reason);
        CHECK((log.content() == log.bytes));
    }
    const LogFile log;
    {
        const DiskFault fault(DiskCall::sync, log.path().string(), EIO, 0, kEveryTime);
        CHECK(settle_log(log.path()) == Settled::sync_failed);
    }
    CHECK(settle_log(log.path()) == Settled::done);
    const auto folder = settle_log(log.path().parent_path());
    REQUIRE_FALSE(folder);
    CHECK(folder.error().message.starts_with("the log of the store cannot be opened"));
}

TEST_CASE("nothing is written before the log of an earlier program is settled") {
    TestStore store({notes()});
    // Somebody who stays keeps SQLite from emptying the log when the store closes.
    const auto other = open_sqlite(store.file());
    REQUIRE(other);
    const auto reader = (*other)->open_reader();
    REQUIRE(reader);
    REQUIRE((*reader)->run("SELECT COUNT(*) FROM note"));
    REQUIRE(store->write(add_note(1)));
    store.reopen();
    {
        const DiskFault fault(DiskCall::write, "wardlight.db-wal", ENOSPC, 0, kEveryTime);
        const auto refused = store->write(add_note(2));
        REQUIRE_FALSE(refused);
        CHECK(refused.error().message.starts_with("the log of the store cannot be written"));
    }
    CHECK_FALSE(store->engine().is_durability_lost());
    REQUIRE(store->write(add_note(2)));
}

TEST_CASE("a log whose sync fails is lost for this process, however often it is tried") {
    const TestStore folder;
    const auto file = folder.file().parent_path() / "other.db";
    const auto engine = open_sqlite(file);
    REQUIRE(engine);
    const auto writer = (*engine)->open_writer();
    REQUIRE(writer);
    REQUIRE((*writer)->execute("CREATE TABLE note (text TEXT)"));
    REQUIRE((*engine)->settle());
    {
        const DiskFault fault(DiskCall::sync, "other.db-wal", EIO, 0, 1);
        CHECK_FALSE((*engine)->settle());
    }
    CHECK((*engine)->is_durability_lost());
}

TEST_CASE("a log that cannot be emptied is an error, loses nothing and is emptied later") {
    const TestStore folder;
    const auto engine = open_sqlite(folder.file().parent_path() / "other.db");
    REQUIRE(engine);
    const auto writer = (*engine)->open_writer();
    REQUIRE(writer);
    REQUIRE((*writer)->execute("PRAGMA synchronous=OFF; CREATE TABLE note (text TEXT NOT NULL)"));
    const auto write_mebibytes = [&](int count) {
        REQUIRE((*writer)->execute("BEGIN"));
        for (int i = 0; i < count; ++i)
            REQUIRE(
                (*writer)->run("INSERT INTO note (text) VALUES ($1)", std::string(1U << 20, 'n')));
        REQUIRE((*writer)->execute("COMMIT"));
    };
    write_mebibytes(1);
    REQUIRE((*engine)->keep_short(**writer));  // too short to be worth it
    write_mebibytes(70);
    {
        const DiskFault fault(DiskCall::write, "other.db", EIO, 0, kEveryTime);
        CHECK_FALSE((*engine)->maintain());
        CHECK_FALSE((*engine)->keep_short(**writer));
        CHECK(fault.failed() == 2);
        // Not again at each commit.
        CHECK((*engine)->keep_short(**writer));
        CHECK(fault.failed() == 2);
    }
    CHECK_FALSE((*engine)->is_durability_lost());
    write_mebibytes(5);
    CHECK((*engine)->keep_short(**writer));
    CHECK((*engine)->maintain());
    auto rows = (*writer)->query("SELECT COUNT(*) FROM note");
    REQUIRE(rows);
    REQUIRE(*rows->next());
    CHECK(rows->integer(0) == 76);
}

TEST_CASE("a backup that cannot be read or written is an error, never a copy that looks whole") {
    TestStore store({notes()});
    for (int i = 0; i < 40; ++i) REQUIRE(store->write(add_note(i, std::string(100'000, 'n'))));
    REQUIRE(store->engine().maintain());  // pages lie in the file, not in the log
    const auto copy = store.file().parent_path() / "copy";
    const struct {
        DiskCall call;
        const char* file;
    } cases[] = {{DiskCall::read, "wardlight.db"}, {DiskCall::write, "copy"}};
    for (const auto& one : cases) {
        CAPTURE(one.file);
        const DiskFault fault(one.call, one.file, EIO, 20, kEveryTime);
        const auto refused = store->engine().backup_to(copy);
        REQUIRE_FALSE(refused);
        CAPTURE(refused.error().message);
        CHECK(fault.failed() > 0);
    }
    std::filesystem::remove(copy);
    const auto made = store->engine().backup_to(copy);
    REQUIRE_MESSAGE(made, (made ? "" : made.error().message));
    const auto sound = (*open_sqlite_copy(copy))->check_integrity();
    CHECK_MESSAGE(sound, (sound ? "" : sound.error().message));
}
