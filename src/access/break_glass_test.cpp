#include "access/break_glass.h"

#include "access/access_test_support.h"

using namespace wardlight;
using namespace wardlight::access;
using namespace wardlight::access::test;
using store::TestStore;
using store::WriteTransaction;

namespace {

constexpr const char* kText = "found collapsed in the corridor";

struct Hospital {
    Result<BreakGlassCase> open(const char* account = "ann", const char* patient = "p",
                                std::string_view reason = "emergency_treatment",
                                std::string_view text = kText) {
        return store->transact([&](WriteTransaction& tx) {
            return break_glass(tx, AccountId(account), PatientId(patient), reason, text);
        });
    }
    std::optional<Instant> until(const char* account, const char* patient) {
        auto snapshot = store->read();
        return *glass_broken_until(*snapshot, AccountId(account), PatientId(patient),
                                   store.clock.now());
    }
    Result<BreakGlassCase> review(const std::string& id, const char* by, std::string_view outcome,
                                  std::string_view note = "attended the crash call") {
        return store->transact([&](WriteTransaction& tx) {
            return review_break_glass(tx, id, AccountId(by), outcome, note);
        });
    }
    std::vector<BreakGlassCase> cases(CaseState state) {
        auto snapshot = store->read();
        return *break_glass_cases(*snapshot, state, 10);
    }

    TestStore store{schemas()};
};

}  // namespace

TEST_CASE("emergency access is for one person, one patient and sixty minutes") {
    Hospital hospital;
    CHECK_FALSE(hospital.until("ann", "p"));
    const auto opened = hospital.open();
    REQUIRE(opened);
    const Instant start = hospital.store.clock.now();
    CHECK(opened->ends_at == start + std::chrono::minutes(60));
    CHECK(opened->review_due_at == start + std::chrono::hours(72));
    CHECK(hospital.until("ann", "p") == opened->ends_at);
    CHECK_FALSE(hospital.until("bob", "p"));
    CHECK_FALSE(hospital.until("ann", "q"));

    hospital.store.clock.advance(std::chrono::minutes(60) - std::chrono::microseconds(1));
    CHECK(hospital.until("ann", "p"));
    hospital.store.clock.advance(std::chrono::microseconds(1));
    CHECK_FALSE(hospital.until("ann", "p"));
}

TEST_CASE("a clock that is set back does not open a record before it was opened") {
    Hospital hospital;
    REQUIRE(hospital.open());
    hospital.store.clock.set(hospital.store.clock.now() - std::chrono::hours(1));
    CHECK_FALSE(hospital.until("ann", "p"));
}

TEST_CASE("emergency access can be ended by the person, and begun again as another case") {
    Hospital hospital;
    REQUIRE(hospital.open());
    REQUIRE(hospital.open("bob"));
    hospital.store.clock.advance(std::chrono::minutes(5));
    REQUIRE(hospital.store->write([](WriteTransaction& tx) {
        return end_break_glass(tx, AccountId("ann"), PatientId("p"));
    }));
    CHECK_FALSE(hospital.until("ann", "p"));
    CHECK(hospital.until("bob", "p"));
    REQUIRE(hospital.open());
    CHECK(hospital.until("ann", "p"));
    CHECK(hospital.cases(CaseState::waiting).size() == 3);
}

TEST_CASE("a reason is one of the list, and the text 10 to 500 characters of any script") {
    struct Row {
        std::string_view reason;
        std::string text;
        const char* where;  // of the error; null when it is taken
    };
    const Row rows[] = {
        {"emergency_treatment", std::string(10, 'x'), nullptr},
        {"emergency_treatment", std::string(9, 'x'), "text"},
        {"emergency_treatment", std::string(500, 'x'), nullptr},
        {"emergency_treatment", std::string(501, 'x'), "text"},
        {"emergency_treatment", "    too short    ", "text"},
        {"emergency_treatment", "病人在走廊突然昏倒了", nullptr},
        {"emergency_treatment", "病人在走廊昏倒了。", "text"},
        {"emergency_treatment", "not text \xff\xfe\xff", "text"},
        {"lacks_capacity", kText, nullptr},
        {"safeguarding", kText, nullptr},
        {"legal_requirement", kText, nullptr},
        {"other", kText, nullptr},
        {"curiosity", kText, "reason"},
        {"", kText, "reason"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.reason);
        CAPTURE(row.text);
        Hospital hospital;
        const auto opened = hospital.open("ann", "p", row.reason, row.text);
        CHECK(opened.has_value() == (row.where == nullptr));
        if (!opened) CHECK(opened.error().where == row.where);
        CHECK(hospital.until("ann", "p").has_value() == opened.has_value());
    }
}

TEST_CASE("every case waits for a review by somebody else, once") {
    Hospital hospital;
    const auto first = hospital.open();
    hospital.store.clock.advance(std::chrono::minutes(1));
    const auto second = hospital.open("bob", "q");
    REQUIRE(first);
    REQUIRE(second);
    auto waiting = hospital.cases(CaseState::waiting);
    REQUIRE(waiting.size() == 2);
    CHECK(waiting[0].id == first->id);
    CHECK(waiting[0].text == kText);
    CHECK(hospital.cases(CaseState::reviewed).empty());

    const auto code_of_refusal = [](const Result<BreakGlassCase>& refused) {
        REQUIRE_FALSE(refused);
        return refused.error().code;
    };
    CHECK(code_of_refusal(hospital.review(first->id, "ann", "justified")) == ErrorCode::forbidden);
    CHECK(code_of_refusal(hospital.review(first->id, "eve", "fine")) == ErrorCode::invalid);
    CHECK(code_of_refusal(hospital.review(first->id, "eve", "justified", "ok")) ==
          ErrorCode::invalid);
    CHECK(code_of_refusal(hospital.review("no such", "eve", "justified")) == ErrorCode::not_found);
    REQUIRE(hospital.review(first->id, "eve", "justified"));
    CHECK(code_of_refusal(hospital.review(first->id, "eve", "not_justified")) ==
          ErrorCode::conflict);

    waiting = hospital.cases(CaseState::waiting);
    REQUIRE(waiting.size() == 1);
    CHECK(waiting[0].id == second->id);
    const auto reviewed = hospital.cases(CaseState::reviewed);
    REQUIRE(reviewed.size() == 1);
    REQUIRE(reviewed[0].review);
    CHECK(reviewed[0].review->by == AccountId("eve"));
    CHECK(reviewed[0].review->outcome == "justified");
    CHECK(reviewed[0].review->note == "attended the crash call");
    CHECK(reviewed[0].review->at == hospital.store.clock.now());
}
