#include "store/body.h"

#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include <memory>

#include "base/need.h"
#include "store/dictionary.h"

namespace wardlight::store {
namespace {

// First byte of a packed body: how the rest is to be read. New ways get new numbers.
enum class Packing : char { plain = 0, zstd = 1, zstd_dictionary_1 = 2 };

constexpr std::size_t kSmallestCompressed = 64;
constexpr int kLevel = 3;
// The least a block of 128 KiB takes is 4 bytes (RFC 8878, 3.1.1.2).
constexpr std::size_t kMostExpansion = (128U << 10) / 4;
constexpr std::string_view kMetaStart = "\"meta\":{";

using Dictionary = std::unique_ptr<ZSTD_CDict, decltype(&ZSTD_freeCDict)>;
using ReadDictionary = std::unique_ptr<ZSTD_DDict, decltype(&ZSTD_freeDDict)>;

/// Made once for all threads; only read afterwards.
const ZSTD_CDict* packing_dictionary() {
    static const Dictionary kDictionary = need(Dictionary(
        ZSTD_createCDict(kDictionary1.data(), kDictionary1.size(), kLevel), ZSTD_freeCDict));
    return kDictionary.get();
}
const ZSTD_DDict* unpacking_dictionary() {
    static const ReadDictionary kDictionary = need(
        ReadDictionary(ZSTD_createDDict(kDictionary1.data(), kDictionary1.size()), ZSTD_freeDDict));
    return kDictionary.get();
}

using Compressor = std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)>;
using Decompressor = std::unique_ptr<ZSTD_DCtx, decltype(&ZSTD_freeDCtx)>;

Compressor make_compressor() {
    Compressor made = need(Compressor(ZSTD_createCCtx(), ZSTD_freeCCtx));
    // The packing byte names the dictionary already.
    ZSTD_CCtx_setParameter(made.get(), ZSTD_c_dictIDFlag, 0);
    const std::size_t outcome = ZSTD_CCtx_refCDict(made.get(), packing_dictionary());
    CHECK_INVARIANT(!ZSTD_isError(outcome));  // it only refuses in the midst of packing
    return made;
}

ZSTD_CCtx* compressor() {
    thread_local const Compressor context = make_compressor();
    return context.get();
}
ZSTD_DCtx* decompressor() {
    thread_local const Decompressor context = need(Decompressor(ZSTD_createDCtx(), ZSTD_freeDCtx));
    return context.get();
}

/// Without memory nothing is wrong with the data: as everywhere, the request ends, not the store.
void check_memory(std::size_t outcome) {
    if (ZSTD_getErrorCode(outcome) == ZSTD_error_memory_allocation) throw std::bad_alloc();
}

void append_member(std::string& out, std::string_view name, const json::Value& value) {
    if (out.back() != '{') out.push_back(',');
    json::serialize_string_to(out, name);
    out.push_back(':');
    json::serialize_to(out, value);
}

void append_meta(std::string& out, const json::Value& meta) {
    out.append(",\"meta\":{");
    for (const json::Member& member : meta.members()) {
        if (member.first != "versionId" && member.first != "lastUpdated")
            append_member(out, member.first, member.second);
    }
    out.push_back('}');
}

}  // namespace

std::string canonical_text(const json::Value& resource) {
    std::string out = "{";
    append_member(out, "resourceType", resource["resourceType"]);
    append_member(out, "id", resource["id"]);
    append_meta(out, resource["meta"]);
    for (const json::Member& member : resource.members()) {
        if (member.first != "resourceType" && member.first != "id" && member.first != "meta")
            append_member(out, member.first, member.second);
    }
    out.push_back('}');
    return out;
}

std::string pack(std::string_view text) {
    if (text.size() < kSmallestCompressed)
        return static_cast<char>(Packing::plain) + std::string(text);
    std::string out(ZSTD_compressBound(text.size()) + 1, '\0');
    out[0] = static_cast<char>(Packing::zstd_dictionary_1);
    const std::size_t size =
        ZSTD_compress2(compressor(), out.data() + 1, out.size() - 1, text.data(), text.size());
    check_memory(size);
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
    if (packing != Packing::zstd && packing != Packing::zstd_dictionary_1) return damaged();
    const auto size = ZSTD_getFrameContentSize(packed.data(), packed.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN) return damaged();
    // A damaged header may claim any size; none is reserved that the bytes cannot fill.
    if (size > packed.size() * kMostExpansion + kMostExpansion) return damaged();
    std::string out(size, '\0');
    const std::size_t got =
        packing == Packing::zstd
            ? ZSTD_decompressDCtx(decompressor(), out.data(), out.size(), packed.data(),
                                  packed.size())
            : ZSTD_decompress_usingDDict(decompressor(), out.data(), out.size(), packed.data(),
                                         packed.size(), unpacking_dictionary());
    check_memory(got);
    if (got != size) return damaged();  // an error's number is no size
    return out;
}

Result<std::string> unpack_body(std::string_view packed, std::int64_t version,
                                Instant last_updated) {
    return with_meta(TRY(unpack_content(packed)), version, last_updated);
}

Result<std::string> with_meta(std::string text, std::int64_t version, Instant last_updated) {
    const std::size_t meta = text.find(kMetaStart);
    if (meta == std::string::npos) return fail(ErrorCode::corrupt, "a stored resource has no meta");
    const std::size_t inside = meta + kMetaStart.size();
    const bool has_more = inside < text.size() && text[inside] != '}';
    text.insert(inside, fmt::format(R"("versionId":"{}","lastUpdated":"{}"{})", version,
                                    format_instant(last_updated), has_more ? "," : ""));
    return text;
}

}  // namespace wardlight::store
