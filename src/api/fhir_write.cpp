#include "api/fhir_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "store/body.h"
#include "store/search.h"

namespace wardlight::api {
namespace {

using json::Value;
using store::Operation;
using store::ResourceKey;
using Method = FhirEntry::Method;

using References = std::map<std::string, std::string, std::less<>>;

/// Replaces "urn:uuid:..." (and full URLs of other entries) wherever they stand as a reference or
/// URI.
void rewrite_references(Value& node, const References& references) {
    if (node.is_array()) {
        for (Value& item : node.edit_items()) rewrite_references(item, references);
        return;
    }
    if (!node.is_object()) return;
    for (auto& [name, child] : node.edit_members()) {
        if (child.is_string() && (name == "reference" || name == "url" || name == "uri")) {
            if (const auto found = references.find(child.text()); found != references.end())
                child = Value(found->second);
        } else {
            rewrite_references(child, references);
        }
    }
}

int rank(Method method) {
    switch (method) {
        case Method::remove:
            return 0;
        case Method::create:
            return 1;
        case Method::update:
            return 2;
        case Method::read:
            return 3;
    }
    return 3;
}

/// The one resource a condition finds, or none; more than one is an error of the caller.
Result<std::optional<ResourceKey>> find_one(store::Snapshot& snapshot,
                                            store::SearchRequest request) {
    request.count = 2;
    const auto page = TRY(store::search(snapshot, request));
    if (page.matches.size() > 1) {
        return fail(ErrorCode::precondition_failed, "the condition matches more than one resource");
    }
    if (page.matches.empty()) return std::nullopt;
    return page.matches.front().key;
}

/// Entries with their ids settled and their resources made ready.
struct Plan {
    std::vector<ResourceKey> keys;
    std::vector<bool> is_found;  // by the entry's condition
    std::vector<std::optional<store::PreparedResource>> prepared;
};

Result<> located(Result<> result, std::size_t index, std::size_t count) {
    if (result || count == 1) return result;
    Error error = std::move(result).error();
    error.where =
        fmt::format("Bundle.entry[{}]{}{}", index, error.where.empty() ? "" : ".", error.where);
    return tl::unexpected(std::move(error));
}

/// Works out what will be written. Costly; on the caller's thread unless an entry has a condition,
/// which only the writer's state can answer.
class Planner {
 public:
    Planner(std::vector<FhirEntry>& entries, store::Snapshot* snapshot)
        : entries_(entries), snapshot_(snapshot) {}

    Result<Plan> run() {
        plan_.keys.resize(entries_.size());
        plan_.is_found.resize(entries_.size());
        plan_.prepared.resize(entries_.size());
        for (std::size_t i = 0; i < entries_.size(); ++i)
            TRY(located(settle_key(i), i, entries_.size()));
        for (std::size_t i = 0; i < entries_.size(); ++i)
            TRY(located(make_ready(i), i, entries_.size()));
        return std::move(plan_);
    }

 private:
    /// Which id an entry has, so that references to it can be rewritten.
    Result<> settle_key(std::size_t i) {
        const FhirEntry& entry = entries_[i];
        ResourceKey& key = plan_.keys[i];
        key = entry.key;
        if (entry.condition) {
            if (const auto found = TRY(find_one(*snapshot_, *entry.condition))) {
                key = *found;
                plan_.is_found[i] = true;
            } else if (entry.method == Method::remove) {
                return {};
            }
        }
        if (key.id.empty()) key.id = new_uuid();
        if (!entry.full_url.empty()) references_[entry.full_url] = key.reference();
        return {};
    }

    Result<> make_ready(std::size_t i) {
        FhirEntry& entry = entries_[i];
        // If-None-Exist found one: nothing is created.
        const bool is_written = entry.method == Method::update ||
                                (entry.method == Method::create && !plan_.is_found[i]);
        if (!is_written) return {};
        // The writer may plan again.
        Value resource = snapshot_ == nullptr ? std::move(*entry.resource) : *entry.resource;
        resource.set("id", plan_.keys[i].id);
        if (!references_.empty()) rewrite_references(resource, references_);
        plan_.prepared[i] = TRY(store::prepare(resource));
        return {};
    }

