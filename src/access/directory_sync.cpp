#include "access/directory_sync.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "audit/audit_log.h"
#include "base/log.h"

namespace wardlight::access {
namespace {

using namespace std::chrono_literals;

/// That a round went well is written no more often than this.
constexpr auto kSuccessNotedEvery = 1min;
constexpr std::size_t kClashesTold = 20;

struct Asked {
    std::set<std::string> ids;
    std::vector<directory::Person> people;
    std::vector<std::string> clashes;
};

Result<Asked> ask(store::Store& store, const directory::Directory& directory) {
    Asked asked;
    std::vector<std::string> locals;
    {
        auto snapshot = TRY(store.read());
        for (const DirectoryAccount& account : TRY(directory_accounts(snapshot)))
            asked.ids.insert(account.directory_id);
        const auto names = TRY(local_users(snapshot));
        locals.assign(names.begin(), names.end());
    }
    const std::vector<std::string> ids(asked.ids.begin(), asked.ids.end());
    asked.people = TRY(directory.people(ids));
    asked.clashes = TRY(directory.known_users(locals));
    std::sort(asked.clashes.begin(), asked.clashes.end());
    return asked;
}

Result<DirectoryPlan> plan_of(store::Snapshot& snapshot, const Asked& asked,
                              const GroupMapping& mapping, std::int64_t today) {
    auto accounts = TRY(directory_accounts(snapshot));
    // Who signed in for the first time meanwhile was not asked about, and is not missing.
    std::erase_if(accounts, [&asked](const DirectoryAccount& account) {
        return !asked.ids.contains(account.directory_id);
    });
    return plan_changes({accounts, asked.people, TRY(local_users(snapshot))}, mapping, today);
}

std::string version_of(const GroupMapping& mapping) {
    return fmt::format("{} ({})", mapping.version, mapping.digest);
}

DirectoryStatus status_after(const DirectoryStatus& before, const RoundReport& report,
                             const GroupMapping& mapping, Instant now) {
    DirectoryStatus status = before;
    const bool is_due = !before.succeeded_at || now - *before.succeeded_at >= kSuccessNotedEvery;
    if (is_due || before.failing_since) status.succeeded_at = now;
    status.failing_since.reset();
    status.problem.clear();
    status.held_since =
        report.is_held ? std::optional(before.held_since.value_or(now)) : std::nullopt;
    status.held_losing = report.is_held ? static_cast<std::int64_t>(report.plan.losing) : 0;
    status.held_of = report.is_held ? static_cast<std::int64_t>(report.plan.active) : 0;
    status.mapping_version = version_of(mapping);
    const std::size_t told = std::min(report.clashes.size(), kClashesTold);
    status.clashes = fmt::format(
        "{}", fmt::join(report.clashes.begin(),
                        report.clashes.begin() + static_cast<std::ptrdiff_t>(told), ", "));
    return status;
}

Result<> note_mapping(store::WriteTransaction& tx, const DirectoryStatus& status) {
    audit::Entry entry;
    entry.actor.role = "directory";
    entry.action = "directory.mapping";
    entry.resource_type = "group_mapping";
    entry.resource_id = status.mapping_version;
    entry.purpose = audit::purpose::kAdministration;
    TRY(audit::append(tx, entry));
    return {};
}

Result<> note_held(store::WriteTransaction& tx, std::string action) {
    audit::Entry entry;
    entry.actor.role = "directory";
    entry.action = std::move(action);
    entry.resource_type = "directory";
    entry.purpose = audit::purpose::kAdministration;
    entry.reason = "mass_change";
    TRY(audit::append(tx, entry));
    return {};
}

Result<> note_failure_of_round(store::Store& store, const Error& error) {
    DirectoryStatus status;
    {
        auto snapshot = TRY(store.read());
        status = TRY(directory_status(snapshot));
    }
    if (status.failing_since && status.problem == error.message) return {};
    TRY(store.write([&](store::WriteTransaction& tx) -> Result<> {
        DirectoryStatus now = TRY(directory_status(tx));
        if (!now.failing_since) now.failing_since = tx.now();
        now.problem = error.message;
        return save_directory_status(tx, now);
    }));
    return {};
}

void tell(const DirectoryStatus& before, const DirectoryStatus& after) {
    if (before.failing_since && !after.failing_since) log::info("the directory answers again");
    if (after.held_since && !before.held_since) {
        log::error(
            "too many accounts would lose access at once: nothing is applied",
            {{"losing", std::to_string(after.held_losing)}, {"of", std::to_string(after.held_of)}});
    }
}

}  // namespace

Result<RoundReport> run_round(store::Store& store, const directory::Directory& directory,
                              const GroupMapping& mapping, const TimeZone& zone,
                              MassChange mass_change) {
    const auto asked = ask(store, directory);
    if (!asked) {
        TRY(note_failure_of_round(store, asked.error()));
        return tl::unexpected(asked.error());
    }
    const auto judge = [&](store::Snapshot& snapshot, Instant now) -> Result<RoundReport> {
        RoundReport report;
        report.plan = TRY(plan_of(snapshot, *asked, mapping, zone.local_day(now)));
        report.is_held = mass_change == MassChange::hold &&
                         is_mass_change(report.plan, directory.settings().guard_percent);
        report.clashes = asked->clashes;
        return report;
    };
    {
        // Most rounds change nothing: no write for those.
        auto snapshot = TRY(store.read());
        const Instant now = store.clock().now();
        RoundReport report = TRY(judge(snapshot, now));
        const DirectoryStatus before = TRY(directory_status(snapshot));
        const bool has_nothing_to_do = report.is_held || report.plan.changes.empty();
        if (has_nothing_to_do && status_after(before, report, mapping, now) == before)
            return report;
    }
    RoundReport report;
    DirectoryStatus before;
    DirectoryStatus after;
    TRY(store.write([&](store::WriteTransaction& tx) -> Result<> {
        report = TRY(judge(tx, tx.now()));
        before = TRY(directory_status(tx));
        after = status_after(before, report, mapping, tx.now());
        if (after.mapping_version != before.mapping_version) TRY(note_mapping(tx, after));
        if (after.held_since && !before.held_since) TRY(note_held(tx, "directory.hold"));
        if (mass_change == MassChange::confirmed &&
            is_mass_change(report.plan, directory.settings().guard_percent)) {
            TRY(note_held(tx, "directory.confirm"));
        }
        if (!report.is_held) TRY(apply_changes(tx, report.plan.changes));
        return save_directory_status(tx, after);
    }));
    tell(before, after);
    return report;
}

DirectorySync::DirectorySync(store::Store& store, const directory::Directory& directory,
                             MappingFile& mapping, const TimeZone& zone)
    : store_(store), directory_(directory), mapping_(mapping), zone_(zone) {
    thread_ = std::thread([this] { loop(); });
}

DirectorySync::~DirectorySync() {
    {
        const std::lock_guard lock(mutex_);
        is_stopping_ = true;
    }
    stop_.notify_all();
    thread_.join();
}

Result<> DirectorySync::round() {
    const auto refreshed = mapping_.refresh();
    const std::string problem = refreshed ? "" : refreshed.error().message;
    if (problem != mapping_problem_) {
        if (!refreshed)
            log::error("the mapping of groups is wrong, the one before stays in force",
                       {{"reason", problem}});
        TRY(store_.write([&](store::WriteTransaction& tx) -> Result<> {
            DirectoryStatus status = TRY(directory_status(tx));
            status.mapping_problem = problem;
            return save_directory_status(tx, status);
        }));
        mapping_problem_ = problem;
    }
    TRY(run_round(store_, directory_, *mapping_.current(), zone_, MassChange::hold));
    return {};
}

void DirectorySync::loop() {
    for (;;) {
        if (const auto done = round(); !done) {
            log::warning("the accounts of the directory could not be compared",
                         {{"code", std::string(name_of(done.error().code))},
                          {"reason", done.error().message}});
        }
        std::unique_lock lock(mutex_);
        const auto is_over = [this] { return is_stopping_; };
        if (stop_.wait_for(lock, directory_.settings().sync_every, is_over)) return;
    }
}

}  // namespace wardlight::access
