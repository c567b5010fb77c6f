#include "app/directory_report.h"

#include <fmt/format.h>

#include <algorithm>
#include <ostream>

namespace wardlight::app {
namespace {

using access::DirectoryBar;
using access::DirectoryChange;
using access::GroupMapping;
using access::MappedRights;
using access::Rights;

using Lists = std::vector<std::string>;

/// Ids of the rules that gave one item, of those that hold.
template <class Gives>
std::string rules_giving(const GroupMapping& mapping, const Lists& held, Gives gives) {
    Lists ids;
    for (const access::GroupRule& rule : mapping.rules) {
        const bool holds = std::find(held.begin(), held.end(), rule.id) != held.end();
        if (holds && gives(rule)) ids.push_back(rule.id);
    }
    return fmt::format("{}", fmt::join(ids, ", "));
}

bool has(const Lists& list, const std::string& item) {
    return std::find(list.begin(), list.end(), item) != list.end();
}

struct Line {
    std::string_view verb;  // "gains", "loses"
    std::string user;
    std::string what;
    std::string because;
};

void print(const Line& line, std::ostream& out) {
    out << fmt::format("{}\t{}\t{}\t{}\n", line.verb, line.user, line.what, line.because);
}

struct ItemKind {
    const char* name;
    Lists Rights::* in_rights;
    Lists access::GroupRule::* in_rule;
};
constexpr ItemKind kItems[] = {{"ward", &Rights::wards, &access::GroupRule::wards},
                               {"team", &Rights::teams, &access::GroupRule::teams}};

void print_rights(const std::string& user, const Rights& before, const Rights& after,
                  const Lists& held, const GroupMapping& mapping, std::ostream& out) {
    if (before.role != after.role) {
        const std::string because =
            rules_giving(mapping, held, [&](const auto& rule) { return rule.role == after.role; });
        print({"loses", user, fmt::format("role {}", access::code_of(before.role)),
               "no rule gives it any more"},
              out);
        print(
            {"gains", user, fmt::format("role {}", access::code_of(after.role)), "rule " + because},
            out);
    }
    for (const ItemKind& kind : kItems) {
        for (const std::string& item : before.*kind.in_rights) {
            if (has(after.*kind.in_rights, item)) continue;
            print(
                {"loses", user, fmt::format("{} {}", kind.name, item), "no rule gives it any more"},
                out);
        }
        for (const std::string& item : after.*kind.in_rights) {
            if (has(before.*kind.in_rights, item)) continue;
            const std::string because = rules_giving(
                mapping, held, [&](const auto& rule) { return has(rule.*kind.in_rule, item); });
            print({"gains", user, fmt::format("{} {}", kind.name, item), "rule " + because}, out);
        }
    }
}

std::string because_of(DirectoryBar bar, const Lists& held) {
    switch (bar) {
        case DirectoryBar::missing:
            return "the directory no longer has them, or the filter no longer fits";
        case DirectoryBar::disabled:
            return "disabled in the directory";
        case DirectoryBar::expired:
            return "the account in the directory has run out";
        case DirectoryBar::no_role:
            return "no rule gives a role";
        case DirectoryBar::role_conflict:
            return fmt::format("rules give different roles: {}", fmt::join(held, ", "));
        case DirectoryBar::none:
            break;
    }
    return "back in the directory";
}

std::string described(const Rights& rights) {
    return fmt::format(
        "role {}, wards {}, teams {}", access::code_of(rights.role),
        rights.wards.empty() ? "none" : fmt::format("{}", fmt::join(rights.wards, " ")),
        rights.teams.empty() ? "none" : fmt::format("{}", fmt::join(rights.teams, " ")));
}

}  // namespace

bool print_controllers(std::span<const directory::ControllerReport> reports, Instant now,
                       std::ostream& out) {
    bool are_all_well = true;
    for (const directory::ControllerReport& report : reports) {
        if (report.error) {
            are_all_well = false;
            out << fmt::format("FAIL\t{}\t{}\n", report.url, report.error->message);
            continue;
        }
        std::string certificate = "certificate unknown";
        if (report.certificate_end) {
            const auto days =
                std::chrono::floor<std::chrono::days>(*report.certificate_end - now).count();
            certificate = fmt::format("certificate until {} ({} days)",
                                      format_instant(*report.certificate_end), days);
        }
        out << fmt::format("ok\t{}\tconnected and bound in {} ms, {} people, {}\n", report.url,
                           report.took.count(), report.people, certificate);
    }
    return are_all_well;
}

void print_changes(std::span<const DirectoryChange> changes, const GroupMapping& mapping,
                   std::ostream& out) {
    for (const DirectoryChange& change : changes) {
        if (change.bar_after != DirectoryBar::none) {
            if (change.changes_bar()) {
                print({change.bar_before == DirectoryBar::none ? "loses" : "stays out", change.user,
                       "everything", because_of(change.bar_after, change.rules)},
                      out);
            }
            continue;
        }
        if (change.changes_bar())
            print({"gains", change.user, "access", because_of(change.bar_after, {})}, out);
        print_rights(change.user, change.before, change.after, change.rules, mapping, out);
        if (change.renames()) {
            print({"is renamed", change.user,
                   fmt::format("{}, {}", change.user_after, change.name_after), "the directory"},
                  out);
        }
    }
}

void print_newcomers(std::span<const Newcomer> newcomers, const GroupMapping& mapping,
                     std::ostream& out) {
    for (const Newcomer& one : newcomers) {
        const bool might = one.before.outcome == MappedRights::Outcome::granted;
        const bool may = one.after.outcome == MappedRights::Outcome::granted;
        if (one.after.outcome == MappedRights::Outcome::role_conflict) {
            print({"stays out", one.user, "everything",
                   because_of(DirectoryBar::role_conflict, one.after.rules)},
                  out);
        } else if (might && !may) {
            print({"loses", one.user, "a first sign-in", "no rule gives a role"}, out);
        } else if (!might && may) {
            print({"may come", one.user, described(one.after.rights),
                   fmt::format("rule {}", fmt::join(one.after.rules, ", "))},
                  out);
        } else if (might && may) {
            print_rights(one.user, one.before.rights, one.after.rights, one.after.rules, mapping,
                         out);
        }
    }
}

}  // namespace wardlight::app
