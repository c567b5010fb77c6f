#include "audit/tiles.h"

#include <algorithm>

namespace wardlight::audit {
namespace {

constexpr std::size_t kDigestBytes = sizeof(Digest);
constexpr std::size_t kTilesKept = 1'024;  // 8 MiB

Result<std::string> load_tile(store::Snapshot& snapshot, unsigned level, std::uint64_t number) {
    auto rows =
        TRY(snapshot.sql().query("SELECT digests FROM audit_tile WHERE level = $1 AND number = $2",
                                 static_cast<int>(level), static_cast<std::int64_t>(number)));
    if (!TRY(rows.next())) return std::string();
    return rows.string(0);
}

Result<> save_tile(store::WriteTransaction& tx, unsigned level, std::uint64_t number,
                   const std::string& digests) {
    return tx.sql().run(
        "INSERT INTO audit_tile (level, number, digests) VALUES ($1, $2, $3) "
        "ON CONFLICT (level, number) DO UPDATE SET digests = $3",
        static_cast<int>(level), static_cast<std::int64_t>(number), store::Bytes{digests});
}

Digest digest_at(std::string_view tile, std::uint64_t place) {
    Digest digest;
    const std::string_view bytes = tile.substr(place * kDigestBytes, kDigestBytes);
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

/// `count` is a power of two.
Digest folded(std::string_view tile, std::uint64_t first, std::uint64_t count) {
    if (count == 1) return digest_at(tile, first);
    return node_digest(folded(tile, first, count / 2), folded(tile, first + count / 2, count / 2));
}

}  // namespace

Result<> append_leaves(store::WriteTransaction& tx, std::uint64_t size,
                       std::span<const Digest> leaves) {
    std::vector<Digest> adding(leaves.begin(), leaves.end());
    std::uint64_t there = size;
    for (unsigned level = 0; !adding.empty(); ++level) {
        std::vector<Digest> full;
        std::uint64_t number = there / kTileWidth;
        std::string tile = TRY(load_tile(tx, level, number));
        if (tile.size() != there % kTileWidth * kDigestBytes)
            return fail(ErrorCode::corrupt, "a tile of the audit log has not the right length",
                        "audit_tile");
        for (const Digest& digest : adding) {
            tile += bytes_of(digest);
            if (tile.size() < kTileWidth * kDigestBytes) continue;
            TRY(save_tile(tx, level, number, tile));
            full.push_back(folded(tile, 0, kTileWidth));
            tile.clear();
            ++number;
        }
        if (!tile.empty()) TRY(save_tile(tx, level, number, tile));
        adding = std::move(full);
        there /= kTileWidth;
    }
    return {};
}

Result<Digest> TileReader::node(unsigned level, std::uint64_t index) {
    const unsigned within = level % kTileHeight;
    const std::uint64_t count = 1U << within;
    const std::uint64_t first = index << within;
    const std::pair key(level / kTileHeight, first / kTileWidth);
    auto tile = tiles_.find(key);
    if (tile == tiles_.end()) {
        if (tiles_.size() >= kTilesKept) tiles_.clear();
        tile = tiles_.emplace(key, TRY(load_tile(snapshot_, key.first, key.second))).first;
    }
    const std::uint64_t place = first % kTileWidth;
    if (tile->second.size() < (place + count) * kDigestBytes)
        return fail(ErrorCode::corrupt, "a tile of the audit log is missing or too short",
                    "audit_tile");
    return folded(tile->second, place, count);
}

}  // namespace wardlight::audit
