// Writes of SQLite's write-ahead log, gathered. SQLite writes each page of a commit with two system
// calls, one of them for 24 bytes; a commit has hundreds. Here they become one for each 120 KiB,
// made when the commit's last page is there, and before anything else looks at the file.
#pragma once

namespace wardlight::store {

/// Name of the SQLite VFS that does so; for sqlite3_open_v2(). Registered on the first call.
/// Everything but the log is the default VFS's. Thread-safe.
[[nodiscard]] const char* gathering_vfs();

}  // namespace wardlight::store
