#include "out_of_memory/failing_memory.h"

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <new>

namespace {

std::atomic<bool> is_armed = false;
std::atomic<long> left = 0;
std::atomic<bool> goes_on = false;
std::atomic<bool> has_failed = false;
thread_local int spared = 0;

bool must_fail() {
    if (!is_armed.load(std::memory_order_acquire) || spared > 0) return false;
    const long before = left.fetch_sub(1);
    if (before > 0 || (before < 0 && !goes_on)) return false;
    has_failed = true;
    return true;
}

}  // namespace

namespace wardlight::testing {

void fail_allocation(long pass, Failing failing) {
    left = pass;
    goes_on = failing == Failing::from_then_on;
    has_failed = false;
    is_armed.store(true, std::memory_order_release);
}

bool end_failing() {
    is_armed = false;
    return has_failed;
}

Spared::Spared() {
    ++spared;
}
Spared::~Spared() {
    --spared;
}

}  // namespace wardlight::testing

#ifdef WARDLIGHT_SANITIZED

void* operator new(std::size_t size) {
    void* memory = must_fail() ? nullptr : std::malloc(size);
    if (memory == nullptr) throw std::bad_alloc();
    return memory;
}
void* operator new(std::size_t size, const std::nothrow_t& /*tag*/) noexcept {
    return must_fail() ? nullptr : std::malloc(size);
}
void operator delete(void* memory) noexcept {
    std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
    std::free(memory);
}

#else

// glibc's own names for what is replaced here.
extern "C" {
// NOLINTBEGIN(bugprone-reserved-identifier)
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* memory, std::size_t size);
// NOLINTEND(bugprone-reserved-identifier)

void* malloc(std::size_t size) {
    if (!must_fail()) return __libc_malloc(size);
    errno = ENOMEM;
    return nullptr;
}
void* calloc(std::size_t count, std::size_t size) {
    if (!must_fail()) return __libc_calloc(count, size);
    errno = ENOMEM;
    return nullptr;
}
void* realloc(void* memory, std::size_t size) {
    if (size == 0 || !must_fail()) return __libc_realloc(memory, size);
    errno = ENOMEM;
    return nullptr;
}
}

#endif
