#include "api/audit_view.h"

#include <doctest/doctest.h>

using wardlight::api::csv_line;

TEST_CASE("a line of the file: quoted where it must be, and nothing that a spreadsheet would run") {
    CHECK(csv_line({"1", "ward", ""}) == "1,ward,\r\n");
    CHECK(csv_line({"", "", "x"}) == ",,x\r\n");
    CHECK(csv_line({}) == "\r\n");
    CHECK(csv_line({"a,b", "say \"no\"", "two\nlines"}) ==
          "\"a,b\",\"say \"\"no\"\"\",\"two\nlines\"\r\n");
    for (const char* formula : {"=1+1", "+1", "-1", "@SUM(A1)", "\tx"})
        CHECK(csv_line({formula}) == "'" + std::string(formula) + "\r\n");
    CHECK(csv_line({"=A1,B1"}) == "\"'=A1,B1\"\r\n");
    CHECK(csv_line({"a=1"}) == "a=1\r\n");
}
