// The log reaches the file in few large writes, all of it before a commit is told of.
#include <doctest/doctest.h>
#include <sqlite3.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>

#include "store/sqlite/log_buffer.h"
#include "store/sqlite/sqlite_connection.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::store;

namespace {

struct Database {
    Database() : folder(std::filesystem::temp_directory_path() / ("log-buffer-" + new_uuid())) {
        std::filesystem::create_directories(folder);
    }
    ~Database() { std::filesystem::remove_all(folder); }

    std::unique_ptr<SqliteConnection> open(SqliteConnection::Mode mode) {
        auto opened = SqliteConnection::open(folder / "db", mode, durability_lost);
        REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
        return std::move(*opened);
    }
    [[nodiscard]] std::uintmax_t log_size() const {
        return std::filesystem::file_size(folder / "db-wal");
    }

    std::filesystem::path folder;
    std::atomic<bool> durability_lost = false;
};

std::int64_t count(SqliteConnection& sql) {
    auto rows = sql.query("SELECT COUNT(*), COALESCE(SUM(LENGTH(text)), 0) FROM note");
    REQUIRE(rows);
    REQUIRE(*rows->next());
    return rows->integer(0) + rows->integer(1);
}

}  // namespace

TEST_CASE("a commit is in the file when it is told of, whatever its size") {
    Database database;
    auto writer = database.open(SqliteConnection::Mode::read_write);
    REQUIRE(writer->execute("CREATE TABLE note (text TEXT NOT NULL)"));
    auto reader = database.open(SqliteConnection::Mode::read_only);
    std::int64_t written = 0;
    for (const std::int64_t size : {10, 5'000, 300'000, 3'000'000}) {
        CAPTURE(size);
        const std::uintmax_t before = database.log_size();
        REQUIRE(writer->execute("BEGIN IMMEDIATE"));
        REQUIRE(writer->run("INSERT INTO note VALUES ($1)",
                            std::string(static_cast<std::size_t>(size), 'x')));
        REQUIRE(writer->execute("COMMIT"));
        written += size + 1;
        CHECK(database.log_size() >= before + static_cast<std::uintmax_t>(size));
        CHECK(count(*reader) == written);
    }
    CHECK_FALSE(database.durability_lost);
}

TEST_CASE("a transaction larger than the cache reads back what it has put aside") {
    Database database;
    auto writer = database.open(SqliteConnection::Mode::read_write);
    REQUIRE(writer->execute("PRAGMA cache_size=10; CREATE TABLE note (text TEXT NOT NULL)"));
    auto reader = database.open(SqliteConnection::Mode::read_only);
    REQUIRE(writer->execute("BEGIN IMMEDIATE"));
    for (int i = 0; i < 500; ++i)
        REQUIRE(writer->run("INSERT INTO note VALUES ($1)", std::string(1'000, 'a')));
    CHECK(count(*writer) == 500 * 1'001);
    // Pages that are in the log already change once more.
    REQUIRE(writer->execute("UPDATE note SET text = text || 'b'"));
    CHECK(count(*writer) == 500 * 1'002);
    CHECK(count(*reader) == 0);
    REQUIRE(writer->execute("COMMIT"));
    CHECK(count(*reader) == 500 * 1'002);
    auto rows = reader->query("PRAGMA integrity_check");
    REQUIRE(rows);
    REQUIRE(*rows->next());
    CHECK(rows->text(0) == "ok");
}

TEST_CASE("what is undone is not there, and the log goes on behind it") {
    Database database;
    auto writer = database.open(SqliteConnection::Mode::read_write);
    REQUIRE(writer->execute("PRAGMA cache_size=10; CREATE TABLE note (text TEXT NOT NULL)"));
    for (int round = 0; round < 3; ++round) {
        REQUIRE(writer->execute("BEGIN IMMEDIATE"));
        for (int i = 0; i < 300; ++i)
            REQUIRE(writer->run("INSERT INTO note VALUES ($1)", std::string(1'000, 'a')));
        REQUIRE(writer->execute("ROLLBACK"));
        REQUIRE(writer->run("INSERT INTO note VALUES ('kept')"));
    }
    CHECK(count(*writer) == 3 * 5);
    CHECK(count(*database.open(SqliteConnection::Mode::read_only)) == 3 * 5);
}

TEST_CASE("a log that was emptied and one that was left behind are read again") {
    Database database;
    {
        auto writer = database.open(SqliteConnection::Mode::read_write);
        REQUIRE(writer->execute("CREATE TABLE note (text TEXT NOT NULL)"));
        REQUIRE(writer->run("INSERT INTO note VALUES ('one')"));
        REQUIRE(writer->execute("PRAGMA wal_checkpoint(TRUNCATE)"));
        CHECK(database.log_size() == 0);
        REQUIRE(writer->run("INSERT INTO note VALUES ('two')"));
        CHECK(database.log_size() > 0);
        // As after a crash: the log is there, nothing of it is in the data file.
        std::filesystem::copy(database.folder / "db", database.folder / "copy");
        std::filesystem::copy(database.folder / "db-wal", database.folder / "copy-wal");
    }
    auto copy = SqliteConnection::open(database.folder / "copy", SqliteConnection::Mode::read_write,
                                       database.durability_lost);
    REQUIRE(copy);
    CHECK(count(**copy) == 2 * 4);
}

TEST_CASE("a log that cannot be opened is an error of opening") {
    Database database;
    std::filesystem::create_directories(database.folder / "db-wal");
    const auto opened = SqliteConnection::open(
        database.folder / "db", SqliteConnection::Mode::read_write, database.durability_lost);
    const bool is_usable =
        opened && (*opened)->execute("CREATE TABLE note (text TEXT NOT NULL)").has_value();
    CHECK_FALSE(is_usable);
}
