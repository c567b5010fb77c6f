#include "intake/record_groups.h"

#include <algorithm>
#include <set>

namespace wardlight::intake {

Result<bool> RecordGroups::stands_alone(const std::string& patient, const std::string& visit) {
    if (TRY(graph_.members(patient)).size() > 1) return false;
    return !TRY(graph_.is_special_visit(visit));
}

Result<std::vector<std::string>> RecordGroups::natural_ids(RecordKind kind,
                                                           const std::string& natural_id) {
    if (kind != RecordKind::encounter) return std::vector<std::string>{natural_id};
    return graph_.members(TRY(graph_.resolve(natural_id)));
}

Result<RecordGroup> RecordGroups::find(RecordKind kind, const std::string& natural_id,
                                       const std::string& patient, const std::string& visit) {
    const std::vector<std::string> naturals = TRY(natural_ids(kind, natural_id));
    std::set<std::string> candidates;
    for (const std::string& owner : TRY(graph_.members(patient))) {
        for (const std::string& natural : naturals) {
            for (std::string& id : TRY(records_.ids_of(owner, natural)))
                candidates.insert(std::move(id));
        }
    }
    // Records that a moved visit brought along are under their old owner.
    if (!visit.empty()) {
        for (const std::string& one : TRY(graph_.members(TRY(graph_.resolve(visit))))) {
            for (const std::string& natural : naturals) {
                for (std::string& id : TRY(records_.ids_in_visit(one, natural)))
                    candidates.insert(std::move(id));
            }
        }
    }
    RecordGroup group{patient, {}};
    for (const std::string& id : candidates) {
        const StoredRecord* record = TRY(records_.find(id));
        if (record == nullptr || record->kind != kind) continue;
        if (std::find(naturals.begin(), naturals.end(), record->natural_id) == naturals.end())
            continue;
        if (TRY(graph_.patient_of(record->owner, record->visit)) != patient) continue;
        group.records.push_back(record);
    }
    std::sort(group.records.begin(), group.records.end(),
              [](const StoredRecord* a, const StoredRecord* b) {
                  return std::tie(a->first_at, a->id) < std::tie(b->first_at, b->id);
              });
    return group;
}

Result<RecordGroup> RecordGroups::group_of(const StoredRecord& record) {
    if (record.owner.empty() || record.kind == RecordKind::patient)
        return RecordGroup{record.owner, {&record}};
    const std::string patient = TRY(graph_.patient_of(record.owner, record.visit));
    if (TRY(stands_alone(patient, record.visit))) return RecordGroup{patient, {&record}};
    return find(record.kind, record.natural_id, patient, record.visit);
}

Result<std::string> RecordGroups::resource_id(RecordKind kind, const std::string& natural_id,
                                              const StoredRecord& from,
                                              const std::string& patient) {
    const std::string direct = record_id(kind, natural_id, from.owner);
    const std::string visit = kind == RecordKind::encounter ? natural_id : from.visit;
    if (TRY(stands_alone(patient, visit))) return direct;
    const RecordGroup group = TRY(find(kind, natural_id, patient, visit));
    return group.records.empty() ? direct : group.canonical().id;
}

}  // namespace wardlight::intake
