#include "alerts/rota.h"

#include <doctest/doctest.h>

#include "alerts/test_hospital.h"

using namespace wardlight;
using namespace wardlight::alerts;

namespace {

const Instant kNoon = *parse_instant("2026-03-10T12:00:00Z");

Shift shift(const char* role, const char* person, int from_hour, int until_hour) {
    return {new_uuid(), role, AccountId{person}, kNoon + std::chrono::hours(from_hour),
            kNoon + std::chrono::hours(until_hour)};
}

std::string text_of(const std::vector<Gap>& found) {
    std::string out;
    for (const Gap& gap : found) {
        const auto hours = [](Instant instant) {
            return std::chrono::duration_cast<std::chrono::hours>(instant - kNoon).count();
        };
        out += fmt::format("{}:{}-{} ", gap.role, hours(gap.from), hours(gap.until));
    }
    return out;
}

}  // namespace

TEST_CASE("a shift begins with its first instant and ends before its last") {
    Rota rota;
    rota.roles = {{"r", "R"}};
    rota.shifts = {shift("r", "ann", 0, 8), shift("r", "bob", 8, 16), shift("r", "ann", 4, 6)};
    CHECK(on_duty(rota, "r", kNoon - std::chrono::microseconds(1)).empty());
    CHECK(on_duty(rota, "r", kNoon) == std::vector{AccountId{"ann"}});
    CHECK(on_duty(rota, "r", kNoon + std::chrono::hours(5)) == std::vector{AccountId{"ann"}});
    CHECK(on_duty(rota, "r", kNoon + std::chrono::hours(8)) == std::vector{AccountId{"bob"}});
    CHECK(on_duty(rota, "other", kNoon).empty());
    CHECK(is_on_duty(rota, AccountId{"bob"}, kNoon + std::chrono::hours(8)));
    CHECK_FALSE(is_on_duty(rota, AccountId{"bob"}, kNoon));
}

TEST_CASE("gaps are found between, before, after and under overlapping shifts") {
    Rota rota;
    rota.roles = {{"r", "R"}, {"s", "S"}};
    rota.shifts = {shift("r", "ann", 2, 20), shift("r", "bob", 3, 5), shift("r", "cy", 22, 23)};
    CHECK(text_of(gaps(rota, kNoon, kNoon + std::chrono::hours(24))) ==
          "r:0-2 r:20-22 r:23-24 s:0-24 ");
    rota.shifts = {shift("r", "ann", -5, 12), shift("r", "bob", 12, 30), shift("s", "cy", -1, 24)};
    CHECK(gaps(rota, kNoon, kNoon + std::chrono::hours(24)).empty());
}

TEST_CASE("a rota with a gap in the next day must be accepted as such") {
    TestHospital hospital;
    Rota rota = default_rota();
    const auto save = [&](bool accepts, std::int64_t expected) {
        return hospital.data->transact([&](store::WriteTransaction& tx) {
            return save_rota(tx, rota, expected, AccountId{"admin"}, accepts);
        });
    };
    const auto refused = save(false, 0);
    REQUIRE_FALSE(refused);
    CHECK(refused.error().code == ErrorCode::precondition_failed);
    CHECK(*save(true, 0) == 1);
    CHECK(save(true, 0).error().code == ErrorCode::conflict);
    auto snapshot = hospital.data->read();
    CHECK(load_rota(*snapshot)->version == 1);
}

TEST_CASE("a role that a chain needs cannot be taken from the rota") {
    TestHospital hospital;
    Rota rota = default_rota();
    rota.roles.pop_back();
    const auto saved = hospital.data->transact([&](store::WriteTransaction& tx) {
        return save_rota(tx, rota, 0, AccountId{"admin"}, true);
    });
    REQUIRE_FALSE(saved);
    CHECK(saved.error().where == "roles");
}

TEST_CASE("a rota is read strictly and errors name the place") {
    struct Case {
        const char* shift;
        const char* where;
    };
    const Case cases[] = {
        {R"({"role":"r","person":"ann","from":"2026-03-10T12:00:00Z","until":"2026-03-10T13:00:00Z"})",
         ""},
        {R"({"role":"x","person":"ann","from":"2026-03-10T12:00:00Z","until":"2026-03-10T13:00:00Z"})",
         "shifts[0].role"},
        {R"({"role":"r","person":"","from":"2026-03-10T12:00:00Z","until":"2026-03-10T13:00:00Z"})",
         "shifts[0].person"},
        {R"({"role":"r","person":"ann","from":"soon","until":"2026-03-10T13:00:00Z"})",
         "shifts[0].from"},
        {R"({"role":"r","person":"ann","from":"2026-03-10T12:00:00Z","until":"2026-03-10T12:00:00Z"})",
         "shifts[0].until"},
    };
    for (const Case& one : cases) {
        CAPTURE(one.shift);
        const auto read = rota_from(parsed(std::string(R"({"roles":[{"id":"r","label":"R"}],)") +
                                           R"("shifts":[)" + one.shift + "]}"));
        REQUIRE(read.has_value() == std::string_view(one.where).empty());
        if (!read)
            CHECK(read.error().where == one.where);
        else
            CHECK(to_json(*rota_from(to_json(*read))) == to_json(*read));
    }
}
