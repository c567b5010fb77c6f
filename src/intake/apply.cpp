#include "intake/apply.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <span>

#include "intake/build_resource.h"
#include "intake/record_groups.h"

namespace wardlight::intake {
namespace {

constexpr std::size_t kDayLength = std::string_view("2026-11-20").size();

class Application {
 public:
    Application(store::WriteTransaction& tx, std::int64_t message_number)
        : tx_(tx),
          graph_(tx.sql()),
          records_(tx.sql(), message_number),
          groups_(graph_, records_) {}

    Result<Applied> run(const Mapped& mapped) {
        const std::size_t before = tx_.written().size();
        TRY(join_records(mapped));
        TRY(join_identity(mapped));
        TRY(add_restamped());
        TRY(spread());
        TRY(write_all());
        Applied out;
        out.kind = mapped.kind;
        for (const std::string& code : mapped.warnings) warn(code);
        out.warnings = std::move(warnings_);
        out.changed = changes_since(before);
        return out;
    }

 private:
    Result<> join_records(const Mapped& mapped) {
        const std::string at = fmt::format(
            "{:016x}", static_cast<std::uint64_t>(to_micros(mapped.event_at)) ^ (1ULL << 63));
        for (const Record& record : mapped.records) {
            if (record.kind == RecordKind::observation) TRY(check_reuse(record));
            const Joined joined = TRY(records_.join(record, at));
            if (joined == Joined::changed ||
                (joined == Joined::restamped && shows_stamps(record.kind))) {
                dirty_.insert(record.id());
            } else if (joined == Joined::restamped ||
                       (joined == Joined::repeated && !TRY(stands_alone(record)))) {
                restamped_.push_back(record.id());
            }
        }
        return {};
    }

    /// No other record says anything of the same thing.
    Result<bool> stands_alone(const Record& record) {
        if (record.kind == RecordKind::patient)
            return TRY(everybody({record.natural_id})).size() == 1;
        if (record.owner.empty()) return true;
        const std::string patient = TRY(graph_.patient_of(record.owner, record.visit));
        return groups_.stands_alone(patient, record.visit);
    }

    Result<> add_restamped() {
        for (const std::string& id : restamped_) {
            const StoredRecord* record = TRY(records_.find(id));
            const bool has_twin = record->kind == RecordKind::patient
                                      ? TRY(everybody({record->natural_id})).size() > 1
                                      : TRY(groups_.group_of(*record)).records.size() > 1;
            if (has_twin) dirty_.insert(id);
        }
        return {};
    }

    /// A new result under an old order number hides the old one: the laboratory uses its numbers
    /// again, and the feed's profile should say so.
    Result<> check_reuse(const Record& said) {
        const StoredRecord* known = TRY(records_.find(said.id()));
        if (known == nullptr) return {};
        const auto before = known->facts.find("result");
        if (before == known->facts.end()) return {};
        for (const Fact& fact : said.facts) {
            if (fact.group != "result" || fact.content["status"].text() != "final") continue;
            const auto day = [](const json::Value& result) {
                return result["effectiveDateTime"].text().substr(0, kDayLength);
            };
            if (day(fact.content) != day(before->second.content)) warn("order_number_reused");
        }
        return {};
    }

    void warn(std::string_view code) {
        if (std::find(warnings_.begin(), warnings_.end(), code) == warnings_.end())
            warnings_.emplace_back(code);
    }

    /// Merges, unlinks and moves: everything of everybody they touch, before and after, is built
    /// again.
    Result<> join_identity(const Mapped& mapped) {
        for (const Link& link : mapped.links) TRY(join_one(link, {link.source, link.target}));
        for (const Claim& claim : mapped.claims) TRY(join_claim(claim));
        for (const VisitMove& move : mapped.moves)
            TRY(join_one(move, {move.visit, move.from, move.to}));
        return {};
    }

    template <class Statement>
    Result<> join_one(const Statement& statement, const std::vector<std::string>& about) {
        const std::set<std::string> before = TRY(everybody(about));
        if (!TRY(graph_.add(statement))) return {};
        has_new_identity_ = true;
        for (const std::string& one : before) TRY(dirty_all_of(one));
        for (const std::string& one : TRY(everybody(about))) TRY(dirty_all_of(one));
        return {};
    }

    /// A national number matters only where something was sent under it alone.
    Result<> join_claim(const Claim& claim) {
        std::vector<std::string> about{claim.patient, claim.claimed};
        const std::set<std::string> before = TRY(everybody(about));
        if (!TRY(graph_.add(claim))) return {};
        std::set<std::string> after = TRY(everybody(about));
        after.insert(before.begin(), before.end());
        bool matters = false;
        for (const std::string& one : after) {
            if (one == claim.patient) continue;
            if (TRY(records_.find(one)) != nullptr) matters = true;
        }
        if (!matters) return {};
        has_new_identity_ = true;
        for (const std::string& one : after) TRY(dirty_all_of(one));
        return {};
    }

