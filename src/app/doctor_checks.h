// The parts of `wardlight doctor`, and how their figures are judged. Internal to doctor*.cpp and
// its test.
#pragma once

#include <optional>

#include "access/directory_status.h"
#include "app/doctor.h"

namespace wardlight::app {

using namespace std::chrono_literals;

inline constexpr std::uintmax_t kGibibyte = 1U << 30;
inline constexpr std::uintmax_t kSpaceFail = kGibibyte;
inline constexpr std::uintmax_t kSpaceWarn = 10 * kGibibyte;
inline constexpr std::uintmax_t kLogWarn = 256U << 20;  // the log is emptied twice a second
inline constexpr std::uintmax_t kLogFail = 4 * kGibibyte;
/// A sync this fast did not reach a disk; one this slow delays every acknowledgement.
inline constexpr Duration kSyncTooFast = 10us;
inline constexpr Duration kSyncWarn = 20ms;
inline constexpr Duration kSyncFail = 500ms;
inline constexpr Duration kCertificateWarn = std::chrono::hours(24 * 30);
inline constexpr Duration kClockTolerance = 1min;
inline constexpr Duration kUnappliedWarn = 1min;
inline constexpr Duration kUnappliedFail = 15min;

using Findings = std::vector<Finding>;

[[nodiscard]] Finding judge_space(std::uintmax_t free_bytes);
[[nodiscard]] Finding judge_log(std::uintmax_t bytes);
[[nodiscard]] Finding judge_sync(Duration median);
/// `newest` is the time of the newest change in the store.
[[nodiscard]] Finding judge_clock(Instant now, bool is_synchronised, std::optional<Instant> newest);
[[nodiscard]] Finding judge_unapplied(std::int64_t count, std::optional<Instant> oldest,
                                      Instant now);
enum class PortState { free, in_use, not_allowed, unusable };
[[nodiscard]] Finding judge_port(const std::string& name, const std::string& listen,
                                 PortState state, bool is_server_running);

// doctor_machine.cpp
void check_folder(const DataFolder& folder, Findings& findings);
void check_space(const DataFolder& folder, Findings& findings);
void check_sync_time(const DataFolder& folder, Findings& findings);
void check_clock(Instant now, std::optional<Instant> newest, Findings& findings);
void check_zone(const Configuration& configuration, Instant now, Findings& findings);
void check_web(const Configuration& configuration, Findings& findings);
void check_ports(const Configuration& configuration, bool is_server_running, Findings& findings);

// doctor_certificates.cpp
void check_certificates(const Configuration& configuration, Instant now, Findings& findings);

// doctor_feeds.cpp
/// Profiles and lists of senders, as the server will read them at its next start.
void check_feeds(const Configuration& configuration, Findings& findings);

// doctor_directory.cpp
/// The files that [directory] names.
void check_directory(const DoctorRequest& request, Findings& findings);
void judge_directory(const access::DirectoryStatus& status, Instant now, bool is_server_running,
                     Findings& findings);

// doctor_data.cpp
/// Returns the time of the newest change, where it could be read.
std::optional<Instant> check_store(const DataFolder& folder, bool reads_every_page, Instant now,
                                   Findings& findings);

}  // namespace wardlight::app
