#include "hl7v2/timestamp.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace wardlight::hl7v2 {
namespace {

using namespace std::chrono;

/// What is written, before any zone makes it a point in time.
struct Written {
    int year = 0;
    unsigned month = 1;
    unsigned day = 1;
    int hour = 0;
    int minute = 0;
    int second = 0;
    std::string fraction;  // digits, at most six
    Precision precision = Precision::year;
    std::optional<minutes> offset;
};

std::size_t leading_digits(std::string_view text) {
    return std::min(text.find_first_not_of("0123456789"), text.size());
}

int number(std::string_view digits, std::size_t from, std::size_t count) {
    int value = 0;
    for (const char c : digits.substr(from, count)) value = value * 10 + (c - '0');
    return value;
}

/// "+0100", "-0330" or "Z"; takes it off the text. Without a readable zone the text stays.
std::optional<minutes> take_offset(std::string_view& text, Warnings& warnings) {
    if (text == "Z") {
        text = {};
        return minutes{0};
    }
    if (!text.starts_with('+') && !text.starts_with('-')) return std::nullopt;
    const std::string_view digits = text.substr(1);
    const int sign = text.front() == '-' ? -1 : 1;
    text = {};
    constexpr int kFarthestZone = 14;
    if (digits.size() == 4 && leading_digits(digits) == 4 &&
        number(digits, 0, 2) <= kFarthestZone && number(digits, 2, 2) < 60)
        return sign * (hours{number(digits, 0, 2)} + minutes{number(digits, 2, 2)});
    warnings.push_back("time_zone_invalid");
    return std::nullopt;
}

/// "2024-06-15T11:30:00.5+01:00" without its punctuation; other text unchanged.
std::string without_iso_punctuation(std::string_view text, Warnings& warnings) {
    const bool iso = text.size() >= 10 && leading_digits(text) == 4 && text[4] == '-' &&
                     text[7] == '-' && (text.size() == 10 || text[10] == 'T' || text[10] == ' ');
    if (!iso) return std::string(text);
    warnings.push_back("time_not_hl7");
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool punctuation = i == 4 || i == 7 || i == 10 || text[i] == ':';
        if (!punctuation) out += text[i];
    }
    return out;
}

bool take_fraction(std::string_view& text, Written& out, Warnings& warnings) {
    constexpr std::size_t kMostDigits = 6;
    if (!text.starts_with('.')) return true;
    text.remove_prefix(1);
    const std::size_t count = leading_digits(text);
    if (count == 0 || out.precision != Precision::second) return false;
    if (count > kMostDigits) warnings.push_back("time_fraction_cut");
    out.fraction = text.substr(0, std::min(count, kMostDigits));
    out.precision = Precision::fraction;
    text.remove_prefix(count);
    return true;
}

/// Month or day 00 means unknown, as zeros do everywhere.
void drop_zero_parts(std::string_view& digits, Warnings& warnings) {
    const std::size_t length = digits.size();
    if (length == 8 && number(digits, 6, 2) == 0) digits = digits.substr(0, 6);
    if (digits.size() == 6 && number(digits, 4, 2) == 0) digits = digits.substr(0, 4);
    if (digits.size() != length) warnings.push_back("time_zero_part");
}

bool in_range(const Written& w) {
    const year_month_day date{year{w.year}, month{w.month}, day{w.day}};
    // Hour 24 of the last day that FHIR can write is beyond it.
    return w.year > 0 && w.year <= 9999 && date.ok() && w.hour <= 23 && w.minute <= 59 &&
           w.second <= 59;
}

/// Hour 24 and second 60 as people and clocks write them.
void settle_overflow(Written& w, Warnings& warnings) {
    if (w.second == 60) {
        w.second = 59;
        warnings.push_back("time_leap_second");
    }
    const bool midnight = w.hour == 24 && w.minute == 0 && w.second == 0;
    const year_month_day date{year{w.year}, month{w.month}, day{w.day}};
    if (!midnight || !date.ok()) return;
    const year_month_day next{sys_days{date} + days{1}};
    w.year = static_cast<int>(next.year());
    w.month = static_cast<unsigned>(next.month());
    w.day = static_cast<unsigned>(next.day());
    w.hour = 0;
    warnings.push_back("time_hour_24");
}

std::optional<Written> read_written(std::string_view text, Warnings& warnings) {
    std::string_view digits = text.substr(0, leading_digits(text));
    text.remove_prefix(digits.size());
    if (digits.size() < 4 || digits.size() > 14 || digits.size() % 2 != 0) return std::nullopt;
    drop_zero_parts(digits, warnings);
    Written w;
    const std::size_t length = digits.size();
    w.year = number(digits, 0, 4);
    if (length >= 6) w.month = static_cast<unsigned>(number(digits, 4, 2));
    if (length >= 8) w.day = static_cast<unsigned>(number(digits, 6, 2));
    if (length >= 10) w.hour = number(digits, 8, 2);
    if (length >= 12) w.minute = number(digits, 10, 2);
    if (length >= 14) w.second = number(digits, 12, 2);
    w.precision = static_cast<Precision>((length - 4) / 2);
    if (!take_fraction(text, w, warnings)) return std::nullopt;
    w.offset = take_offset(text, warnings);
    if (!text.empty()) return std::nullopt;
    settle_overflow(w, warnings);
    if (!in_range(w)) return std::nullopt;
    return w;
}

microseconds fraction_of(const Written& w) {
    std::int64_t micros = 0;
    for (std::size_t i = 0; i < 6; ++i)
        micros = micros * 10 + (i < w.fraction.size() ? w.fraction[i] - '0' : 0);
    return microseconds{micros};
}

