#include "intake/code_tables.h"
#include "intake/fhir_types.h"
#include "intake/map_parts.h"

namespace wardlight::intake {
namespace {

using hl7v2::Field;
using hl7v2::Segment;

/// Adds facts about one record with this message's stamp: nothing for an empty field, a deletion
/// for
/// "".
class FieldFacts {
 public:
    FieldFacts(Context& context, Record& record)
        : record_(record), stamp_(context.stamp(context.authority())) {}

    template <class Read>
    void add(std::string_view group, const Field& field, Read read) {
        if (field.empty()) return;
        if (field.is_null()) {
            record_.add(std::string(group), stamp_, {});
            return;
        }
        add(group, read(field));
    }
    void add(std::string_view group, json::Value value) {
        if (!value.is_null()) record_.add(std::string(group), stamp_, std::move(value));
    }

 private:
    Record& record_;
    std::string stamp_;
};

json::Value read_names(const Field& names) {
    json::Value out;
    for (const hl7v2::Repetition repetition : names.each()) {
        json::Value name = to_human_name(hl7v2::read_xpn(repetition));
        if (!name.is_null()) out.push(std::move(name));
    }
    return out;
}

json::Value read_addresses(const Field& addresses) {
    json::Value out;
    for (const hl7v2::Repetition repetition : addresses.each()) {
        json::Value address = to_address(hl7v2::read_xad(repetition));
        if (!address.is_null()) out.push(std::move(address));
    }
    return out;
}

json::Value read_contacts(const Field& contacts, std::string_view use) {
    json::Value out;
    for (const hl7v2::Repetition repetition : contacts.each()) {
        json::Value contact = to_contact_point(hl7v2::read_xtn(repetition), use);
        if (!contact.is_null()) out.push(std::move(contact));
    }
    return out;
}

json::Value read_gender(Context& context, const Field& field) {
    const std::string code = field.text();
    if (const auto known = gender(code)) return *known;
    std::string upper = code;
    for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    if (const auto known = gender(upper)) return *known;
    context.warn("sex_code_unknown");
    return "unknown";
}

json::Value read_marital_status(const Field& field) {
    if (const auto known = marital_status(field.text()))
        return concept_of(known->system, known->code, known->display);
    return to_concept(field);
}

json::Value read_birth(Context& context, const Field& field) {
    const auto time = context.time(field);
    if (!time) return {};
    json::Value out = json::object({{"date", time->fhir_date}});
    if (time->precision >= hl7v2::Precision::minute) out.set("time", time->fhir);
    return out;
}

json::Value read_next_of_kin(const Segments& contacts) {
    json::Value out;
    for (const Segment* nk1 : contacts) {
        json::Value name = to_human_name(hl7v2::read_xpn(nk1->field(2).first()));
        json::Value telecom;
        for (const std::size_t field : {std::size_t{5}, std::size_t{6}}) {
            const json::Value found =
                read_contacts(nk1->field(field), field == 6 ? "work" : "home");
            for (const json::Value& one : found.items()) telecom.push(one);
        }
        json::Value kin;
        const json::Value relationship = to_concept(nk1->field(3));
        if (!relationship.is_null()) kin.set("relationship", json::array({relationship}));
        kin.set("name", name);
        kin.set("telecom", telecom);
        kin.set("address", to_address(hl7v2::read_xad(nk1->field(4).first())));
        if (!kin.empty()) out.push(std::move(kin));
    }
    return out;
}

void add_identifiers(FieldFacts& facts, const Identity& identity) {
    facts.add("identifier/", json::Value(to_fhir(identity.primary, "usual")));
    for (const Identifier& id : identity.others) {
        const std::string_view use = id.is_nhs_number ? "official" : "secondary";
        facts.add("identifier/" + id.authority + "|" + id.type, json::Value(to_fhir(id, use)));
    }
}

/// PID-29 and PID-30 together: they say one thing.
void add_death(Context& context, FieldFacts& facts, const Segment& pid) {
    const Field when = pid.field(29);
    const Field whether = pid.field(30);
    if (const auto died = context.time(when)) {
        facts.add("deceased", json::object({{"dateTime", died->fhir}}));
    } else if (whether.text() == "Y" || whether.text() == "N") {
        facts.add("deceased", json::object({{"boolean", whether.text() == "Y"}}));
    } else if (when.is_null() || whether.is_null()) {
        facts.add("deceased", json::object({{"boolean", false}}));
    }
}

void add_demographics(Context& context, FieldFacts& facts, const Segment& pid) {
    facts.add("name", pid.field(5), read_names);
    facts.add("alias", pid.field(9), read_names);
    facts.add("birth", pid.field(7), [&](const Field& f) { return read_birth(context, f); });
    facts.add("gender", pid.field(8), [&](const Field& f) { return read_gender(context, f); });
    facts.add("address", pid.field(11), read_addresses);
    facts.add("telecom/13", pid.field(13), [](const Field& f) { return read_contacts(f, "home"); });
    facts.add("telecom/14", pid.field(14), [](const Field& f) { return read_contacts(f, "work"); });
    facts.add("telecom/40", pid.field(40), [](const Field& f) { return read_contacts(f, ""); });
    facts.add("communication", pid.field(15), [](const Field& f) {
        return json::array({json::object({{"language", to_concept(f)}})});
    });
    facts.add("maritalStatus", pid.field(16), read_marital_status);
    add_death(context, facts, pid);
}

}  // namespace

Result<Subject> map_patient(Context& context, const PatientGroup& group) {
    if (group.pid == nullptr)
        return fail(ErrorCode::invalid, "patient_missing: the message has no PID segment", "PID");
    auto identity = read_patient_identity(context, *group.pid);
    if (!identity) {
        return fail(ErrorCode::invalid,
                    "patient_identifier_missing: PID-3 holds no number to know the patient by",
                    "PID-3");
    }
    Subject subject{*identity, identity->patient_id(), {}};
    Record record;
    record.kind = RecordKind::patient;
    record.natural_id = subject.patient;
    record.owner = subject.patient;
    FieldFacts facts(context, record);
    add_identifiers(facts, *identity);
    add_demographics(context, facts, *group.pid);
    if (context.authority() == Authority::source) facts.add("registered", json::Value(true));
    if (group.pd1 != nullptr) {
        facts.add("generalPractitioner", group.pd1->field(4), [&](const Field& f) {
            const json::Value doctor = to_practitioner(context, f.first());
            return doctor.is_null() ? json::Value() : json::array({doctor});
        });
    }
    facts.add("contact", read_next_of_kin(group.contacts));
    if (const auto nhs = identity->nhs_number(); nhs && !identity->primary.is_nhs_number) {
        context.out().claims.push_back({subject.patient, patient_id(kNhsAuthority, nhs->value),
                                        context.stamp(context.authority())});
    }
    context.out().records.push_back(std::move(record));
    return subject;
}

void map_patient_number(Context& context, const Identity& identity) {
    Record record;
    record.kind = RecordKind::patient;
    record.natural_id = identity.patient_id();
    record.owner = record.natural_id;
    FieldFacts facts(context, record);
    add_identifiers(facts, identity);
    context.out().records.push_back(std::move(record));
}

}  // namespace wardlight::intake
