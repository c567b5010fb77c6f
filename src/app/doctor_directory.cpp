#include <fmt/format.h>

#include "access/directory_status.h"
#include "access/mapping_file.h"
#include "app/doctor_checks.h"

namespace wardlight::app {
namespace {

constexpr const char* kWhat = "directory";
/// Rounds are seconds apart; when none went well for so long, something is wrong with the server.
constexpr Duration kSilentWarn = 10min;

bool is_of_configuration(const DoctorRequest& request) {
    return request.has_configuration && request.configuration.directory.is_configured();
}

}  // namespace

void judge_directory(const access::DirectoryStatus& status, Instant now, bool is_server_running,
                     Findings& findings) {
    const std::size_t before = findings.size();
    if (status.held_since) {
        findings.push_back(
            {Grade::fail, kWhat,
             fmt::format("{} of {} accounts would lose access at once, held since {}: wardlight "
                         "directory plan, then apply --confirm",
                         status.held_losing, status.held_of, format_instant(*status.held_since))});
    }
    if (status.failing_since) {
        findings.push_back({Grade::warn, kWhat,
                            fmt::format("no answer since {}: {}",
                                        format_instant(*status.failing_since), status.problem)});
    } else if (is_server_running && status.succeeded_at &&
               now - *status.succeeded_at > kSilentWarn) {
        findings.push_back(
            {Grade::warn, kWhat,
             fmt::format("not asked since {}", format_instant(*status.succeeded_at))});
    }
    if (!status.mapping_problem.empty()) {
        findings.push_back({Grade::fail, kWhat,
                            status.mapping_problem + "; in force is " + status.mapping_version});
    }
    if (!status.clashes.empty()) {
        findings.push_back({Grade::warn, kWhat,
                            "accounts here have names of people in the directory, who cannot sign "
                            "in: " +
                                status.clashes});
    }
    if (findings.size() == before) {
        findings.push_back({Grade::ok, kWhat,
                            status.succeeded_at ? fmt::format("asked {}, mapping {}",
                                                              format_instant(*status.succeeded_at),
                                                              status.mapping_version)
                                                : std::string("not asked yet")});
    }
}

void check_directory(const DoctorRequest& request, Findings& findings) {
    if (!is_of_configuration(request)) return;
    const directory::Settings& settings = request.configuration.directory;
    if (const auto mapping = access::read_group_mapping(settings.mapping); !mapping)
        findings.push_back({Grade::fail, kWhat, mapping.error().message});
    for (const auto& file : {settings.ca_file, settings.bind_password_file}) {
        std::error_code error;
        if (!std::filesystem::is_regular_file(file, error))
            findings.push_back({Grade::fail, kWhat, file.string() + " is not there"});
    }
}

}  // namespace wardlight::app
