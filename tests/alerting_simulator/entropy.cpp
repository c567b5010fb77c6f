#include "alerting_simulator/entropy.h"

#include <sys/random.h>

#include "alerting_simulator/dice.h"

namespace {

wardlight::simulator::Dice entropy(0);

}  // namespace

namespace wardlight::simulator {

void seed_entropy(std::uint64_t seed) {
    entropy = Dice(seed ^ 0x5EEDU);
}

}  // namespace wardlight::simulator

/// Takes the place of the C library's in this program (base/ids.cpp calls it).
extern "C" ssize_t getrandom(void* out, std::size_t size, unsigned) {
    auto* bytes = static_cast<unsigned char*>(out);
    for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<unsigned char>(entropy.next());
    return static_cast<ssize_t>(size);
}
