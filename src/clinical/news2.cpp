#include "clinical/news2.h"

#include <span>

namespace wardlight::clinical {
namespace {

using namespace news2_table;

std::uint8_t points_for(std::span<const ScoreBand> bands, int value) {
    // The tables cover every value: the last band has no end (covers_every_value).
    std::size_t row = 0;
    while (value > bands[row].until) ++row;
    return static_cast<std::uint8_t>(bands[row].points);
}

constexpr std::uint8_t bit_of(News2Parameter parameter) {
    return static_cast<std::uint8_t>(1U << static_cast<unsigned>(parameter));
}

class Scoring {
 public:
    explicit Scoring(const Observations& observations) : in_(observations) {}

    News2Result run() {
        if ((in_.age_years && *in_.age_years < kYoungestYears) || in_.is_pregnant) {
            result_.state = News2State::not_for_patient;
            return result_;
        }
        score(News2Parameter::respiration, in_.respirations_per_minute, kPlausibleRespiration,
              kRespiration);
        score_saturation();
        score_oxygen();
        score(News2Parameter::systolic, in_.systolic_mm_hg, kPlausibleSystolic, kSystolic);
        score(News2Parameter::pulse, in_.pulse_per_minute, kPlausiblePulse, kPulse);
        score_consciousness();
        score(News2Parameter::temperature, in_.temperature_tenths_celsius, kPlausibleTemperature,
              kTemperature);
        if (result_.missing != 0) result_.state = News2State::incomplete;
        if (result_.implausible != 0) result_.state = News2State::invalid;
        result_.least_band = news2_band(result_.least_total, result_.is_red);
        return result_;
    }

 private:
    void add(News2Parameter parameter, int points) {
        result_.points[static_cast<std::size_t>(parameter)] = static_cast<std::uint8_t>(points);
        result_.least_total += points;
        if (points >= kRedPoints) result_.is_red = true;
    }

    /// False, and noted, if the value is missing or implausible.
    bool is_usable(News2Parameter parameter, std::optional<int> value, PlausibleRange plausible) {
        if (!value) {
            result_.missing |= bit_of(parameter);
            return false;
        }
        if (*value < plausible.from || *value > plausible.until) {
            result_.implausible |= bit_of(parameter);
            return false;
        }
        return true;
    }

    void score(News2Parameter parameter, std::optional<int> value, PlausibleRange plausible,
               std::span<const ScoreBand> bands) {
        if (is_usable(parameter, value, plausible)) add(parameter, points_for(bands, *value));
    }

    void score_saturation() {
        const auto value = in_.oxygen_saturation_percent;
        if (!is_usable(News2Parameter::saturation, value, kPlausibleSaturation)) return;
        if (in_.saturation_scale == SaturationScale::one) {
            add(News2Parameter::saturation, points_for(kSaturationScale1, *value));
            return;
        }
        // Above the target range the points depend on oxygen; not knowing it is not zero points.
        if (*value >= kScale2DependsOnOxygenFrom && !in_.on_oxygen) {
            result_.missing |= bit_of(News2Parameter::saturation);
            return;
        }
        const bool on_oxygen = in_.on_oxygen.value_or(false);
        add(News2Parameter::saturation, on_oxygen ? points_for(kSaturationScale2OnOxygen, *value)
                                                  : points_for(kSaturationScale2OnAir, *value));
    }

    void score_oxygen() {
        if (!in_.on_oxygen) {
            result_.missing |= bit_of(News2Parameter::oxygen);
            return;
        }
        add(News2Parameter::oxygen, *in_.on_oxygen ? kOxygenPoints : 0);
    }

    void score_consciousness() {
        if (!in_.consciousness) {
            result_.missing |= bit_of(News2Parameter::consciousness);
            return;
        }
        add(News2Parameter::consciousness,
            *in_.consciousness == Consciousness::alert ? 0 : kNotAlertPoints);
    }

    const Observations& in_;
    News2Result result_;
};

bool same_word(std::string_view text, std::string_view lower) {
    if (text.size() != lower.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i] >= 'A' && text[i] <= 'Z' ? static_cast<char>(text[i] + 32) : text[i];
        if (c != lower[i]) return false;
    }
    return true;
}

}  // namespace

News2Result news2_score(const Observations& observations) {
    return Scoring(observations).run();
}

News2Band news2_band(int total, bool is_red) {
    if (total >= kHighFrom) return News2Band::high;
    if (total >= kMediumFrom) return News2Band::medium;
    if (is_red) return News2Band::low_medium;
    return total > 0 ? News2Band::low : News2Band::none;
}

std::string_view text_of(News2Band band) {
    switch (band) {
        case News2Band::none:
            return "none";
        case News2Band::low:
            return "low";
        case News2Band::low_medium:
            return "low_medium";
        case News2Band::medium:
            return "medium";
        case News2Band::high:
            return "high";
    }
    return "";
}

std::string_view minimum_monitoring(News2Band band) {
    switch (band) {
        case News2Band::none:
            return "12-hourly";
        case News2Band::low:
            return "4-6-hourly";
        case News2Band::low_medium:
        case News2Band::medium:
            return "1-hourly";
        case News2Band::high:
            return "continuous";
    }
    return "";
}

std::optional<Consciousness> consciousness_from_text(std::string_view text) {
    struct Word {
        std::string_view lower;
        Consciousness level;
    };
    static constexpr std::array kWords = std::to_array<Word>({
        {"a", Consciousness::alert},
        {"alert", Consciousness::alert},
        {"c", Consciousness::new_confusion},
        {"confusion", Consciousness::new_confusion},
        {"new confusion", Consciousness::new_confusion},
        {"v", Consciousness::voice},
        {"voice", Consciousness::voice},
        {"p", Consciousness::pain},
        {"pain", Consciousness::pain},
        {"u", Consciousness::unresponsive},
        {"unresponsive", Consciousness::unresponsive},
    });
    for (const Word& word : kWords)
        if (same_word(text, word.lower)) return word.level;
    return std::nullopt;
}

}  // namespace wardlight::clinical
