#include "alerts/actions.h"

#include <doctest/doctest.h>

#include "alerts/card.h"
#include "alerts/inbox.h"
#include "alerts/test_hospital.h"

using namespace wardlight;
using namespace wardlight::alerts;
using namespace std::chrono_literals;

namespace {

const Viewer kNurse{AccountId{"nurse-7b"}, "ward_nurse", {"7B"}, {}};
const Viewer kRenal{AccountId{"renal"}, "doctor", {}, {"renal"}};
const Viewer kMedic{AccountId{"medic"}, "doctor", {}, {"medical"}};

/// A hospital with one open stage 2 alert.
class Ward : public TestHospital {
 public:
    Ward() {
        staff();
        admit();
        put_lab({.id = "c0", .value = "100", .taken = ago(30)});
        put_lab({.id = "c1", .value = "210", .taken = ago(1)});
    }

    Result<> try_act(const Viewer& viewer, ActionRequest request) {
        if (request.version == 0) request.version = only_alert().state.version;
        const AlertId id = only_alert().id;
        const auto done = data->write(
            [&](store::WriteTransaction& tx) { return act(tx, site, id, viewer, request); });
        if (!done) return tl::unexpected(done.error());
        return {};
    }
    void must_act(const Viewer& viewer, const ActionRequest& request) {
        const auto done = try_act(viewer, request);
        REQUIRE_MESSAGE(done, (done ? "" : done.error().message));
    }
    json::Value card_for(const Viewer& viewer) {
        auto snapshot = data->read();
        return CardWriter::make(*snapshot, site, viewer, data.clock.now())->card(only_alert());
    }
    Inbox inbox(const Viewer& viewer) {
        auto snapshot = data->read();
        return *inbox_of(*snapshot, viewer, data.clock.now());
    }
    std::string where(const Viewer& viewer) {
        const Inbox found = inbox(viewer);
        std::string out;
        if (!found.to_see.empty()) out += "to_see ";
        if (!found.with_colleague.empty()) out += "with_colleague ";
        if (!found.done.empty()) out += "done ";
        return out;
    }
};

}  // namespace

TEST_CASE("of two who acknowledge at the same time one has it and the other is told who") {
    Ward ward;
    const std::int64_t seen = ward.only_alert().state.version;
    REQUIRE(ward.try_act(kNurse, {.action = Action::acknowledge, .version = seen}));
    const auto late = ward.try_act(kRenal, {.action = Action::acknowledge, .version = seen});
    REQUIRE_FALSE(late);
    CHECK(late.error().code == ErrorCode::conflict);
    CHECK(ward.card_for(kRenal)["owner"]["id"].text() == "nurse-7b");
    // A second tap of the winner is no mistake.
    CHECK(ward.try_act(kNurse, {.action = Action::acknowledge, .version = seen}));
    CHECK(ward.count_events(ward.only_alert().id, EventKind::acknowledged) == 1);
    // Knowing that the nurse has it, the doctor may still take it over, and she is told.
    ward.must_act(kRenal, {.action = Action::acknowledge});
    CHECK(ward.only_alert().state.owner == kRenal.account);
}

TEST_CASE("an acknowledged alert leaves the others' to-see list and stops the chain") {
    Ward ward;
    CHECK(ward.where(kNurse) == "to_see ");
    CHECK(ward.where(kRenal) == "to_see ");
    CHECK(ward.where(kMedic) == "");
    ward.must_act(kRenal, {.action = Action::acknowledge});
    CHECK(ward.where(kRenal) == "to_see ");
    CHECK(ward.where(kNurse) == "with_colleague ");
    ward.wait(1h);
    CHECK(ward.count_events(ward.only_alert().id, EventKind::notified) == 2);
}

TEST_CASE("undo works before ten seconds are over, and the chain goes on") {
    Ward ward;
    ward.must_act(kRenal, {.action = Action::acknowledge});
    ward.wait(9s + 999ms);
    CHECK(ward.card_for(kRenal)["undo_until"].is_string());
    ward.must_act(kRenal, {.action = Action::undo});
    Alert alert = ward.only_alert();
    CHECK(alert.state.state == State::open);
    CHECK(next_due(alert.state) == alert.opened_at + 15min);

    ward.must_act(kRenal, {.action = Action::acknowledge});
    ward.wait(10s);
    CHECK(ward.card_for(kRenal)["undo_until"].is_null());
    const auto late = ward.try_act(kRenal, {.action = Action::undo});
    CHECK(late.error().code == ErrorCode::conflict);
}

TEST_CASE("an acknowledged alert without an outcome opens again after four hours") {
    Ward ward;
    ward.must_act(kRenal, {.action = Action::acknowledge});
    ward.wait(10s);
    ward.wait(4h - 11s);
    CHECK(ward.only_alert().state.state == State::acknowledged);
    ward.wait(1s);
    const Alert alert = ward.only_alert();
    CHECK(alert.state.state == State::open);
    CHECK(alert.state.owner.empty());
    CHECK(ward.count_events(alert.id, EventKind::review_overdue) == 1);
    CHECK(ward.count_events(alert.id, EventKind::informed) == 1);  // who had it
    CHECK(ward.count_events(alert.id, EventKind::notified) == 4);  // the chain from its start
}

