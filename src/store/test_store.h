// A real store in a folder of its own that goes with the test.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>

#include "store/sqlite/sqlite_engine.h"
#include "store/store.h"
#include "store/test_failures.h"
#include "store/timers.h"

namespace wardlight::store {

class TestStore {
 public:
    explicit TestStore(std::vector<Schema> schemas = {},
                       Instant start = from_micros(1'790'000'000'000'000))
        : clock(start),
          folder_(std::filesystem::temp_directory_path() / ("wardlight-" + new_uuid())),
          schemas_(std::move(schemas)) {
        std::filesystem::create_directories(folder_);
        schemas_.push_back({"timer", kTimerSteps});
        reopen();
    }
    ~TestStore() {
        store_.reset();
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    void reopen() {
        auto opened = open();
        REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
        store_ = std::move(*opened);
    }
    /// False when it cannot be opened.
    bool try_reopen() {
        auto opened = open();
        if (opened) store_ = std::move(*opened);
        return opened.has_value();
    }
    /// As if nothing had ever been written.
    void remove_files() {
        store_.reset();
        std::filesystem::remove_all(folder_);
        std::filesystem::create_directories(folder_);
    }
    /// With Writing::calling_thread no statement runs but those of the test.
    void start_again(Writing writing = Writing::own_thread) {
        remove_files();
        writing_ = writing;
        reopen();
    }
    [[nodiscard]] std::filesystem::path file() const { return folder_ / "wardlight.db"; }
    Store& operator*() { return *store_; }
    Store* operator->() { return store_.get(); }

    ManualClock clock;
    Failures failures;  // which statement fails next

 private:
    Result<std::unique_ptr<Store>> open() {
        store_.reset();
        auto engine = TRY(open_sqlite(file()));
        return Store::open(std::make_unique<FailingEngine>(std::move(engine), failures), clock,
                           schemas_, writing_);
    }

    std::filesystem::path folder_;
    std::vector<Schema> schemas_;
    Writing writing_ = Writing::own_thread;
    std::unique_ptr<Store> store_;
};

}  // namespace wardlight::store
