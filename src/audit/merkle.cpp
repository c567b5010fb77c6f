#include "audit/merkle.h"

#include <algorithm>
#include <bit>

#include "base/text.h"

namespace wardlight::audit {
namespace {

constexpr char kLeaf = '\0';
constexpr char kNode = '\1';

Digest digest_from(std::string_view bytes) {
    Digest digest;
    std::copy(bytes.begin(), bytes.end(), digest.begin());
    return digest;
}

/// A range of leaves, as the RFC's D[begin:end].
struct Range {
    std::uint64_t begin;
    std::uint64_t end;
    [[nodiscard]] std::uint64_t size() const { return end - begin; }
    /// Where the RFC divides it: after the largest power of two below its size.
    [[nodiscard]] std::uint64_t middle() const { return begin + std::bit_floor(size() - 1); }
};

Result<Digest> digest_of(Range range, const FindNode& find) {
    if (std::has_single_bit(range.size())) {
        const auto level = static_cast<unsigned>(std::countr_zero(range.size()));
        return find(level, range.begin >> level);
    }
    const Digest left = TRY(digest_of({range.begin, range.middle()}, find));
    return node_digest(left, TRY(digest_of({range.middle(), range.end}, find)));
}

/// The way from a leaf up to the root beside the digests of a proof: fn and sn of the RFC.
class Climb {
 public:
    Climb(std::uint64_t first, std::uint64_t last) : first_(first), last_(last) {}
    [[nodiscard]] bool is_at_top() const { return last_ == 0; }
    [[nodiscard]] bool is_right_half() const { return first_ % 2 == 1; }
    /// Whether the next digest of the proof stands to the left; goes up past it.
    bool step() {
        const bool is_left = is_right_half() || first_ == last_;
        // Nothing stands beside a left half at the end of the list.
        while (is_left && first_ != 0 && !is_right_half()) go_up();
        go_up();
        return is_left;
    }
    void go_up() {
        first_ >>= 1U;
        last_ >>= 1U;
    }

 private:
    std::uint64_t first_;
    std::uint64_t last_;
};

}  // namespace

Digest sha256_digest(std::string_view bytes) {
    return digest_from(sha256(bytes));
}

Digest leaf_digest(std::string_view entry) {
    return sha256_digest(kLeaf + std::string(entry));
}

Digest node_digest(const Digest& left, const Digest& right) {
    std::array<char, 1 + 2 * sizeof(Digest)> text;
    text[0] = kNode;
    std::copy(left.begin(), left.end(), text.begin() + 1);
    std::copy(right.begin(), right.end(), text.begin() + 1 + sizeof(Digest));
    return sha256_digest({text.data(), text.size()});
}

Result<Digest> root_of(std::uint64_t size, const FindNode& find) {
    if (size == 0) return sha256_digest({});
    return digest_of({0, size}, find);
}

Result<std::vector<Digest>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                            const FindNode& find) {
    std::vector<Digest> proof;
    for (Range range{0, size}; range.size() > 1;) {
        const std::uint64_t middle = range.middle();
        const Range left{range.begin, middle};
        const Range right{middle, range.end};
        const bool is_left = index < middle;
        proof.push_back(TRY(digest_of(is_left ? right : left, find)));
        range = is_left ? left : right;
    }
    std::reverse(proof.begin(), proof.end());
    return proof;
}

Result<std::vector<Digest>> consistency_proof(std::uint64_t old_size, std::uint64_t size,
                                              const FindNode& find) {
    std::vector<Digest> proof;
    Range range{0, size};
    while (range.end != old_size) {
        const std::uint64_t middle = range.middle();
        const Range left{range.begin, middle};
        const Range right{middle, range.end};
        const bool is_left = old_size <= middle;
        proof.push_back(TRY(digest_of(is_left ? right : left, find)));
        range = is_left ? left : right;
    }
    // Who checks it knows the old root: it is left out where it would be the whole of the range.
    if (range.begin != 0) proof.push_back(TRY(digest_of(range, find)));
    std::reverse(proof.begin(), proof.end());
    return proof;
}

bool is_included(const Digest& leaf, std::uint64_t index, std::uint64_t size,
                 std::span<const Digest> proof, const Digest& root) {
    if (index >= size) return false;
    Climb climb(index, size - 1);
    Digest digest = leaf;
    for (const Digest& beside : proof) {
        if (climb.is_at_top()) return false;
        digest = climb.step() ? node_digest(beside, digest) : node_digest(digest, beside);
    }
    return climb.is_at_top() && digest == root;
}

bool is_consistent(const TreeHead& before, const TreeHead& after, std::span<const Digest> proof) {
    if (before.size > after.size) return false;
    if (before.size == 0) return proof.empty() && before.root == sha256_digest({});
    if (before.size == after.size) return proof.empty() && before.root == after.root;
    std::vector<Digest> path(proof.begin(), proof.end());
    if (std::has_single_bit(before.size)) path.insert(path.begin(), before.root);
    if (path.empty()) return false;
    Climb climb(before.size - 1, after.size - 1);
    while (climb.is_right_half()) climb.go_up();
    Digest old_digest = path.front();
    Digest new_digest = path.front();
    for (const Digest& beside : std::span(path).subspan(1)) {
        if (climb.is_at_top()) return false;
        if (climb.step()) {
            old_digest = node_digest(beside, old_digest);
            new_digest = node_digest(beside, new_digest);
        } else {
            new_digest = node_digest(new_digest, beside);
        }
    }
    return climb.is_at_top() && old_digest == before.root && new_digest == after.root;
}

void Frontier::add(const Digest& leaf) {
    Digest digest = leaf;
    for (std::uint64_t rest = size_; rest % 2 == 1; rest >>= 1U) {
        digest = node_digest(peaks_.back(), digest);
        peaks_.pop_back();
    }
    peaks_.push_back(digest);
    ++size_;
}

Digest Frontier::root() const {
    if (peaks_.empty()) return sha256_digest({});
    Digest digest = peaks_.back();
    for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak)
        digest = node_digest(*peak, digest);
    return digest;
}

}  // namespace wardlight::audit
