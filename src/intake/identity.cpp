#include "intake/identity.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "intake/code_tables.h"

namespace wardlight::intake {
namespace {

constexpr std::string_view kNhsOid = "2.16.840.1.113883.2.1.4.1";
constexpr std::array<std::string_view, 7> kLocalNumberTypes{"MR",     "MRN", "MEDREC", "PI",
                                                            "PATNUM", "PT",  "EPI"};
// Numbers of other things than a person's record; they name a patient only if nothing else does.
constexpr std::array<std::string_view, 14> kOtherTypes{"SS", "DL", "PPN", "AN", "VN", "NH",  "HN",
                                                       "MC", "MA", "BC",  "CZ", "PN", "NHS", "JHN"};

std::string name_of_authority(const hl7v2::Hd& authority, const FeedProfile& profile,
                              std::string_view otherwise) {
    std::string_view name = trim(authority.namespace_id);
    if (name.empty()) name = trim(authority.universal_id);
    if (name.empty()) return std::string(otherwise);
    const auto alias = profile.authority_aliases.find(name);
    return alias == profile.authority_aliases.end() ? std::string(name) : alias->second;
}

bool names_nhs_number(const hl7v2::Cx& id, std::string_view authority) {
    if (id.type == "NH" || id.type == "NHS") return true;
    if (id.authority.universal_id == kNhsOid) return true;
    if (authority != kNhsAuthority && authority != "NHSNBR" && authority != "NHSNUMBER")
        return false;
    return id.type.empty() || id.type == "HN" || id.type == "NI";
}

/// Position in the order of preference; the lowest names the patient.
int preference(const Identifier& id, const FeedProfile& profile) {
    const auto& wanted = profile.patient_authorities;
    const auto at = std::find(wanted.begin(), wanted.end(), id.authority);
    if (at != wanted.end()) return static_cast<int>(at - wanted.begin());
    const int base = static_cast<int>(wanted.size());
    const auto type =
        std::find(kLocalNumberTypes.begin(), kLocalNumberTypes.end(), std::string_view(id.type));
    if (type != kLocalNumberTypes.end())
        return base + static_cast<int>(type - kLocalNumberTypes.begin());
    if (id.type.empty()) return base + 20;
    const bool is_other = std::find(kOtherTypes.begin(), kOtherTypes.end(),
                                    std::string_view(id.type)) != kOtherTypes.end();
    return base + (id.is_nhs_number ? 30 : is_other ? 40 : 25);
}

std::optional<Identifier> read_identifier(Context& context, const hl7v2::Repetition& repetition) {
    const FeedProfile& profile = context.profile();
    const hl7v2::Cx cx = hl7v2::read_cx(repetition);
    Identifier out;
    out.value = std::string(trim(cx.id));
    if (out.value.empty()) return std::nullopt;
    out.type = std::string(trim(cx.type));
    out.authority = name_of_authority(cx.authority, profile, "");
    if (names_nhs_number(cx, out.authority)) {
        out.value = hl7v2::nhs_number_digits(out.value);
        if (!hl7v2::is_valid_nhs_number(out.value)) {
            context.warn("nhs_number_invalid");
            return std::nullopt;
        }
        out.is_nhs_number = true;
        out.authority = kNhsAuthority;
        out.type = "NH";
        out.system = systems::kNhsNumber;
        return out;
    }
    if (out.authority.empty()) out.authority = profile.patient_authority;
    out.system = identifier_system(profile, cx.authority, out.authority);
    return out;
}

}  // namespace

std::string identifier_system(const FeedProfile& profile, const hl7v2::Hd& authority,
                              std::string_view name) {
    const auto known = profile.identifier_systems.find(name);
    if (known != profile.identifier_systems.end()) return known->second;
    if (authority.universal_id_type == "ISO" && !authority.universal_id.empty())
        return "urn:oid:" + authority.universal_id;
    std::string system = "urn:wardlight:authority:";
    for (const char c : name) system += c == ' ' || c == '|' || c == ',' ? '-' : c;
    return system;
}

std::string patient_id(std::string_view authority, std::string_view value) {
    return deterministic_id({"Patient", authority, value});
}

std::string visit_id(std::string_view authority, std::string_view number) {
    return deterministic_id({"Encounter", authority, number});
}

std::string Identity::patient_id() const {
    return intake::patient_id(primary.authority, primary.value);
}

std::optional<Identifier> Identity::nhs_number() const {
    if (primary.is_nhs_number) return primary;
    for (const Identifier& id : others) {
        if (id.is_nhs_number) return id;
    }
    return std::nullopt;
}

std::optional<Identity> read_identity(Context& context, const hl7v2::Field& list) {
    std::vector<Identifier> all;
    for (const hl7v2::Repetition repetition : list.each()) {
        if (auto id = read_identifier(context, repetition)) all.push_back(std::move(*id));
    }
    if (all.empty()) return std::nullopt;
    const auto best = std::min_element(all.begin(), all.end(), [&](const auto& a, const auto& b) {
        return preference(a, context.profile()) < preference(b, context.profile());
    });
    Identity identity{*best, {}};
    all.erase(best);
    identity.others = std::move(all);
    return identity;
}

std::optional<Identity> read_patient_identity(Context& context, const hl7v2::Segment& pid) {
    for (const std::size_t field : {std::size_t{3}, std::size_t{2}, std::size_t{4}}) {
        if (auto identity = read_identity(context, pid.field(field))) {
            if (field != 3) context.warn("patient_identifier_not_in_pid_3");
            if (identity->primary.is_nhs_number) context.warn("patient_number_missing");
            return identity;
        }
    }
    return std::nullopt;
}

std::string read_visit(Context& context, const hl7v2::Field& number) {
    const hl7v2::Cx cx = hl7v2::read_cx(number.first());
    const std::string_view id = trim(cx.id);
    if (id.empty()) return {};
    const FeedProfile& profile = context.profile();
    return visit_id(name_of_authority(cx.authority, profile, profile.visit_authority), id);
}

json::Value to_fhir(const Identifier& identifier, std::string_view use) {
    json::Value type;
    if (!identifier.type.empty()) {
        type = json::object(
            {{"coding", json::array({json::object(
                            {{"system", systems::kIdentifierType}, {"code", identifier.type}})})}});
    }
    return json::object(
        {{"use", use}, {"type", type}, {"system", identifier.system}, {"value", identifier.value}});
}

}  // namespace wardlight::intake
