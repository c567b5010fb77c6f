#include "app/backup.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <fstream>

#include "app/backup_command.h"
#include "app/data_lock.h"
#include "app/test_command.h"
#include "base/ids.h"
#include "json/value.h"

using namespace wardlight;
using namespace wardlight::app;
namespace fs = std::filesystem;

namespace {

struct Hospital {
    Hospital() : root(fs::temp_directory_path() / ("wardlight-backup-" + new_uuid())) {
        fs::create_directories(root);
    }
    ~Hospital() { fs::remove_all(root); }

    [[nodiscard]] DataFolder folder(const char* name = "data") const { return {root / name}; }
    [[nodiscard]] fs::path file(const char* name = "night.db") const { return root / name; }

    [[nodiscard]] std::unique_ptr<store::Store> open(const DataFolder& where) const {
        auto store = open_store(where, clock);
        REQUIRE(store);
        return std::move(*store);
    }
    static void add_patients(store::Store& store, int from, int count) {
        for (int i = from; i < from + count; ++i) {
            const auto written = store.write([i](store::WriteTransaction& tx) -> Result<> {
                TRY(tx.put_json(TRY(json::parse(R"({"resourceType":"Patient","id":"p)" +
                                                std::to_string(i) + R"("})"))));
                return {};
            });
            REQUIRE(written);
        }
    }
    static std::int64_t patients(store::Store& store) {
        auto snapshot = store.read();
        REQUIRE(snapshot);
        auto rows = snapshot->sql().query("SELECT COUNT(*) FROM resource");
        REQUIRE(rows);
        REQUIRE(rows->next());
        return rows->integer(0);
    }

    ManualClock clock{*parse_instant("2026-11-21T10:32:05Z")};
    fs::path root;
};

ErrorCode code_of(const auto& result) {
    REQUIRE_FALSE(result);
    return result.error().code;
}

void overwrite(const fs::path& file, std::streamoff at, const std::string& bytes) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(at);
    stream << bytes;
    REQUIRE(stream.good());
}

Captured run(const std::string& arguments) {
    return run_command(add_backup_command, arguments);
}

}  // namespace

