// Random shifts: results, corrections, moves, taps, empty rotas, restarts and time, in any order.
// After each step no alert may be without an owner, an armed timer or its place on the switchboard;
// events and state must agree; each notification must exist exactly once. A failing seed is
// printed.
#include <doctest/doctest.h>

#include <random>

#include "alerts/actions.h"
#include "alerts/inbox.h"
#include "alerts/test_hospital.h"
#include "alerts/timer_runner.h"

using namespace wardlight;
using namespace wardlight::alerts;

namespace {

constexpr std::uint64_t kSeeds = 24;
constexpr int kSteps = 60;

class RandomShift {
 public:
    explicit RandomShift(std::uint64_t seed) : random_(seed) {
        if (chance(70)) hospital_.staff();
        for (const char* patient : {"p", "q"}) {
            hospital_.admit(patient, chance(80) ? "7B" : "ICU");
            lab(patient, "base-" + std::string(patient), "100", 60);
        }
    }

    void run() {
        for (int step = 0; step < kSteps; ++step) {
            CAPTURE(step);
            do_something();
            check();
        }
    }

 private:
    int between(int low, int high) {
        return std::uniform_int_distribution<int>(low, high)(random_);
    }
    bool chance(int percent) { return between(1, 100) <= percent; }
    std::string patient() { return chance(70) ? "p" : "q"; }

    void lab(const std::string& who, const std::string& id, const std::string& value, double hours,
             const std::string& status = "final", bool is_potassium = false) {
        hospital_.put_lab({.id = id,
                           .value = value,
                           .taken = hospital_.ago(hours),
                           .patient = who,
                           .code = is_potassium ? "2823-3" : "14682-9",
                           .unit = is_potassium ? "mmol/L" : "umol/L",
                           .status = status});
    }

    void new_result() {
        const bool is_potassium = chance(40);
        const std::string id = "r" + std::to_string(++results_);
        const std::string who = patient();
        const std::string value = is_potassium ? fmt::format("{}.{}", between(2, 8), between(0, 9))
                                               : std::to_string(between(80, 400));
        lab(who, id, value, between(0, 90), "final", is_potassium);
        known_.push_back({id, who, is_potassium});
    }

    void change_result() {
        if (known_.empty()) return new_result();
        const Known& one =
            known_[static_cast<std::size_t>(between(0, static_cast<int>(known_.size()) - 1))];
        const char* status = chance(50) ? "corrected" : "entered-in-error";
        lab(one.patient, one.id, one.is_potassium ? "4.4" : std::to_string(between(80, 400)),
            between(0, 90), status, one.is_potassium);
    }

    void tap() {
        std::vector<Alert> alerts = hospital_.alerts(patient());
        if (alerts.empty()) return;
        const Alert& alert =
            alerts[static_cast<std::size_t>(between(0, static_cast<int>(alerts.size()) - 1))];
        const auto& people = hospital_.directory.all;
        const auto someone = [&] {
            return people[static_cast<std::size_t>(between(0, static_cast<int>(people.size()) - 1))]
                .id;
        };
        const bool is_pending = !alert.state.pending_owner.empty() && chance(60);
        const Viewer viewer{is_pending                                 ? alert.state.pending_owner
                            : !alert.state.owner.empty() && chance(70) ? alert.state.owner
                                                                       : someone(),
                            "",
                            {},
                            {}};
        ActionRequest request;
        request.action = static_cast<Action>(between(0, 6));
        request.version = chance(90) ? alert.state.version : alert.state.version - 1;
        request.to = someone();
        request.until = hospital_.data.clock.now() + std::chrono::minutes(between(-5, 90));
        request.outcome = chance(50) ? "treated" : "follow_up";
        request.reason = "random";
        const auto done = hospital_.data->write([&](store::WriteTransaction& tx) {
            return act(tx, hospital_.site, alert.id, viewer, request);
        });
        if (!done) {
            const bool is_expected =
                done.error().code == ErrorCode::conflict || done.error().code == ErrorCode::invalid;
            CHECK_MESSAGE(is_expected, done.error().message);
        }
    }

