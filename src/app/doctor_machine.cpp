#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timex.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "app/doctor_checks.h"
#include "app/web_folder.h"
#include "base/ids.h"
#include "net/endpoint.h"
#include "net/static_files.h"

namespace wardlight::app {
namespace {

namespace fs = std::filesystem;

constexpr int kSyncRounds = 21;
constexpr std::size_t kSyncBytes = 4'096;
constexpr int kFirstOpenPort = 1024;
/// No machine that runs this program can be earlier.
constexpr std::string_view kEarliest = "2026-01-01T00:00:00Z";

std::string in_gibibytes(std::uintmax_t bytes) {
    return fmt::format("{:.1f} GiB", static_cast<double>(bytes) / static_cast<double>(kGibibyte));
}

double in_milliseconds(Duration duration) {
    return static_cast<double>(duration.count()) / 1'000;
}

void check_file(const fs::directory_entry& entry, uid_t owner, Findings& findings) {
    struct stat status{};
    if (::lstat(entry.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return;
    const std::string name = entry.path().filename().string();
    if (status.st_uid != owner) {
        findings.push_back({Grade::fail, "data folder",
                            name + " belongs to another user than the folder: chown it"});
    }
    const bool is_secret = name != "certificate.pem";
    if (is_secret && (status.st_mode & 077) != 0) {
        findings.push_back(
            {Grade::fail, "data folder",
             fmt::format("{} has mode {:04o}: chmod 0600", name, status.st_mode & 0777)});
    }
}

/// The median of writing one page and bringing it to disk.
std::optional<Duration> measure_sync(int file) {
    using SteadyClock = std::chrono::steady_clock;
    const std::array<char, kSyncBytes> page{};
    std::vector<Duration> times;
    for (int round = 0; round < kSyncRounds; ++round) {
        const auto begin = SteadyClock::now();
        if (::pwrite(file, page.data(), page.size(), 0) != static_cast<long>(page.size()) ||
            ::fdatasync(file) != 0)
            return std::nullopt;
        times.push_back(std::chrono::duration_cast<Duration>(SteadyClock::now() - begin));
    }
    std::nth_element(times.begin(), times.begin() + kSyncRounds / 2, times.end());
    return times[kSyncRounds / 2];
}

void check_port(const std::string& name, const std::string& listen, bool is_server_running,
                Findings& findings) {
    const std::string what = "port " + name;
    const auto endpoint = net::parse_endpoint(listen);
    if (!endpoint) {
        findings.push_back({Grade::fail, what, listen + ": " + endpoint.error().message});
        return;
    }
    const auto socket = net::listen_on(*endpoint);
    PortState state = PortState::free;
    if (!socket && socket.error().code == ErrorCode::conflict) {
        state = PortState::in_use;
    } else if (!socket) {
        const bool needs_root = endpoint->port > 0 && endpoint->port < kFirstOpenPort;
        state = needs_root && ::geteuid() != 0 ? PortState::not_allowed : PortState::unusable;
    }
    findings.push_back(judge_port(name, listen, state, is_server_running));
    if (state == PortState::unusable) findings.back().detail += ": " + socket.error().message;
}

}  // namespace

void check_folder(const DataFolder& folder, Findings& findings) {
    struct stat status{};
    if (::stat(folder.root.c_str(), &status) != 0 || !S_ISDIR(status.st_mode)) {
        findings.push_back(
            {Grade::fail, "data folder", folder.root.string() + " is not there or cannot be read"});
        return;
    }
    const std::string described =
        fmt::format("{}, mode {:04o}, user id {}", folder.root.lexically_normal().string(),
                    status.st_mode & 0777, status.st_uid);
    if ((status.st_mode & 077) != 0) {
        findings.push_back({Grade::fail, "data folder", described + ": chmod 0700"});
    } else if (::geteuid() != status.st_uid && ::geteuid() != 0) {
        findings.push_back({Grade::fail, "data folder", described + ": run as that user"});
    } else {
        findings.push_back({Grade::ok, "data folder", described});
    }
    std::error_code error;
    for (fs::directory_iterator entry(folder.root, error), end; !error && entry != end;
         entry.increment(error))
        check_file(*entry, status.st_uid, findings);
    if (error)
        findings.push_back({Grade::fail, "data folder", "cannot be listed: " + error.message()});
}

Finding judge_port(const std::string& name, const std::string& listen, PortState state,
                   bool is_server_running) {
    const std::string what = "port " + name;
    switch (state) {
        case PortState::free:
            if (!is_server_running) return {Grade::ok, what, listen + ": free"};
            return {Grade::warn, what, listen + ": a server runs on this data folder, not here"};
        case PortState::in_use:
            if (is_server_running) return {Grade::ok, what, listen + ": in use; a server runs"};
            return {Grade::fail, what, listen + ": already used by another program"};
        case PortState::not_allowed:
            return {Grade::warn, what, listen + ": only root can try ports below 1024"};
        case PortState::unusable:
            break;
    }
    return {Grade::fail, what, listen};
}

Finding judge_space(std::uintmax_t free_bytes) {
    const std::string described = in_gibibytes(free_bytes) + " free";
    if (free_bytes < kSpaceFail) return {Grade::fail, "free space", described + ": make room now"};
    if (free_bytes < kSpaceWarn) return {Grade::warn, "free space", described + ": make room soon"};
    return {Grade::ok, "free space", described};
}

void check_space(const DataFolder& folder, Findings& findings) {
    struct statvfs status{};
    if (::statvfs(folder.root.c_str(), &status) != 0) {
        findings.push_back({Grade::fail, "free space", std::strerror(errno)});
        return;
    }
    findings.push_back(judge_space(std::uintmax_t{status.f_bavail} * status.f_frsize));
}

Finding judge_sync(Duration median) {
    const std::string described = fmt::format("{:.3f} ms (median)", in_milliseconds(median));
    if (median < kSyncTooFast) {
        return {Grade::warn, "disk sync",
                described + ": too fast for a disk; does this folder survive a power cut?"};
    }
    if (median > kSyncFail)
        return {Grade::fail, "disk sync", described + ": acknowledgements will time out"};
    if (median > kSyncWarn)
        return {Grade::warn, "disk sync", described + ": slow; every acknowledgement waits for it"};
    return {Grade::ok, "disk sync", described};
}

void check_sync_time(const DataFolder& folder, Findings& findings) {
    const fs::path path = folder.root / ("doctor-" + new_uuid());
    const net::Descriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (file.is_open()) ::unlink(path.c_str());
    const auto median = file.is_open() ? measure_sync(file.get()) : std::nullopt;
    findings.push_back(
        median ? judge_sync(*median)
               : Finding{Grade::fail, "disk sync",
                         std::string("cannot write to the data folder: ") + std::strerror(errno)});
}

Finding judge_clock(Instant now, bool is_synchronised, std::optional<Instant> newest) {
    const std::string described = format_instant(now);
    if (now < *parse_instant(kEarliest))
        return {Grade::fail, "clock", described + ": the clock is wrong"};
    if (newest && *newest > now + kClockTolerance) {
        return {Grade::fail, "clock",
                fmt::format("{}: earlier than the newest change in the store ({})", described,
                            format_instant(*newest))};
    }
    if (!is_synchronised) {
        return {Grade::warn, "clock",
                described +
                    ": the system says it is not synchronised; install chrony or "
                    "systemd-timesyncd"};
    }
    return {Grade::ok, "clock", described + ", synchronised"};
}

void check_clock(Instant now, std::optional<Instant> newest, Findings& findings) {
    struct timex status{};
    const bool is_synchronised = ::adjtimex(&status) >= 0 && (status.status & STA_UNSYNC) == 0;
    findings.push_back(judge_clock(now, is_synchronised, newest));
}

void check_zone(const Configuration& configuration, Instant now, Findings& findings) {
    const auto zone = TimeZone::find(configuration.zone);
    if (!zone) {
        findings.push_back(
            {Grade::fail, "time zone", configuration.zone + ": " + zone.error().message});
        return;
    }
    const auto offset = zone->offset_at(now).count();
    findings.push_back(
        {Grade::ok, "time zone",
         fmt::format("{}, now UTC{}{:02}:{:02}", configuration.zone, offset < 0 ? '-' : '+',
                     std::abs(offset) / 60, std::abs(offset) % 60)});
}

void check_web(const Configuration& configuration, Findings& findings) {
    const fs::path folder = web_folder(configuration);
    if (folder.empty()) {
        findings.push_back({Grade::fail, "web app", "not found beside the program: set web"});
        return;
    }
    const auto files = net::StaticFiles::load(folder.string());
    findings.push_back(
        files ? Finding{Grade::ok, "web app", folder.string()}
              : Finding{Grade::fail, "web app", folder.string() + ": " + files.error().message});
}

void check_ports(const Configuration& configuration, bool is_server_running, Findings& findings) {
    check_port("http", configuration.http, is_server_running, findings);
    for (const FeedSettings& feed : configuration.feeds)
        check_port(feed.id, feed.listen, is_server_running, findings);
}

}  // namespace wardlight::app