TEST_CASE("a backup made while the store is in use holds every commit and comes back whole") {
    const Hospital hospital;
    const auto live = hospital.open(hospital.folder());
    Hospital::add_patients(*live, 0, 40);
    const auto made = make_backup(hospital.folder(), hospital.file());
    REQUIRE_MESSAGE(made, made.error().message);
    Hospital::add_patients(*live, 40, 10);  // the store goes on

    CHECK(made->newest_change == ChangeNumber{40});
    CHECK(made->newest_change_at == hospital.clock.now());
    CHECK(made->bytes == fs::file_size(hospital.file()));
    struct stat status{};
    REQUIRE(::stat(hospital.file().c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0600);
    for (const auto& entry : fs::directory_iterator(hospital.root))
        CHECK((entry.path() == hospital.file() || entry.path() == hospital.folder().root));

    const auto restored = restore_backup(hospital.file(), hospital.folder("new"),
                                         WhenOccupied::refuse, hospital.clock);
    REQUIRE_MESSAGE(restored, restored.error().message);
    CHECK(restored->moved_aside.empty());
    const auto again = hospital.open(hospital.folder("new"));
    CHECK(Hospital::patients(*again) == 40);
    CHECK(again->last_change() == ChangeNumber{40});
    CHECK(Hospital::patients(*live) == 50);
}

TEST_CASE("a backup never overwrites, and one that was cut off is named") {
    const Hospital hospital;
    CHECK(code_of(make_backup(hospital.folder(), hospital.file())) == ErrorCode::not_found);
    const auto live = hospital.open(hospital.folder());
    REQUIRE(make_backup(hospital.folder(), hospital.file()));
    CHECK(code_of(make_backup(hospital.folder(), hospital.file())) == ErrorCode::conflict);

    const fs::path cut_off = hospital.file("next.db.partial");
    std::ofstream(cut_off) << "half";
    const auto refused = make_backup(hospital.folder(), hospital.file("next.db"));
    CHECK(code_of(refused) == ErrorCode::conflict);
    CHECK(refused.error().where == cut_off.string());
    CHECK(fs::file_size(cut_off) == 4);
    CHECK_FALSE(fs::exists(hospital.file("next.db")));
}

TEST_CASE("a backup that cannot be finished leaves nothing behind") {
    const Hospital hospital;
    {
        const auto live = hospital.open(hospital.folder());
        Hospital::add_patients(*live, 0, 200);
    }
    const auto size = fs::file_size(hospital.folder().store_file());
    overwrite(hospital.folder().store_file(), static_cast<std::streamoff>(size / 2),
              std::string(8'192, 'x'));
    CHECK_FALSE(make_backup(hospital.folder(), hospital.file()));
    CHECK_FALSE(fs::exists(hospital.file()));
    CHECK_FALSE(fs::exists(hospital.file("night.db.partial")));
}

TEST_CASE("a damaged, foreign, newer or unfinished file is no backup") {
    const Hospital hospital;
    {
        const auto live = hospital.open(hospital.folder());
        Hospital::add_patients(*live, 0, 200);
    }
    REQUIRE(make_backup(hospital.folder(), hospital.file()));
    const auto bytes = fs::file_size(hospital.file());
    CHECK(code_of(verify_backup(hospital.file("none.db"))) == ErrorCode::not_found);
    CHECK(code_of(verify_backup(hospital.root)) == ErrorCode::not_found);

    const auto copy = [&](const char* name) {
        fs::copy_file(hospital.file(), hospital.file(name));
        return hospital.file(name);
    };
    const fs::path damaged = copy("damaged.db");
    overwrite(damaged, static_cast<std::streamoff>(bytes / 2), std::string(8'192, 'x'));
    CHECK(code_of(verify_backup(damaged)) == ErrorCode::corrupt);

    const fs::path cut = copy("cut.db");
    fs::resize_file(cut, bytes / 2);
    CHECK(code_of(verify_backup(cut)) == ErrorCode::corrupt);

    const fs::path text = hospital.file("text.db");
    std::ofstream(text) << "a letter, not a database; long enough to have a header of some kind. "
                        << std::string(200, '.');
    CHECK(code_of(verify_backup(text)) == ErrorCode::corrupt);

    const fs::path empty = hospital.file("empty.db");
    std::ofstream{empty};
    CHECK(code_of(verify_backup(empty)) == ErrorCode::invalid);

    const fs::path logged = copy("logged.db");
    std::ofstream(hospital.file("logged.db-wal")) << "newest changes";
    CHECK(code_of(verify_backup(logged)) == ErrorCode::invalid);

    {
        const auto live = hospital.open(hospital.folder());
        REQUIRE(live->write([](store::WriteTransaction& tx) {
            return tx.sql().run("UPDATE schema_version SET version = 99 WHERE name = 'audit'");
        }));
    }
    const auto newer = make_backup(hospital.folder(), hospital.file("newer.db"));
    CHECK(code_of(newer) == ErrorCode::unavailable);
}

TEST_CASE("checking a backup changes nothing and needs no right to write") {
    const Hospital hospital;
    {
        const auto live = hospital.open(hospital.folder());
    }
    const fs::path shelf = hospital.root / "shelf 100%?#";
    fs::create_directories(shelf);
    REQUIRE(make_backup(hospital.folder(), shelf / "a.db"));
    const auto before = fs::last_write_time(shelf / "a.db");
    fs::permissions(shelf, fs::perms::owner_read | fs::perms::owner_exec);
    const auto verified = verify_backup(shelf / "a.db");
    fs::permissions(shelf, fs::perms::owner_all);
    REQUIRE_MESSAGE(verified, verified.error().message);
    CHECK(fs::last_write_time(shelf / "a.db") == before);
    CHECK(std::distance(fs::directory_iterator(shelf), fs::directory_iterator()) == 1);
}

TEST_CASE("restoring over a store needs to be forced, and keeps what was there") {
    const Hospital hospital;
    {
        const auto live = hospital.open(hospital.folder());
        Hospital::add_patients(*live, 0, 3);
        REQUIRE(make_backup(hospital.folder(), hospital.file()));
        Hospital::add_patients(*live, 3, 4);
    }
    CHECK(code_of(restore_backup(hospital.file(), hospital.folder(), WhenOccupied::refuse,
                                 hospital.clock)) == ErrorCode::conflict);
    {
        const auto live = hospital.open(hospital.folder());
        CHECK(Hospital::patients(*live) == 7);
    }

    const auto restored = restore_backup(hospital.file(), hospital.folder(),
                                         WhenOccupied::move_aside, hospital.clock);
    REQUIRE_MESSAGE(restored, restored.error().message);
    CHECK(restored->moved_aside.filename() == "wardlight.db.before-restore-2026-11-21T103205");
    {
        const auto live = hospital.open(hospital.folder());
        CHECK(Hospital::patients(*live) == 3);
    }
    const DataFolder old{hospital.root / "old"};
    fs::create_directories(old.root);
    fs::rename(restored->moved_aside, old.store_file());
    CHECK(Hospital::patients(*hospital.open(old)) == 7);
}

TEST_CASE("a damaged backup is not restored and the store stays") {
    const Hospital hospital;
    const auto live = hospital.open(hospital.folder());
    Hospital::add_patients(*live, 0, 100);
    REQUIRE(make_backup(hospital.folder(), hospital.file()));
    overwrite(hospital.file(), static_cast<std::streamoff>(fs::file_size(hospital.file()) / 2),
              std::string(8'192, 'x'));
    CHECK(code_of(restore_backup(hospital.file(), hospital.folder(), WhenOccupied::move_aside,
                                 hospital.clock)) == ErrorCode::corrupt);
    CHECK(Hospital::patients(*live) == 100);
}

TEST_CASE("nothing is restored under a running server") {
    const Hospital hospital;
    {
        const auto live = hospital.open(hospital.folder());
    }
    REQUIRE(make_backup(hospital.folder(), hospital.file()));
    CHECK_FALSE(DataLock::is_taken(hospital.folder()));
    {
        const auto server = DataLock::take(hospital.folder());
        REQUIRE(server);
        CHECK(DataLock::is_taken(hospital.folder()));
        CHECK(code_of(DataLock::take(hospital.folder())) == ErrorCode::conflict);
        CHECK(code_of(restore_backup(hospital.file(), hospital.folder(), WhenOccupied::move_aside,
                                     hospital.clock)) == ErrorCode::conflict);
    }
    CHECK_FALSE(DataLock::is_taken(hospital.folder()));
    CHECK(restore_backup(hospital.file(), hospital.folder(), WhenOccupied::move_aside,
                         hospital.clock));
}

TEST_CASE("the backup command makes, verifies and restores, and says what it did") {
    const Hospital hospital;
    {
        const auto live = hospital.open(hospital.folder());
        Hospital::add_patients(*live, 0, 2);
    }
    std::ofstream(hospital.folder().access_key()) << "key";
    const std::string data = hospital.folder().root.string();
    const std::string file = hospital.file().string();
    const std::string size = [&] {
        const auto made = run("backup --data " + data + " --to " + file);
        CHECK(made.exit_code == 0);
        CHECK(made.out.find("access.key") != std::string::npos);
        return std::to_string(fs::file_size(file));
    }();
    const std::string line = ": " + size +
                             " bytes, every page checked, newest change 2 of "
                             "2026-11-21T10:32:05.000Z\n";
    CHECK(run("backup verify " + file).out == file + line);

    const auto again = run("backup --data " + data + " --to " + file);
    CHECK(again.exit_code == 1);
    CHECK(again.out.empty());
    CHECK(again.err.find("never overwrite") != std::string::npos);
    CHECK(run("backup --data " + data).exit_code == 2);
    CHECK(run("backup verify").exit_code != 0);

    const std::string target = (hospital.root / "new").string();
    CHECK(run("backup restore " + file + " --data " + target).out ==
          target + "/wardlight.db" + line);
    CHECK(run("backup restore " + file + " --data " + target).exit_code == 1);
    const auto forced = run("backup restore " + file + " --data " + target + " --force");
    CHECK(forced.exit_code == 0);
    CHECK(forced.out.find("the old store is kept as " + target) == 0);
}
