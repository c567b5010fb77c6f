#include "base/ids.h"

#include <sys/random.h>

#include <array>
#include <vector>

#include "base/result.h"
#include "base/text.h"

namespace wardlight {
namespace {

void fill_random(std::uint8_t* out, std::size_t size) {
    std::size_t done = 0;
    while (done < size) {
        const ssize_t got = ::getrandom(out + done, size - done, 0);
        CHECK_INVARIANT(got > 0);
        done += static_cast<std::size_t>(got);
    }
}

}  // namespace

std::string new_uuid() {
    std::array<std::uint8_t, 16> bytes;
    fill_random(bytes.data(), bytes.size());
    bytes[6] = static_cast<std::uint8_t>((bytes[6] & 0x0F) | 0x40);
    bytes[8] = static_cast<std::uint8_t>((bytes[8] & 0x3F) | 0x80);
    std::string text = to_hex({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    for (const std::size_t dash : {8U, 13U, 18U, 23U}) text.insert(dash, 1, '-');
    return text;
}

std::string new_secret(std::size_t size) {
    std::string bytes(size, '\0');
    fill_random(reinterpret_cast<std::uint8_t*>(bytes.data()), size);
    return to_base64url(bytes);
}

}  // namespace wardlight
