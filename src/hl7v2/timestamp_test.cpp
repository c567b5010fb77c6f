#include "hl7v2/timestamp.h"

#include <doctest/doctest.h>

using namespace wardlight;
using namespace wardlight::hl7v2;

namespace {

struct Case {
    const char* text;
    const char* fhir;  // "" when there is no value
    Precision precision = Precision::year;
    const char* instant = "";
    Warnings warnings{};
};

const TimeZone kLondon = *TimeZone::find("Europe/London");

}  // namespace

TEST_CASE("a timestamp keeps its precision and says what is doubtful") {
    const Case cases[] = {
        {"2024", "2024", Precision::year, "2024-01-01T00:00:00.000Z"},
        {"202406", "2024-06", Precision::month, "2024-05-31T23:00:00.000Z"},
        {"20240615", "2024-06-15", Precision::day, "2024-06-14T23:00:00.000Z"},
        {"2024061511", "2024-06-15T11:00:00+01:00", Precision::hour, "2024-06-15T10:00:00.000Z"},
        {"202406151130", "2024-06-15T11:30:00+01:00", Precision::minute,
         "2024-06-15T10:30:00.000Z"},
        {"20240615113059", "2024-06-15T11:30:59+01:00", Precision::second,
         "2024-06-15T10:30:59.000Z"},
        {"20240115113059", "2024-01-15T11:30:59+00:00", Precision::second,
         "2024-01-15T11:30:59.000Z"},
        {"20240615113059.1234-0500", "2024-06-15T11:30:59.1234-05:00", Precision::fraction,
         "2024-06-15T16:30:59.123Z"},
        {"20240615113059.1", "2024-06-15T11:30:59.1+01:00", Precision::fraction,
         "2024-06-15T10:30:59.100Z"},
        {"202406151130+0530", "2024-06-15T11:30:00+05:30", Precision::minute,
         "2024-06-15T06:00:00.000Z"},
        {"202406151130-0330", "2024-06-15T11:30:00-03:30", Precision::minute,
         "2024-06-15T15:00:00.000Z"},
        {"20240615+0100", "2024-06-15", Precision::day, "2024-06-14T23:00:00.000Z"},
        {"20240615113000Z", "2024-06-15T11:30:00+00:00", Precision::second,
         "2024-06-15T11:30:00.000Z"},
        {" 20240615 ", "2024-06-15", Precision::day, "2024-06-14T23:00:00.000Z"},
        {"20240229", "2024-02-29", Precision::day, "2024-02-29T00:00:00.000Z"},
        {"19000101", "1900-01-01", Precision::day, "1900-01-01T00:00:00.000Z"},
        // the hour that never was and the one that was twice
        {"20240331005959", "2024-03-31T00:59:59+00:00", Precision::second,
         "2024-03-31T00:59:59.000Z"},
        {"20240331013000",
         "2024-03-31T02:00:00+01:00",
         Precision::second,
         "2024-03-31T01:00:00.000Z",
         {"time_zone_gap"}},
        {"20240331013059.123456",
         "2024-03-31T02:00:00+01:00",
         Precision::second,
         "2024-03-31T01:00:00.000Z",
         {"time_zone_gap"}},
        {"20240331020000", "2024-03-31T02:00:00+01:00", Precision::second,
         "2024-03-31T01:00:00.000Z"},
        {"20241027013000",
         "2024-10-27T01:30:00+01:00",
         Precision::second,
         "2024-10-27T00:30:00.000Z",
         {"time_ambiguous"}},
        {"20241027013000+0000", "2024-10-27T01:30:00+00:00", Precision::second,
         "2024-10-27T01:30:00.000Z"},
        {"20240331", "2024-03-31", Precision::day, "2024-03-31T00:00:00.000Z"},
        // missing is not wrong
        {"", ""},
        {"  ", ""},
        {"\"\"", ""},
        {"0000", ""},
        {"00000000", ""},
        {"00000000000000", ""},
        {"00000000000000.0000+0000", ""},
        // doubtful but readable
        {"20240600", "2024-06", Precision::month, "2024-05-31T23:00:00.000Z", {"time_zero_part"}},
        {"20240000", "2024", Precision::year, "2024-01-01T00:00:00.000Z", {"time_zero_part"}},
        {"20240615240000",
         "2024-06-16T00:00:00+01:00",
         Precision::second,
         "2024-06-15T23:00:00.000Z",
         {"time_hour_24"}},
        {"202412312400",
         "2025-01-01T00:00:00+00:00",
         Precision::minute,
         "2025-01-01T00:00:00.000Z",
         {"time_hour_24"}},
        {"20161231235960",
         "2016-12-31T23:59:59+00:00",
         Precision::second,
         "2016-12-31T23:59:59.000Z",
         {"time_leap_second"}},
        {"20240615113059.12345678",
         "2024-06-15T11:30:59.123456+01:00",
         Precision::fraction,
         "2024-06-15T10:30:59.123Z",
         {"time_fraction_cut"}},
        {"20240615113000+9900",
         "2024-06-15T11:30:00+01:00",
         Precision::second,
         "2024-06-15T10:30:00.000Z",
         {"time_zone_invalid"}},
        {"20240615113000+0160",
         "2024-06-15T11:30:00+01:00",
         Precision::second,
         "2024-06-15T10:30:00.000Z",
         {"time_zone_invalid"}},
        {"20240615113000+01x0",
         "2024-06-15T11:30:00+01:00",
         Precision::second,
         "2024-06-15T10:30:00.000Z",
         {"time_zone_invalid"}},
        {"20240615113000+01",
         "2024-06-15T11:30:00+01:00",
         Precision::second,
         "2024-06-15T10:30:00.000Z",
         {"time_zone_invalid"}},
        {"2024-06-15", "2024-06-15", Precision::day, "2024-06-14T23:00:00.000Z", {"time_not_hl7"}},
        {"2024-06-15T11:30:00.5-05:00",
         "2024-06-15T11:30:00.5-05:00",
         Precision::fraction,
         "2024-06-15T16:30:00.500Z",
         {"time_not_hl7"}},
        {"2024-06-15 11:30",
         "2024-06-15T11:30:00+01:00",
         Precision::minute,
         "2024-06-15T10:30:00.000Z",
         {"time_not_hl7"}},
        // London was 75 seconds behind Greenwich then.
        {"184001010000",
         "1840-01-01T00:00:00-00:01",
         Precision::minute,
         "1840-01-01T00:01:00.000Z",
         {}},
        // wrong
        {"20240230", "", Precision::year, "", {"time_invalid"}},
        {"20230229", "", Precision::year, "", {"time_invalid"}},
        {"20241301", "", Precision::year, "", {"time_invalid"}},
        {"20240615250000", "", Precision::year, "", {"time_invalid"}},
        {"20240615240001", "", Precision::year, "", {"time_invalid"}},
        {"20240615240100", "", Precision::year, "", {"time_invalid"}},
        {"20240230240000", "", Precision::year, "", {"time_invalid"}},
        {"2024-06-15X11:30",
         "2024",
         Precision::year,
         "2024-01-01T00:00:00.000Z",
         {"time_zone_invalid"}},
        {"2024-06/15", "2024", Precision::year, "2024-01-01T00:00:00.000Z", {"time_zone_invalid"}},
        {"2024/06/15", "", Precision::year, "", {"time_invalid"}},
        {"20240615116000", "", Precision::year, "", {"time_invalid"}},
        {"20240615113061", "", Precision::year, "", {"time_invalid"}},
        {"2024061", "", Precision::year, "", {"time_invalid"}},
        {"202", "", Precision::year, "", {"time_invalid"}},
        {"202406151130591", "", Precision::year, "", {"time_invalid"}},
        {"202406151130.5", "", Precision::year, "", {"time_invalid"}},
        {"20240615113059.", "", Precision::year, "", {"time_invalid"}},
        {"20240615 later", "", Precision::year, "", {"time_invalid"}},
        {"Aug 15, 1942", "", Precision::year, "", {"time_invalid"}},
        {"15/08/1942", "", Precision::year, "", {"time_invalid"}},
        {"00000615", "", Precision::year, "", {"time_invalid"}},
        // The midnight after the last day has no FHIR date.
        {"99991231240000", "", Precision::year, "", {"time_invalid"}},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        const TimestampReading reading = parse_timestamp(c.text, kLondon);
        CHECK(reading.warnings == c.warnings);
        REQUIRE(reading.value.has_value() == (*c.fhir != '\0'));
        if (!reading.value) continue;
        CHECK(reading.value->fhir == c.fhir);
        CHECK(reading.value->precision == c.precision);
        CHECK(format_instant(reading.value->instant) == c.instant);
    }
    CHECK(parse_timestamp("20240615113059.1234-0500", kLondon).value->zone_known);
    CHECK_FALSE(parse_timestamp("20240615113059", kLondon).value->zone_known);
    CHECK(parse_timestamp("20240615003059", kLondon).value->fhir_date == "2024-06-15");
    CHECK(parse_timestamp("202406", kLondon).value->fhir_date == "2024-06");
}

