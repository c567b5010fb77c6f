#include "store/body.h"

#include <fmt/format.h>
#include <zstd.h>

#include <memory>

namespace wardlight::store {
namespace {

// First byte of a packed body: how the rest is to be read. New ways get new numbers.
enum class Packing : char { plain = 0, zstd = 1 };

constexpr std::size_t kSmallestCompressed = 256;
constexpr int kLevel = 3;
// The least a block of 128 KiB takes is 4 bytes (RFC 8878, 3.1.1.2).
constexpr std::size_t kMostExpansion = (128U << 10) / 4;
constexpr std::string_view kMetaStart = "\"meta\":{";

ZSTD_CCtx& compressor() {
    thread_local const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(
        ZSTD_createCCtx(), ZSTD_freeCCtx);
    return *context;
}
ZSTD_DCtx& decompressor() {
    thread_local const std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)> context(
        ZSTD_createDCtx(), ZSTD_freeDCtx);
    return *context;
}

std::string canonical(const json::Value& resource) {
    json::Object out;
    out.reserve(resource.members().size() + 1);
    out.emplace_back("resourceType", resource["resourceType"]);
    out.emplace_back("id", resource["id"]);
    json::Value meta =
        resource["meta"].is_object() ? resource["meta"] : json::Value(json::Object{});
    meta.remove("versionId");
    meta.remove("lastUpdated");
    out.emplace_back("meta", std::move(meta));
    for (const json::Member& member : resource.members()) {
        if (member.first != "resourceType" && member.first != "id" && member.first != "meta")
            out.push_back(member);
    }
    return json::serialize(json::Value(std::move(out)));
}

}  // namespace

std::string pack_body(const json::Value& resource) {
    const std::string text = canonical(resource);
    if (text.size() < kSmallestCompressed) return static_cast<char>(Packing::plain) + text;
    std::string out(ZSTD_compressBound(text.size()) + 1, '\0');
    out[0] = static_cast<char>(Packing::zstd);
    const std::size_t size = ZSTD_compressCCtx(&compressor(), out.data() + 1, out.size() - 1,
                                               text.data(), text.size(), kLevel);
    CHECK_INVARIANT(!ZSTD_isError(size));
    out.resize(size + 1);
    return out;
}

Result<std::string> unpack_content(std::string_view packed) {
    const auto damaged = [] {
        return fail(ErrorCode::corrupt, "a stored resource cannot be read");
    };
    if (packed.empty()) return damaged();
    const auto packing = static_cast<Packing>(packed.front());
    packed.remove_prefix(1);
    if (packing == Packing::plain) return std::string(packed);
    if (packing != Packing::zstd) return damaged();
    const auto size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) return damaged();
    // A damaged header may claim any size; none is reserved that the bytes cannot fill.
    if (size > packed.size() * kMostExpansion + kMostExpansion) return damaged();
    std::string out(size, '\0');
    const std::size_t got =
        ZSTD_decompressDCtx(&decompressor(), out.data(), out.size(), packed.data(), packed.size());
    if (ZSTD_isError(got) || got != size) return damaged();
    return out;
}

Result<std::string> unpack_body(std::string_view packed, std::int64_t version,
                                Instant last_updated) {
    std::string text = TRY(unpack_content(packed));
    const std::size_t meta = text.find(kMetaStart);
    if (meta == std::string::npos) return fail(ErrorCode::corrupt, "a stored resource has no meta");
    const std::size_t inside = meta + kMetaStart.size();
    const bool has_more = inside < text.size() && text[inside] != '}';
    text.insert(inside, fmt::format(R"("versionId":"{}","lastUpdated":"{}"{})", version,
                                    format_instant(last_updated), has_more ? "," : ""));
    return text;
}

}  // namespace wardlight::store
