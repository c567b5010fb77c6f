#include "store/sqlite/log_buffer.h"

#include <sqlite3.h>

#include <cstring>
#include <memory>
#include <new>

#include "base/result.h"

namespace wardlight::store {
namespace {

// The default VFS writes less than 128 KiB at once, and takes anything larger for a full disk.
constexpr std::size_t kGathered = 120U << 10;

/// What SQLite allocates for a log: this, and behind it the file of the default VFS.
struct LogFile {
    sqlite3_file base;  // first: SQLite knows no more of it
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
    sqlite3_int64 offset = 0;  // of the first gathered byte
    bool ends_commit = false;  // the page that comes next does

    [[nodiscard]] sqlite3_file* real();
};
sqlite3_file* LogFile::real() {
    return reinterpret_cast<sqlite3_file*>(this + 1);
}

LogFile& log_of(sqlite3_file* file) {
    return *reinterpret_cast<LogFile*>(file);
}
const sqlite3_io_methods& methods_of(LogFile& log) {
    return *log.real()->pMethods;
}

/// What could not be written is dropped: SQLite undoes the commit that it belongs to.
int flush(LogFile& log) {
    if (log.size == 0) return SQLITE_OK;
    const int size = static_cast<int>(log.size);
    log.size = 0;
    return methods_of(log).xWrite(log.real(), log.bytes.get(), size, log.offset);
}

/// Of a frame, the size of the data file after a commit stands behind the page number; it is 0 in
/// all but the last frame of a commit (SQLite file format, section 4.1).
constexpr int kFrameHeader = 24;
bool is_end_of_commit(const void* frame_header) {
    constexpr std::size_t kSizeAt = 4;
    constexpr char kGoesOn[4] = {};
    return std::memcmp(static_cast<const char*>(frame_header) + kSizeAt, kGoesOn, sizeof kGoesOn) !=
           0;
}

int close(sqlite3_file* file) {
    LogFile& log = log_of(file);
    const int flushed = flush(log);
    const int closed = methods_of(log).xClose(log.real());
    log.~LogFile();
    return flushed != SQLITE_OK ? flushed : closed;
}

int read(sqlite3_file* file, void* into, int size, sqlite3_int64 offset) {
    LogFile& log = log_of(file);
    if (const int flushed = flush(log); flushed != SQLITE_OK) return flushed;
    return methods_of(log).xRead(log.real(), into, size, offset);
}

int write(sqlite3_file* file, const void* from, int size, sqlite3_int64 offset) {
    LogFile& log = log_of(file);
    const auto count = static_cast<std::size_t>(size);
    const bool follows = log.offset + static_cast<sqlite3_int64>(log.size) == offset;
    if (!follows || log.size + count > kGathered) {
        if (const int flushed = flush(log); flushed != SQLITE_OK) return flushed;
    }
    CHECK_INVARIANT(count <= kGathered);  // a page has 64 KiB at most
    if (log.size == 0) log.offset = offset;
    std::memcpy(log.bytes.get() + log.size, from, count);
    log.size += count;
    if (size == kFrameHeader) {
        log.ends_commit = is_end_of_commit(from);
        return SQLITE_OK;
    }
    // After this SQLite may let others read the commit.
    return log.ends_commit ? flush(log) : SQLITE_OK;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
    LogFile& log = log_of(file);
    if (const int flushed = flush(log); flushed != SQLITE_OK) return flushed;
    return methods_of(log).xTruncate(log.real(), size);
}

int sync(sqlite3_file* file, int flags) {
    LogFile& log = log_of(file);
    if (const int flushed = flush(log); flushed != SQLITE_OK) return flushed;
    return methods_of(log).xSync(log.real(), flags);
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
    LogFile& log = log_of(file);
    if (const int flushed = flush(log); flushed != SQLITE_OK) return flushed;
    return methods_of(log).xFileSize(log.real(), size);
}

// A log is never locked by itself.
int lock(sqlite3_file* /*file*/, int /*level*/) {
    return SQLITE_OK;
}
int is_reserved(sqlite3_file* /*file*/, int* answer) {
    *answer = 0;
    return SQLITE_OK;
}
int control(sqlite3_file* file, int operation, void* argument) {
    LogFile& log = log_of(file);
    return methods_of(log).xFileControl(log.real(), operation, argument);
}
int sector_size(sqlite3_file* file) {
    LogFile& log = log_of(file);
    return methods_of(log).xSectorSize(log.real());
}
int characteristics(sqlite3_file* file) {
    LogFile& log = log_of(file);
    return methods_of(log).xDeviceCharacteristics(log.real());
}

constexpr sqlite3_io_methods kMethods = {1,       close,       read,           write, truncate,
                                         sync,    file_size,   lock,           lock,  is_reserved,
                                         control, sector_size, characteristics};

sqlite3_vfs* default_vfs() {
    static sqlite3_vfs* const kDefault = sqlite3_vfs_find(nullptr);
    CHECK_INVARIANT(kDefault != nullptr);
    return kDefault;
}

int open(sqlite3_vfs* /*vfs*/, const char* name, sqlite3_file* file, int flags, int* out_flags) {
    sqlite3_vfs* real = default_vfs();
    if ((flags & SQLITE_OPEN_WAL) == 0) return real->xOpen(real, name, file, flags, out_flags);
    file->pMethods = nullptr;
    std::unique_ptr<char[]> bytes(new (std::nothrow) char[kGathered]);
    if (!bytes) return SQLITE_NOMEM;
    auto* log = new (file) LogFile{};
    const int opened = real->xOpen(real, name, log->real(), flags, out_flags);
    if (opened != SQLITE_OK) {
        log->~LogFile();
        return opened;
    }
    log->bytes = std::move(bytes);
    log->base.pMethods = &kMethods;
    return SQLITE_OK;
}

}  // namespace

const char* gathering_vfs() {
    static sqlite3_vfs vfs;
    static const int kRegistered = [] {
        vfs = *default_vfs();
        vfs.zName = "wardlight";
        vfs.szOsFile += static_cast<int>(sizeof(LogFile));
        vfs.xOpen = open;
        return sqlite3_vfs_register(&vfs, 0);
    }();
    CHECK_INVARIANT(kRegistered == SQLITE_OK);
    return vfs.zName;
}

}  // namespace wardlight::store
