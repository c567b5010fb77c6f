#include "store/schema.h"

#include <fmt/format.h>

#include <vector>

#include "store/engine.h"

namespace wardlight::store {

Result<> migrate(SqlConnection& sql, Engine& engine, const std::vector<Schema>& schemas) {
    TRY(
        sql.execute("CREATE TABLE IF NOT EXISTS schema_version (name TEXT PRIMARY KEY, version "
                    "INTEGER NOT NULL)"));
    for (const Schema& schema : schemas) {
        std::int64_t version = 0;
        {
            auto rows =
                TRY(sql.query("SELECT version FROM schema_version WHERE name = $1", schema.name));
            if (TRY(rows.next())) version = rows.integer(0);
        }
        const auto newest = static_cast<std::int64_t>(schema.steps.size());
        if (version > newest) {
            return fail(ErrorCode::unavailable,
                        fmt::format("the data was written by a newer Wardlight ({} is at {}, this "
                                    "program knows {})",
                                    schema.name, version, newest));
        }
        for (std::int64_t step = version; step < newest; ++step) {
            TRY(sql.execute("BEGIN IMMEDIATE"));
            auto applied = sql.execute(engine.schema_text(*(schema.steps.begin() + step)));
            if (applied) {
                applied = sql.run(
                    "INSERT INTO schema_version (name, version) VALUES ($1, $2) "
                    "ON CONFLICT (name) DO UPDATE SET version = $2",
                    schema.name, step + 1);
            }
            if (!applied) {
                (void)sql.execute("ROLLBACK");
                Error error = applied.error();
                error.where = fmt::format("schema {} step {}", schema.name, step + 1);
                return tl::unexpected(std::move(error));
            }
            TRY(sql.execute("COMMIT"));
        }
    }
    return {};
}

}  // namespace wardlight::store
