#include "app/table_time.h"

#include <doctest/doctest.h>

using namespace wardlight;
using namespace wardlight::app;

TEST_CASE("times are read in ISO and HL7 form, in the hospital's zone unless they name one") {
    const auto london = TimeZone::find("Europe/London");
    REQUIRE(london);
    struct Row {
        const char* text;
        const char* instant;
    };
    for (const Row& row : {
             Row{"2026-06-10T09:30:15", "2026-06-10T08:30:15.000Z"},
             Row{"2026-06-10 09:30", "2026-06-10T08:30:00.000Z"},
             Row{" 2026-01-10T09:30 ", "2026-01-10T09:30:00.000Z"},
             Row{"2026-06-10T09:30:15.250", "2026-06-10T08:30:15.250Z"},
             Row{"2026-06-10T09:30:15Z", "2026-06-10T09:30:15.000Z"},
             Row{"2026-06-10T09:30Z", "2026-06-10T09:30:00.000Z"},
             Row{"2026-06-10T09:30:15+08:00", "2026-06-10T01:30:15.000Z"},
             Row{"2026-06-10T09:30:15-0530", "2026-06-10T15:00:15.000Z"},
             Row{"2026-06-10T09:30:15+01", "2026-06-10T08:30:15.000Z"},
             Row{"2026-06-10", "2026-06-09T23:00:00.000Z"},
             Row{"20260610", "2026-06-09T23:00:00.000Z"},
             Row{"2026061009", "2026-06-10T08:00:00.000Z"},
             Row{"202606100930", "2026-06-10T08:30:00.000Z"},
             Row{"20260610093015", "2026-06-10T08:30:15.000Z"},
             Row{"20260610093015.1234", "2026-06-10T08:30:15.123Z"},
             Row{"20260610093015+0000", "2026-06-10T09:30:15.000Z"},
             Row{"20260610T093015Z", "2026-06-10T09:30:15.000Z"},
             // 01:30 occurs twice on 25 October 2026: the earlier, still summer time
             Row{"2026-10-25T01:30", "2026-10-25T00:30:00.000Z"},
             // 01:30 does not occur on 29 March 2026: the moment of the change
             Row{"2026-03-29T01:30", "2026-03-29T01:00:00.000Z"},
         }) {
        CAPTURE(row.text);
        const auto instant = parse_table_time(row.text, *london);
        REQUIRE(instant);
        CHECK(format_instant(*instant) == row.instant);
    }
    const auto hong_kong = TimeZone::find("Asia/Hong_Kong");
    CHECK(format_instant(*parse_table_time("2026-06-10T09:30", *hong_kong)) ==
          "2026-06-10T01:30:00.000Z");
}

TEST_CASE("what is no time is refused") {
    const auto london = TimeZone::find("Europe/London");
    for (const char* text :
         {"", "yesterday", "10/06/2026 09:30", "2026-02-30", "2026-13-01", "2026-06-10T24:00",
          "2026-06-10T09:60", "2026-06-10T09:30:61", "2026-06-10T09", "2026-06-10T09:30X",
          "2026-06-10T09:30+15:00", "2026-06-10Z", "202606", "2026061", "0026-06-10", "2026-06-10T",
          "2026-06-10T09:30:", "2026-06-10T09:30:15."}) {
        CAPTURE(text);
        CHECK_FALSE(parse_table_time(text, *london).has_value());
    }
}
