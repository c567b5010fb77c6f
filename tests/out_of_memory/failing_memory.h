// Memory that ends on demand: stands before malloc, so that it reaches the libraries too; built
// with a sanitizer, which has its own malloc, only before operator new.
#pragma once

namespace wardlight::testing {

enum class Failing { once, from_then_on };

/// The allocation after `pass` further ones fails, of any thread; once or with all that follow.
void fail_allocation(long pass, Failing failing);

/// All allocations succeed again. True when one has failed since fail_allocation().
bool end_failing();

/// Nothing fails while one of these is on this thread: for the test's own work.
class Spared {
 public:
    Spared();
    ~Spared();
    Spared(const Spared&) = delete;
    Spared& operator=(const Spared&) = delete;
};

}  // namespace wardlight::testing
