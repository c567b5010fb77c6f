#include "access/directory_status.h"

namespace wardlight::access {
namespace {

std::optional<std::int64_t> micros(const std::optional<Instant>& instant) {
    return instant ? std::optional(to_micros(*instant)) : std::nullopt;
}

std::optional<Instant> instant(const store::Rows& rows, int column) {
    if (rows.is_null(column)) return std::nullopt;
    return from_micros(rows.integer(column));
}

}  // namespace

Result<DirectoryStatus> directory_status(store::Snapshot& snapshot) {
    DirectoryStatus status;
    auto rows = TRY(snapshot.sql().query(
        "SELECT succeeded_at, failing_since, problem, held_since, held_losing, held_of, "
        "mapping_version, mapping_problem, clashes FROM directory_status WHERE id = 1"));
    if (!TRY(rows.next())) return status;
    status.succeeded_at = instant(rows, 0);
    status.failing_since = instant(rows, 1);
    status.problem = rows.string(2);
    status.held_since = instant(rows, 3);
    status.held_losing = rows.integer(4);
    status.held_of = rows.integer(5);
    status.mapping_version = rows.string(6);
    status.mapping_problem = rows.string(7);
    status.clashes = rows.string(8);
    return status;
}

Result<> save_directory_status(store::WriteTransaction& tx, const DirectoryStatus& status) {
    TRY(tx.sql().run("DELETE FROM directory_status WHERE id = 1"));
    return tx.sql().run(
        "INSERT INTO directory_status (id, succeeded_at, failing_since, problem, held_since, "
        "held_losing, held_of, mapping_version, mapping_problem, clashes) "
        "VALUES (1, $1, $2, $3, $4, $5, $6, $7, $8, $9)",
        micros(status.succeeded_at), micros(status.failing_since), status.problem,
        micros(status.held_since), status.held_losing, status.held_of, status.mapping_version,
        status.mapping_problem, status.clashes);
}

}  // namespace wardlight::access
