#include "audit/merkle.h"

#include <doctest/doctest.h>

#include <random>

#include "base/text.h"

using namespace wardlight;
using namespace wardlight::audit;

namespace {

std::string hex(const Digest& digest) {
    return to_hex(bytes_of(digest));
}

/// The RFC's definitions, word for word, over leaves in memory.
Digest mth(std::span<const Digest> leaves) {
    if (leaves.empty()) return sha256_digest({});
    if (leaves.size() == 1) return leaves.front();
    std::size_t k = 1;
    while (k * 2 < leaves.size()) k *= 2;
    return node_digest(mth(leaves.first(k)), mth(leaves.subspan(k)));
}

std::vector<Digest> leaves_of(std::uint64_t count) {
    std::vector<Digest> leaves;
    for (std::uint64_t i = 0; i < count; ++i) leaves.push_back(leaf_digest(std::to_string(i)));
    return leaves;
}

FindNode in_memory(const std::vector<Digest>& leaves) {
    return [&leaves](unsigned level, std::uint64_t index) -> Result<Digest> {
        const std::uint64_t width = std::uint64_t{1} << level;
        return mth(std::span(leaves).subspan(index * width, width));
    };
}

constexpr std::uint64_t kLargest = 70;

}  // namespace

TEST_CASE("roots are those of the test data of RFC 6962's reference implementation") {
    const std::vector<std::string> entries = {
        "",
        std::string(1, '\0'),
        "\x10",
        "\x20\x21",
        "\x30\x31",
        "\x40\x41\x42\x43",
        "\x50\x51\x52\x53\x54\x55\x56\x57",
        "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f"};
    const std::vector<std::string> roots = {
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
    std::vector<Digest> leaves;
    Frontier frontier;
    for (std::size_t size = 0; size < roots.size(); ++size) {
        CAPTURE(size);
        CHECK(hex(*root_of(size, in_memory(leaves))) == roots[size]);
        CHECK(hex(frontier.root()) == roots[size]);
        CHECK(frontier.size() == size);
        if (size == entries.size()) break;
        leaves.push_back(leaf_digest(entries[size]));
        frontier.add(leaves.back());
    }
}

TEST_CASE("every entry of every small list has a proof, and the proof is good for nothing else") {
    const auto leaves = leaves_of(kLargest);
    std::size_t refused = 0;
    for (std::uint64_t size = 1; size <= kLargest; ++size) {
        const std::vector<Digest> list(leaves.begin(), leaves.begin() + static_cast<long>(size));
        const Digest root = mth(list);
        for (std::uint64_t index = 0; index < size; ++index) {
            CAPTURE(size);
            CAPTURE(index);
            auto proof = *inclusion_proof(index, size, in_memory(list));
            REQUIRE(is_included(list[index], index, size, proof, root));
            const auto refuse = [&](const Digest& leaf, std::uint64_t at, std::uint64_t of) {
                REQUIRE_FALSE(is_included(leaf, at, of, proof, root));
                ++refused;
            };
            refuse(leaf_digest("another"), index, size);
            refuse(list[index], index + 1, size);
            if (index > 0) refuse(list[index], index - 1, size);
            refuse(list[index], index, index);
            for (Digest& beside : proof) {
                beside[index % 32] ^= 1U;
                refuse(list[index], index, size);
                beside[index % 32] ^= 1U;
            }
            proof.push_back(root);
            refuse(list[index], index, size);
            proof.pop_back();
            if (proof.empty()) continue;
            proof.pop_back();
            refuse(list[index], index, size);
        }
    }
    CHECK(refused > 20'000);
}

TEST_CASE("every list is shown to begin with every shorter one, and with no other") {
    const auto leaves = leaves_of(kLargest);
    std::size_t refused = 0;
    const auto head = [&](std::uint64_t size) {
        return TreeHead{size, mth(std::span(leaves).first(size))};
    };
    for (std::uint64_t size = 1; size <= kLargest; ++size) {
        const TreeHead after = head(size);
        CHECK(is_consistent(head(0), after, {}));
        for (std::uint64_t old_size = 1; old_size <= size; ++old_size) {
            CAPTURE(size);
            CAPTURE(old_size);
            const TreeHead before = head(old_size);
            auto proof = *consistency_proof(old_size, size, in_memory(leaves));
            REQUIRE(is_consistent(before, after, proof));
            const auto refuse = [&](const TreeHead& from, const TreeHead& to) {
                REQUIRE_FALSE(is_consistent(from, to, proof));
                ++refused;
            };
            refuse({old_size, leaf_digest("another")}, after);
            refuse(before, {size, leaf_digest("another")});
            refuse({size + 1, before.root}, after);
            if (old_size > 1) refuse({old_size - 1, before.root}, after);
            for (Digest& beside : proof) {
                beside[old_size % 32] ^= 1U;
                refuse(before, after);
                beside[old_size % 32] ^= 1U;
            }
            proof.push_back(after.root);
            refuse(before, after);
            proof.pop_back();
            if (proof.empty()) continue;
            proof.pop_back();
            refuse(before, after);
        }
    }
    CHECK(refused > 15'000);
}

TEST_CASE("a list that was changed before its end has no proof to the old one") {
    auto leaves = leaves_of(50);
    const TreeHead before{20, mth(std::span(leaves).first(20))};
    leaves[7] = leaf_digest("changed");
    const TreeHead after{50, mth(leaves)};
    CHECK_FALSE(is_consistent(before, after, *consistency_proof(20, 50, in_memory(leaves))));
}
