#include "app/table_time.h"

#include "base/text.h"

namespace wardlight::app {
namespace {

using namespace std::chrono;

/// Year, month ... second in order of appearance; `separated` is ISO, otherwise HL7 without signs.
class Reader {
 public:
    explicit Reader(std::string_view text) : rest_(text) {}

    std::optional<Instant> read(const TimeZone& zone) {
        if (!read_date() || !read_time()) return std::nullopt;
        const year_month_day date{year{year_}, month{static_cast<unsigned>(month_)},
                                  day{static_cast<unsigned>(day_)}};
        constexpr int kFirstYear = 1900;
        constexpr int kLastYear = 2199;
        if (!date.ok() || year_ < kFirstYear || year_ > kLastYear) return std::nullopt;
        if (hour_ > 23 || minute_ > 59 || second_ > 59) return std::nullopt;
        const local_time<microseconds> wall =
            local_days{date} + hours{hour_} + minutes{minute_} + seconds{second_} + fraction_;
        if (rest_.empty()) return zone.from_local(wall).instant;
        const auto offset = read_offset();
        if (!offset || !rest_.empty() || !has_time_) return std::nullopt;
        return Instant{wall.time_since_epoch() - *offset};
    }

 private:
    bool read_date() {
        if (!number(4, year_)) return false;
        is_iso_ = take('-');
        return number(2, month_) && (!is_iso_ || take('-')) && number(2, day_);
    }

    bool read_time() {
        if (rest_.empty()) return true;
        if (!take('T') && !take('t') && !take(' ') && is_iso_) return false;
        has_time_ = true;
        if (!number(2, hour_)) return false;
        // HL7 may stop at the hour, ISO says at least the minute.
        const bool colons = take(':');
        if (!colons && (rest_.empty() || !is_digit())) return !is_iso_;
        if (!number(2, minute_)) return false;
        if (colons ? !take(':') : !is_digit()) return true;
        if (!number(2, second_)) return false;
        return read_fraction();
    }

    bool read_fraction() {
        if (!take('.') && !take(',')) return true;
        if (!is_digit()) return false;
        for (microseconds unit{100'000}; is_digit(); rest_.remove_prefix(1), unit /= 10)
            fraction_ += unit * (rest_.front() - '0');
        return true;
    }

    std::optional<minutes> read_offset() {
        if (take('Z') || take('z')) return minutes{0};
        const bool west = take('-');
        if (!west && !take('+')) return std::nullopt;
        int offset_hours = 0;
        int offset_minutes = 0;
        if (!number(2, offset_hours)) return std::nullopt;
        take(':');
        if (!rest_.empty() && !number(2, offset_minutes)) return std::nullopt;
        constexpr int kFurthestHours = 14;
        if (offset_hours > kFurthestHours || offset_minutes > 59) return std::nullopt;
        const minutes offset = hours{offset_hours} + minutes{offset_minutes};
        return west ? -offset : offset;
    }

    [[nodiscard]] bool is_digit() const {
        return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }
    bool number(int digits, int& value) {
        value = 0;
        for (int i = 0; i < digits; ++i) {
            if (!is_digit()) return false;
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return true;
    }
    bool take(char expected) {
        if (rest_.empty() || rest_.front() != expected) return false;
        rest_.remove_prefix(1);
        return true;
    }

    std::string_view rest_;
    bool is_iso_ = false;
    bool has_time_ = false;
    int year_ = 0, month_ = 0, day_ = 0, hour_ = 0, minute_ = 0, second_ = 0;
    microseconds fraction_{0};
};

}  // namespace

std::optional<Instant> parse_table_time(std::string_view text, const TimeZone& zone) {
    return Reader(trim(text)).read(zone);
}

}  // namespace wardlight::app
