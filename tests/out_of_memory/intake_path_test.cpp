// Memory runs out anywhere between a message's bytes and the alert: what was acknowledged is there
// once with its result and its alert, nothing is there by half, and the server goes on, be it after
// a clean stop. WARDLIGHT_EVERY_ALLOCATION=1 tries every allocation, otherwise one in some.
#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <map>
#include <memory>
#include <set>

#include "app/data_folder.h"
#include "base/stop.h"
#include "store/search.h"

using namespace wardlight;

namespace {

constexpr std::size_t kMost = 1'000'000;

class Trial {
 public:
    explicit Trial(std::string mode)
        : mode_(std::move(mode)),
          data_(std::filesystem::temp_directory_path() / ("wardlight-" + new_uuid())) {}
    ~Trial() {
        std::error_code ignored;
        std::filesystem::remove_all(data_, ignored);
    }
    Trial(const Trial&) = delete;
    Trial& operator=(const Trial&) = delete;

    /// One child after the other until no allocation is left to fail, or `most` were tried.
    void run(long step, long most) {
        for (long next = 0; !has_ended_ && next < most;) next = run_child(next, step, most);
    }

    std::map<std::string, std::set<long>> outcomes;
    int stops = 0;

    /// Everything stored was applied, each message with its one result and its one alert.
    void check() {
        const SystemClock clock;
        auto store = app::open_store({data_}, clock);
        REQUIRE(store);
        auto snapshot = (*store)->read();
        REQUIRE(snapshot);
        std::multiset<std::string> messages;
        {
            auto rows = snapshot->sql().query(
                "SELECT control_id, state FROM raw_message WHERE state <> 3 ORDER BY number");
            REQUIRE(rows);
            while (*rows->next()) {
                messages.insert(rows->string(0));
                // 0 waits for the next start: memory ran out for the last child.
                CHECK_MESSAGE((rows->integer(1) == 1), rows->string(0));
            }
        }
        for (const std::string& id : messages) CHECK_MESSAGE(messages.count(id) == 1, id);
        for (const long number : outcomes["acknowledged"])
            CHECK_MESSAGE(messages.contains(fmt::format("N{}", number)), number);
        const auto observations = store::search_all(*snapshot, "Observation", {}, kMost);
        REQUIRE(observations);
        CHECK(observations->size() == messages.size());
        auto alerts = snapshot->sql().query(
            "SELECT COUNT(*), COUNT(DISTINCT patient) FROM alert WHERE rule = 'critical_result'");
        REQUIRE(alerts);
        REQUIRE(*alerts->next());
        CHECK(alerts->integer(0) == static_cast<std::int64_t>(messages.size()));
        CHECK(alerts->integer(1) == static_cast<std::int64_t>(messages.size()));
    }

 private:
    long run_child(long first, long step, long most) {
        const std::string command =
            fmt::format("{} {} {} {} {} 2>/dev/null", WARDLIGHT_INTAKE_CHILD, data_.string(), first,
                        step, mode_);
        std::FILE* pipe = ::popen(command.c_str(), "r");
        REQUIRE(pipe != nullptr);
        long last = first - step;
        long number = 0;
        char word[32];
        while (std::fscanf(pipe, "%ld %31s", &number, word) == 2) {
            outcomes[word].insert(number);
            has_ended_ = std::string_view(word) == "end";
            last = std::max(last, number);
            if (last + step >= most) break;
        }
        const int status = ::pclose(pipe);
        if (has_ended_ || last + step >= most) return most;
        REQUIRE_MESSAGE(WIFEXITED(status), "after " << last << ": killed, status " << status);
        REQUIRE_MESSAGE(WEXITSTATUS(status) == static_cast<int>(StopCode::memory),
                        "after " << last);
        ++stops;
        // Stopped within the message after the last one told, or while the last was applied.
        return last + 2 * step;
    }

    std::string mode_;
    std::filesystem::path data_;
    bool has_ended_ = false;
};

bool tries_every_allocation() {
    return std::getenv("WARDLIGHT_EVERY_ALLOCATION") != nullptr;
}

}  // namespace

TEST_CASE("an allocation that fails once on a message's way costs no acknowledged message") {
    Trial trial("once");
    trial.run(tries_every_allocation() ? 1 : 61, 1'000'000);
    MESSAGE("acknowledged " << trial.outcomes["acknowledged"].size() << ", refused "
                            << trial.outcomes["refused"].size() << ", unanswered "
                            << trial.outcomes["unanswered"].size() << ", stops " << trial.stops);
    CHECK_FALSE(trial.outcomes["end"].empty());
    CHECK(trial.outcomes["acknowledged"].size() > 10);
    trial.check();
}

TEST_CASE("memory that ends on a message's way and comes back costs no acknowledged message") {
    Trial trial("on");
    trial.run(tries_every_allocation() ? 7 : 199, 4'000);
    MESSAGE("acknowledged " << trial.outcomes["acknowledged"].size() << ", stops " << trial.stops);
    trial.check();
}