    void pass_time() {
        constexpr std::array kWaits = {1, 9, 10, 60, 299, 300, 600, 900, 3600, 4 * 3600, 24 * 3600};
        const auto wait = std::chrono::seconds(
            kWaits[static_cast<std::size_t>(between(0, static_cast<int>(kWaits.size()) - 1))]);
        hospital_.data.clock.advance(wait);
        REQUIRE(TimerRunner::run_once(*hospital_.data, hospital_.site));
    }

    void do_something() {
        const int dice = between(1, 100);
        if (dice <= 20)
            new_result();
        else if (dice <= 30)
            change_result();
        else if (dice <= 65)
            tap();
        else if (dice <= 92)
            pass_time();
        else if (dice <= 96)
            hospital_.put(std::vector{TestHospital::stay(patient(), chance(50) ? "8A" : "7B")});
        else
            hospital_.data.reopen();
    }

    void check() {
        auto snapshot = hospital_.data->read();
        REQUIRE(snapshot);
        for (const char* who : {"p", "q"}) {
            const auto alerts = *alerts_of_patient(*snapshot, PatientId{who});
            for (const Alert& alert : alerts) check_alert(*snapshot, alert);
        }
        const auto next = *store::next_timer(*snapshot, kTimerKind);
        if (next) CHECK(*next >= hospital_.data.clock.now());
    }

    void check_alert(store::Snapshot& snapshot, const Alert& alert) {
        CAPTURE(std::string(name_of(alert.state.state)));
        const AlertState& state = alert.state;
        const auto timer = *store::find_timer(snapshot, "alert/" + alert.id.value);
        const auto due = next_due(state);
        REQUIRE(timer.has_value() == due.has_value());
        if (due) CHECK(timer->due_at == *due);
        if (state.state == State::open) CHECK((timer || state.is_end_of_chain));
        if (state.state == State::acknowledged) CHECK((timer && !state.owner.empty()));
        if (state.state == State::snoozed) CHECK((timer && !state.owner.empty()));
        if (state.state == State::triaged) CHECK_FALSE(state.owner.empty());
        if (is_alive(state.state)) CHECK_FALSE(alert.team.empty());
        check_events(snapshot, alert);
    }

    static void check_events(store::Snapshot& snapshot, const Alert& alert) {
        const auto events = *events_of(snapshot, alert.id);
        AlertState folded;
        int sequence = 0;
        for (const Event& event : events) {
            const bool is_step = event.kind == EventKind::notified ||
                                 event.kind == EventKind::step_skipped ||
                                 event.kind == EventKind::chain_ended;
            // No step is lost and none comes twice within one run of the chain.
            if (is_step) CHECK(event.step == folded.next_step);
            const auto next = apply(folded, event);
            REQUIRE_MESSAGE(next, std::string(name_of(event.kind)));
            folded = *next;
            ++sequence;
            const bool is_told =
                event.kind == EventKind::notified || event.kind == EventKind::chain_ended ||
                event.kind == EventKind::informed || event.kind == EventKind::handover_lapsed;
            const auto key = *store::ResourceKey::make(
                "Communication", alert.id.value + "-" + std::to_string(sequence));
            CHECK((*snapshot.get_json(key)).has_value() == is_told);
        }
        CHECK(to_json(folded) == to_json(alert.state));
        CHECK(sequence == alert.events);
    }

    struct Known {
        std::string id;
        std::string patient;
        bool is_potassium;
    };

    TestHospital hospital_;
    std::mt19937_64 random_;
    std::vector<Known> known_;
    int results_ = 0;
};

}  // namespace

TEST_CASE("whatever happens, no alert is left without somebody or something that keeps it alive") {
    for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
        CAPTURE(seed);
        RandomShift(seed).run();
    }
}
