// Takes one message after the other through receiver, store, lanes and rules, the n-th with its
// n-th allocation failing, and says on standard output what became of each:
//   intake_child DATA FIRST STEP once|on
//   "N acknowledged", "N refused", "N unanswered"; "N end" when no allocation was left to fail.
// It may end itself with the exit code of StopCode::memory; then the next one goes on.
#include <unistd.h>

#include <charconv>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "alerts/detect.h"
#include "app/data_folder.h"
#include "base/stop.h"
#include "base/text.h"
#include "intake/receiver.h"
#include "out_of_memory/failing_memory.h"
#include "out_of_memory/intake_message.h"

using namespace wardlight;
using testing::Failing;

namespace {

constexpr unsigned kStuckAfterSeconds = 60;
constexpr std::chrono::milliseconds kWithoutMemory{100};

struct Staff final : alerts::Directory {
    Result<std::vector<alerts::Person>> people(store::Snapshot&) const override {
        return std::vector<alerts::Person>{
            {AccountId{"nurse"}, "Nurse", "ward_nurse", {"7B"}, {}},
            {AccountId{"medic"}, "Medic", "doctor", {}, {"medical"}},
        };
    }
};

class Hospital {
 public:
    Hospital(store::Store& store, TimeZone zone, intake::FeedProfile profile)
        : site_(std::move(zone), staff_),
          profile_(std::move(profile)),
          lanes_(
              store, find_,
              [this](store::WriteTransaction& tx, std::span<const store::ResourceKey> changed) {
                  return alerts::evaluate(tx, site_, changed);
              },
              1),
          receiver_(store, find_, [this] { lanes_.wake(); }) {}

    enum class Outcome { acknowledged, refused, unanswered };

    /// As the connection does it: an exception ends the connection, and nothing is answered.
    Outcome send(const std::string& message, Failing failing) {
        {
            const std::lock_guard lock(mutex_);
            answer_ = nullptr;
        }
        try {
            receiver_.receive(FeedId{"main"}, message, [this](const std::string& bytes) {
                const std::lock_guard lock(mutex_);
                answer_ = bytes.find("MSA|AA") != std::string::npos  ? "acknowledged"
                          : bytes.find("MSA|A") != std::string::npos ? "refused"
                                                                     : "unanswered";
                answered_.notify_one();
            });
        } catch (const std::exception&) {
            return Outcome::unanswered;
        }
        std::unique_lock lock(mutex_);
        // Where memory does not come back by itself, it does so after a while.
        if (failing == Failing::from_then_on &&
            !answered_.wait_for(lock, kWithoutMemory, [this] { return answer_ != nullptr; })) {
            testing::end_failing();
        }
        answered_.wait(lock, [this] { return answer_ != nullptr; });
        return answer_[0] == 'a'   ? Outcome::acknowledged
               : answer_[0] == 'r' ? Outcome::refused
                                   : Outcome::unanswered;
    }
    void drain() { lanes_.drain(); }

 private:
    Staff staff_;
    alerts::Site site_;
    intake::FeedProfile profile_;
    intake::FindProfile find_ = [this](const FeedId&) -> const intake::FeedProfile& {
        return profile_;
    };
    std::mutex mutex_;
    std::condition_variable answered_;
    const char* answer_ = nullptr;
    intake::Lanes lanes_;
    intake::Receiver receiver_;
};

/// Without allocating: this is said while memory may be out.
void say(long number, const char* word) {
    std::array<char, 64> line;
    char* end = std::to_chars(line.data(), line.data() + 20, number).ptr;
    *end++ = ' ';
    end = std::strcpy(end, word) + std::strlen(word);
    *end++ = '\n';
    if (::write(STDOUT_FILENO, line.data(), static_cast<std::size_t>(end - line.data())) < 0)
        std::abort();
}

int run(const std::string& data, long first, long step, Failing failing) {
    const SystemClock clock;
    auto store = app::open_store({data}, clock);
    auto zone = TimeZone::find("Europe/London");
    auto profile = intake::default_profile();
    if (!store || !zone || !profile) return 1;
    Hospital hospital(**store, std::move(*zone), std::move(*profile));
    hospital.drain();
    // Libraries make themselves ready at their first use; a server has done so by its start.
    (void)hospital.send(testing::intake_message(-first - 1, clock.now()), Failing::once);
    hospital.drain();
    for (long number = first;; number += step) {
        ::alarm(kStuckAfterSeconds);
        const std::string message = testing::intake_message(number, clock.now());
        testing::fail_allocation(number, failing);
        const auto outcome = hospital.send(message, failing);
        switch (outcome) {
            case Hospital::Outcome::acknowledged:
                say(number, "acknowledged");
                break;
            case Hospital::Outcome::refused:
                say(number, "refused");
                break;
            case Hospital::Outcome::unanswered:
                say(number, "unanswered");
                break;
        }
        if (failing == Failing::once) hospital.drain();
        const bool has_failed = testing::end_failing();
        hospital.drain();
        if (has_failed) continue;
        say(number, "end");
        return 0;
    }
}

}  // namespace

int main(int argc, char** argv) {
    prepare_last_words();
    if (argc != 5) return 2;
    const auto first = parse_integer(argv[2]);
    const auto step = parse_integer(argv[3]);
    if (!first || !step) return 2;
    return run(argv[1], *first, *step,
               std::string_view(argv[4]) == "once" ? Failing::once : Failing::from_then_on);
}
