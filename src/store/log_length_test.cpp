// The write-ahead log stays short: what is in it is read again after a crash, before anybody is
// served, and it lies on the disk of the hospital.
#include <doctest/doctest.h>

#include <atomic>
#include <thread>

#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::store;

namespace {

constexpr std::size_t kMebibyte = 1U << 20;
constexpr std::uintmax_t kShort = 96 * kMebibyte;  // the limit and one large commit

Schema notes() {
    static constexpr std::string_view kSteps[] = {"CREATE TABLE note (text TEXT NOT NULL);"};
    return {"note", kSteps};
}

/// Commits that follow one another without a pause.
void write_mebibytes(Store& store, int count) {
    static const std::string text(kMebibyte, 'n');
    std::atomic<int> done = 0;
    for (int i = 0; i < count; ++i) {
        const auto add = [](WriteTransaction& tx) {
            return tx.sql().run("INSERT INTO note (text) VALUES ($1)", text);
        };
        store.submit(add, [&done](const Result<Commit>& result) { done += result ? 1 : 0; });
        if (i % 4 == 0) REQUIRE(store.write(add));
    }
    while (done < count) std::this_thread::yield();
}

std::uintmax_t log_bytes(const TestStore& store) {
    return std::filesystem::file_size(std::filesystem::path(store.file()) += "-wal");
}

}  // namespace

TEST_CASE("the log does not grow while commits follow one another") {
    TestStore store({notes()});
    write_mebibytes(*store, 200);
    CHECK(log_bytes(store) < kShort);
}

TEST_CASE(
    "a reader that stays holds the log up, no commit, and when it goes the log is used anew") {
    TestStore store({notes()});
    write_mebibytes(*store, 4);
    {
        auto reader = store->read();
        REQUIRE(reader);
        REQUIRE(reader->last_change());
        write_mebibytes(*store, 100);
        CHECK(log_bytes(store) > kShort);
    }
    const auto before = log_bytes(store);
    write_mebibytes(*store, 100);
    CHECK(log_bytes(store) < before + kShort);
}
