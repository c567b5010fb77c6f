#include "intake/build_resource.h"

#include <algorithm>
#include <map>

#include "intake/build_patient.h"
#include "intake/code_tables.h"
#include "intake/fact_view.h"
#include "intake/fhir_types.h"

namespace wardlight::intake {
namespace {

class Builder {
 public:
    /// Without `groups`, as if nothing was ever merged or moved.
    Builder(RecordGroups* groups, const RecordGroup& group) : groups_(groups), group_(group) {
        for (const StoredRecord* record : group.records) facts_.join(*record);
    }

    Result<json::Value> build() {
        switch (group_.canonical().kind) {
            case RecordKind::patient:
                return build_patient(*groups_, group_.canonical());
            case RecordKind::encounter:
                return encounter();
            case RecordKind::observation:
                return observation();
            case RecordKind::diagnostic_report:
                return report();
            case RecordKind::service_request:
                return request();
            case RecordKind::document:
                return document();
            case RecordKind::allergy:
                return about_patient("allergy", "patient");
            case RecordKind::condition:
                return about_patient("condition", "subject");
            case RecordKind::practitioner:
                return practitioner();
            case RecordKind::location:
                return location();
        }
        return json::Value();
    }

 private:
    json::Value start() const {
        return json::object({{"resourceType", resource_type(group_.canonical().kind)},
                             {"id", group_.canonical().id}});
    }
    json::Value patient() const { return reference("Patient", group_.patient); }

    static void copy(json::Value& out, const json::Value& content) {
        for (const json::Member& member : content.members()) out.set(member.first, member.second);
    }
    void copy_facts(json::Value& out, std::initializer_list<std::string_view> groups) const {
        for (const std::string_view group : groups) out.set(group, facts_[group]);
    }

    Result<json::Value> linked(RecordKind kind, const std::string& natural_id) {
        const StoredRecord& from = group_.canonical();
        return reference(resource_type(kind),
                         groups_ == nullptr
                             ? record_id(kind, natural_id, from.owner)
                             : TRY(groups_->resource_id(kind, natural_id, from, group_.patient)));
    }
    /// The visit of the newest statement that names one; null when none does.
    Result<json::Value> visit() {
        const std::string natural(facts_["visit"].text());
        if (natural.empty()) return json::Value();
        return linked(RecordKind::encounter, natural);
    }

    Result<json::Value> observation() {
        const StoredFact* result = facts_.find("result");
        const StoredFact* status = facts_.find("status");
        // A status sent without the value belongs to the value that is known.
        const StoredFact* base = result != nullptr ? result : status;
        if (base == nullptr) return json::Value();
        json::Value out = start();
        copy(out, base->content);
        if (result != nullptr && status != nullptr && status->stamp > result->stamp) {
            out.set("status", status->content["status"]);
            json::Value notes = result->content["note"];
            for (const json::Value& note : status->content["note"].items()) notes.push(note);
            out.set("note", notes);
        }
        out.set("subject", patient());
        out.set("encounter", TRY(visit()));
        return out;
    }

    Result<json::Value> report() {
        json::Value out = start();
        copy(out, facts_["report"]);
        out.set("subject", patient());
        out.set("encounter", TRY(visit()));
        const std::string request(facts_["request"].text());
        if (!request.empty())
            out.set("basedOn", json::array({TRY(linked(RecordKind::service_request, request))}));
        out.set("result", TRY(results()));
        json::Value forms;
        facts_.each("attachment/",
                    [&](std::string_view, const json::Value& form) { forms.push(form); });
        out.set("presentedForm", forms);
        return out;
    }

    /// In the sender's order.
    Result<json::Value> results() {
        struct Member {
            std::int64_t position;
            std::string natural_id;
        };
        std::vector<Member> members;
        facts_.each("result/", [&](std::string_view id, const json::Value& position) {
            members.push_back({position.as_integer().value_or(0), std::string(id)});
        });
        std::sort(members.begin(), members.end(), [](const Member& a, const Member& b) {
            return std::tie(a.position, a.natural_id) < std::tie(b.position, b.natural_id);
        });
        json::Array out;
        for (const Member& member : members)
            out.push_back(TRY(linked(RecordKind::observation, member.natural_id)));
        return out.empty() ? json::Value() : json::Value(std::move(out));
    }

    Result<json::Value> encounter() {
        // A visit merged into this one only fills in what this one does not say.
        const std::string survivor = TRY(groups_->graph().resolve(group_.canonical().natural_id));
        FactView facts;
        FactView merged;
        json::Value identifiers;
        std::map<std::string, json::Value> old_identifiers;
        for (const StoredRecord* record : group_.records) {
            const bool is_own = record->natural_id == survivor;
            (is_own ? facts : merged).join(*record);
            if (is_own) continue;
            const auto number = record->facts.find("identifier/VN");
            if (number == record->facts.end() || number->second.content.is_null()) continue;
            json::Value old = number->second.content;
            old.set("use", "old");
            old_identifiers.emplace(record->natural_id, std::move(old));
        }
        const bool has_own_number = !facts["identifier/VN"].is_null();
        facts.fill(merged);
        facts.each("identifier/", [&](std::string_view scheme, const json::Value& number) {
            if (scheme != "VN" || has_own_number) identifiers.push(number);
        });
        for (const auto& [natural_id, old] : old_identifiers) identifiers.push(old);
        facts_ = facts;
        return describe_encounter(std::move(identifiers));
    }

