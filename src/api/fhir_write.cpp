#include "api/fhir_write.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

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
    for (const json::Member& member : json::Object(node.members())) {
        Value& child = node.edit(member.first);
        if (child.is_string() &&
            (member.first == "reference" || member.first == "url" || member.first == "uri")) {
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

class Performer {
 public:
    Performer(store::WriteTransaction& tx, const std::vector<FhirEntry>& entries)
        : tx_(tx), entries_(entries) {}

    Result<std::vector<FhirOutcome>> run() {
        std::vector<std::size_t> order(entries_.size());
        for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
        std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
            return std::pair(rank(entries_[a].method), a) < std::pair(rank(entries_[b].method), b);
        });
        outcomes_.resize(entries_.size());
        keys_.resize(entries_.size());
        for (std::size_t i = 0; i < entries_.size(); ++i) TRY(located(resolve_key(i), i));
        for (const std::size_t i : order) TRY(located(perform_one(i), i));
        return std::move(outcomes_);
    }

    [[nodiscard]] const std::vector<ResourceKey>& changed() const { return changed_; }

 private:
    Result<> located(Result<> result, std::size_t index) const {
        if (result || entries_.size() == 1) return result;
        Error error = std::move(result).error();
        error.where =
            fmt::format("Bundle.entry[{}]{}{}", index, error.where.empty() ? "" : ".", error.where);
        return tl::unexpected(std::move(error));
    }

    /// Settles which id an entry has, so that references to it can be rewritten before anything is
    /// written.
    Result<> resolve_key(std::size_t i) {
        const FhirEntry& entry = entries_[i];
        keys_[i] = entry.key;
        if (entry.condition) {
            if (const auto found = TRY(find_one(tx_, *entry.condition))) {
                keys_[i] = *found;
                matched_.push_back(i);
            } else if (entry.method == Method::remove) {
                return {};
            }
        }
        if (keys_[i].id.empty()) keys_[i].id = new_uuid();
        if (!entry.full_url.empty()) references_[entry.full_url] = keys_[i].reference();
        return {};
    }

    Result<> perform_one(std::size_t i) {
        const FhirEntry& entry = entries_[i];
        switch (entry.method) {
            case Method::remove:
                return remove(i);
            case Method::read:
                return read(i, 200);
            case Method::create:
                // If-None-Exist found one: nothing is created, the caller is told which it is.
                if (std::find(matched_.begin(), matched_.end(), i) != matched_.end())
                    return read(i, 200);
                return write(i);
            case Method::update:
                return write(i);
        }
        return {};
    }

    Result<> write(std::size_t i) {
        const FhirEntry& entry = entries_[i];
        Value resource = *entry.resource;
        resource.set("id", keys_[i].id);
        if (!references_.empty()) rewrite_references(resource, references_);
        const auto written = TRY(tx_.put(TRY(store::prepare(resource)), entry.if_match));
        changed_.push_back(keys_[i]);
        return read(i, written.operation == Operation::create ? 201 : 200);
    }

    Result<> remove(std::size_t i) {
        if (!keys_[i].id.empty()) {
            TRY(tx_.remove(keys_[i]));
            changed_.push_back(keys_[i]);
        }
        outcomes_[i] = {204, keys_[i], 0, tx_.now(), {}};
        return {};
    }

    Result<> read(std::size_t i, int status) {
        auto stored = TRY(tx_.get(keys_[i]));
        if (!stored) return fail(ErrorCode::not_found, "there is no such resource");
        if (stored->is_deleted()) return fail(ErrorCode::gone, "the resource was deleted");
        outcomes_[i] = {status, keys_[i], stored->version, stored->last_updated,
                        std::move(stored->body)};
        return {};
    }

    store::WriteTransaction& tx_;
    const std::vector<FhirEntry>& entries_;
    std::vector<ResourceKey> keys_;
    std::vector<std::size_t> matched_;
    References references_;
    std::vector<FhirOutcome> outcomes_;
    std::vector<ResourceKey> changed_;
};

}  // namespace

Result<std::vector<FhirOutcome>> perform(store::Store& store, std::vector<FhirEntry> entries,
                                         const OnChanged& on_changed) {
    return store.transact([&](store::WriteTransaction& tx) -> Result<std::vector<FhirOutcome>> {
        Performer performer(tx, entries);
        auto outcomes = TRY(performer.run());
        if (on_changed && !performer.changed().empty()) TRY(on_changed(tx, performer.changed()));
        return outcomes;
    });
}

}  // namespace wardlight::api
