#include "intake/map_value.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "intake/code_tables.h"
#include "intake/fhir_types.h"

namespace wardlight::intake {
namespace {

using hl7v2::Field;
using hl7v2::NumericValue;
using hl7v2::Repetition;
using hl7v2::Segment;

/// How a data type of OBX-2 is read.
enum class Reading { number, structured_number, coded, text, date_time, time, period, attachment };

struct TypeRow {
    std::string_view type;
    Reading reading;
};
constexpr std::array kTypes{
    TypeRow{"NM", Reading::number},     TypeRow{"SN", Reading::structured_number},
    TypeRow{"CE", Reading::coded},      TypeRow{"CWE", Reading::coded},
    TypeRow{"CNE", Reading::coded},     TypeRow{"CF", Reading::coded},
    TypeRow{"IS", Reading::coded},      TypeRow{"ID", Reading::coded},
    TypeRow{"ST", Reading::text},       TypeRow{"TX", Reading::text},
    TypeRow{"FT", Reading::text},       TypeRow{"VR", Reading::text},
    TypeRow{"DT", Reading::date_time},  TypeRow{"DTM", Reading::date_time},
    TypeRow{"TS", Reading::date_time},  TypeRow{"TM", Reading::time},
    TypeRow{"DR", Reading::period},     TypeRow{"ED", Reading::attachment},
    TypeRow{"RP", Reading::attachment},
};

ObservedValue single(std::string_view element, json::Value value) {
    if (value.is_null()) return {};
    ObservedValue out;
    out.element = std::string(element);
    out.value = std::move(value);
    return out;
}

ObservedValue as_text(const Field& field) {
    std::string text;
    for (const Repetition repetition : field.each()) {
        if (!text.empty()) text += '\n';
        text += repetition.value();
    }
    const std::string_view trimmed = trim(text);
    if (trimmed.empty()) return {};
    return single("valueString", trimmed);
}

ObservedValue as_number(const NumericValue& number, const hl7v2::Cwe& unit) {
    return single("valueQuantity", to_quantity(number, unit));
}

/// SN: `<>` and `+` are no quantity; `:` and `/` a ratio; `-` a range.
ObservedValue as_structured_number(const Repetition& repetition, const hl7v2::Cwe& unit) {
    const auto number = hl7v2::read_sn(repetition);
    if (!number || number->number.empty()) return {};
    if (number->comparator == "<>" || number->separator == "+") return {};
    if (number->second_number.empty()) return as_number(*number, unit);
    const NumericValue second{"", number->second_number, "", ""};
    const NumericValue first{"", number->number, "", ""};
    if (number->separator == "-") {
        return single("valueRange", json::object({{"low", to_quantity(first, unit)},
                                                  {"high", to_quantity(second, unit)}}));
    }
    return single("valueRatio", json::object({{"numerator", to_quantity(first, unit)},
                                              {"denominator", to_quantity(second, {})}}));
}

ObservedValue read_one(Context& context, const Repetition& repetition, Reading reading,
                       const hl7v2::Cwe& unit) {
    switch (reading) {
        case Reading::number:
            if (const auto number = hl7v2::read_nm(repetition.text()))
                return as_number(*number, unit);
            return {};
        case Reading::structured_number:
            return as_structured_number(repetition, unit);
        case Reading::coded:
            return single("valueCodeableConcept", to_concept(hl7v2::read_cwe(repetition)));
        case Reading::date_time:
            if (const auto time = context.time(repetition.text()))
                return single("valueDateTime", time->fhir);
            return {};
        case Reading::time:
            if (const auto time = hl7v2::parse_time_of_day(repetition.text()))
                return single("valueTime", *time);
            return {};
        case Reading::period: {
            const auto from = context.time(repetition.component(1).text());
            const auto until = context.time(repetition.component(2).text());
            if (!from && !until) return {};
            json::Value period;
            if (from) period.set("start", from->fhir);
            if (until) period.set("end", until->fhir);
            return single("valuePeriod", std::move(period));
        }
        case Reading::text:
        case Reading::attachment:
            return {};
    }
    return {};
}

/// Text that is a number after all: of a known measurement, or one that comes with a unit.
std::optional<NumericValue> number_in_text(const Field& field, const hl7v2::Cwe& unit,
                                           const std::optional<Measurement>& measurement) {
    const bool expects_number =
        measurement ? is_numeric(measurement->analyte) : !unit.code.empty() || !unit.text.empty();
    if (!expects_number || field.repetitions() != 1) return std::nullopt;
    return hl7v2::read_nm(field.first().value());
}

ObservedValue several(Context& context, const Field& field, Reading reading,
                      const hl7v2::Cwe& unit) {
    ObservedValue out;
    for (const Repetition repetition : field.each()) {
        const ObservedValue one = read_one(context, repetition, reading, unit);
        if (!one.element.empty()) {
            out.components.push(json::object({{one.element, one.value}}));
        } else if (!repetition.empty()) {
            out.components.push(json::object({{"valueString", repetition.value()}}));
        }
    }
    return out;
}

ObservedValue read_attachment(Context& context, const Field& field, std::string_view type) {
    ObservedValue out;
    out.attachment = to_attachment(field.first(), type);
    if (out.attachment.is_null()) {
        context.warn("attachment_unreadable");
        return as_text(field);
    }
    return out;
}

std::string_view media_type(std::string_view type, std::string_view subtype) {
    const std::string name = ascii_lower(subtype.empty() ? type : subtype);
    if (name == "pdf" || name == "application/pdf") return "application/pdf";
    if (name == "jpeg" || name == "jpg") return "image/jpeg";
    if (name == "png") return "image/png";
    if (name == "gif") return "image/gif";
    if (name == "tiff") return "image/tiff";
    if (name == "html") return "text/html";
    if (name == "xml") return "application/xml";
    if (name == "rtf") return "application/rtf";
    if (name == "dicom") return "application/dicom";
    if (name == "plain" || name == "txt" || name == "text" || name == "tx" || name == "ft")
        return "text/plain";
    if (name == "msword") return "application/msword";
    return "application/octet-stream";
}

}  // namespace

json::Value to_quantity(const NumericValue& number, const hl7v2::Cwe& unit) {
    json::Value out = json::object({{"value", json::Number{number.number}}});
    if (!number.comparator.empty() && number.comparator != "=")
        out.set("comparator", number.comparator);
    const std::string& text = unit.text.empty() || unit.system == "UCUM" ? unit.code : unit.text;
    const std::string& shown = text.empty() ? unit.text : text;
    if (!shown.empty()) out.set("unit", shown);
    std::optional<std::string_view> ucum;
    if (unit.system == "UCUM") ucum = unit.code;
    if (!ucum) ucum = ucum_unit(unit.code);
    if (!ucum) ucum = ucum_unit(unit.text);
    if (!ucum && unit.alternate_system == "UCUM") ucum = unit.alternate_code;
    if (ucum && !ucum->empty()) {
        // Senders label local spellings as UCUM too.
        const auto known = ucum_unit(*ucum);
        out.set("system", systems::kUcum);
        out.set("code", known ? *known : *ucum);
    }
    return out;
}

hl7v2::Cwe read_unit(const Context& context, const Segment& obx,
                     const std::optional<Measurement>& measurement) {
    const Field field = obx.field(6);
    if (field.empty() || field.is_null()) {
        hl7v2::Cwe unit;
        if (measurement) {
            const auto& defaults = context.profile().default_units;
            const auto found = defaults.find(measurement->analyte);
            if (found != defaults.end()) unit.code = found->second;
        }
        return unit;
    }
    hl7v2::Cwe unit = hl7v2::read_cwe(field.first());
    // "10^9/L" and "x10^9/L" written without escaping the component separator.
    if (const auto whole = ucum_unit(field.first().value()); whole && !ucum_unit(unit.code)) {
        unit = {};
        unit.code = field.first().value();
    }
    return unit;
}

std::optional<BloodPressure> read_blood_pressure(const Segment& obx) {
    const Repetition value = obx.field(5).first();
    BloodPressure out;
    const auto sn = hl7v2::read_sn(value);
    if (sn && sn->separator == "/" && !sn->second_number.empty()) {
        out = {sn->number, sn->second_number};
    } else {
        const std::string text = value.value();
        const auto slash = text.find('/');
        if (slash == std::string::npos) return std::nullopt;
        const auto first = hl7v2::read_nm(text.substr(0, slash));
        const auto second = hl7v2::read_nm(text.substr(slash + 1));
        if (!first || !second) return std::nullopt;
        if (!first->comparator.empty() || !second->comparator.empty()) return std::nullopt;
        out = {first->number, second->number};
    }
    return out;
}

json::Value to_attachment(const Repetition& value, std::string_view type) {
    if (type == "RP") {
        const std::string pointer = value.component(1).text();
        if (pointer.empty()) return {};
        return json::object(
            {{"contentType", media_type(value.component(3).text(), value.component(4).text())},
             {"url", pointer}});
    }
    const std::string encoding = ascii_lower(value.component(4).text());
    const std::string data = value.component(5).text();
    if (data.empty()) return {};
    json::Value out = json::object(
        {{"contentType", media_type(value.component(2).text(), value.component(3).text())}});
    if (encoding == "base64") {
        std::string compact;
        compact.reserve(data.size());
        for (const char c : data) {
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') compact += c;
        }
        if (!from_base64(compact)) return {};
        out.set("data", compact);
    } else {
        out.set("data", to_base64(data));
    }
    return out;
}

ObservedValue read_value(Context& context, const Segment& obx,
                         const std::optional<Measurement>& measurement) {
    const Field field = obx.field(5);
    if (field.empty() || field.is_null()) return {};
    const std::string type(trim(obx.field(2).text()));
    const hl7v2::Cwe unit = read_unit(context, obx, measurement);
    const auto row = std::find_if(kTypes.begin(), kTypes.end(),
                                  [&](const TypeRow& r) { return r.type == type; });
    if (row == kTypes.end()) {
        if (type.empty()) context.warn("value_type_missing");
        if (const auto number = hl7v2::read_nm(field.first().value());
            number && field.repetitions() == 1 && type.empty())
            return as_number(*number, unit);
        return as_text(field);
    }
    if (row->reading == Reading::attachment) return read_attachment(context, field, type);
    if (row->reading == Reading::text) {
        if (const auto number = number_in_text(field, unit, measurement))
            return as_number(*number, unit);
        return as_text(field);
    }
    if (field.repetitions() > 1) return several(context, field, row->reading, unit);
    ObservedValue out = read_one(context, field.first(), row->reading, unit);
    if (!out.is_absent()) return out;
    const bool is_number =
        row->reading == Reading::number || row->reading == Reading::structured_number;
    if (is_number) {
        // SN with the number alone where the comparator belongs.
        if (const auto number = hl7v2::read_nm(field.first().value()))
            return as_number(*number, unit);
        context.warn("value_not_a_number");
    }
    return as_text(field);
}

}  // namespace wardlight::intake
