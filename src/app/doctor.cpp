#include "app/doctor.h"

#include <fmt/format.h>

#include "app/data_lock.h"
#include "app/doctor_checks.h"

namespace wardlight::app {

std::vector<Finding> examine(const DoctorRequest& request, const Clock& clock) {
    const Configuration& configuration = request.configuration;
    const DataFolder folder{configuration.data};
    const Instant now = clock.now();
    std::vector<Finding> findings;

    const bool is_server_running = DataLock::is_taken(folder);
    findings.push_back({Grade::ok, "server", is_server_running ? "running" : "not running"});
    check_folder(folder, findings);
    check_space(folder, findings);
    check_sync_time(folder, findings);
    const auto newest = check_store(folder, request.reads_every_page, now, findings);
    check_clock(now, newest, findings);
    check_zone(configuration, now, findings);
    check_web(configuration, findings);
    if (!request.has_configuration) {
        findings.push_back({Grade::ok, "configuration",
                            "no --config given: ports and certificates are not checked"});
        return findings;
    }
    check_certificates(configuration, now, findings);
    check_feeds(configuration, findings);
    check_directory(request, findings);
    check_ports(configuration, is_server_running, findings);
    return findings;
}

std::string to_line(const Finding& finding) {
    constexpr const char* kWords[] = {"ok", "warn", "FAIL"};
    return fmt::format("{:<5} {:<18} {}", kWords[static_cast<int>(finding.grade)], finding.what,
                       finding.detail);
}

}  // namespace wardlight::app