TEST_CASE("a value without a zone takes that of MSH-7 only where it contradicts the feed's") {
    struct Case2 {
        const char* msh_7;
        const char* text;
        const char* fhir;
    };
    const Case2 cases[] = {
        // MSH-7 says London's summer time: a winter value is still London's winter time
        {"20240615120000+0100", "20240115113000", "2024-01-15T11:30:00+00:00"},
        {"20240615120000+0100", "20240615113000", "2024-06-15T11:30:00+01:00"},
        // a sender elsewhere
        {"20240615120000-0500", "20240115113000", "2024-01-15T11:30:00-05:00"},
        {"20240615120000+0000", "20240615113000", "2024-06-15T11:30:00+00:00"},
        {"20240615120000", "20240615113000", "2024-06-15T11:30:00+01:00"},
        {"", "20240615113000", "2024-06-15T11:30:00+01:00"},
        {"nonsense-0500", "20240615113000", "2024-06-15T11:30:00+01:00"},
        {"20240615120000-0500", "20240615113000+0200", "2024-06-15T11:30:00+02:00"},
        {"2024-06-15T12:00:00Z", "20240615113000", "2024-06-15T11:30:00+00:00"},
        {"2024-06-15T12:00:00-05:00", "20240115113000", "2024-01-15T11:30:00-05:00"},
        {" 20240615120000-0500 ", "20240115113000", "2024-01-15T11:30:00-05:00"},
        {"0000+0000", "20240615113000", "2024-06-15T11:30:00+01:00"},
    };
    for (const Case2& c : cases) {
        CAPTURE(c.msh_7);
        const ZoneRule rule(kLondon, c.msh_7);
        CHECK(parse_timestamp(c.text, rule).value->fhir == c.fhir);
    }
}

TEST_CASE("a time of day is read as FHIR writes it") {
    CHECK(parse_time_of_day("11") == "11:00:00");
    CHECK(parse_time_of_day("1130") == "11:30:00");
    CHECK(parse_time_of_day("113059.25") == "11:30:59.25");
    CHECK(parse_time_of_day("113059+0100") == "11:30:59");
    for (const char* text :
         {"", "1", "113", "2400", "1160", "113060", "noon", "1130x", "1130.5", "113059."}) {
        CAPTURE(text);
        CHECK_FALSE(parse_time_of_day(text));
    }
}
