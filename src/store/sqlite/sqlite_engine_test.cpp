// What SQLite says when something is wrong with the file, in our words.
#include "store/sqlite/sqlite_engine.h"

#include <doctest/doctest.h>

#include <fstream>

#include "base/ids.h"
#include "store/sqlite/sqlite_connection.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::store;

namespace {

class Folder {
 public:
    Folder() : path_(std::filesystem::temp_directory_path() / ("wardlight %?#" + new_uuid())) {
        std::filesystem::create_directories(path_);
    }
    ~Folder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] std::filesystem::path operator/(const char* name) const { return path_ / name; }

 private:
    std::filesystem::path path_;
};

std::unique_ptr<SqliteConnection> open(const std::filesystem::path& file) {
    static std::atomic<bool> ignored = false;
    auto opened = SqliteConnection::open(file, SqliteConnection::Mode::read_write, ignored);
    REQUIRE(opened);
    return std::move(*opened);
}

void overwrite(const std::filesystem::path& file, std::streamoff at, const std::string& bytes) {
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekp(at);
    stream << bytes;
    REQUIRE(stream.good());
}

}  // namespace

TEST_CASE("what cannot be opened, copied or checked is an error, whichever file is to blame") {
    Folder folder;
    CHECK_FALSE(open_sqlite(folder / "no/such/folder/db"));
    CHECK(open_sqlite_copy(folder / "none").error().code == ErrorCode::not_found);
    CHECK(open_sqlite_copy(folder / ".").error().code == ErrorCode::not_found);

    std::ofstream(folder / "text") << std::string(10'000, 'x');
    CHECK(open_sqlite(folder / "text").error().code == ErrorCode::corrupt);
    auto text = open_sqlite_copy(folder / "text");
    REQUIRE(text);
    CHECK((*text)->check_integrity().error().code == ErrorCode::corrupt);

    auto engine = open_sqlite(folder / "db");
    REQUIRE(engine);
    CHECK((*engine)->check_integrity());
    CHECK((*engine)->maintain());
    CHECK((*engine)->maintain());
    CHECK_FALSE((*engine)->is_durability_lost());
    CHECK((*engine)->backup_to(folder / "backup"));
    auto backup = open_sqlite_copy(folder / "backup");
    REQUIRE(backup);
    CHECK((*backup)->check_integrity());
    CHECK((*backup)->open_reader());
    CHECK_FALSE((*engine)->backup_to(folder / "no/such/folder/backup"));
    CHECK_FALSE((*engine)->backup_to(folder / "text"));

    std::filesystem::remove(folder / "db");
    std::filesystem::remove(folder / "db-wal");
    std::filesystem::remove(folder / "db-shm");
    std::filesystem::create_directory(folder / "db");
    CHECK_FALSE((*engine)->open_writer());
    CHECK_FALSE((*engine)->open_reader());
    CHECK_FALSE((*engine)->backup_to(folder / "backup2"));
    CHECK_FALSE((*engine)->check_integrity());
}

TEST_CASE("maintenance that is not possible is an error and is tried again") {
    Folder folder;
    auto engine = open_sqlite(folder / "db");
    REQUIRE(engine);
    std::filesystem::rename(folder / "db", folder / "away");
    std::filesystem::create_directory(folder / "db");
    CHECK_FALSE((*engine)->maintain());
    std::filesystem::remove(folder / "db");
    std::filesystem::rename(folder / "away", folder / "db");
    CHECK((*engine)->maintain());
}

TEST_CASE("a damaged page is found by the check") {
    Folder folder;
    {
        auto sql = open(folder / "db");
        REQUIRE(sql->execute("CREATE TABLE t (a TEXT); CREATE INDEX i ON t (a);"));
        for (int i = 0; i < 500; ++i)
            REQUIRE(
                sql->run("INSERT INTO t VALUES ($1)", std::string(50, 'a') + std::to_string(i)));
        REQUIRE(sql->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
    }
    overwrite(folder / "db", 4096, std::string(300, '\xAA'));
    auto engine = open_sqlite_copy(folder / "db");
    REQUIRE(engine);
    const auto checked = (*engine)->check_integrity();
    REQUIRE_FALSE(checked);
    CHECK(checked.error().code == ErrorCode::corrupt);
}

TEST_CASE("an error of SQLite has the code that says what to do, and never a value") {
    Folder folder;
    auto sql = open(folder / "db");
    REQUIRE(sql->execute("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT NOT NULL)"));
    REQUIRE(sql->run("INSERT INTO t VALUES (1, $1)", "secret"));
    const auto twice = sql->run("INSERT INTO t VALUES (1, $1)", "secret");
    REQUIRE_FALSE(twice);
    CHECK(twice.error().code == ErrorCode::conflict);
    CHECK(twice.error().message.find("secret") == std::string::npos);
    CHECK(sql->execute("nonsense").error().code == ErrorCode::internal);
    CHECK(sql->run("SELECT nonsense FROM t").error().code == ErrorCode::internal);
    // Parameters that the text does not have, or not that way.
    CHECK_FALSE(sql->run("SELECT $1", 1, 2));
    CHECK_FALSE(sql->run("SELECT $2", 1));
    CHECK_FALSE(sql->run("SELECT ?", 1));
    CHECK_FALSE(sql->run("SELECT $x", 1));
    CHECK_FALSE(sql->run("SELECT $0", 1));
    CHECK_FALSE(sql->run("SELECT $9", 1));
    REQUIRE(sql->run("SELECT $1", std::optional<int>()));
    REQUIRE(sql->run("SELECT $1", std::optional<int>(1)));
    REQUIRE(sql->run("SELECT $1", std::string_view()));
    REQUIRE(sql->run("SELECT $1", Bytes{{}}));

    // A value too long for the engine.
    const int longest = sqlite3_limit(sql->handle(), SQLITE_LIMIT_LENGTH, 100);
    const auto too_long = sql->run("SELECT $1", std::string(101, 's'));
    REQUIRE_FALSE(too_long);
    CHECK(too_long.error().message.find("sss") == std::string::npos);
    sqlite3_limit(sql->handle(), SQLITE_LIMIT_LENGTH, longest);
    REQUIRE(sql->run("SELECT $1", std::string(101, 's')));

    auto rows = sql->query("SELECT a, b, NULL FROM t");
    REQUIRE(rows);
    REQUIRE(*rows->next());
    CHECK(rows->maybe_integer(0) == 1);
    CHECK(rows->maybe_string(1) == "secret");
    CHECK_FALSE(rows->maybe_integer(2));
    CHECK_FALSE(rows->maybe_string(2));
    CHECK(rows->text(2).empty());
}

TEST_CASE("codes that only a failing machine gives have their meaning too") {
    Folder folder;
    std::atomic<bool> durability_lost = false;
    const auto opened =
        SqliteConnection::open(folder / "db", SqliteConnection::Mode::read_write, durability_lost);
    REQUIRE(opened);
    const std::pair<int, ErrorCode> cases[] = {
        {SQLITE_BUSY, ErrorCode::busy},           {SQLITE_BUSY_SNAPSHOT, ErrorCode::busy},
        {SQLITE_LOCKED, ErrorCode::busy},         {SQLITE_FULL, ErrorCode::unavailable},
        {SQLITE_CORRUPT, ErrorCode::corrupt},     {SQLITE_NOTADB, ErrorCode::corrupt},
        {SQLITE_CONSTRAINT, ErrorCode::conflict}, {SQLITE_IOERR_READ, ErrorCode::unavailable},
        {SQLITE_NOMEM, ErrorCode::unavailable},
    };
    for (const auto& [code, meaning] : cases) {
        CAPTURE(code);
        CHECK((*opened)->to_error(code).code == meaning);
        CHECK_FALSE(durability_lost);
    }
    for (const int code : {SQLITE_IOERR_FSYNC, SQLITE_IOERR_DIR_FSYNC}) {
        durability_lost = false;
        CHECK((*opened)->to_error(code).code == ErrorCode::unavailable);
        CHECK(durability_lost);
    }
}
