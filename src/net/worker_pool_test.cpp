#include "net/worker_pool.h"

#include <doctest/doctest.h>

#include <atomic>
#include <future>
#include <stdexcept>

using namespace wardlight::net;

TEST_CASE("a queue takes as many jobs as it has places and refuses the next") {
    WorkerPool pool({1, 2, "test"});
    std::promise<void> started;
    std::promise<void> release;
    std::shared_future<void> released = release.get_future().share();
    REQUIRE(pool.try_run([&] {
        started.set_value();
        released.wait();
    }));
    started.get_future().wait();
    std::atomic<int> done{0};
    CHECK(pool.try_run([&] { ++done; }));
    CHECK(pool.try_run([&] { ++done; }));
    CHECK_FALSE(pool.try_run([&] { ++done; }));
    release.set_value();
    pool.stop();
    CHECK(done == 2);
    CHECK_FALSE(pool.try_run([] {}));
}

TEST_CASE("a job that throws does not take its thread along") {
    WorkerPool pool({1, 8, "test"});
    std::promise<void> reached;
    REQUIRE(pool.try_run([] { throw std::runtime_error("broken"); }));
    REQUIRE(pool.try_run([&] { reached.set_value(); }));
    reached.get_future().wait();
}
