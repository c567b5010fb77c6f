#include "base/time.h"

#include <date/date.h>
#include <date/tz.h>
#include <fmt/format.h>

#include <array>

namespace wardlight {
namespace {

using namespace std::chrono;

struct Cursor {
    std::string_view rest;

    std::optional<int> digits(std::size_t count) {
        if (rest.size() < count) return std::nullopt;
        int value = 0;
        for (std::size_t i = 0; i < count; ++i) {
            if (rest[i] < '0' || rest[i] > '9') return std::nullopt;
            value = value * 10 + (rest[i] - '0');
        }
        rest.remove_prefix(count);
        return value;
    }
    bool take(char expected) {
        if (rest.empty() || rest.front() != expected) return false;
        rest.remove_prefix(1);
        return true;
    }
};

std::optional<minutes> parse_offset(Cursor& cursor) {
    if (cursor.take('Z')) return minutes{0};
    const bool negative = !cursor.rest.empty() && cursor.rest.front() == '-';
    if (!cursor.take('+') && !cursor.take('-')) return std::nullopt;
    const auto hour = cursor.digits(2);
    if (!hour || !cursor.take(':')) return std::nullopt;
    const auto minute = cursor.digits(2);
    if (!minute || *hour > 14 || *minute > 59) return std::nullopt;
    const minutes offset = hours{*hour} + minutes{*minute};
    return negative ? -offset : offset;
}

constexpr Instant kFirstWritable{sys_days{year{1} / January / 1}};
constexpr Instant kFirstUnwritable{sys_days{year{10000} / January / 1}};

tl::unexpected<Error> bad_date() {
    return fail(ErrorCode::invalid, "not a FHIR date or time");
}

}  // namespace

std::int64_t to_micros(Instant instant) {
    return instant.time_since_epoch().count();
}
Instant from_micros(std::int64_t micros) {
    return Instant{microseconds{micros}};
}

std::string format_instant(Instant instant) {
    const auto day = floor<days>(instant);
    const date::year_month_day ymd{date::sys_days{day.time_since_epoch()}};
    const auto millis = floor<milliseconds>(instant - day).count();
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:03}Z", static_cast<int>(ymd.year()),
                       static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()),
                       millis / 3'600'000, millis / 60'000 % 60, millis / 1000 % 60, millis % 1000);
}

Result<InstantRange> parse_fhir_date_range(std::string_view text) {
    Cursor cursor{text};
    const auto year = cursor.digits(4);
    if (!year || *year == 0) return bad_date();
    const auto start_of = [&](int month, int day) -> std::optional<Instant> {
        const date::year_month_day ymd{date::year{*year}, date::month(static_cast<unsigned>(month)),
                                       date::day(static_cast<unsigned>(day))};
        if (!ymd.ok()) return std::nullopt;
        return Instant{date::sys_days{ymd}.time_since_epoch()};
    };
    if (cursor.rest.empty()) {
        const auto from = start_of(1, 1);
        if (!from) return bad_date();
        const date::sys_days next{date::year{*year + 1} / date::January / 1};
        return InstantRange{*from, Instant{next.time_since_epoch()}};
    }
    if (!cursor.take('-')) return bad_date();
    const auto month = cursor.digits(2);
    if (!month || *month < 1 || *month > 12) return bad_date();
    if (cursor.rest.empty()) {
        const auto from = start_of(*month, 1);
        if (!from) return bad_date();
        const date::year_month next = date::year{*year} / *month + date::months{1};
        return InstantRange{*from, Instant{date::sys_days{next / 1}.time_since_epoch()}};
    }
    if (!cursor.take('-')) return bad_date();
    const auto day = cursor.digits(2);
    if (!day) return bad_date();
    const auto midnight = start_of(*month, *day);
    if (!midnight) return bad_date();
    if (cursor.rest.empty()) return InstantRange{*midnight, *midnight + days{1}};

    if (!cursor.take('T')) return bad_date();
    const auto hour = cursor.digits(2);
    if (!hour || *hour > 23 || !cursor.take(':')) return bad_date();
    const auto minute = cursor.digits(2);
    if (!minute || *minute > 59) return bad_date();
    Instant from = *midnight + hours{*hour} + minutes{*minute};
    Duration precision = minutes{1};
    if (cursor.take(':')) {
        const auto second = cursor.digits(2);
        if (!second || *second > 60) return bad_date();
        from += seconds{*second};
        precision = seconds{1};
        if (cursor.take('.')) {
            std::int64_t unit = 1'000'000;
            std::int64_t fraction = 0;
            std::size_t count = 0;
            while (!cursor.rest.empty() && cursor.rest.front() >= '0' &&
                   cursor.rest.front() <= '9') {
                if (unit > 1) {
                    unit /= 10;
                    fraction += unit * (cursor.rest.front() - '0');
                }
                cursor.rest.remove_prefix(1);
                ++count;
            }
            if (count == 0) return bad_date();
            from += microseconds{fraction};
            precision = microseconds{unit};
        }
    }
    if (!cursor.rest.empty()) {
        const auto offset = parse_offset(cursor);
        if (!offset || !cursor.rest.empty()) return bad_date();
        from -= *offset;
    }
    return InstantRange{from, from + precision};
}

Result<Instant> parse_instant(std::string_view text) {
    if (text.size() < 17)
        return fail(ErrorCode::invalid, "not an instant: a date, time and zone are needed");
    const char last = text.back();
    const char sign = text[text.size() - 6];
    if (last != 'Z' && sign != '+' && sign != '-')
        return fail(ErrorCode::invalid, "an instant needs a time zone");
    const Instant instant = TRY(parse_fhir_date_range(text)).from;
    // A zone can move the first and the last hours of the calendar out of what can be written.
    if (instant < kFirstWritable || instant >= kFirstUnwritable) return bad_date();
    return instant;
}

Result<TimeZone> TimeZone::find(std::string_view iana_name) {
    try {
        return TimeZone(std::string(iana_name), date::locate_zone(iana_name));
    } catch (const std::exception&) {
        return fail(ErrorCode::invalid, fmt::format("unknown time zone '{}'", iana_name));
    }
}

namespace {
const date::time_zone& as_zone(const void* zone) {
    return *static_cast<const date::time_zone*>(zone);
}
}  // namespace

std::chrono::minutes TimeZone::offset_at(Instant instant) const {
    return duration_cast<minutes>(as_zone(zone_).get_info(floor<seconds>(instant)).offset);
}

std::int64_t TimeZone::local_day(Instant instant) const {
    return floor<days>(instant + offset_at(instant)).time_since_epoch().count();
}

int TimeZone::local_minute_of_day(Instant instant) const {
    const Instant local = instant + offset_at(instant);
    return static_cast<int>(floor<minutes>(local - floor<days>(local)).count());
}

TimeZone::FromLocal TimeZone::from_local(local_time<microseconds> local) const {
    const date::local_time<microseconds> wall{local.time_since_epoch()};
    const auto info = as_zone(zone_).get_info(date::floor<seconds>(wall));
    if (info.result == date::local_info::nonexistent) {
        return {Instant{info.first.end.time_since_epoch()}, LocalKind::nonexistent};
    }
    const Instant instant{wall.time_since_epoch() - info.first.offset};
    return {instant,
            info.result == date::local_info::ambiguous ? LocalKind::ambiguous : LocalKind::unique};
}

}  // namespace wardlight
