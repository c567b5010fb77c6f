// What `wardlight directory` prints: tab-separated lines for people and for programs.
#pragma once

#include <iosfwd>
#include <span>

#include "access/directory_plan.h"
#include "directory/directory.h"

namespace wardlight::app {

/// One line for each controller; false when one does not answer.
bool print_controllers(std::span<const directory::ControllerReport> reports, Instant now,
                       std::ostream& out);

/// One line for each thing that somebody gains or loses.
void print_changes(std::span<const access::DirectoryChange> changes,
                   const access::GroupMapping& mapping, std::ostream& out);

/// Somebody without an account: what they get at their first sign-in, under the mapping in force
/// and under the one that is tried.
struct Newcomer {
    std::string user;
    access::MappedRights before;
    access::MappedRights after;
};
void print_newcomers(std::span<const Newcomer> newcomers, const access::GroupMapping& mapping,
                     std::ostream& out);

}  // namespace wardlight::app