    json::Value describe_encounter(json::Value identifiers) const {
        std::string status(facts_["status"].text());
        if (status.empty()) status = facts_["class-status"].text();
        if (status.empty()) status = "unknown";
        json::Value out = start();
        out.set("identifier", std::move(identifiers));
        out.set("status", status);
        const json::Value& visit_class = facts_["class"];
        out.set("class", visit_class.is_null()
                             ? coding("http://terminology.hl7.org/CodeSystem/v3-NullFlavor", "UNK")
                             : visit_class);
        copy_facts(out, {"type", "serviceType", "reasonCode"});
        out.set("subject", patient());
        json::Value participants;
        facts_.each("participant/", [&](std::string_view, const json::Value& some) {
            for (const json::Value& one : some.items()) participants.push(one);
        });
        out.set("participant", participants);
        out.set("period", period(status));
        const bool is_over = status == "finished";
        const json::Value hospitalization = json::object(
            {{"admitSource", facts_["admitSource"]},
             {"dischargeDisposition", is_over ? facts_["dischargeDisposition"] : json::Value()}});
        if (!hospitalization.empty()) out.set("hospitalization", hospitalization);
        out.set("location", locations(status));
        return out;
    }

    json::Value period(std::string_view status) const {
        json::Value out;
        const json::Value& start = facts_["start"];
        out.set("start", start.is_null() ? facts_["admission-event"] : start);
        if (status == "finished") out.set("end", facts_["end"]);
        return out.empty() ? json::Value() : out;
    }

    json::Value locations(std::string_view status) const {
        const bool is_planned = status == "planned";
        const json::Value& place = facts_["location"];
        const json::Value& plan = facts_["planned-location"];
        const bool uses_plan = is_planned ? !plan.is_null() : place.is_null();
        const bool is_over =
            status == "finished" || status == "cancelled" || status == "entered-in-error";
        json::Value out;
        for (json::Value one : (uses_plan ? plan : place).items()) {
            if (is_over) one.set("status", "completed");
            out.push(std::move(one));
        }
        if (!is_over) {
            for (const json::Value& one : facts_["pending-location"].items()) out.push(one);
        }
        return out;
    }

    Result<json::Value> request() {
        json::Value out = start();
        json::Value identifiers;
        facts_.each("identifier/",
                    [&](std::string_view, const json::Value& one) { identifiers.push(one); });
        out.set("identifier", identifiers);
        const json::Value& status = facts_["status"];
        out.set("status", status.is_null() ? json::Value("unknown") : status);
        out.set("intent", "order");
        // Several tests under one number: the first is the code, the others its details.
        json::Value tests;
        facts_.each("test/", [&](std::string_view, const json::Value& one) { tests.push(one); });
        json::Value details;
        for (std::size_t i = 1; i < tests.size(); ++i) details.push(tests[i]);
        copy_facts(out, {"priority"});
        out.set("code", tests[0]);
        out.set("orderDetail", details);
        out.set("subject", patient());
        out.set("encounter", TRY(visit()));
        copy_facts(out, {"occurrenceDateTime", "authoredOn", "requester", "reasonCode", "note"});
        return out;
    }

    Result<json::Value> document() {
        const json::Value& header = facts_["document"];
        if (header.is_null()) return json::Value();
        json::Value out = start();
        const json::Value& status = facts_["status"];
        out.set("status", status.is_null() ? json::Value("current") : status);
        copy_facts(out, {"docStatus"});
        copy(out, header);
        out.set("subject", patient());
        json::Value relations;
        std::vector<std::pair<std::string, json::Value>> parents;
        facts_.each("relates/", [&](std::string_view parent, const json::Value& code) {
            parents.emplace_back(parent, code);
        });
        for (const auto& [parent, code] : parents) {
            relations.push(json::object(
                {{"code", code}, {"target", TRY(linked(RecordKind::document, parent))}}));
        }
        out.set("relatesTo", relations);
        const json::Value& content = facts_["content"];
        const json::Value& title = header["description"];
        out.set("content",
                content.is_null()
                    ? json::array({json::object(
                          {{"attachment",
                            json::object(
                                {{"title", title.is_null() ? json::Value("Document") : title}})}})})
                    : content);
        const json::Value encounter = TRY(visit());
        if (!encounter.is_null())
            out.set("context", json::object({{"encounter", json::array({encounter})}}));
        return out;
    }

    Result<json::Value> about_patient(std::string_view group, std::string_view subject) {
        json::Value out = start();
        copy(out, facts_[group]);
        out.set(subject, patient());
        if (group == "condition") out.set("encounter", TRY(visit()));
        return out;
    }

    json::Value practitioner() const {
        json::Value out = start();
        copy_facts(out, {"identifier", "name"});
        return out;
    }

    json::Value location() const {
        json::Value out = start();
        copy(out, facts_["place"]);
        copy_facts(out, {"operationalStatus"});
        return out;
    }

    RecordGroups* groups_;
    const RecordGroup& group_;
    FactView facts_;
};

}  // namespace

Result<json::Value> build_resource(RecordGroups& groups, const RecordGroup& group) {
    return Builder(&groups, group).build();
}

std::optional<store::PreparedResource> prepare_alone(const Record& said) {
    if (said.kind != RecordKind::observation && said.kind != RecordKind::diagnostic_report &&
        said.kind != RecordKind::service_request)
        return std::nullopt;
    const StoredRecord record = record_made_of(said, {});
    const auto resource = Builder(nullptr, RecordGroup{said.owner, {&record}}).build();
    if (!resource || resource->is_null()) return std::nullopt;
    auto prepared = store::prepare(*resource);
    return prepared ? std::optional(std::move(*prepared)) : std::nullopt;
}

}  // namespace wardlight::intake
