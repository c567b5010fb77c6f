#include "fill/filler.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "intake/raw_message.h"

namespace wardlight::fill {
namespace {

constexpr std::uint64_t kBatch = 5'000;
constexpr std::size_t kBatchesUnderWay = 3;
constexpr std::size_t kMessageBytes = 1'024;

/// Writes that were handed to the store and are not durable yet; few, so that memory stays small.
class Outstanding {
 public:
    explicit Outstanding(store::Store& store) : store_(store) {}

    Result<> submit(store::WriteFunction write) {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return count_ < kBatchesUnderWay; });
        if (failed_) return tl::unexpected(*failed_);
        ++count_;
        lock.unlock();
        store_.submit(std::move(write), [this](const Result<store::Commit>& commit) {
            const std::lock_guard inner(mutex_);
            --count_;
            if (!commit) failed_ = commit.error();
            changed_.notify_all();
        });
        return {};
    }

    Result<> finish() {
        std::unique_lock lock(mutex_);
        changed_.wait(lock, [this] { return count_ == 0; });
        if (failed_) return tl::unexpected(*failed_);
        return {};
    }

 private:
    store::Store& store_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::size_t count_ = 0;
    std::optional<Error> failed_;
};

using Prepared = std::vector<store::PreparedResource>;
using Make = std::function<json::Value(std::uint64_t)>;

Result<Prepared> prepare_range(const Make& make, std::uint64_t from, std::uint64_t until) {
    Prepared out;
    out.reserve(until - from);
    for (std::uint64_t number = from; number < until; ++number)
        out.push_back(TRY(store::prepare(make(number))));
    return out;
}

/// The parts of [from, until) prepared on several threads, in order.
Result<std::vector<Prepared>> prepare_batch(const Make& make, std::uint64_t from,
                                            std::uint64_t until, std::size_t threads) {
    std::vector<Result<Prepared>> parts(threads);
    std::vector<std::thread> running;
    const std::uint64_t share = (until - from + threads - 1) / threads;
    for (std::size_t i = 0; i < threads; ++i) {
        running.emplace_back([&, i] {
            const std::uint64_t begin = std::min(until, from + i * share);
            parts[i] = prepare_range(make, begin, std::min(until, begin + share));
        });
    }
    for (std::thread& thread : running) thread.join();
    std::vector<Prepared> out;
    for (auto& part : parts) out.push_back(TRY(std::move(part)));
    return out;
}

class Filler {
 public:
    Filler(store::Store& store, const FillPlan& plan,
           const std::function<void(std::uint64_t)>& progress)
        : plan_(plan), progress_(progress), outstanding_(store) {}

    Result<> run() {
        const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
        const Layout layout{plan_.patients, plan_.observations, now};
        // One more than asked for: the patient with a creatinine each day.
        TRY(resources(plan_.patients + 1, make_patient));
        TRY(resources(plan_.observations,
                      [&](std::uint64_t number) { return make_observation(layout, number); }));
        TRY(resources(plan_.creatinine_days * kObservationsPerVisit, [&](std::uint64_t number) {
            const auto day = std::chrono::hours(24) *
                             static_cast<std::int64_t>(number / kObservationsPerVisit + 1);
            return make_daily_observation(plan_.patients, plan_.observations + number, now - day);
        }));
        TRY(messages());
        return outstanding_.finish();
    }

 private:
    Result<> resources(std::uint64_t count, const Make& make) {
        for (std::uint64_t from = 0; from < count; from += kBatch) {
            const std::uint64_t until = std::min(count, from + kBatch);
            auto batch = std::make_shared<const std::vector<Prepared>>(
                TRY(prepare_batch(make, from, until, plan_.threads)));
            TRY(outstanding_.submit([batch](store::WriteTransaction& tx) -> Result<> {
                for (const Prepared& part : *batch) {
                    for (const store::PreparedResource& resource : part) TRY(tx.put(resource, 0));
                }
                return {};
            }));
            written_ += until - from;
            progress_(written_);
        }
        return {};
    }

    Result<> messages() {
        for (std::uint64_t from = 0; from < plan_.messages; from += kBatch) {
            const std::uint64_t until = std::min(plan_.messages, from + kBatch);
            TRY(outstanding_.submit([from, until](store::WriteTransaction& tx) -> Result<> {
                for (std::uint64_t number = from; number < until; ++number)
                    TRY(store_message(tx, number));
                return {};
            }));
            written_ += until - from;
            progress_(written_);
        }
        return {};
    }

    static Result<> store_message(store::WriteTransaction& tx, std::uint64_t number) {
        intake::NewMessage message;
        message.feed = FeedId{"main"};
        message.type = "ADT^A08";
        message.control_id = fmt::format("FILL-{:012}", number);
        message.sender = "WSHPAS|WSH";
        message.lane_key = medical_record_number(number);
        message.body =
            fmt::format("MSH|^~\\&|WSHPAS|WSH|||||ADT^A08|{}|P|2.4\r", message.control_id);
        message.body.resize(kMessageBytes, 'x');
        const auto stored = TRY(intake::store_message(tx, message));
        return intake::mark_applied(tx, stored.number);
    }

    const FillPlan& plan_;
    const std::function<void(std::uint64_t)>& progress_;
    Outstanding outstanding_;
    std::uint64_t written_ = 0;
};

}  // namespace

Result<> fill(store::Store& store, const FillPlan& plan,
              const std::function<void(std::uint64_t)>& progress) {
    return Filler(store, plan, progress).run();
}

}  // namespace wardlight::fill
