#include "api/result_view.h"

#include <algorithm>
#include <cstdlib>
#include <map>

#include "base/text.h"
#include "base/time.h"
#include "fhir/analyte.h"

namespace wardlight::api {
namespace {

using json::Value;

// v2 table 0078 / HL7 ObservationInterpretation.
constexpr std::pair<std::string_view, std::string_view> kFlags[] = {
    {"HH", "critical_high"}, {"LL", "critical_low"}, {"AA", "critical"}, {"H", "high"},
    {"HU", "critical_high"}, {"LU", "critical_low"}, {"L", "low"},       {"A", "abnormal"},
    {"N", "normal"},         {">", "high"},          {"<", "low"}};

/// The laboratory's own flag; without one, the value against the range it sent; without that:
/// unknown.
std::string_view flag_of(const Value& observation) {
    for (const Value& interpretation : observation["interpretation"].items()) {
        for (const Value& coding : interpretation["coding"].items()) {
            for (const auto& [code, flag] : kFlags) {
                if (coding["code"].text() == code) return flag;
            }
        }
    }
    const Value& quantity = observation["valueQuantity"];
    const Value& range = observation["referenceRange"][0];
    if (!quantity["value"].is_number() || !quantity["comparator"].is_null()) return "unknown";
    const Value& low = range["low"]["value"];
    const Value& high = range["high"]["value"];
    if (low.is_null() && high.is_null()) return "unknown";
    const auto number = [](const Value& value) {
        return std::strtod(std::string(value.text()).c_str(), nullptr);
    };
    const double value = number(quantity["value"]);
    if (!low.is_null() && value < number(low)) return "low";
    if (!high.is_null() && value > number(high)) return "high";
    // One open side is known to be fine, the other is not.
    return low.is_null() || high.is_null() ? "unknown" : "normal";
}

Value number_or_null(const Value& value) {
    return value.is_number() ? value : Value();
}

bool is_current(const Value& observation) {
    const std::string_view status = observation["status"].text();
    return status != "entered-in-error" && status != "cancelled";
}

Value reference_text(const Value& range) {
    if (!range["text"].is_null()) return range["text"];
    const std::string low(range["low"]["value"].text());
    const std::string high(range["high"]["value"].text());
    if (!low.empty() && !high.empty()) return low + "–" + high;
    if (!low.empty()) return "≥ " + low;
    if (!high.empty()) return "≤ " + high;
    return {};
}

std::string_view taken_quality(const Value& observation) {
    for (const Value& tag : observation["meta"]["tag"].items()) {
        if (tag["code"].text() == "time-from-received") return "received";
        if (tag["code"].text() == "time-from-message") return "message";
    }
    return "collected";
}

Value text_value(const Value& observation) {
    for (const char* member : {"valueString", "valueDateTime", "valueTime"}) {
        if (!observation[member].is_null()) return observation[member];
    }
    const Value& concept_value = observation["valueCodeableConcept"];
    if (!concept_value["text"].is_null()) return concept_value["text"];
    if (!concept_value["coding"][0]["display"].is_null())
        return concept_value["coding"][0]["display"];
    return concept_value["coding"][0]["code"];
}

}  // namespace

Value amount(const Value& quantity) {
    if (!quantity["value"].is_number()) return {};
    Value unit = quantity["unit"].is_null() ? quantity["code"] : quantity["unit"];
    return json::Object{{"text", std::string(quantity["value"].text())},
                        {"number", quantity["value"]},
                        {"unit", std::move(unit)},
                        {"comparator", quantity["comparator"]}};
}

Value result_value(const Value& observation) {
    const Value& range = observation["referenceRange"][0];
    Value comments{json::Array{}};
    for (const Value& note : observation["note"].items()) comments.push(note["text"]);
    const std::string taken = taken_at(observation);
    const std::string_view status = observation["status"].text();
    return json::Object{
        {"id", observation["id"]},
        {"value", amount(observation["valueQuantity"])},
        {"text", text_value(observation)},
        {"flag", flag_of(observation)},
        {"reference", reference_text(range)},
        {"reference_low", number_or_null(range["low"]["value"])},
        {"reference_high", number_or_null(range["high"]["value"])},
        {"taken_at", taken.empty() ? Value() : Value(taken)},
        {"taken_quality", taken.empty() ? Value() : Value(taken_quality(observation))},
        {"reported_at", observation["issued"]},
        {"status", status.empty() ? Value("unknown") : Value(status)},
        {"comments", std::move(comments)}};
}

std::string taken_at(const Value& observation) {
    const Value& time = observation["effectiveDateTime"].is_null()
                            ? observation["effectivePeriod"]["start"]
                            : observation["effectiveDateTime"];
    const auto range = parse_fhir_date_range(time.text());
    return range ? format_instant(range->from) : std::string();
}

std::string analyte_code(const Value& observation) {
    const Value& code = observation["code"];
    if (const auto analyte = fhir::analyte_of(code)) return "a." + std::string(*analyte);
    const Value& coding = code["coding"][0];
    const std::string key = std::string(coding["system"].text()) + "|" +
                            std::string(coding["code"].text()) +
                            (coding["code"].is_null() ? std::string(code["text"].text()) : "");
    return "c." + to_base64url(sha256(key).substr(0, 12));
}

std::string analyte_name(const Value& observation) {
    const Value& code = observation["code"];
    if (!code["text"].is_null()) return std::string(code["text"].text());
    for (const Value& coding : code["coding"].items()) {
        if (!coding["display"].is_null()) return std::string(coding["display"].text());
    }
    return std::string(code["coding"][0]["code"].text());
}

std::vector<const Value*> series(const std::vector<Value>& observations, std::string_view code) {
    std::vector<const Value*> out;
    for (const Value& observation : observations) {
        if (analyte_code(observation) == code) out.push_back(&observation);
    }
    std::stable_sort(out.begin(), out.end(),
                     [](const Value* a, const Value* b) { return taken_at(*a) < taken_at(*b); });
    return out;
}

Value analytes(const std::vector<Value>& observations, std::string_view hero) {
    std::map<std::string, std::vector<const Value*>> groups;
    for (const Value& observation : observations) {
        const bool has_number = observation["valueQuantity"]["value"].is_number();
        if (is_current(observation) && (has_number || !text_value(observation).is_null())) {
            groups[analyte_code(observation)].push_back(&observation);
        }
    }
    struct Entry {
        bool is_hero;
        std::string name;
        Value value;
    };
    std::vector<Entry> entries;
    for (auto& [code, group] : groups) {
        std::stable_sort(group.begin(), group.end(), [](const Value* a, const Value* b) {
            return taken_at(*a) > taken_at(*b);
        });
        const Value& latest = *group.front();
        Entry entry{code == hero, analyte_name(latest), {}};
        entry.value =
            json::Object{{"code", code},
                         {"name", entry.name},
                         {"unit", amount(latest["valueQuantity"])["unit"]},
                         {"latest", result_value(latest)},
                         {"previous", group.size() > 1 ? result_value(*group[1]) : Value()},
                         {"count", static_cast<std::int64_t>(group.size())},
                         {"hero", entry.is_hero}};
        entries.push_back(std::move(entry));
    }
    std::stable_sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
        return std::pair(!a.is_hero, fold_for_search(a.name)) <
               std::pair(!b.is_hero, fold_for_search(b.name));
    });
    Value out{json::Array{}};
    for (Entry& entry : entries) out.push(std::move(entry.value));
    return out;
}

}  // namespace wardlight::api