/// Since 1970 by the clock on the writer's wall.
microseconds local_time_of(const Written& w) {
    const sys_days date = year_month_day{year{w.year}, month{w.month}, day{w.day}};
    return date.time_since_epoch() + hours{w.hour} + minutes{w.minute} + seconds{w.second} +
           fraction_of(w);
}

std::string date_text(const Written& w) {
    switch (w.precision) {
        case Precision::year:
            return fmt::format("{:04}", w.year);
        case Precision::month:
            return fmt::format("{:04}-{:02}", w.year, w.month);
        default:
            return fmt::format("{:04}-{:02}-{:02}", w.year, w.month, w.day);
    }
}

std::string date_time_text(Instant instant, minutes offset, const std::string& fraction) {
    const auto local = instant + offset;
    const auto midnight = floor<days>(local);
    const year_month_day date{midnight};
    const auto second = floor<seconds>(local - midnight).count();
    return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{}{}{:02}:{:02}",
                       static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                       static_cast<unsigned>(date.day()), second / 3600, second / 60 % 60,
                       second % 60, fraction.empty() ? "" : ".", fraction,
                       offset < minutes{0} ? '-' : '+', std::abs(offset.count()) / 60,
                       std::abs(offset.count()) % 60);
}

/// Nothing, a deletion, or zeros alone ("00000000", "0000+0000").
bool is_missing(std::string_view text) {
    if (text.empty() || text == "\"\"") return true;
    const std::string_view digits = text.substr(0, leading_digits(text));
    if (digits.empty() || digits.find_first_not_of('0') != std::string_view::npos) return false;
    const std::string_view rest = text.substr(digits.size());
    return rest.find_first_not_of("0.+-") == std::string_view::npos;
}

TimestampReading read(std::string_view text, const TimeZone& feed_zone,
                      std::optional<minutes> message_offset) {
    TimestampReading out;
    text = trim(text);
    if (is_missing(text)) return out;
    const std::string plain = without_iso_punctuation(text, out.warnings);
    const auto written = read_written(plain, out.warnings);
    if (!written) {
        out.warnings = {"time_invalid"};
        return out;
    }
    const microseconds local = local_time_of(*written);
    Timestamp stamp;
    stamp.precision = written->precision;
    stamp.zone_known = written->offset.has_value();
    stamp.fhir_date = date_text(*written);
    std::optional<minutes> offset = written->offset ? written->offset : message_offset;
    std::string fraction = written->fraction;
    if (offset) {
        stamp.instant = Instant{local - *offset};
    } else {
        const auto found = feed_zone.from_local(local_time<microseconds>{local});
        stamp.instant = found.instant;
        offset = feed_zone.offset_at(found.instant);
        const bool has_time = written->precision > Precision::day;
        // Before zones had whole minutes: text and instant must not differ by the seconds.
        if (found.kind != TimeZone::LocalKind::nonexistent) {
            stamp.instant = Instant{local - *offset};
        } else {
            // The moment the clock was put forward: a fraction of what never was says nothing.
            fraction.clear();
            stamp.precision = std::min(stamp.precision, Precision::second);
        }
        if (has_time && found.kind == TimeZone::LocalKind::ambiguous)
            out.warnings.push_back("time_ambiguous");
        if (has_time && found.kind == TimeZone::LocalKind::nonexistent)
            out.warnings.push_back("time_zone_gap");
    }
    stamp.fhir = written->precision > Precision::day
                     ? date_time_text(stamp.instant, *offset, fraction)
                     : stamp.fhir_date;
    out.value = std::move(stamp);
    return out;
}

}  // namespace

ZoneRule::ZoneRule(TimeZone feed_zone, std::string_view msh_7) : feed_zone_(std::move(feed_zone)) {
    Warnings ignored;
    const auto sent = read_written(without_iso_punctuation(trim(msh_7), ignored), ignored);
    if (!sent || !sent->offset) return;
    const Instant sent_at{local_time_of(*sent) - *sent->offset};
    if (*sent->offset != feed_zone_.offset_at(sent_at)) offset_ = sent->offset;
}

TimestampReading parse_timestamp(std::string_view text, const ZoneRule& zone) {
    return read(text, zone.feed_zone(), zone.message_offset());
}

TimestampReading parse_timestamp(std::string_view text, const TimeZone& zone) {
    return read(text, zone, std::nullopt);
}

std::optional<std::string> parse_time_of_day(std::string_view text) {
    text = trim(text);
    const std::string_view digits = text.substr(0, leading_digits(text));
    text.remove_prefix(digits.size());
    if (digits.size() != 2 && digits.size() != 4 && digits.size() != 6) return std::nullopt;
    Written w;
    w.hour = number(digits, 0, 2);
    w.minute = digits.size() >= 4 ? number(digits, 2, 2) : 0;
    w.second = digits.size() >= 6 ? number(digits, 4, 2) : 0;
    w.precision = digits.size() == 6 ? Precision::second : Precision::minute;
    Warnings ignored;
    if (!take_fraction(text, w, ignored)) return std::nullopt;
    (void)take_offset(text, ignored);  // FHIR's time has no zone
    if (!text.empty() || w.hour > 23 || w.minute > 59 || w.second > 59) return std::nullopt;
    return fmt::format("{:02}:{:02}:{:02}{}{}", w.hour, w.minute, w.second,
                       w.fraction.empty() ? "" : ".", w.fraction);
}

}  // namespace wardlight::hl7v2
