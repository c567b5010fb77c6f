// What was worked out of one patient's resources, kept until something of the patient changes.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <utility>

#include "store/store.h"

namespace wardlight::api {

/// Safe from any thread.
template <class Kept>
class PatientCache {
 public:
    /// When `most` are kept all are let go.
    PatientCache(const store::Store& store, std::size_t most) : store_(store), most_(most) {}

    /// The kept one if nothing of the patient has changed since and `is_fresh` says so; else what
    /// `make` reads, of nothing but the patient's own resources. Not for a transaction, whose
    /// changes are nobody else's yet.
    template <class IsFresh, class Make>
    [[nodiscard]] Result<std::shared_ptr<const Kept>> of(store::Snapshot& snapshot,
                                                         const PatientId& patient,
                                                         const IsFresh& is_fresh,
                                                         const Make& make) {
        // First what fixes the snapshot's state: a change noted after that is not in it.
        const ChangeNumber state = TRY(snapshot.last_change());
        {
            const std::lock_guard lock(mutex_);
            const auto found = kept_.find(patient.value);
            if (found != kept_.end() && is_fresh(*found->second.value) &&
                store_.last_change_of(patient) <= std::min(found->second.as_of, state))
                return found->second.value;
        }
        auto value = std::make_shared<const Kept>(TRY(make()));
        const std::lock_guard lock(mutex_);
        if (kept_.size() >= most_) kept_.clear();
        kept_.insert_or_assign(patient.value, Entry{value, state});
        return value;
    }

 private:
    struct Entry {
        std::shared_ptr<const Kept> value;
        ChangeNumber as_of{};
    };

    const store::Store& store_;
    const std::size_t most_;
    std::mutex mutex_;
    std::unordered_map<std::string, Entry> kept_;
};

}  // namespace wardlight::api
