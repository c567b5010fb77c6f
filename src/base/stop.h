// How the process ends when it must not go on: a last line in the log and an exit code that says
// why. What was acknowledged is on disk by then, so that a restart loses nothing; going on after a
// failed sync or without memory could. Allocates nothing. Thread-safe.
#pragma once

#include <string_view>

namespace wardlight {

/// As in <sysexits.h>, so that the service manager's journal is readable without us.
enum class StopCode : int { broken = 70, memory = 71, disk = 74 };

/// `message` goes into the log as it is: no quotes in it, and no value of a patient.
[[noreturn]] void stop_at_once(StopCode code, std::string_view message) noexcept;

/// Last words for what nobody can catch: an exception that leaves a thread, memory that ran out
/// outside of any request, a page of a mapped file that cannot be read. Call once, in main.
void prepare_last_words();

}  // namespace wardlight
