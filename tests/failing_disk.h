// A disk whose calls fail on demand: stands before those of the C library in the whole test
// program, so that it reaches SQLite too. tests/faults does the same to a whole server.
#pragma once

#include <string>

namespace wardlight::testing {

enum class DiskCall { read, write, sync };

/// While there is one, calls of a kind on files whose path ends so fail. One at a time; of any
/// thread.
class DiskFault {
 public:
    /// The first `passing` calls pass, the next `failing` ones fail with this number of <errno.h>.
    DiskFault(DiskCall call, std::string path_end, int error, int passing, int failing);
    ~DiskFault();
    DiskFault(const DiskFault&) = delete;
    DiskFault& operator=(const DiskFault&) = delete;

    /// How many calls have failed.
    [[nodiscard]] int failed() const;
};

/// All calls fail.
inline constexpr int kEveryTime = 1'000'000'000;

}  // namespace wardlight::testing
