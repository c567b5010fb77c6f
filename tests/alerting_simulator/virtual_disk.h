// The disk of the simulated server: a real SQLite database in memory, with the faults a disk and a
// power cable have. What was committed stays when the process is killed; what was not is forgotten.
// SQLite rather than a model of it, so that every statement of the product runs as it is; memory
// and one connection, so that a seed takes milliseconds. One thread.
#pragma once

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "store/engine.h"
#include "store/sqlite/sqlite_connection.h"

namespace wardlight::simulator {

/// What happens to the next write.
enum class Fault {
    none,
    statement_fails,       // disk full: one statement in the middle is refused
    commit_fails,          // nothing is written, the caller is told
    killed_in_statement,   // the process ends in the middle of a transaction
    killed_before_commit,  // the process ends, nothing is written
    killed_after_commit,   // all is written, the process ends before anybody is told
};

/// Thrown through the product's code, which does not catch it: the process is no more. Not a
/// std::exception, because the store reports those as failed writes.
struct ProcessKilled {};

class VirtualDisk {
 public:
    /// In memory, or in a file: slower, and the same in every other respect.
    explicit VirtualDisk(const std::filesystem::path& file = ":memory:");

    /// As bought: no data, the tables of earlier runs kept, which saves most of a run's time.
    void wipe();
    /// The tables are made and nothing is in them yet: what wipe() goes back to.
    void keep_as_new();
    /// The next transaction that writes meets the fault, at its `statement`-th statement.
    void plan(Fault fault, int statement) {
        fault_ = fault;
        statements_left_ = statement;
    }
    [[nodiscard]] Fault planned() const { return fault_; }
    /// What an operating system does with a dead process's transaction.
    void forget_uncommitted();
    std::unique_ptr<store::Engine> engine();

    // For the connections.
    Result<> begin();
    Result<> commit();
    Result<> rollback();
    Result<store::SqlStatement*> prepare(std::string_view sql);
    store::SqliteConnection& sql() { return *sql_; }

    /// All that is kept, as one number: two runs that left the same rows have the same.
    [[nodiscard]] std::string digest();

 private:
    Fault take_fault();
    Result<> meet_statement_fault();

    std::atomic<bool> durability_lost_ = false;
    std::unique_ptr<store::SqliteConnection> sql_;
    std::unique_ptr<store::SqliteConnection> new_;
    std::vector<std::string> tables();
    static void copy(store::SqliteConnection& from, store::SqliteConnection& to);

    Fault fault_ = Fault::none;
    int statements_left_ = 0;
    bool is_writing_ = false;
};

}  // namespace wardlight::simulator
