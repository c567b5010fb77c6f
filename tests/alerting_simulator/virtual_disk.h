// The disk of the simulated server: a real SQLite database in memory, with the faults a disk and a
// power cable have. What was committed stays when the process is killed; what was not is forgotten.
// SQLite rather than a model of it, so that every statement of the product runs as it is; memory
// and one connection, so that a seed takes milliseconds. One thread.
#pragma once

#include <atomic>
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
    VirtualDisk();

    /// As bought: no data, the tables of earlier runs kept, which saves most of a run's time.
    void wipe();
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

 private:
    Fault take_fault();
    Result<> meet_statement_fault();

    std::atomic<bool> durability_lost_ = false;
    std::unique_ptr<store::SqliteConnection> sql_;
    std::vector<std::string> wipe_statements_;
    Fault fault_ = Fault::none;
    int statements_left_ = 0;
    bool is_writing_ = false;
};

}  // namespace wardlight::simulator