TEST_CASE("a hand-over is the receiver's only when accepted; else it stays with the giver") {
    Ward ward;
    ward.must_act(kRenal, {.action = Action::acknowledge});
    ward.must_act(kRenal, {.action = Action::hand_over, .to = kMedic.account});
    json::Value card = ward.card_for(kMedic);
    CHECK(card["owner"]["id"].text() == "medic");  // shown with "from Renal, not yet accepted"
    CHECK(card["handover_accepted"] == json::Value(false));
    CHECK(card["responsible"]["id"].text() == "renal");
    CHECK(ward.where(kMedic) == "to_see ");
    CHECK(ward.where(kRenal) == "to_see ");
    CHECK(ward.try_act(kNurse, {.action = Action::accept}).error().code == ErrorCode::conflict);
    ward.must_act(kMedic, {.action = Action::accept});
    CHECK(ward.only_alert().state.owner == kMedic.account);
    CHECK(ward.where(kRenal) == "with_colleague ");

    ward.must_act(kMedic, {.action = Action::hand_over, .to = kRenal.account});
    ward.wait(10min - 1ms);
    CHECK(ward.only_alert().state.pending_owner == kRenal.account);
    ward.wait(1ms);
    const Alert alert = ward.only_alert();
    CHECK(alert.state.pending_owner.empty());
    CHECK(alert.state.owner == kMedic.account);
    CHECK(ward.count_events(alert.id, EventKind::handover_lapsed) == 1);
}

TEST_CASE("an open alert that is handed over keeps its chain running until accepted") {
    Ward ward;
    ward.must_act(kNurse, {.action = Action::hand_over, .to = kMedic.account});
    ward.wait(10min);
    ward.wait(5min);
    CHECK(ward.count_events(ward.only_alert().id, EventKind::notified) == 3);
}

TEST_CASE("a snooze has a reason and an end, and wakes on its instant") {
    Ward ward;
    const Instant now = ward.data.clock.now();
    const auto snooze = [&](Duration length, const char* reason) {
        return ward.try_act(kRenal,
                            {.action = Action::snooze, .until = now + length, .reason = reason});
    };
    CHECK(snooze(30min, " ").error().where == "reason");
    CHECK(snooze(-1s, "x").error().where == "until");
    CHECK(snooze(0s, "x").error().where == "until");
    CHECK(snooze(4h + 2min, "x").error().where == "until");
    CHECK(snooze(30min, std::string(kReasonBytes + 1, 'x').c_str()).error().where == "reason");
    REQUIRE(snooze(4h, "awaiting_repeat"));
    CHECK(ward.only_alert().state.owner == kRenal.account);
    CHECK(ward.where(kNurse) == "with_colleague ");
    ward.wait(4h - 1ms);
    CHECK(ward.only_alert().state.state == State::snoozed);
    ward.wait(1ms);
    const Alert alert = ward.only_alert();
    CHECK(alert.state.state == State::open);
    CHECK(alert.state.owner.empty());
    CHECK(ward.count_events(alert.id, EventKind::notified) == 4);
    CHECK(ward.where(kNurse) == "to_see ");
}

TEST_CASE("a final outcome closes, another keeps the alert with its owner") {
    Ward ward;
    CHECK(ward.try_act(kRenal, {.action = Action::triage, .outcome = "whatever"}).error().where ==
          "outcome");
    ward.must_act(kRenal, {.action = Action::triage, .outcome = "follow_up"});
    CHECK(ward.only_alert().state.state == State::triaged);
    CHECK(ward.where(kNurse) == "done ");
    CHECK_FALSE(next_due(ward.only_alert().state));
    CHECK(ward.try_act(kNurse, {.action = Action::triage, .outcome = "treated"}).error().code ==
          ErrorCode::conflict);
    ward.must_act(kRenal, {.action = Action::triage, .outcome = "treated", .reason = "fluids"});
    const json::Value card = ward.card_for(kNurse);
    CHECK(card["state"].text() == "closed");
    CHECK(card["outcome"]["code"].text() == "treated");
    CHECK(card["outcome"]["by"]["id"].text() == "renal");
    ward.data.clock.advance(24h + 1s);
    CHECK(ward.where(kNurse) == "");
}

TEST_CASE("no more of the same stage after triage; a higher one opens the triaged alert again") {
    Ward ward;
    ward.must_act(kRenal, {.action = Action::triage, .outcome = "follow_up"});
    ward.data.clock.advance(3h);
    ward.put_lab({.id = "c2", .value = "230", .taken = ward.ago(1)});
    CHECK(ward.only_alert().state.state == State::triaged);
    ward.data.clock.advance(3h);
    ward.put_lab({.id = "c3", .value = "330", .taken = ward.ago(1)});
    const Alert alert = ward.only_alert();
    CHECK(alert.state.state == State::open);
    CHECK(alert.severity == Severity::critical);
    CHECK_FALSE(alert.state.outcome);
}

