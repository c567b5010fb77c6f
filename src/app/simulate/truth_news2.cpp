// NEWS2 written from the chart of the Royal College of Physicians (2017) for the ground truth only.
#include "app/simulate/truth_record.h"

namespace wardlight::simulate {
namespace {

int points_for_rate(int rate) {
    if (rate <= 8) return 3;
    if (rate <= 11) return 1;
    if (rate <= 20) return 0;
    return rate <= 24 ? 2 : 3;
}

int points_for_saturation(int percent, int scale, bool on_oxygen) {
    if (scale == 1) {
        if (percent <= 91) return 3;
        if (percent <= 93) return 2;
        return percent <= 95 ? 1 : 0;
    }
    if (percent <= 83) return 3;
    if (percent <= 85) return 2;
    if (percent <= 87) return 1;
    if (percent <= 92 || !on_oxygen) return 0;
    if (percent <= 94) return 1;
    return percent <= 96 ? 2 : 3;
}

int points_for_systolic(int pressure) {
    if (pressure <= 90) return 3;
    if (pressure <= 100) return 2;
    if (pressure <= 110) return 1;
    return pressure <= 219 ? 0 : 3;
}

int points_for_pulse(int pulse) {
    if (pulse <= 40) return 3;
    if (pulse <= 50) return 1;
    if (pulse <= 90) return 0;
    if (pulse <= 110) return 1;
    return pulse <= 130 ? 2 : 3;
}

int points_for_temperature(std::int64_t milli) {
    if (milli <= 35'000) return 3;
    if (milli <= 36'000) return 1;
    if (milli <= 38'000) return 0;
    return milli <= 39'000 ? 1 : 2;
}

}  // namespace

TrueNews true_news(const VitalSigns& signs) {
    TrueNews news;
    news.is_complete = signs.respiratory_rate && signs.saturation && signs.on_oxygen &&
                       signs.systolic && signs.pulse && signs.consciousness &&
                       signs.temperature_milli;
    const auto points_of = [](const auto& value, auto points) {
        return value ? points(*value) : 0;
    };
    const auto saturation = [&](int percent) {
        // Whether oxygen runs matters on scale 2 only, and air gives the fewer points.
        return points_for_saturation(percent, signs.scale, signs.on_oxygen.value_or(false));
    };
    const int points[] = {
        points_of(signs.respiratory_rate, points_for_rate),
        points_of(signs.saturation, saturation),
        signs.on_oxygen.value_or(false) ? 2 : 0,
        points_of(signs.systolic, points_for_systolic),
        points_of(signs.pulse, points_for_pulse),
        signs.consciousness.value_or('A') == 'A' ? 0 : 3,
        points_of(signs.temperature_milli, points_for_temperature),
    };
    for (const int each : points) {
        news.total += each;
        news.has_red = news.has_red || each == 3;
    }
    news.rank = news.total >= 7 ? 3 : news.total >= 5 ? 2 : news.has_red ? 1 : 0;
    return news;
}

}  // namespace wardlight::simulate
