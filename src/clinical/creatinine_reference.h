// Reference intervals of serum creatinine by age and sex, as versioned data.
// Used only where the laboratory sent no interval of its own (OBX-7 always wins).
// Source: public code citing the North West Transport Service, "Recognition of AKI", 2016. Below
// one year the interval is coarse: neonates need the laboratory's own. docs/clinical/aki.md.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

#include "clinical/decimal.h"

namespace wardlight::clinical {

enum class Sex : std::uint8_t { unknown, male, female };

struct ReferenceInterval {
    Decimal lower;
    Decimal upper;
};

struct CreatinineReferenceRow {
    int from_years;  // completed years; the last row has no end
    int male_lower, male_upper, female_lower, female_upper;
};

inline constexpr std::string_view kCreatinineReferenceVersion = "nwts-2016/1";

inline constexpr std::array kCreatinineReference = std::to_array<CreatinineReferenceRow>({
    {0, 14, 81, 14, 81},
    {1, 15, 31, 15, 31},
    {3, 23, 37, 23, 37},
    {5, 25, 42, 25, 42},
    {7, 30, 48, 30, 48},
    {9, 28, 57, 28, 57},
    {11, 36, 64, 36, 64},
    {12, 36, 67, 36, 67},
    {13, 38, 76, 38, 74},
    {14, 40, 83, 43, 75},
    {15, 47, 98, 44, 79},
    {16, 54, 99, 48, 81},
    {17, 59, 104, 45, 84},
});

/// Unknown age reads the adult row; unknown sex takes the widest interval (lowest lower limit,
/// highest upper limit).
constexpr ReferenceInterval creatinine_reference(std::optional<int> age_years, Sex sex) {
    CreatinineReferenceRow row = kCreatinineReference.back();
    if (age_years) {
        for (const CreatinineReferenceRow& candidate : kCreatinineReference)
            if (*age_years >= candidate.from_years) row = candidate;
    }
    int lower = row.male_lower < row.female_lower ? row.male_lower : row.female_lower;
    int upper = row.male_upper > row.female_upper ? row.male_upper : row.female_upper;
    if (sex == Sex::male) lower = row.male_lower, upper = row.male_upper;
    if (sex == Sex::female) lower = row.female_lower, upper = row.female_upper;
    return {Decimal{lower, 0}, Decimal{upper, 0}};
}

}  // namespace wardlight::clinical