    std::vector<FhirEntry>& entries_;
    store::Snapshot* snapshot_;
    References references_;
    Plan plan_;
};

class Performer {
 public:
    Performer(store::WriteTransaction& tx, const std::vector<FhirEntry>& entries, const Plan& plan)
        : tx_(tx), entries_(entries), plan_(plan) {}

    Result<FhirOutcomes> run() {
        std::vector<std::size_t> order(entries_.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return std::pair(rank(entries_[a].method), a) < std::pair(rank(entries_[b].method), b);
        });
        outcomes_.resize(entries_.size());
        for (const std::size_t i : order) TRY(located(perform_one(i), i, entries_.size()));
        return std::move(outcomes_);
    }

    [[nodiscard]] const FhirChange& change() const { return change_; }

 private:
    Result<> perform_one(std::size_t i) {
        if (plan_.prepared[i]) return write(i, *plan_.prepared[i]);
        if (entries_[i].method == Method::remove) return remove(i);
        return read(i);
    }

    Result<> write(std::size_t i, const store::PreparedResource& resource) {
        const auto written = TRY(tx_.put(resource, entries_[i].if_match));
        note_change(resource.key, resource.patient);
        const bool is_created = written.operation == Operation::create;
        outcomes_[i] = {is_created ? 201 : 200, resource.key, written.version, tx_.now(), {}, true};
        if (!is_created || entries_.size() == 1) {
            outcomes_[i].body = TRY(store::with_meta(resource.text, written.version, tx_.now()));
        }
        return {};
    }

    Result<> remove(std::size_t i) {
        const ResourceKey& key = plan_.keys[i];
        if (!key.id.empty()) {
            TRY(tx_.remove(key));
            note_change(key, TRY(tx_.patient_of(key)));
        }
        outcomes_[i] = {204, key, 0, tx_.now(), {}, true};
        return {};
    }

    Result<> read(std::size_t i) {
        auto stored = TRY(tx_.get(plan_.keys[i]));
        if (!stored) return fail(ErrorCode::not_found, "there is no such resource");
        if (stored->is_deleted()) return fail(ErrorCode::gone, "the resource was deleted");
        outcomes_[i] = {200,
                        plan_.keys[i],
                        stored->version,
                        stored->last_updated,
                        std::move(stored->body),
                        false,
                        std::move(stored->patient)};
        return {};
    }

    void note_change(const ResourceKey& key, const PatientId& patient) {
        change_.resources.push_back(key);
        auto& patients = change_.patients;
        if (!patient.empty() &&
            std::find(patients.begin(), patients.end(), patient) == patients.end())
            patients.push_back(patient);
    }

    store::WriteTransaction& tx_;
    const std::vector<FhirEntry>& entries_;
    const Plan& plan_;
    FhirOutcomes outcomes_;
    FhirChange change_;
};

/// What a write keeps from the caller's thread to the answer.
struct Underway {
    std::vector<FhirEntry> entries;
    OnPerformed on_performed;
    bool has_condition = false;
    Plan plan;
    FhirOutcomes outcomes;

    Result<> run(store::WriteTransaction& tx) {
        if (has_condition) plan = TRY(Planner(entries, &tx).run());
        Performer performer(tx, entries, plan);
        outcomes = TRY(performer.run());
        return on_performed ? on_performed(tx, performer.change(), outcomes) : Result<>{};
    }
};

}  // namespace

void perform(CommitQueue& commits, std::vector<FhirEntry> entries, OnPerformed on_performed,
             std::function<void(Result<FhirOutcomes>)> done) {
    const auto underway = std::make_shared<Underway>();
    underway->entries = std::move(entries);
    underway->on_performed = std::move(on_performed);
    underway->has_condition =
        std::any_of(underway->entries.begin(), underway->entries.end(),
                    [](const FhirEntry& entry) { return entry.condition.has_value(); });
    if (!underway->has_condition) {
        auto plan = Planner(underway->entries, nullptr).run();
        if (!plan) return done(tl::unexpected(std::move(plan).error()));
        underway->plan = std::move(*plan);
    }
    commits.submit([underway](store::WriteTransaction& tx) { return underway->run(tx); },
                   [underway, done = std::move(done)](const Result<store::Commit>& commit) {
                       if (!commit) return done(tl::unexpected(commit.error()));
                       done(std::move(underway->outcomes));
                   });
}

}  // namespace wardlight::api
