// A real store in a folder of its own that goes with the test.
#pragma once

#include <doctest/doctest.h>

#include <filesystem>

#include "store/sqlite/sqlite_engine.h"
#include "store/store.h"
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
        store_.reset();
        auto engine = open_sqlite(file());
        REQUIRE_MESSAGE(engine, (engine ? "" : engine.error().message));
        auto opened = Store::open(std::move(*engine), clock, schemas_);
        REQUIRE_MESSAGE(opened, (opened ? "" : opened.error().message));
        store_ = std::move(*opened);
    }
    [[nodiscard]] std::filesystem::path file() const { return folder_ / "wardlight.db"; }
    Store& operator*() { return *store_; }
    Store* operator->() { return store_.get(); }

    ManualClock clock;

 private:
    std::filesystem::path folder_;
    std::vector<Schema> schemas_;
    std::unique_ptr<Store> store_;
};

}  // namespace wardlight::store
