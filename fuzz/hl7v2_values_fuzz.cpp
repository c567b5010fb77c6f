// Points in time, times of day, numbers, versions and paths as messages write them: what is taken
// is valid FHIR and JSON of the same meaning, and reading it again gives the same.
#include "base/text.h"
#include "hl7v2/acknowledgement.h"
#include "hl7v2/data_types.h"
#include "hl7v2/test_equality.h"
#include "hl7v2/timestamp.h"
#include "hl7v2/version.h"
#include "json/value.h"
#include "property.h"

using namespace wardlight;
using namespace wardlight::hl7v2;
using namespace wardlight::fuzz;

namespace {

const TimeZone& zone(std::uint8_t choice) {
    static const TimeZone zones[] = {
        *TimeZone::find("Europe/London"), *TimeZone::find("Asia/Hong_Kong"),
        *TimeZone::find("America/St_Johns"), *TimeZone::find("Australia/Lord_Howe")};
    return zones[choice % std::size(zones)];
}

void check_timestamp(std::string_view text, const TimeZone& feed_zone) {
    const TimestampReading reading = parse_timestamp(text, feed_zone);
    if (!reading.value) return;
    const Timestamp& stamp = *reading.value;
    const auto range = parse_fhir_date_range(stamp.fhir);
    must(range.has_value());
    if (stamp.precision >= Precision::hour) {
        must(range->from <= stamp.instant && stamp.instant < range->until);
    }
    must(parse_fhir_date_range(stamp.fhir_date).has_value());
    must(stamp.fhir.starts_with(stamp.fhir_date.substr(0, 4)) || stamp.precision >= Precision::day);
    std::string digits = stamp.fhir_date;
    std::erase(digits, '-');
    const TimestampReading again = parse_timestamp(digits, feed_zone);
    must(again.value && again.value->fhir_date == stamp.fhir_date);
}

void check_number(std::string_view text) {
    const auto number = read_nm(text);
    if (!number) return;
    must(number->number.size() <= kNumberCharacters + 2);
    const auto parsed = json::parse("[" + number->number + "]");
    must(parsed && (*parsed)[0].is_number() && (*parsed)[0].text() == number->number);
    // A zero put before the point may make it one too long to be read again.
    if (number->number.size() > kNumberCharacters) return;
    must(read_nm(number->comparator + number->number) == *number);
}

void check_time_of_day(std::string_view text) {
    const auto time = parse_time_of_day(text);
    if (!time) return;
    must(time->size() >= 8 && (*time)[2] == ':' && (*time)[5] == ':');
    must(parse_fhir_date_range("2024-06-15T" + *time + "Z").has_value());
}

void check_path(std::string_view text) {
    const ErrorLocation at = error_location(text);
    must(at.segment.size() <= 3);
    if (at.segment.empty()) must(at == ErrorLocation{});
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const TimeZone& feed_zone = zone(input.byte());
    const std::string_view text = input.rest();
    check_timestamp(text, feed_zone);
    (void)ZoneRule(feed_zone, text).message_offset();
    check_number(text);
    check_time_of_day(text);
    check_path(text);
    (void)parse_version(text);
    if (is_valid_nhs_number(text)) must(nhs_number_digits(text) == text);
    return 0;
}
