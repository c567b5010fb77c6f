#include <fmt/format.h>

#include <algorithm>

#include "access/accounts.h"
#include "access/break_glass.h"
#include "access/directory_status.h"
#include "alerts/rota.h"
#include "app/data_lock.h"
#include "app/doctor_checks.h"
#include "intake/raw_message.h"
#include "store/schema.h"
#include "store/sqlite/sqlite_engine.h"

namespace wardlight::app {
namespace {

namespace fs = std::filesystem;

/// Time for somebody to put the shift right.
constexpr auto kRotaAhead = std::chrono::hours(24);
constexpr std::size_t kEmergencyAccessesMost = 1'000;

void report_error(const std::string& what, const Error& error, Findings& findings) {
    findings.push_back({Grade::fail, what, error.message});
}

/// True when the tables are those of this program.
Result<bool> check_schemas(store::SqlConnection& sql, Findings& findings) {
    std::vector<store::Schema> schemas = all_schemas();
    schemas.insert(schemas.begin(), {"store", store::kStoreSteps});
    std::size_t current = 0;
    auto rows = TRY(sql.query("SELECT name, version FROM schema_version ORDER BY name"));
    while (TRY(rows.next())) {
        const auto known = std::find_if(schemas.begin(), schemas.end(), [&](const auto& schema) {
            return schema.name == rows.text(0);
        });
        const auto newest =
            known == schemas.end() ? 0 : static_cast<std::int64_t>(known->steps.size());
        if (rows.integer(1) > newest) {
            findings.push_back({Grade::fail, "schema",
                                fmt::format("{} is at {}, this program knows {}: a newer "
                                            "Wardlight wrote it",
                                            rows.text(0), rows.integer(1), newest)});
            return false;
        }
        if (rows.integer(1) == newest) ++current;
    }
    if (current < schemas.size()) {
        findings.push_back({Grade::warn, "schema",
                            "older than this program; the next start brings it up to date"});
        return false;
    }
    findings.push_back({Grade::ok, "schema", fmt::format("{} sets of tables, current", current)});
    return true;
}

Result<std::optional<Instant>> check_newest_change(store::SqlConnection& sql, Findings& findings) {
    auto rows = TRY(sql.query("SELECT number, at FROM change_log ORDER BY number DESC LIMIT 1"));
    if (!TRY(rows.next())) {
        findings.push_back({Grade::ok, "newest change", "none yet"});
        return std::nullopt;
    }
    const Instant at = from_micros(rows.integer(1));
    findings.push_back({Grade::ok, "newest change",
                        fmt::format("number {} of {}", rows.integer(0), format_instant(at))});
    return at;
}

Result<> check_messages(store::SqlConnection& sql, Instant now, Findings& findings) {
    // The state is part of the text: there are indexes of these states alone.
    const auto count_of = [&](intake::MessageState state) {
        return sql.query(fmt::format(
            "SELECT COUNT(*), COALESCE(MIN(received_at), 0) FROM raw_message WHERE state = {}",
            static_cast<int>(state)));
    };
    {
        auto rows = TRY(count_of(intake::MessageState::quarantined));
        TRY(rows.next());
        const auto open = rows.integer(0);
        findings.push_back(
            open == 0 ? Finding{Grade::ok, "quarantine", "empty"}
                      : Finding{Grade::warn, "quarantine",
                                fmt::format("{} messages wait, the oldest since {}", open,
                                            format_instant(from_micros(rows.integer(1))))});
    }
    auto rows = TRY(count_of(intake::MessageState::received));
    TRY(rows.next());
    const auto waiting = rows.integer(0);
    const auto oldest = waiting == 0 ? std::nullopt : std::optional(from_micros(rows.integer(1)));
    findings.push_back(judge_unapplied(waiting, oldest, now));
    return {};
}

Result<> check_accounts(store::SqlConnection& sql, Findings& findings) {
    store::Snapshot snapshot(sql, nullptr);
    const auto accounts = TRY(access::list_accounts(snapshot));
    std::int64_t enabled = 0;
    std::int64_t administrators = 0;
    for (const access::Account& account : accounts) {
        if (account.is_disabled) continue;
        ++enabled;
        if (account.subject.role == access::Role::administrator) ++administrators;
    }
    const std::string described =
        fmt::format("{} can sign in, {} of them administrators", enabled, administrators);
    if (enabled == 0) {
        findings.push_back({Grade::fail, "accounts", "nobody can sign in: wardlight user add"});
    } else {
        findings.push_back({administrators == 0 ? Grade::warn : Grade::ok, "accounts", described});
    }
    return {};
}

/// Says nothing where no directory was ever asked.
Result<> check_directory_status(store::SqlConnection& sql, Instant now, const DataFolder& folder,
                                Findings& findings) {
    store::Snapshot snapshot(sql, nullptr);
    const auto status = TRY(access::directory_status(snapshot));
    if (status == access::DirectoryStatus{}) return {};
    judge_directory(status, now, DataLock::is_taken(folder), findings);
    return {};
}

/// Emergency accesses that nobody looks at are no safeguard.
Result<> check_emergency_accesses(store::SqlConnection& sql, Instant now, Findings& findings) {
    constexpr const char* kWhat = "emergency access";
    store::Snapshot snapshot(sql, nullptr);
    const auto accounts = TRY(access::list_accounts(snapshot));
    const bool has_officer =
        std::any_of(accounts.begin(), accounts.end(), [](const access::Account& account) {
            return !account.is_disabled && account.subject.role == access::Role::privacy_officer;
        });
    const auto waiting = TRY(
        access::break_glass_cases(snapshot, access::CaseState::waiting, kEmergencyAccessesMost));
    const auto overdue =
        std::count_if(waiting.begin(), waiting.end(),
                      [now](const access::BreakGlassCase& one) { return one.review_due_at < now; });
    if (overdue > 0) {
        findings.push_back(
            {Grade::warn, kWhat, fmt::format("{} wait for a review longer than 72 h", overdue)});
    }
    if (!has_officer) {
        findings.push_back({Grade::warn, kWhat,
                            "no privacy officer can sign in: nobody reviews emergency accesses"});
    } else if (overdue == 0) {
        findings.push_back({Grade::ok, kWhat, fmt::format("{} wait for a review", waiting.size())});
    }
    return {};
}

Result<> check_rota(store::SqlConnection& sql, Instant now, Findings& findings) {
    store::Snapshot snapshot(sql, nullptr);
    const alerts::Rota rota = TRY(alerts::load_rota(snapshot));
    const auto gaps = alerts::gaps(rota, now, now + kRotaAhead);
    for (const alerts::Gap& gap : gaps) {
        findings.push_back({gap.from <= now ? Grade::fail : Grade::warn, "rota",
                            fmt::format("nobody is {} from {} until {}", gap.role,
                                        gap.from <= now ? "now" : format_instant(gap.from),
                                        format_instant(gap.until))});
    }
    if (gaps.empty()) {
        findings.push_back(
            {Grade::ok, "rota",
             fmt::format("{} on-call roles, all held for the next 24 h", rota.roles.size())});
    }
    return {};
}

Result<std::optional<Instant>> check_content(store::SqlConnection& sql, Instant now,
                                             const DataFolder& folder, Findings& findings) {
    const bool is_current = TRY(check_schemas(sql, findings));
    const auto newest = TRY(check_newest_change(sql, findings));
    if (!is_current) return newest;
    TRY(check_messages(sql, now, findings));
    TRY(check_accounts(sql, findings));
    TRY(check_directory_status(sql, now, folder, findings));
    TRY(check_emergency_accesses(sql, now, findings));
    TRY(check_rota(sql, now, findings));
    return newest;
}

}  // namespace

Finding judge_log(std::uintmax_t bytes) {
    const std::string described =
        fmt::format("{:.1f} MiB", static_cast<double>(bytes) / static_cast<double>(1U << 20));
    if (bytes > kLogFail)
        return {Grade::fail, "store log", described + ": it is not being emptied; restart"};
    if (bytes > kLogWarn) {
        return {Grade::warn, "store log", described + ": large; a reader may be holding it up"};
    }
    return {Grade::ok, "store log", described};
}

Finding judge_unapplied(std::int64_t count, std::optional<Instant> oldest, Instant now) {
    if (!oldest) return {Grade::ok, "unapplied messages", "none"};
    const Duration age = now - *oldest;
    const Grade grade = age > kUnappliedFail   ? Grade::fail
                        : age > kUnappliedWarn ? Grade::warn
                                               : Grade::ok;
    return {grade, "unapplied messages",
            fmt::format("{}, the oldest since {}", count, format_instant(*oldest))};
}

std::optional<Instant> check_store(const DataFolder& folder, bool reads_every_page, Instant now,
                                   Findings& findings) {
    std::error_code error;
    if (!fs::is_regular_file(folder.store_file(), error)) {
        findings.push_back({Grade::fail, "store",
                            folder.store_file().string() +
                                " is not there; the first start or wardlight user add makes it"});
        return std::nullopt;
    }
    fs::path log = folder.store_file();
    log += "-wal";
    const auto log_bytes = fs::file_size(log, error);
    findings.push_back(judge_log(error ? 0 : log_bytes));

    auto engine = store::open_sqlite(folder.store_file());
    if (!engine) {
        report_error("store", engine.error(), findings);
        return std::nullopt;
    }
    if (reads_every_page) {
        if (const auto checked = (*engine)->check_integrity(); !checked) {
            report_error("store", checked.error(), findings);
            return std::nullopt;
        }
    }
    findings.push_back(
        {Grade::ok, "store",
         fmt::format("{:.1f} MiB, {}",
                     static_cast<double>(fs::file_size(folder.store_file(), error)) /
                         static_cast<double>(1U << 20),
                     reads_every_page ? "every page checked" : "pages not checked")});
    const auto reader = (*engine)->open_reader();
    if (!reader) {
        report_error("store", reader.error(), findings);
        return std::nullopt;
    }
    const auto newest = check_content(**reader, now, folder, findings);
    if (!newest) {
        report_error("store", newest.error(), findings);
        return std::nullopt;
    }
    return *newest;
}

}  // namespace wardlight::app
