#include "intake/build_patient.h"

#include "intake/code_tables.h"
#include "intake/fhir_types.h"

namespace wardlight::intake {
namespace {

constexpr std::string_view kBirthTime = "http://hl7.org/fhir/StructureDefinition/patient-birthTime";

json::Value with_use(json::Value identifier, std::string_view use) {
    identifier.set("use", use);
    return identifier;
}

/// A national number stays valid when the record that had nothing else is retired.
bool is_national(const json::Value& identifier) {
    return identifier["system"].text() == systems::kNhsNumber;
}

void push_all(json::Value& list, const json::Value& items) {
    for (const json::Value& item : items.items()) list.push(item);
}

void set_birth(json::Value& out, const json::Value& birth) {
    if (birth.is_null()) return;
    out.set("birthDate", birth["date"]);
    if (birth["time"].is_null()) return;
    out.set("_birthDate",
            json::object(
                {{"extension", json::array({json::object(
                                   {{"url", kBirthTime}, {"valueDateTime", birth["time"]}})})}}));
}

void set_death(json::Value& out, const FactView& facts) {
    const json::Value& death = facts["deceased"];
    if (!death["dateTime"].is_null()) {
        out.set("deceasedDateTime", death["dateTime"]);
    } else if (death["boolean"].as_bool() || facts["died-at-discharge"].as_bool()) {
        out.set("deceasedBoolean", true);
    } else if (!death.is_null()) {
        out.set("deceasedBoolean", false);
    }
}

void set_demographics(json::Value& out, const FactView& facts) {
    json::Value names;
    push_all(names, facts["name"]);
    push_all(names, facts["alias"]);
    out.set("name", names);
    json::Value telecom;
    facts.each("telecom/",
               [&](std::string_view, const json::Value& some) { push_all(telecom, some); });
    out.set("telecom", telecom);
    out.set("gender", facts["gender"]);
    set_birth(out, facts["birth"]);
    set_death(out, facts);
    out.set("address", facts["address"]);
    out.set("maritalStatus", facts["maritalStatus"]);
    out.set("contact", facts["contact"]);
    out.set("communication", facts["communication"]);
    out.set("generalPractitioner", facts["generalPractitioner"]);
}

json::Value link(std::string_view patient, std::string_view type) {
    return json::object({{"other", reference("Patient", patient)}, {"type", type}});
}

/// Own identifiers; the number of a retired record is an old one.
json::Value identifiers_of(const FactView& facts, bool is_retired) {
    json::Value out;
    facts.each("identifier/", [&](std::string_view scheme, const json::Value& identifier) {
        const bool is_old = is_retired && scheme.empty() && !is_national(identifier);
        out.push(is_old ? with_use(identifier, "old") : identifier);
    });
    return out;
}

json::Value start(const StoredRecord& record, const FactView& facts) {
    json::Value out = json::object({{"resourceType", "Patient"}, {"id", record.id}});
    if (facts["registered"].is_null()) {
        out.set("meta", json::object({{"tag", json::array({coding(systems::kTag, "stub")})}}));
    }
    return out;
}

void add_see_also(json::Value& links, const FactView& facts) {
    facts.each("seealso/", [&](std::string_view other, const json::Value&) {
        links.push(link(other, "seealso"));
    });
}

json::Value build_retired(const StoredRecord& record, const FactView& facts,
                          const std::string& survivor) {
    json::Value out = start(record, facts);
    out.set("identifier", identifiers_of(facts, true));
    out.set("active", false);
    set_demographics(out, facts);
    out.set("link", json::array({link(survivor, "replaced-by")}));
    return out;
}

}  // namespace

Result<json::Value> build_patient(RecordGroups& groups, const StoredRecord& record) {
    FactView facts;
    facts.join(record);
    const std::string survivor = TRY(groups.graph().resolve(record.natural_id));
    if (survivor != record.natural_id) return build_retired(record, facts, survivor);

    // What the surviving record says goes before what was merged into it.
    FactView merged;
    json::Value old_numbers;
    json::Value links;
    for (const std::string& member : TRY(groups.graph().members(survivor))) {
        if (member == survivor) continue;
        const StoredRecord* other = TRY(groups.records().find(member));
        if (other == nullptr) continue;
        merged.join(*other);
        links.push(link(member, "replaces"));
        FactView own;
        own.join(*other);
        const json::Value& number = own["identifier/"];
        if (!number.is_null() && !is_national(number)) old_numbers.push(with_use(number, "old"));
    }
    const json::Value own_active = facts["active"];
    facts.fill(merged);
    json::Value out = start(record, facts);
    json::Value identifiers = identifiers_of(facts, false);
    push_all(identifiers, old_numbers);
    out.set("identifier", identifiers);
    out.set("active", own_active.is_null() || own_active.as_bool(true));
    set_demographics(out, facts);
    add_see_also(links, facts);
    out.set("link", links);
    return out;
}

}  // namespace wardlight::intake
