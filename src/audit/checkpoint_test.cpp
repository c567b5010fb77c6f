#include "audit/checkpoint.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "base/text.h"
#include "temporary_folder.h"

using namespace wardlight;
using namespace wardlight::audit;
namespace fs = std::filesystem;

namespace {

const TreeHead kHead{1234, leaf_digest("entry")};

bool is_read(const std::string& note, const LogKey& key) {
    const auto head = read_checkpoint(note, key.name(), key.public_key());
    if (head) CHECK((head->size == kHead.size && head->root == kHead.root));
    return head.has_value();
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
    const auto at = text.find(what);
    REQUIRE(at != std::string::npos);
    return text.replace(at, what.size(), by);
}

}  // namespace

TEST_CASE("a key is made once, for its owner's eyes only") {
    const testing::TemporaryFolder folder;
    const auto made = LogKey::load_or_create(folder / "audit.key");
    REQUIRE(made);
    CHECK((fs::status(folder / "audit.key").permissions() & fs::perms::all) ==
          (fs::perms::owner_read | fs::perms::owner_write));
    const auto again = LogKey::load_or_create(folder / "audit.key");
    REQUIRE(again);
    CHECK(again->name() == made->name());
    CHECK(again->pseudonym("p") == made->pseudonym("p"));
    CHECK(made->pseudonym("p") != made->pseudonym("q"));
    const auto other = LogKey::load_or_create(folder / "other.key");
    CHECK(other->name() != made->name());
    CHECK(other->pseudonym("p") != made->pseudonym("p"));
    fs::permissions(folder / "audit.key", fs::perms::group_read, fs::perm_options::add);
    CHECK(LogKey::load_or_create(folder / "audit.key").error().code == ErrorCode::invalid);
    std::ofstream(folder / "short.key") << "short";
    fs::permissions(folder / "short.key", fs::perms::owner_read);
    CHECK(LogKey::load_or_create(folder / "short.key").error().code == ErrorCode::corrupt);
}

TEST_CASE("a checkpoint is read as it was signed, also with a witness's signature below") {
    const testing::TemporaryFolder folder;
    const LogKey key = *LogKey::load_or_create(folder / "audit.key");
    const std::string note = signed_checkpoint(kHead, key);
    const auto lines = split(note, '\n');
    CHECK(lines[0] == key.name());
    CHECK(lines[1] == "1234");
    CHECK(is_read(note, key));
    CHECK(
        is_read(note + "\xE2\x80\x94 witness.example " + to_base64("idxx signature") + "\n", key));
    CHECK(key.verifier_key().starts_with(key.name() + "+" +
                                         to_hex(key_id(key.name(), key.public_key())) + "+"));
}

TEST_CASE("a checkpoint that was changed, is of another log, or is none is refused") {
    const testing::TemporaryFolder folder;
    const LogKey key = *LogKey::load_or_create(folder / "audit.key");
    const LogKey other = *LogKey::load_or_create(folder / "other.key");
    const std::string note = signed_checkpoint(kHead, key);
    CHECK_FALSE(is_read(signed_checkpoint(kHead, other), key));
    CHECK_FALSE(is_read(replaced(note, "\n1234\n", "\n1235\n"), key));
    CHECK_FALSE(is_read(replaced(note, "\n1234\n", "\n01234\n"), key));
    CHECK_FALSE(is_read(replaced(note, "\n1234\n", "\n-1234\n"), key));
    CHECK_FALSE(is_read(replaced(note, "\n1234\n", "\n1234\nmore\n"), key));
    CHECK_FALSE(is_read(replaced(note, "\n\n", "\n"), key));
    CHECK_FALSE(is_read(note.substr(0, note.find("\n\n") + 2), key));
    CHECK_FALSE(is_read("", key));
    std::size_t read = 0;
    for (std::size_t at = 0; at < note.size(); ++at) {
        std::string changed = note;
        changed[at] = static_cast<char>(changed[at] ^ 1);
        // The end of the last line may go: all before it is whole.
        if (at + 1 < note.size()) read += is_read(changed, key) ? 1U : 0U;
    }
    CHECK(read == 0);
}
