#include "access/own_words.h"

#include <algorithm>

#include "base/text.h"

namespace wardlight::access {
namespace {

constexpr std::size_t kShortest = 10;
constexpr std::size_t kLongest = 500;

}  // namespace

std::size_t count_characters(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
    }));
}

Result<> check_own_words(std::string_view text, const char* where) {
    if (!is_valid_utf8(text)) return fail(ErrorCode::invalid, "must be text", where);
    const std::size_t length = count_characters(trim(text));
    if (length < kShortest || length > kLongest)
        return fail(ErrorCode::invalid, "is 10 to 500 characters", where);
    return {};
}

}  // namespace wardlight::access
