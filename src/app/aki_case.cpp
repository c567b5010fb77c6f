#include "app/aki_case.h"

#include <fmt/format.h>

#include "app/table_time.h"
#include "base/text.h"
#include "clinical/aki.h"

namespace wardlight::app {
namespace {

using clinical::Creatinine;
using clinical::Decimal;
using clinical::Sex;

enum Column : std::size_t {
    kId,
    kAge,
    kSex,
    kLowerLimit,
    kUpperLimit,
    kIndex,
    kCollected,
    kHistory
};

constexpr Decimal kZero{0, 0};

std::string_view name_of_column(Column column) {
    return kAkiInputColumns[column];
}

Result<std::optional<int>> read_age(std::string_view cell) {
    constexpr Decimal kOldest{150, 0};
    const auto age = TRY(optional_decimal(name_of_column(kAge), cell));
    if (!age) return std::nullopt;
    if (*age < kZero || *age > kOldest)
        return bad_cell(name_of_column(kAge), "is not an age in years from 0 to 150");
    return static_cast<int>(age->mantissa / clinical::detail::pow10(age->scale));
}

Result<Sex> read_sex(std::string_view cell) {
    struct Word {
        std::string_view text;
        Sex sex;
    };
    // HL7 table 0001 and FHIR administrative-gender: what is neither has no interval of its own.
    static constexpr Word kWords[] = {
        {"M", Sex::male},          {"male", Sex::male}, {"F", Sex::female},
        {"female", Sex::female},   {"", Sex::unknown},  {"U", Sex::unknown},
        {"unknown", Sex::unknown}, {"O", Sex::unknown}, {"other", Sex::unknown},
        {"A", Sex::unknown},       {"N", Sex::unknown},
    };
    for (const Word& word : kWords)
        if (equals_ignoring_case(word.text, cell)) return word.sex;
    return bad_cell(name_of_column(kSex), "is not M, F or U");
}

Result<std::optional<Decimal>> read_limit(Column column, std::string_view cell) {
    const auto limit = TRY(optional_decimal(name_of_column(column), cell));
    if (limit && *limit < kZero) return bad_cell(name_of_column(column), "is below zero");
    return limit;
}

Result<Creatinine> read_creatinine(Column value_column, std::string_view value, Column time_column,
                                   std::string_view time, const TimeZone& zone) {
    const auto reading = clinical::parse_reading(value);
    if (!reading) return bad_cell(name_of_column(value_column), "is not a creatinine value");
    if (reading->value <= kZero)
        return bad_cell(name_of_column(value_column), "is zero or below: not a creatinine value");
    const auto collected = parse_table_time(time, zone);
    if (!collected) return bad_cell(name_of_column(time_column), "is not a time");
    Creatinine creatinine;
    creatinine.micromoles_per_litre = *reading;
    creatinine.collected = *collected;
    creatinine.local_day = zone.local_day(*collected);
    return creatinine;
}

/// Laboratories send words instead of a number ("haemolysed"): not a result, and not an error.
bool is_text_result(std::string_view value) {
    return !value.empty() && value.find_first_of("0123456789") == std::string_view::npos;
}

Result<std::vector<Creatinine>> read_history(std::string_view cell, const TimeZone& zone) {
    std::vector<Creatinine> history;
    std::size_t number = 0;
    for (std::string_view part : split(cell, ';')) {
        part = trim(part);
        if (part.empty()) continue;
        ++number;
        const auto at = part.find('@');
        if (at == std::string_view::npos)
            return bad_cell(name_of_column(kHistory),
                            fmt::format("entry {} is not value@time", number));
        const std::string_view value = trim(part.substr(0, at));
        const std::string_view time = trim(part.substr(at + 1));
        if (is_text_result(value) && parse_table_time(time, zone)) continue;
        auto creatinine = read_creatinine(kHistory, value, kHistory, time, zone);
        if (!creatinine) {
            return bad_cell(name_of_column(kHistory),
                            fmt::format("entry {} {}", number, creatinine.error().message));
        }
        history.push_back(*creatinine);
    }
    return history;
}

}  // namespace

Result<std::vector<std::string>> evaluate_aki_case(const CaseCells& cells, const TimeZone& zone) {
    clinical::AkiInput input;
    input.age_years = TRY(read_age(cells[kAge]));
    input.sex = TRY(read_sex(cells[kSex]));
    input.lower_limit = TRY(read_limit(kLowerLimit, cells[kLowerLimit]));
    input.upper_limit = TRY(read_limit(kUpperLimit, cells[kUpperLimit]));
    if (input.lower_limit && input.upper_limit && *input.lower_limit > *input.upper_limit)
        return bad_cell(name_of_column(kLowerLimit), "is above ulri");
    input.index = TRY(read_creatinine(kIndex, cells[kIndex], kCollected, cells[kCollected], zone));
    const std::vector<Creatinine> history = TRY(read_history(cells[kHistory], zone));
    input.history = history;

    std::vector<std::uint32_t> scratch(history.size());
    const clinical::AkiResult result = clinical::aki_warning(input, scratch);
    if (result.status != clinical::AkiStatus::computed)
        return bad_cell(name_of_column(kIndex), "could not be evaluated");
    return std::vector<std::string>{std::to_string(result.stage),
                                    std::string(clinical::text_of(result.flag)),
                                    std::string(clinical::text_of(result.comment))};
}

}  // namespace wardlight::app
