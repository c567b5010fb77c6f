// Puts committed entries into the log's Merkle tree and signs what it has come to, about every
// second. Nobody who reads or writes waits for it: what is hashed is read from a snapshot, and only
// tiles, chains and a checkpoint go through the writer.
//
// Between an entry's commit and its seal, a second or so, only the database protects it.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "audit/log_key.h"
#include "store/store.h"

namespace wardlight::audit {

/// Adds up to `most` further entries to the tree. Returns how many; 0: all are in it. `corrupt`
/// when the entries have a gap. One caller at a time.
[[nodiscard]] Result<std::size_t> seal(store::Store& store, const LogKey& key, std::size_t most);

/// The newest checkpoint, a signed note; empty when nothing was sealed yet.
[[nodiscard]] Result<std::string> newest_checkpoint(store::Snapshot& snapshot);

/// Seals as long as it lives, and once more when it ends. Both must outlive it.
class Sealer {
 public:
    Sealer(store::Store& store, const LogKey& key);
    ~Sealer();
    Sealer(const Sealer&) = delete;
    Sealer& operator=(const Sealer&) = delete;

 private:
    void loop();
    void seal_all();

    store::Store& store_;
    const LogKey& key_;
    std::mutex mutex_;
    std::condition_variable stop_;
    bool is_stopping_ = false;
    bool has_failed_ = false;  // this thread only: said once, not every second
    std::thread thread_;
};

}  // namespace wardlight::audit
