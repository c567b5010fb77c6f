// The Merkle tree of RFC 6962, section 2.1: one digest stands for a list of entries, and a short
// proof shows that an entry is in it (inclusion), or that a longer list begins with a shorter one
// (consistency). Proofs are checked by the steps of RFC 9162, 2.1.3.2 and 2.1.4.2. Pure functions.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <span>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace wardlight::audit {

using Digest = std::array<unsigned char, 32>;  // SHA-256

inline std::string_view bytes_of(const Digest& digest) {
    return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

[[nodiscard]] Digest sha256_digest(std::string_view bytes);
[[nodiscard]] Digest leaf_digest(std::string_view entry);
[[nodiscard]] Digest node_digest(const Digest& left, const Digest& right);

/// Finds the digest of the complete subtree `index` of height `level`: of the leaves
/// index * 2^level up to, without, (index + 1) * 2^level.
using FindNode = std::function<Result<Digest>(unsigned level, std::uint64_t index)>;

/// Of the first `size` entries.
[[nodiscard]] Result<Digest> root_of(std::uint64_t size, const FindNode& find);
/// `index` below `size`.
[[nodiscard]] Result<std::vector<Digest>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                                          const FindNode& find);
/// `old_size` from 1 to `size`.
[[nodiscard]] Result<std::vector<Digest>> consistency_proof(std::uint64_t old_size,
                                                            std::uint64_t size,
                                                            const FindNode& find);

[[nodiscard]] bool is_included(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                               std::span<const Digest> proof, const Digest& root);

struct TreeHead {
    std::uint64_t size = 0;
    Digest root{};
};
/// Everything begins with the empty list, which needs no proof.
[[nodiscard]] bool is_consistent(const TreeHead& before, const TreeHead& after,
                                 std::span<const Digest> proof);

/// The digests of the complete subtrees that a list of any length ends in: enough to go on and to
/// say the root, without the entries.
class Frontier {
 public:
    void add(const Digest& leaf);
    [[nodiscard]] std::uint64_t size() const { return size_; }
    [[nodiscard]] Digest root() const;

 private:
    std::uint64_t size_ = 0;
    std::vector<Digest> peaks_;  // one for each bit of the size, the largest first
};

}  // namespace wardlight::audit
