#include "app/backup.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <utility>

#include "app/data_lock.h"
#include "net/descriptor.h"
#include "store/schema.h"
#include "store/sqlite/sqlite_engine.h"

namespace wardlight::app {
namespace {

namespace fs = std::filesystem;

/// What SQLite keeps beside a store file. Without its log a store is not whole.
constexpr std::array kCompanions{"-wal", "-shm"};

fs::path with_suffix(fs::path path, std::string_view suffix) {
    path += suffix;
    return path;
}

tl::unexpected<Error> system_error(std::string_view what, const fs::path& path) {
    return fail(ErrorCode::unavailable, fmt::format("{}: {}", what, std::strerror(errno)),
                path.string());
}

Result<> flush_to_disk(const fs::path& path, int flags) {
    const net::Descriptor file(::open(path.c_str(), flags | O_CLOEXEC));
    if (!file.is_open() || ::fsync(file.get()) != 0)
        return system_error("cannot bring it to disk", path);
    return {};
}

Result<> flush_folder_of(const fs::path& path) {
    return flush_to_disk(fs::absolute(path).parent_path(), O_RDONLY | O_DIRECTORY);
}

bool is_there(const fs::path& path) {
    std::error_code unreadable;
    return fs::exists(path, unreadable) || unreadable;
}

/// A file under construction; goes unless it was given its final name.
class PartialFile {
 public:
    /// `conflict` when it is there: another backup runs, or one was cut off.
    static Result<PartialFile> create(fs::path path) {
        const net::Descriptor file(
            ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
        if (!file.is_open() && errno == EEXIST) {
            return fail(ErrorCode::conflict,
                        "it is already there: another backup runs, or one was cut off; remove it "
                        "if none runs",
                        path.string());
        }
        if (!file.is_open()) return system_error("cannot make the file", path);
        return PartialFile(std::move(path));
    }
    PartialFile(PartialFile&& other) noexcept : path_(std::exchange(other.path_, {})) {}
    PartialFile& operator=(PartialFile&&) = delete;
    ~PartialFile() {
        if (path_.empty()) return;
        std::error_code ignored;
        fs::remove(path_, ignored);
        for (const char* companion : kCompanions)
            fs::remove(with_suffix(path_, companion), ignored);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

    /// To disk, under its final name, without replacing anything.
    Result<> finish_as(const fs::path& name) {
        TRY(flush_to_disk(path_, O_RDONLY));
        const int renamed =
            ::renameat2(AT_FDCWD, path_.c_str(), AT_FDCWD, name.c_str(), RENAME_NOREPLACE);
        // Some network file systems cannot rename without replacing.
        const bool is_unsupported = renamed != 0 && errno == EINVAL && !is_there(name);
        if (is_unsupported ? ::rename(path_.c_str(), name.c_str()) != 0 : renamed != 0)
            return system_error("cannot give the file its name", name);
        path_.clear();
        return flush_folder_of(name);
    }

 private:
    explicit PartialFile(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

Result<> check_is_readable_by_us(store::SqlConnection& sql, const fs::path& file) {
    std::vector<store::Schema> schemas = all_schemas();
    schemas.push_back({"store", store::kStoreSteps});
    const auto not_ours = [&file] {
        return fail(ErrorCode::invalid, "this is not a Wardlight backup", file.string());
    };
    auto rows = sql.query("SELECT name, version FROM schema_version");
    if (!rows) return not_ours();
    bool has_store = false;
    while (TRY(rows->next())) {
        has_store = has_store || rows->text(0) == "store";
        const auto known = std::find_if(schemas.begin(), schemas.end(), [&](const auto& schema) {
            return schema.name == rows->text(0);
        });
        if (known == schemas.end() ||
            rows->integer(1) > static_cast<std::int64_t>(known->steps.size())) {
            return fail(ErrorCode::unavailable,
                        "a newer Wardlight wrote it: use that version or a later one",
                        file.string());
        }
    }
    if (!has_store) return not_ours();
    return {};
}

Result<> copy_backup(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
    if (error) return fail(ErrorCode::unavailable, "cannot copy: " + error.message(), to.string());
    if (::chmod(to.c_str(), 0600) != 0) return system_error("cannot protect the file", to);
    return {};
}

/// Returns the new name of the store.
Result<fs::path> move_store_aside(const DataFolder& folder, Instant now) {
    const fs::path store = folder.store_file();
    std::string time = format_instant(now).substr(0, 19);
    time.erase(std::remove(time.begin(), time.end(), ':'), time.end());
    const fs::path aside = with_suffix(store, ".before-restore-" + time);
    if (is_there(aside)) return fail(ErrorCode::conflict, "it is already there", aside.string());
    // Opening and closing brings the log into the store. A damaged store keeps its log, which is
    // then moved first.
    (void)store::open_sqlite(store);
    for (const char* companion : kCompanions) {
        const fs::path from = with_suffix(store, companion);
        if (!is_there(from)) continue;
        if (::rename(from.c_str(), with_suffix(aside, companion).c_str()) != 0)
            return system_error("cannot move it aside", from);
    }
    if (::rename(store.c_str(), aside.c_str()) != 0)
        return system_error("cannot move it aside", store);
    TRY(flush_folder_of(store));
    return aside;
}

Result<> make_private(const fs::path& folder) {
    std::error_code error;
    if (fs::create_directories(folder, error)) fs::permissions(folder, fs::perms::owner_all, error);
    if (error) {
        return fail(ErrorCode::unavailable, "cannot make the data folder: " + error.message(),
                    folder.string());
    }
    return {};
}

}  // namespace

Result<BackupReport> make_backup(const DataFolder& folder, const fs::path& file) {
    std::error_code ignored;
    if (!fs::is_regular_file(folder.store_file(), ignored))
        return fail(ErrorCode::not_found, "there is no store in this folder", folder.root.string());
    if (is_there(file)) {
        return fail(ErrorCode::conflict, "the file is already there; backups never overwrite",
                    file.string());
    }
    PartialFile partial = TRY(PartialFile::create(with_suffix(file, ".partial")));
    TRY(TRY(store::open_sqlite(folder.store_file()))->backup_to(partial.path()));
    const BackupReport report = TRY(verify_backup(partial.path()));
    TRY(partial.finish_as(file));
    return report;
}

Result<BackupReport> verify_backup(const fs::path& file) {
    std::error_code ignored;
    const fs::path log = with_suffix(file, "-wal");
    if (is_there(log) && fs::file_size(log, ignored) > 0) {
        return fail(ErrorCode::invalid,
                    "a log lies beside it: this is a store in use or a plain copy of one, not a "
                    "backup",
                    log.string());
    }
    const auto engine = TRY(store::open_sqlite_copy(file));
    if (const auto checked = engine->check_integrity(); !checked) {
        const bool is_damaged = checked.error().code == ErrorCode::corrupt;
        return fail(checked.error().code,
                    is_damaged ? "the file is damaged or not a Wardlight backup: do not rely on it"
                               : checked.error().message,
                    file.string());
    }
    const auto reader = TRY(engine->open_reader());
    TRY(check_is_readable_by_us(*reader, file));
    BackupReport report;
    report.bytes = fs::file_size(file, ignored);
    auto rows =
        TRY(reader->query("SELECT number, at FROM change_log ORDER BY number DESC LIMIT 1"));
    if (TRY(rows.next())) {
        report.newest_change = ChangeNumber{rows.integer(0)};
        report.newest_change_at = from_micros(rows.integer(1));
    }
    return report;
}

Result<Restored> restore_backup(const fs::path& file, const DataFolder& folder,
                                WhenOccupied when_occupied, const Clock& clock) {
    Restored restored;
    restored.report = TRY(verify_backup(file));
    TRY(make_private(folder.root));
    const DataLock lock = TRY(DataLock::take(folder));
    const bool is_occupied =
        is_there(folder.store_file()) || is_there(with_suffix(folder.store_file(), kCompanions[0]));
    if (is_occupied && when_occupied == WhenOccupied::refuse) {
        return fail(ErrorCode::conflict,
                    "there is a store in this folder; --force moves it aside and keeps it",
                    folder.root.string());
    }
    // The copy is complete before anything is moved, so that the time without a store is short.
    PartialFile partial = TRY(PartialFile::create(with_suffix(folder.store_file(), ".partial")));
    TRY(copy_backup(file, partial.path()));
    TRY(verify_backup(partial.path()));
    if (is_occupied) restored.moved_aside = TRY(move_store_aside(folder, clock.now()));
    TRY(partial.finish_as(folder.store_file()));
    return restored;
}

}  // namespace wardlight::app
