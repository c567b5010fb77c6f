// Spellings of units seen in laboratory feeds -> UCUM. Source: UCUM 2.1 and the messages of the
// test corpus. A unit that is not here keeps its text and gets no UCUM code: rules then refuse to
// guess.
#include <algorithm>
#include <array>
#include <string>

#include "intake/code_tables.h"

namespace wardlight::intake {
namespace {

struct UnitRow {
    std::string_view folded;  // see fold()
    std::string_view ucum;
};

// clang-format off: a table reads better with its columns kept
constexpr std::array kUnits{
    UnitRow{"umol/l", "umol/L"}, UnitRow{"mcmol/l", "umol/L"}, UnitRow{"micromol/l", "umol/L"},
    UnitRow{"umoles/l", "umol/L"},
    UnitRow{"mmol/l", "mmol/L"}, UnitRow{"mmoles/l", "mmol/L"}, UnitRow{"nmol/l", "nmol/L"},
    UnitRow{"pmol/l", "pmol/L"}, UnitRow{"mol/l", "mol/L"}, UnitRow{"meq/l", "meq/L"},
    UnitRow{"mmol/mol", "mmol/mol"}, UnitRow{"mg/mmol", "mg/mmol"},
    UnitRow{"mg/dl", "mg/dL"}, UnitRow{"g/dl", "g/dL"}, UnitRow{"g/l", "g/L"}, UnitRow{"mg/l", "mg/L"},
    UnitRow{"ug/l", "ug/L"}, UnitRow{"mcg/l", "ug/L"}, UnitRow{"ng/l", "ng/L"}, UnitRow{"pg/ml", "pg/mL"},
    UnitRow{"ng/ml", "ng/mL"}, UnitRow{"ug/ml", "ug/mL"}, UnitRow{"mcg/ml", "ug/mL"}, UnitRow{"ug/dl", "ug/dL"},
    UnitRow{"mcg/dl", "ug/dL"}, UnitRow{"ng/dl", "ng/dL"}, UnitRow{"g/24h", "g/(24.h)"},
    UnitRow{"u/l", "U/L"}, UnitRow{"iu/l", "[IU]/L"}, UnitRow{"units/l", "U/L"}, UnitRow{"[iu]/l", "[IU]/L"},
    UnitRow{"miu/l", "m[IU]/L"}, UnitRow{"mu/l", "mU/L"}, UnitRow{"miu/ml", "m[IU]/mL"},
    UnitRow{"uiu/ml", "u[IU]/mL"}, UnitRow{"iu/ml", "[IU]/mL"}, UnitRow{"kiu/l", "k[IU]/L"},
    UnitRow{"10*9/l", "10*9/L"}, UnitRow{"10^9/l", "10*9/L"}, UnitRow{"x10^9/l", "10*9/L"},
    UnitRow{"x10*9/l", "10*9/L"}, UnitRow{"x10e9/l", "10*9/L"}, UnitRow{"10e9/l", "10*9/L"}, UnitRow{"109/l", "10*9/L"},
    UnitRow{"10*12/l", "10*12/L"}, UnitRow{"10^12/l", "10*12/L"}, UnitRow{"x10^12/l", "10*12/L"},
    UnitRow{"x10*12/l", "10*12/L"}, UnitRow{"x10e12/l", "10*12/L"}, UnitRow{"10e12/l", "10*12/L"},
    UnitRow{"10*3/ul", "10*3/uL"}, UnitRow{"10^3/ul", "10*3/uL"}, UnitRow{"x10^3/ul", "10*3/uL"},
    UnitRow{"k/ul", "10*3/uL"}, UnitRow{"10*6/ul", "10*6/uL"}, UnitRow{"10^6/ul", "10*6/uL"}, UnitRow{"m/ul", "10*6/uL"},
    UnitRow{"fl", "fL"}, UnitRow{"pg", "pg"}, UnitRow{"l/l", "L/L"}, UnitRow{"%", "%"}, UnitRow{"percent", "%"},
    UnitRow{"/min", "/min"}, UnitRow{"bpm", "/min"}, UnitRow{"beats/min", "/min"}, UnitRow{"breaths/min", "/min"},
    UnitRow{"br/min", "/min"}, UnitRow{"rpm", "/min"}, UnitRow{"permin", "/min"}, UnitRow{"{beats}/min", "/min"},
    UnitRow{"{breaths}/min", "/min"}, UnitRow{"1/min", "/min"}, UnitRow{"beat/min", "/min"}, UnitRow{"breath/min", "/min"},
    UnitRow{"mmhg", "mm[Hg]"}, UnitRow{"mm[hg]", "mm[Hg]"}, UnitRow{"kpa", "kPa"},
    UnitRow{"cel", "Cel"}, UnitRow{"c", "Cel"}, UnitRow{"degc", "Cel"}, UnitRow{"degreesc", "Cel"}, UnitRow{"\xC2\xB0" "c", "Cel"},
    UnitRow{"celsius", "Cel"}, UnitRow{"f", "[degF]"}, UnitRow{"degf", "[degF]"}, UnitRow{"[degf]", "[degF]"},
    UnitRow{"\xC2\xB0" "f", "[degF]"}, UnitRow{"fahrenheit", "[degF]"},
    UnitRow{"l/min", "L/min"}, UnitRow{"lpm", "L/min"}, UnitRow{"ml/min", "mL/min"},
    UnitRow{"ml/min/1.73m2", "mL/min/{1.73_m2}"}, UnitRow{"ml/min/1.73m*2", "mL/min/{1.73_m2}"},
    UnitRow{"ml/min/1.73m^2", "mL/min/{1.73_m2}"}, UnitRow{"ml/min/{1.73_m2}", "mL/min/{1.73_m2}"},
    UnitRow{"mm/h", "mm/h"}, UnitRow{"mm/hr", "mm/h"}, UnitRow{"s", "s"}, UnitRow{"sec", "s"}, UnitRow{"secs", "s"},
    UnitRow{"seconds", "s"}, UnitRow{"min", "min"}, UnitRow{"h", "h"}, UnitRow{"ratio", "{ratio}"}, UnitRow{"{inr}", "{INR}"}, UnitRow{"inr", "{INR}"},
    UnitRow{"kg", "kg"}, UnitRow{"kilogram", "kg"}, UnitRow{"g", "g"}, UnitRow{"cm", "cm"}, UnitRow{"m", "m"}, UnitRow{"kg/m2", "kg/m2"},
    UnitRow{"kg/m*2", "kg/m2"}, UnitRow{"lb", "[lb_av]"}, UnitRow{"lbs", "[lb_av]"}, UnitRow{"in", "[in_i]"}, UnitRow{"ml", "mL"}, UnitRow{"l", "L"},
    UnitRow{"mosm/kg", "mosm/kg"}, UnitRow{"mosmol/kg", "mosm/kg"}, UnitRow{"mmol/kg", "mmol/kg"},
};
// clang-format on

/// Lower case without blanks; both micro signs become u.
std::string fold(std::string_view unit) {
    std::string out;
    for (std::size_t i = 0; i < unit.size(); ++i) {
        const char c = unit[i];
        if (c == ' ' || c == '\t') continue;
        const std::string_view two = unit.substr(i, 2);
        if (two == "\xC2\xB5" || two == "\xCE\xBC") {
            out += 'u';
            ++i;
            continue;
        }
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return out;
}

}  // namespace

std::optional<std::string_view> ucum_unit(std::string_view unit) {
    const std::string folded = fold(unit);
    const auto row = std::find_if(kUnits.begin(), kUnits.end(),
                                  [&](const UnitRow& r) { return r.folded == folded; });
    if (row == kUnits.end()) return std::nullopt;
    return row->ucum;
}

}  // namespace wardlight::intake