    Result<std::set<std::string>> everybody(const std::vector<std::string>& about) {
        std::set<std::string> out;
        for (const std::string& one : about) {
            if (one.empty()) continue;
            out.insert(one);
            for (std::string& member : TRY(graph_.members(TRY(graph_.resolve(one)))))
                out.insert(std::move(member));
        }
        return out;
    }

    /// All records of a patient or of a visit.
    Result<> dirty_all_of(const std::string& one) {
        for (std::string& id : TRY(records_.ids_of_owner(one))) dirty_.insert(std::move(id));
        for (std::string& id : TRY(records_.ids_of_visit(one))) dirty_.insert(std::move(id));
        return {};
    }

    /// A survivor shows what was merged into it; and when it changes which of several records of
    /// one thing gives the id, what refers to it changes too.
    Result<> spread() {
        const std::vector<std::string> said(dirty_.begin(), dirty_.end());
        for (const std::string& id : said) {
            const StoredRecord* record = TRY(records_.find(id));
            if (record == nullptr || record->owner.empty()) continue;
            if (record->kind == RecordKind::patient) {
                for (const std::string& member : TRY(everybody({record->owner}))) {
                    if (TRY(records_.find(member)) != nullptr) dirty_.insert(member);
                }
                continue;
            }
            const RecordGroup group = TRY(groups_.group_of(*record));
            if (group.records.size() < 2) continue;
            const bool is_reordered =
                has_new_identity_ ||
                std::any_of(group.records.begin(), group.records.end(),
                            [](const StoredRecord* one) { return one->is_reordered; });
            if (!is_reordered || !spread_patients_.insert(group.patient).second) continue;
            for (const std::string& member : TRY(everybody({group.patient})))
                TRY(dirty_all_of(member));
            for (const StoredRecord* one : group.records) {
                if (!one->visit.empty()) TRY(dirty_all_of(one->visit));
            }
        }
        return {};
    }

    /// Staff and places first, then patients, visits and the rest, so that what a resource refers
    /// to is there before it.
    static int order_of(RecordKind kind) {
        switch (kind) {
            case RecordKind::practitioner:
                return 0;
            case RecordKind::location:
                return 1;
            case RecordKind::patient:
                return 2;
            case RecordKind::encounter:
                return 3;
            case RecordKind::service_request:
                return 4;
            case RecordKind::diagnostic_report:
                return 6;
            default:
                return 5;
        }
    }

    Result<> write_all() {
        std::vector<std::pair<int, std::string>> ordered;
        for (const std::string& id : dirty_) {
            const StoredRecord* record = TRY(records_.find(id));
            if (record != nullptr) ordered.emplace_back(order_of(record->kind), id);
        }
        std::sort(ordered.begin(), ordered.end());
        for (const auto& [order, id] : ordered) {
            if (!written_.contains(id)) TRY(write_group(*TRY(records_.find(id))));
        }
        return {};
    }

    Result<> write_group(const StoredRecord& record) {
        const RecordGroup group = TRY(groups_.group_of(record));
        for (const StoredRecord* one : group.records) written_.insert(one->id);
        TRY(write_resource(record, group));
        for (std::size_t i = 1; i < group.records.size(); ++i) {
            TRY(tx_.remove(
                TRY(store::ResourceKey::make(resource_type(record.kind), group.records[i]->id))));
        }
        return {};
    }

    Result<> write_resource(const StoredRecord& record, const RecordGroup& group) {
        const Record* said = record.only_said;
        if (said != nullptr && said->alone && group.patient == record.owner &&
            TRY(groups_.stands_alone(group.patient, record.visit))) {
            TRY(tx_.put_if_changed(*said->alone));
            return {};
        }
        const json::Value resource = TRY(build_resource(groups_, group));
        if (!resource.is_null()) TRY(tx_.put_json(resource));
        return {};
    }

    std::vector<store::ResourceKey> changes_since(std::size_t before) {
        std::vector<store::ResourceKey> changed;
        std::set<store::ResourceKey> seen;
        for (const store::ResourceKey& key : std::span(tx_.written()).subspan(before))
            if (seen.insert(key).second) changed.push_back(key);
        return changed;
    }

    store::WriteTransaction& tx_;
    IdentityGraph graph_;
    RecordStore records_;
    RecordGroups groups_;
    std::set<std::string> dirty_;
    std::vector<std::string> restamped_;
    std::set<std::string> written_;
    std::set<std::string> spread_patients_;
    std::vector<std::string> warnings_;
    bool has_new_identity_ = false;
};

}  // namespace

Result<Applied> apply(store::WriteTransaction& tx, const Mapped& mapped,
                      std::int64_t message_number) {
    return Application(tx, message_number).run(mapped);
}

}  // namespace wardlight::intake
