#include "app/directory_command.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>
#include <memory>
#include <unordered_set>

#include "access/directory_sync.h"
#include "app/configuration.h"
#include "app/data_folder.h"
#include "app/directory_report.h"
#include "app/or_stop.h"

namespace wardlight::app {
namespace {

constexpr int kNotDone = 1;
constexpr int kHeld = 3;

struct Arguments {
    std::string configuration;
    std::string data;
    std::string mapping;
    bool is_confirmed = false;
};

struct Opened {
    explicit Opened(const Arguments& arguments) : configuration(read(arguments)) {
        // A controller that closes the connection while it is written to.
        std::signal(SIGPIPE, SIG_IGN);
    }
    static Configuration read(const Arguments& arguments) {
        Configuration configuration;
        or_stop(read_configuration(arguments.configuration, configuration));
        if (!arguments.data.empty()) configuration.data = arguments.data;
        if (!configuration.directory.is_configured()) {
            stop({ErrorCode::invalid, "the configuration has no [directory]",
                  arguments.configuration});
        }
        return configuration;
    }
    std::unique_ptr<store::Store> open() {
        return or_stop(open_store(DataFolder{configuration.data}, clock));
    }

    SystemClock clock;
    Configuration configuration;
    directory::Directory directory{configuration.directory, clock};
    TimeZone zone = or_stop(TimeZone::find(configuration.zone));
};

void check(const Arguments& arguments) {
    Opened opened(arguments);
    const auto mapping =
        or_stop(access::read_group_mapping(opened.configuration.directory.mapping));
    std::cout << fmt::format("ok\tmapping\tversion {}, {} rules\n", mapping.version,
                             mapping.rules.size());
    if (!print_controllers(opened.directory.check(), opened.clock.now(), std::cout))
        throw CLI::RuntimeError(kNotDone);
}

struct DryRun {
    access::DirectoryPlan plan;
    std::vector<Newcomer> newcomers;
    std::vector<std::string> clashes;
};

DryRun try_out(Opened& opened, const access::GroupMapping& in_force,
               const access::GroupMapping& tried, bool is_other) {
    const auto store = opened.open();
    const auto people = or_stop(opened.directory.everybody());
    auto snapshot = or_stop(store->read());
    const auto accounts = or_stop(access::directory_accounts(snapshot));
    const auto locals = or_stop(access::local_users(snapshot));
    const std::int64_t today = opened.zone.local_day(opened.clock.now());
    DryRun dry_run;
    dry_run.plan = access::plan_changes({accounts, people, locals}, tried, today);
    std::unordered_set<std::string_view> known;
    for (const access::DirectoryAccount& account : accounts) known.insert(account.directory_id);
    for (const directory::Person& person : people) {
        if (locals.contains(person.user)) dry_run.clashes.push_back(person.user);
        if (known.contains(person.id) || person.standing != directory::Standing::active) continue;
        Newcomer one{person.user, {}, access::rights_of(person.groups, tried, today)};
        if (is_other) one.before = access::rights_of(person.groups, in_force, today);
        dry_run.newcomers.push_back(std::move(one));
    }
    return dry_run;
}

void plan(const Arguments& arguments) {
    Opened opened(arguments);
    const directory::Settings& settings = opened.configuration.directory;
    const auto in_force = or_stop(access::read_group_mapping(settings.mapping));
    const bool is_other = !arguments.mapping.empty();
    const auto tried = is_other ? or_stop(access::read_group_mapping(arguments.mapping)) : in_force;
    const DryRun dry_run = try_out(opened, in_force, tried, is_other);
    std::cout << "what\tuser\tof what\tbecause\n";
    print_changes(dry_run.plan.changes, tried, std::cout);
    print_newcomers(dry_run.newcomers, tried, std::cout);
    for (const std::string& user : dry_run.clashes)
        std::cout << fmt::format("stays out\t{}\teverything\tan account here has this name\n",
                                 user);
    std::cout << fmt::format("{} of {} accounts of the directory would lose access\n",
                             dry_run.plan.losing, dry_run.plan.active);
    if (access::is_mass_change(dry_run.plan, settings.guard_percent))
        std::cout << "that is a mass change: the server would wait for wardlight directory apply "
                     "--confirm\n";
}

void apply(const Arguments& arguments) {
    Opened opened(arguments);
    const auto mapping =
        or_stop(access::read_group_mapping(opened.configuration.directory.mapping));
    const auto store = opened.open();
    const auto report = or_stop(access::run_round(
        *store, opened.directory, mapping, opened.zone,
        arguments.is_confirmed ? access::MassChange::confirmed : access::MassChange::hold));
    print_changes(report.plan.changes, mapping, std::cout);
    if (report.is_held) {
        std::cout << fmt::format(
            "held: {} of {} accounts would lose access; look, then add --confirm\n",
            report.plan.losing, report.plan.active);
        throw CLI::RuntimeError(kHeld);
    }
    std::cout << fmt::format("applied: {} accounts changed\n", report.plan.changes.size());
}

CLI::App* add_action(CLI::App& parent, const char* name, const char* what, Arguments& arguments) {
    CLI::App* action = parent.add_subcommand(name, what);
    action->add_option("--config", arguments.configuration, "configuration file of the server")
        ->required();
    action->add_option("--data", arguments.data,
                       "data folder; that of the configuration without it");
    return action;
}

}  // namespace

void add_directory_command(CLI::App& app) {
    CLI::App* command = app.add_subcommand(
        "directory", "The hospital's directory: check it, try a mapping of groups, apply it");
    command->require_subcommand(1);
    const auto arguments = std::make_shared<Arguments>();
    add_action(*command, "check", "Ask every controller; changes nothing", *arguments)
        ->callback([arguments] { check(*arguments); });
    CLI::App* planning =
        add_action(*command, "plan",
                   "Who would gain or lose what, and by which rule; changes nothing", *arguments);
    planning->add_option("--mapping", arguments->mapping,
                         "try this mapping instead of that in force");
    planning->callback([arguments] { plan(*arguments); });
    CLI::App* applying =
        add_action(*command, "apply", "Bring the accounts up to date now", *arguments);
    applying->add_flag("--confirm", arguments->is_confirmed,
                       "also when more people would lose access than the guard lets through");
    applying->callback([arguments] { apply(*arguments); });
}

}  // namespace wardlight::app
