#include "intake/fact_view.h"

namespace wardlight::intake {
namespace {

bool is_later(const StoredFact& a, const StoredFact& b) {
    if (a.stamp != b.stamp) return a.stamp > b.stamp;
    return json::serialize(a.content) > json::serialize(b.content);
}

}  // namespace

void FactView::join(const StoredRecord& record) {
    for (const auto& [group, fact] : record.facts) {
        const auto [at, is_new] = facts_.emplace(group, &fact);
        if (!is_new && is_later(fact, *at->second)) at->second = &fact;
    }
}

void FactView::fill(const FactView& other) {
    for (const auto& [group, fact] : other.facts_) facts_.emplace(group, fact);
}

const json::Value& FactView::operator[](std::string_view group) const {
    static const json::Value kNothing;
    const StoredFact* fact = find(group);
    return fact == nullptr ? kNothing : fact->content;
}

const StoredFact* FactView::find(std::string_view group) const {
    const auto at = facts_.find(group);
    return at == facts_.end() ? nullptr : at->second;
}

void FactView::each(std::string_view prefix,
                    const std::function<void(std::string_view, const json::Value&)>& use) const {
    for (auto at = facts_.lower_bound(prefix); at != facts_.end(); ++at) {
        if (!at->first.starts_with(prefix)) return;
        if (!at->second->content.is_null())
            use(at->first.substr(prefix.size()), at->second->content);
    }
}

}  // namespace wardlight::intake
