#include "base/stop.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <new>

namespace wardlight {
namespace {

/// One line by one call, so that it is whole among the lines of other threads.
void say(std::string_view message) noexcept {
    constexpr std::string_view kBefore = "{\"level\":\"critical\",\"message\":\"";
    constexpr std::string_view kAfter = "\"}\n";
    std::array<char, 512> line;
    std::size_t size = 0;
    for (const std::string_view part : {kBefore, message, kAfter}) {
        const std::size_t room = line.size() - kAfter.size() - size;
        const std::size_t taken = part == kAfter ? part.size() : std::min(part.size(), room);
        std::memcpy(line.data() + size, part.data(), taken);
        size += taken;
    }
    // There is nobody to tell when even this fails.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), size);
}

[[noreturn]] void on_terminate() {
    try {
        if (const auto thrown = std::current_exception()) std::rethrow_exception(thrown);
    } catch (const std::bad_alloc&) {
        stop_at_once(StopCode::memory,
                     "out of memory: the server stops; nothing acknowledged is lost");
    } catch (...) {
        say("an exception that nobody expected: the server stops; nothing acknowledged is lost");
    }
    std::abort();  // a core file helps
}

void on_bus_error(int /*signal*/) {
    stop_at_once(StopCode::disk,
                 "a page of a file in use cannot be read: the server stops; look at the disk");
}

}  // namespace

void stop_at_once(StopCode code, std::string_view message) noexcept {
    say(message);
    ::_exit(static_cast<int>(code));
}

void prepare_last_words() {
    std::set_terminate(on_terminate);
    struct sigaction action{};
    action.sa_handler = on_bus_error;
    sigemptyset(&action.sa_mask);
    ::sigaction(SIGBUS, &action, nullptr);
}

}  // namespace wardlight
