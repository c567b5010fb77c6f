#include "base/time.h"

#include <doctest/doctest.h>

using namespace wardlight;
using namespace std::chrono;

TEST_CASE("an instant survives formatting and reading") {
    const auto instant = parse_instant("2026-11-21T10:32:05.123Z");
    REQUIRE(instant);
    CHECK(format_instant(*instant) == "2026-11-21T10:32:05.123Z");
    CHECK(format_instant(*parse_instant("2026-11-21T10:32:05+08:00")) ==
          "2026-11-21T02:32:05.000Z");
}

TEST_CASE("a partial FHIR date covers its whole period") {
    struct Row {
        const char* text;
        const char* from;
        const char* until;
    };
    for (const Row& row :
         {Row{"2024", "2024-01-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z"},
          Row{"2024-02", "2024-02-01T00:00:00.000Z", "2024-03-01T00:00:00.000Z"},
          Row{"2024-02-29", "2024-02-29T00:00:00.000Z", "2024-03-01T00:00:00.000Z"},
          Row{"2024-12", "2024-12-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z"},
          Row{"2024-02-29T10:05Z", "2024-02-29T10:05:00.000Z", "2024-02-29T10:06:00.000Z"}}) {
        CAPTURE(row.text);
        const auto range = parse_fhir_date_range(row.text);
        REQUIRE(range);
        CHECK(format_instant(range->from) == row.from);
        CHECK(format_instant(range->until) == row.until);
    }
}

TEST_CASE("what is not a date is refused") {
    for (const char* text :
         {"", "24", "2024-13", "2024-02-30", "2023-02-29", "2024-1-1", "2024-01-01T25:00Z",
          "2024-01-01T10:61Z", "2024-01-01T10:00:00.Z", "2024-01-01T10:00X", "2024-01-01 10:00",
          "0000-01-01", "2024-01-01T24:00Z"}) {
        CAPTURE(text);
        CHECK_FALSE(parse_fhir_date_range(text));
    }
    CHECK_FALSE(parse_instant("2024-01-01T10:00:00"));
}

TEST_CASE("an instant that could not be written again is refused") {
    CHECK(format_instant(*parse_instant("9999-12-31T23:59:59.999Z")) == "9999-12-31T23:59:59.999Z");
    CHECK(format_instant(*parse_instant("0001-01-01T00:00:00Z")) == "0001-01-01T00:00:00.000Z");
    CHECK_FALSE(parse_instant("9999-12-31T23:59:60Z"));
    CHECK_FALSE(parse_instant("9999-12-31T23:00:00-05:00"));
    CHECK_FALSE(parse_instant("0001-01-01T00:00:00+01:00"));
    // As the end of a period it is as good as any: it only has to be late.
    CHECK(parse_fhir_date_range("9999-12-31T23:59:59-05:00"));
}

TEST_CASE("calendar days follow the hospital's zone through daylight saving") {
    const auto london = TimeZone::find("Europe/London");
    REQUIRE(london);
    // 23:30 UTC on 30 June is already 1 July in London.
    const auto late = *parse_instant("2026-06-30T23:30:00Z");
    CHECK(london->local_day(late) == floor<days>(late).time_since_epoch().count() + 1);
    CHECK(london->local_minute_of_day(late) == 30);

    using Kind = TimeZone::LocalKind;
    const auto local = [](const char* utc) {
        return local_time<microseconds>{parse_instant(utc)->time_since_epoch()};
    };
    const auto spring = london->from_local(local("2026-03-29T01:30:00Z"));
    CHECK(spring.kind == Kind::nonexistent);
    CHECK(format_instant(spring.instant) == "2026-03-29T01:00:00.000Z");
    const auto autumn = london->from_local(local("2026-10-25T01:30:00Z"));
    CHECK(autumn.kind == Kind::ambiguous);
    CHECK(format_instant(autumn.instant) == "2026-10-25T00:30:00.000Z");
    CHECK(london->from_local(local("2026-07-01T12:00:00Z")).kind == Kind::unique);
    CHECK_FALSE(TimeZone::find("Europe/Nowhere"));
}
