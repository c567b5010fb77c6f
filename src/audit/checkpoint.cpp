#include "audit/checkpoint.h"

#include <algorithm>
#include <optional>

#include "base/text.h"

namespace wardlight::audit {
namespace {

constexpr std::string_view kSignatureStart = "\xE2\x80\x94 ";  // an em dash and a space
constexpr std::size_t kLines = 3;
constexpr std::size_t kSignaturesMost = 64;
constexpr std::size_t kNoteMost = 64U << 10;

/// Decimal without sign or leading zero: each size has one text.
std::optional<std::uint64_t> read_size(std::string_view text) {
    const auto size = parse_integer(text);
    if (!size || *size < 0 || std::to_string(*size) != text) return std::nullopt;
    return static_cast<std::uint64_t>(*size);
}

std::optional<TreeHead> read_head(std::string_view text, std::string_view name) {
    const auto lines = split(text, '\n');
    // The text ends in a newline, so that the last part is empty; extension lines are not ours.
    if (lines.size() != kLines + 1 || lines[0] != name) return std::nullopt;
    const auto size = read_size(lines[1]);
    const auto root = from_base64(lines[2]);
    if (!size || !root || root->size() != sizeof(Digest) || to_base64(*root) != lines[2])
        return std::nullopt;
    TreeHead head{*size, {}};
    std::copy(root->begin(), root->end(), head.root.begin());
    return head;
}

bool has_signature(std::string_view text, std::string_view signatures, std::string_view name,
                   std::string_view public_key) {
    const std::string id = key_id(name, public_key);
    const auto lines = split(signatures, '\n');
    if (lines.size() > kSignaturesMost) return false;
    return std::any_of(lines.begin(), lines.end(), [&](std::string_view line) {
        if (!line.starts_with(kSignatureStart)) return false;
        const auto parts = split(line.substr(kSignatureStart.size()), ' ');
        if (parts.size() != 2 || parts[0] != name) return false;
        const auto bytes = from_base64(parts[1]);
        return bytes && to_base64(*bytes) == parts[1] && bytes->starts_with(id) &&
               is_signed(text, std::string_view(*bytes).substr(id.size()), public_key);
    });
}

}  // namespace

std::string signed_checkpoint(const TreeHead& head, const LogKey& key) {
    const std::string text = key.name() + "\n" + std::to_string(head.size) + "\n" +
                             to_base64(bytes_of(head.root)) + "\n";
    const std::string signature = key_id(key.name(), key.public_key()) + key.sign(text);
    return text + "\n" + std::string(kSignatureStart) + key.name() + " " + to_base64(signature) +
           "\n";
}

Result<TreeHead> read_checkpoint(std::string_view note, std::string_view name,
                                 std::string_view public_key) {
    const auto end = note.find("\n\n");
    if (note.size() > kNoteMost || end == std::string_view::npos)
        return fail(ErrorCode::invalid, "this is no signed checkpoint");
    const std::string_view text = note.substr(0, end + 1);
    const auto head = read_head(text, name);
    if (!head)
        return fail(ErrorCode::invalid, "this is no checkpoint of the log " + std::string(name));
    if (!has_signature(text, note.substr(end + 2), name, public_key))
        return fail(ErrorCode::invalid, "the checkpoint is not signed with the log's key");
    return *head;
}

}  // namespace wardlight::audit
