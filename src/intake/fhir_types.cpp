#include "intake/fhir_types.h"

#include "base/text.h"
#include "intake/code_tables.h"
#include "intake/identity.h"

namespace wardlight::intake {
namespace {

/// Null instead of an empty string.
json::Value text(std::string_view value) {
    return value.empty() ? json::Value() : json::Value(value);
}

template <class Code>
json::Value text(const std::optional<Code>& value) {
    return value ? json::Value(*value) : json::Value();
}

void push_text(json::Value& list, std::string_view value) {
    if (!value.empty()) list.push(value);
}

void add_coding(json::Value& list, std::string_view system, std::string_view code,
                std::string_view display) {
    if (!code.empty()) list.push(coding(system_of(system), code, display));
}

}  // namespace

json::Value reference(std::string_view type, std::string_view id, std::string_view display) {
    return json::object(
        {{"reference", std::string(type) + "/" + std::string(id)}, {"display", text(display)}});
}

json::Value coding(std::string_view system, std::string_view code, std::string_view display) {
    return json::object({{"system", text(system)}, {"code", code}, {"display", text(display)}});
}

json::Value concept_of(std::string_view system, std::string_view code, std::string_view display) {
    return json::object({{"coding", json::array({coding(system, code, display)})}});
}

json::Value text_concept(std::string_view words) {
    return words.empty() ? json::Value() : json::object({{"text", words}});
}

std::string system_of(std::string_view v2_name) {
    const std::string_view name = trim(v2_name);
    if (name.empty()) return {};
    if (const auto known = coding_system(name)) return std::string(*known);
    if (name.starts_with("HL7") && name.size() == 7)
        return "http://terminology.hl7.org/CodeSystem/v2-" + std::string(name.substr(3));
    if (name.starts_with("http://") || name.starts_with("https://") || name.starts_with("urn:"))
        return std::string(name);
    std::string system = "urn:wardlight:codes:";
    for (const char c : name) system += c == ' ' || c == '|' || c == ',' ? '-' : c;
    return system;
}

json::Value to_concept(const hl7v2::Cwe& code) {
    json::Value codings;
    add_coding(codings, code.system, code.code, code.text);
    add_coding(codings, code.alternate_system, code.alternate_code, code.alternate_text);
    add_coding(codings, code.second_alternate_system, code.second_alternate_code,
               code.second_alternate_text);
    std::string_view words = code.original_text;
    if (words.empty()) words = code.text;
    if (words.empty()) words = code.alternate_text;
    if (codings.is_null() && words.empty()) return {};
    return json::object({{"coding", codings}, {"text", text(words)}});
}

json::Value to_concept(const hl7v2::Field& field) {
    if (field.empty() || field.is_null()) return {};
    return to_concept(hl7v2::read_cwe(field.first()));
}

std::string display_name(const hl7v2::Xpn& name) {
    std::string out;
    for (const std::string& part :
         {name.prefix, name.given, name.middle, name.family, name.suffix}) {
        if (part.empty()) continue;
        if (!out.empty()) out += ' ';
        out += part;
    }
    return out;
}

json::Value to_human_name(const hl7v2::Xpn& name) {
    if (name.empty()) return {};
    json::Value given;
    json::Value prefix;
    json::Value suffix;
    push_text(given, name.given);
    push_text(given, name.middle);
    push_text(prefix, name.prefix);
    push_text(suffix, name.suffix);
    push_text(suffix, name.degree);
    json::Value out = json::object({{"use", text(name_use(name.type))},
                                    {"family", text(name.family)},
                                    {"given", given},
                                    {"prefix", prefix},
                                    {"suffix", suffix}});
    if (!name.representation.empty()) {
        // HL7 v2 A, I and P are ABC, IDE and SYL in FHIR.
        const std::string_view code = name.representation == "I"   ? "IDE"
                                      : name.representation == "P" ? "SYL"
                                                                   : "ABC";
        out.set("extension",
                json::array({json::object(
                    {{"url", "http://hl7.org/fhir/StructureDefinition/iso21090-EN-representation"},
                     {"valueCode", code}})}));
    }
    return out;
}

json::Value to_address(const hl7v2::Xad& address) {
    if (address.empty()) return {};
    json::Value lines;
    push_text(lines, address.street);
    push_text(lines, address.other_designation);
    return json::object({{"use", text(address_use(address.type))},
                         {"line", lines},
                         {"city", text(address.city)},
                         {"district", text(address.county)},
                         {"state", text(address.state)},
                         {"postalCode", text(address.postal_code)},
                         {"country", text(address.country)}});
}

json::Value to_contact_point(const hl7v2::Xtn& contact, std::string_view use_otherwise) {
    const std::string value = contact.best();
    if (value.empty()) return {};
    const bool is_mail = contact.use == "NET" || contact.equipment == "Internet" ||
                         (!contact.email.empty() && value == contact.email);
    std::string_view use = telecom_use(contact.use).value_or(use_otherwise);
    if (contact.equipment == "CP") use = "mobile";
    const std::string_view system =
        is_mail ? "email" : telecom_system(contact.equipment).value_or("phone");
    return json::object({{"system", system}, {"value", value}, {"use", text(use)}});
}

json::Value to_practitioner(Context& context, const hl7v2::Repetition& repetition) {
    const hl7v2::Xcn person = hl7v2::read_xcn(repetition);
    const std::string name = display_name(person.name);
    const std::string_view number = trim(person.id);
    if (number.empty()) return name.empty() ? json::Value() : json::object({{"display", name}});
    std::string authority(trim(person.authority.namespace_id));
    if (authority.empty()) authority = trim(person.authority.universal_id);
    Record record;
    record.kind = RecordKind::practitioner;
    record.natural_id = deterministic_id({"Practitioner", authority, number});
    const Identifier identifier{authority, std::string(number), person.id_type,
                                identifier_system(context.profile(), person.authority,
                                                  authority.empty() ? "staff" : authority),
                                false};
    const std::string stamp = context.stamp(context.authority());
    record.add("identifier", stamp, json::array({to_fhir(identifier, "official")}));
    const json::Value human = to_human_name(person.name);
    if (!human.is_null()) record.add("name", stamp, json::array({human}));
    const std::string id = record.natural_id;
    context.out().records.push_back(std::move(record));
    return reference("Practitioner", id, name);
}

std::string note_text(const std::vector<const hl7v2::Segment*>& notes) {
    std::string out;
    for (const hl7v2::Segment* note : notes) {
        for (const hl7v2::Repetition line : note->field(3).each()) {
            if (!out.empty()) out += '\n';
            out += line.value();
        }
    }
    return std::string(trim(out));
}

}  // namespace wardlight::intake
