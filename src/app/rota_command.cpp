#include "app/rota_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <memory>

#include "access/accounts.h"
#include "alerts/rota.h"
#include "app/data_folder.h"
#include "audit/audit_log.h"
#include "base/clock.h"

namespace wardlight::app {
namespace {

constexpr int kHoursMost = 24 * 366;

struct RotaOptions {
    std::string data;
    std::string role;
    std::string user;
    std::string from;
    int hours = 12;
};

audit::Entry command_line_entry() {
    audit::Entry entry;
    entry.actor.role = "command_line";
    entry.action = "rota.save";
    entry.purpose = audit::purpose::kAdministration;
    entry.reason = "command_line";
    return entry;
}

int failed(const Error& error) {
    fmt::print(stderr, "wardlight rota: {}\n", error.message);
    return 1;
}

int assign(const RotaOptions& options) {
    const SystemClock clock;
    const auto store = open_store(DataFolder{options.data}, clock);
    if (!store) return failed(store.error());
    RotaAssignment assignment{options.role, options.user, clock.now(), {}};
    if (!options.from.empty()) {
        const auto from = parse_instant(options.from);
        if (!from) return failed(from.error());
        assignment.from = *from;
    }
    assignment.until = assignment.from + std::chrono::hours{options.hours};
    const auto done = assign_shift(**store, assignment);
    return done ? 0 : failed(done.error());
}

Result<> print_rota(store::Store& store) {
    auto snapshot = TRY(store.read());
    const alerts::Rota rota = TRY(alerts::load_rota(snapshot));
    for (const alerts::Role& role : rota.roles)
        fmt::print("role   {:<20} {}\n", role.id, role.label);
    for (const alerts::Shift& shift : rota.shifts) {
        const auto account = TRY(access::find_account(snapshot, shift.person));
        fmt::print("shift  {:<20} {} .. {}  {}\n", shift.role, format_instant(shift.from),
                   format_instant(shift.until),
                   account ? account->subject.user : shift.person.value);
    }
    const Instant now = store.clock().now();
    for (const alerts::Gap& gap : alerts::gaps(rota, now, now + std::chrono::hours{24})) {
        fmt::print("gap    {:<20} {} .. {}\n", gap.role, format_instant(gap.from),
                   format_instant(gap.until));
    }
    return {};
}

int show(const RotaOptions& options) {
    const SystemClock clock;
    const auto store = open_store(DataFolder{options.data}, clock);
    if (!store) return failed(store.error());
    const auto printed = print_rota(**store);
    return printed ? 0 : failed(printed.error());
}

void run(int code) {
    if (code != 0) throw CLI::RuntimeError(code);
}

}  // namespace

Result<> assign_shift(store::Store& store, const RotaAssignment& assignment) {
    auto commit = store.write([&](store::WriteTransaction& tx) -> Result<> {
        alerts::Rota rota = TRY(alerts::load_rota(tx));
        const auto account = TRY(access::find_account_of_user(tx, assignment.user));
        if (!account) return fail(ErrorCode::not_found, "there is no such user", "user");
        const auto is_role = [&](const alerts::Role& role) { return role.id == assignment.role; };
        if (std::none_of(rota.roles.begin(), rota.roles.end(), is_role)) {
            return fail(ErrorCode::not_found, "there is no such role; see 'wardlight rota show'",
                        "role");
        }
        rota.shifts.push_back({new_uuid(), assignment.role, account->subject.account,
                               assignment.from, assignment.until});
        TRY(alerts::save_rota(tx, rota, rota.version, account->subject.account, true));
        TRY(audit::append(tx, command_line_entry()));
        return {};
    });
    if (!commit) return tl::unexpected(std::move(commit).error());
    return {};
}

void add_rota_command(CLI::App& app) {
    auto options = std::make_shared<RotaOptions>();
    CLI::App* rota = app.add_subcommand("rota", "Who is on call");
    rota->require_subcommand(1);
    CLI::App* assigning = rota->add_subcommand("assign", "Put somebody on call");
    assigning->add_option("--data", options->data, "Data folder")->required()->type_name("DIR");
    assigning->add_option("--role", options->role, "On-call role, e.g. renal_oncall")->required();
    assigning->add_option("--user", options->user, "User name")->required();
    assigning->add_option("--from", options->from,
                          "Beginning, e.g. 2026-11-21T08:00:00Z; now when left out");
    assigning->add_option("--hours", options->hours, "Length of the shift")
        ->check(CLI::Range(1, kHoursMost));
    assigning->callback([options] { run(assign(*options)); });
    CLI::App* showing =
        rota->add_subcommand("show", "Roles, shifts and the gaps of the next 24 hours");
    showing->add_option("--data", options->data, "Data folder")->required()->type_name("DIR");
    showing->callback([options] { run(show(*options)); });
}

}  // namespace wardlight::app
