// What differs between database engines, and nothing else: opening connections, bringing commits to
// disk, and making backups. Store (store.h) is written against this.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "base/result.h"
#include "store/sql.h"

namespace wardlight::store {

class Engine {
 public:
    virtual ~Engine() = default;
    virtual Result<std::unique_ptr<SqlConnection>> open_writer() = 0;
    virtual Result<std::unique_ptr<SqlConnection>> open_reader() = 0;
    /// Fills in the words of a schema text that differ between engines.
    [[nodiscard]] virtual std::string schema_text(std::string_view text) const = 0;
    /// Housekeeping that must not happen on the writer's thread (SQLite: checkpoint). Called
    /// regularly from one thread of its own.
    virtual Result<> maintain() = 0;
    /// Called by the writer between two commits: maintain() alone never comes to an end while
    /// commits follow one another, and what it empties would grow without limit.
    virtual Result<> keep_short(SqlConnection& writer) = 0;
    /// Brings to disk what an earlier process may have left in the operating system's memory only:
    /// after a failed sync its pages count as written although they never were. Called inside the
    /// first transaction of a writer, before it tells anybody that something is durable.
    virtual Result<> settle() = 0;
    /// A consistent copy of everything while the server runs.
    virtual Result<> backup_to(const std::filesystem::path& file) = 0;
    /// Reads every page and checks it; the error says what is damaged.
    virtual Result<> check_integrity() = 0;
    /// True after an error that leaves it unknown whether data reached the disk. The process must
    /// then stop: a failed fsync may not be retried.
    [[nodiscard]] virtual bool is_durability_lost() const = 0;
};

}  // namespace wardlight::store
