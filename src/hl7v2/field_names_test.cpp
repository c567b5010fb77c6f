#include "hl7v2/field_names.h"

#include <doctest/doctest.h>

using namespace wardlight::hl7v2;

TEST_CASE("names of fields stand at their HL7 numbers") {
    struct Case {
        const char* segment;
        std::size_t field;
        const char* name;
        bool is_time = false;
    };
    const Case cases[] = {
        {"MSH", 3, "sending application"},
        {"MSH", 7, "time of message", true},
        {"MSH", 10, "control id"},
        {"MSH", 18, "character set"},
        {"EVN", 6, "occurred", true},
        {"PID", 3, "patient identifiers"},
        {"PID", 5, "patient name"},
        {"PID", 7, "date of birth", true},
        {"PID", 8, "administrative sex"},
        {"PID", 18, "account number"},
        {"PID", 29, "death", true},
        {"PID", 30, "is dead"},
        {"PV1", 3, "assigned location"},
        {"PV1", 7, "attending doctor"},
        {"PV1", 19, "visit number"},
        {"PV1", 36, "discharge disposition"},
        {"PV1", 44, "admitted", true},
        {"PV1", 45, "discharged", true},
        {"PV1", 50, "alternate visit id"},
        {"MRG", 1, "prior patient identifiers"},
        {"ORC", 1, "order control"},
        {"ORC", 9, "time of transaction", true},
        {"ORC", 12, "ordering provider"},
        {"OBR", 4, "universal service"},
        {"OBR", 7, "collected", true},
        {"OBR", 16, "ordering provider"},
        {"OBR", 22, "results reported", true},
        {"OBR", 25, "result status"},
        {"OBX", 5, "value"},
        {"OBX", 8, "abnormal flags"},
        {"OBX", 11, "result status"},
        {"OBX", 14, "observed", true},
        {"SPM", 4, "specimen type"},
        {"SPM", 17, "collected", true},
        {"TXA", 12, "document number"},
        {"TXA", 17, "completion status"},
        {"ERR", 8, "user message"},
        {"PID", 0, ""},
        {"PID", 99, ""},
        {"ZZZ", 1, ""},
    };
    for (const Case& c : cases) {
        CAPTURE(c.segment);
        CAPTURE(c.field);
        CHECK(field_name(c.segment, c.field) == c.name);
        CHECK(is_time_field(c.segment, c.field) == c.is_time);
    }
    CHECK(segment_name("PID") == "patient identification");
    CHECK(segment_name("ZZZ").empty());
}
