// The digests of the audit log's tree, kept as tiles of C2SP tlog-tiles: a tile holds up to 256
// digests that stand beside each other on a level divisible by 8; what lies between is worked out.
// 32 bytes for each entry, and a full tile never changes again. Functions over a transaction or
// snapshot: as thread-safe as those.
#pragma once

#include <map>
#include <string>

#include "audit/merkle.h"
#include "store/store.h"

namespace wardlight::audit {

inline constexpr unsigned kTileHeight = 8;
inline constexpr std::uint64_t kTileWidth = 1U << kTileHeight;

/// Adds leaves behind the first `size`, which are there.
[[nodiscard]] Result<> append_leaves(store::WriteTransaction& tx, std::uint64_t size,
                                     std::span<const Digest> leaves);

/// Reads digests of the tree, each tile once. Must not outlive the snapshot.
class TileReader {
 public:
    explicit TileReader(store::Snapshot& snapshot) : snapshot_(snapshot) {}
    /// `corrupt` when the tile, or its place in it, is missing.
    [[nodiscard]] Result<Digest> node(unsigned level, std::uint64_t index);
    [[nodiscard]] FindNode finder() {
        return [this](unsigned level, std::uint64_t index) { return node(level, index); };
    }

 private:
    store::Snapshot& snapshot_;
    std::map<std::pair<unsigned, std::uint64_t>, std::string> tiles_;
};

}  // namespace wardlight::audit
