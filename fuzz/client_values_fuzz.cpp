// Small values that clients hand in: one-time codes, whole numbers (positions in the change log,
// pages), points in time. Only the one spelling of a value is taken.
#include "access/totp.h"
#include "base/text.h"
#include "base/time.h"
#include "property.h"

using namespace wardlight;
using namespace wardlight::fuzz;

namespace {

void check_one_time_code(std::string_view code, Instant now) {
    constexpr std::string_view kKey = "12345678901234567890";
    constexpr std::int64_t kStepSeconds = 30;
    const auto step = access::matching_step(kKey, code, now);
    if (!step) return;
    must(code.size() == 6);
    const auto seconds = to_micros(now) / 1'000'000;
    must(std::abs(*step - seconds / kStepSeconds) <= 1);
    must(access::totp_code(kKey, from_micros(*step * kStepSeconds * 1'000'000)) == code);
}

void check_integer(std::string_view text) {
    const auto number = parse_integer(text);
    if (!number) return;
    must(text.find_first_not_of("-0123456789") == std::string_view::npos);
    must(parse_integer(std::to_string(*number)) == *number);
}

void check_instant(std::string_view text) {
    const auto range = parse_fhir_date_range(text);
    if (!range) {
        must(!tells_secret(range.error().message) && !tells_secret(range.error().where));
        return;
    }
    must(range->from < range->until);
    const auto instant = parse_instant(text);
    if (!instant) return;
    must(*instant == range->from);
    const std::string written = format_instant(*instant);
    const auto again = parse_instant(written);
    must(again && *again <= *instant && *instant - *again < std::chrono::milliseconds{1});
    must(format_instant(*again) == written);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    constexpr std::int64_t kDayMicros = 86'400'000'000;
    const Instant now = from_micros(input.byte() * kDayMicros + input.byte() * 1'000'000);
    check_one_time_code(input.rest(), now);
    check_one_time_code(access::totp_code("12345678901234567890", now), now);
    check_integer(input.rest());
    check_instant(input.rest());
    return 0;
}