TEST_CASE("a higher stage after closing is a new alert") {
    Ward ward;
    ward.must_act(kRenal, {.action = Action::triage, .outcome = "treated"});
    ward.put_lab({.id = "c3", .value = "330", .taken = ward.ago(0.5)});
    const auto alerts = ward.alerts();
    REQUIRE(alerts.size() == 2);
    CHECK((alerts[0].state.state == State::open) != (alerts[1].state.state == State::open));
}

TEST_CASE("a withdrawn alert comes back to everybody who saw it, until they have seen that") {
    Ward ward;
    ward.must_act(kRenal, {.action = Action::triage, .outcome = "treated"});
    const AlertId id = ward.only_alert().id;
    const Viewer chance{AccountId{"medic"}, "doctor", {}, {}};
    const auto see = [&](const Viewer& viewer) {
        ward.write([&](store::WriteTransaction& tx) { return note_seen(tx, id, viewer); });
    };
    see(chance);
    see(chance);
    CHECK(ward.count_events(id, EventKind::seen) == 1);
    ward.put_lab({.id = "c1", .value = "100", .taken = ward.ago(1), .status = "corrected"});
    CHECK(ward.card_for(kNurse)["retracted"]["reason"].text() == "corrected_result");
    for (const Viewer& viewer : {kNurse, kRenal, chance}) CHECK(ward.where(viewer) == "to_see ");
    see(chance);
    CHECK(ward.where(chance) == "done ");
    CHECK(ward.where(kRenal) == "to_see ");
}

TEST_CASE("feedback needs a reason and changes nothing else") {
    Ward ward;
    CHECK(ward.try_act(kNurse, {.action = Action::not_useful}).error().where == "reason");
    // Also on a card that has changed meanwhile.
    ward.must_act(kNurse, {.action = Action::not_useful, .version = 77, .reason = "duplicate"});
    CHECK(ward.only_alert().state.state == State::open);
    CHECK(ward.count_events(ward.only_alert().id, EventKind::marked_not_useful) == 1);
}

TEST_CASE("only known people can be handed an alert, and unknown alerts are not found") {
    Ward ward;
    ward.must_act(kRenal, {.action = Action::acknowledge});
    const auto nobody = ward.try_act(kRenal, {.action = Action::hand_over, .to = AccountId{"x"}});
    CHECK(nobody.error().where == "to");
    const auto missing = ward.data->write([&](store::WriteTransaction& tx) {
        return act(tx, ward.site, AlertId{"none"}, kRenal, {.action = Action::acknowledge});
    });
    CHECK(missing.error().code == ErrorCode::not_found);
}

TEST_CASE("a card has every field of the app's contract") {
    Ward ward;
    const json::Value card = ward.card_for(kRenal);
    for (const char* field :
         {"id",       "version",   "rule",         "rule_id",        "rule_version",
          "severity", "label",     "state",        "place",          "opened_at",
          "taken_at", "team",      "owner",        "owned_since",    "undo_until",
          "inputs",   "ratio",     "comment",      "quality",        "kdigo_stage",
          "context",  "next_step", "end_of_chain", "snoozed_until",  "snooze_reason",
          "outcome",  "amended",   "retracted",    "handed_over_by", "handover_accepted",
          "actions"}) {
        CAPTURE(field);
        bool is_there = false;
        for (const auto& [name, value] : card.members()) is_there = is_there || name == field;
        CHECK(is_there);
    }
    CHECK(card["next_step"]["to"].text() == "medical_oncall");
    CHECK(card["ratio"].text() == "2.10");
    CHECK(card["inputs"][0]["value"]["text"].text() == "210");
    CHECK(card["actions"].size() == 5);
    CHECK(card["team"]["name"].text() == "Renal");
    auto snapshot = ward.data->read();
    const auto events = *events_of(*snapshot, ward.only_alert().id);
    const json::Value shown =
        CardWriter::make(*snapshot, ward.site, kRenal, ward.data.clock.now())->events(events);
    CHECK(shown[0]["kind"].text() == "opened");
    CHECK(shown[1]["detail"].text() == "ward_nurse");
}

TEST_CASE("the events alone rebuild the state of an alert") {
    Ward ward;
    ward.must_act(kRenal, {.action = Action::acknowledge});
    ward.must_act(kRenal, {.action = Action::hand_over, .to = kMedic.account});
    ward.must_act(kMedic, {.action = Action::accept});
    ward.put_lab({.id = "c2", .value = "330", .taken = ward.ago(0.5)});
    auto snapshot = ward.data->read();
    const auto events = *events_of(*snapshot, ward.only_alert().id);
    AlertState folded;
    for (const Event& event : events) folded = *apply(folded, event);
    CHECK(to_json(folded) == to_json(ward.only_alert().state));
}
