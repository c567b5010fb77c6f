// SQLite: one file, WAL, synchronous=FULL. Checkpoints run on their own thread through maintain().
#pragma once

#include <memory>

#include "store/engine.h"

namespace wardlight::store {

/// Engine::schema_text() of SQLite.
[[nodiscard]] std::string sqlite_schema_text(std::string_view text);

Result<std::unique_ptr<Engine>> open_sqlite(const std::filesystem::path& file);

/// A backup or another file that nobody writes: for reading and checking only, never for a Store.
/// `not_found` when it is not there.
Result<std::unique_ptr<Engine>> open_sqlite_copy(const std::filesystem::path& file);

}  // namespace wardlight::store
