#include "app/rule_table.h"

#include <doctest/doctest.h>

#include <sstream>
#include <string>

using namespace wardlight;
using namespace wardlight::app;

namespace {

struct Outcome {
    std::string out;
    std::string errors;
    std::size_t problems;
};

Outcome run(RuleTable rule, std::string_view csv, const char* zone = "Europe/London") {
    std::ostringstream out;
    std::ostringstream errors;
    const auto problems = run_rule_table(csv, {rule, *TimeZone::find(zone)}, out, errors);
    return {out.str(), errors.str(), problems};
}

constexpr const char* kAkiHeader = "id,age,sex,llri,ulri,c1_umol_l,collected,history\n";
constexpr const char* kNews2Header = "id,rr,spo2,scale,on_o2,sbp,pulse,acvpu,temp\n";

/// The result columns of a single row.
std::string aki(const std::string& row, const char* zone = "Europe/London") {
    const Outcome outcome = run(RuleTable::aki, kAkiHeader + row, zone);
    CHECK(outcome.errors == "");
    const auto at = outcome.out.find(row);
    return at == std::string::npos
               ? outcome.out
               : outcome.out.substr(at + row.size(), outcome.out.size() - at - row.size() - 1);
}

std::string news2(const std::string& row) {
    const Outcome outcome = run(RuleTable::news2, kNews2Header + row);
    CHECK(outcome.errors == "");
    const auto at = outcome.out.find(row);
    return at == std::string::npos
               ? outcome.out
               : outcome.out.substr(at + row.size(), outcome.out.size() - at - row.size() - 1);
}

}  // namespace

TEST_CASE("each row comes back with the result's columns appended") {
    const auto outcome =
        run(RuleTable::aki,
            "\xEF\xBB\xBFid,age,sex,llri,ulri,c1_umol_l,collected,history\r\n"
            "a,60,M,59,104,200,2026-03-10T09:00,100@2026-03-09T09:00;100@2026-01-01\r\n"
            "b,60,M,59,104,130,2026-03-10T09:00,100@2026-03-05T09:00\r\n"
            "c,60,M,59,104,130,2026-03-10T09:00,\r\n"
            "\"d, quoted\",60,M,59,104,50,20260310090000,\r\n");
    CHECK(outcome.problems == 0);
    CHECK(outcome.errors == "");
    CHECK(outcome.out ==
          "id,age,sex,llri,ulri,c1_umol_l,collected,history,stage,flag,comment\n"
          "a,60,M,59,104,200,2026-03-10T09:00,100@2026-03-09T09:00;100@2026-01-01,2,H,\n"
          "b,60,M,59,104,130,2026-03-10T09:00,100@2026-03-05T09:00,0,H,rise – suggest repeat\n"
          "c,60,M,59,104,130,2026-03-10T09:00,,0,H,?AKI ?CKD – suggest repeat\n"
          "\"d, quoted\",60,M,59,104,50,20260310090000,,0,L,\n");
}

TEST_CASE("columns may stand in any order, beside others, and in any letter case") {
    const auto outcome = run(RuleTable::aki,
                             "note, History ,COLLECTED,c1_umol_l,ulri,llri,sex,age,id\n"
                             "x,100@2026-03-09,2026-03-10,150,104,59,male,60,1\n");
    CHECK(outcome.errors == "");
    CHECK(outcome.out ==
          "note, History ,COLLECTED,c1_umol_l,ulri,llri,sex,age,id,stage,flag,comment\n"
          "x,100@2026-03-09,2026-03-10,150,104,59,male,60,1,1,H,\n");
}

TEST_CASE("calendar days are counted in the zone asked for") {
    // Day 8 in London, day 7 in Hong Kong: a rise within 7 days is only seen there.
    const std::string row = "1,60,M,59,104,130,2026-03-10T12:00Z,100@2026-03-02T20:00Z";
    CHECK(aki(row) == ",0,H,");
    CHECK(aki(row, "Asia/Hong_Kong") == ",0,H,rise – suggest repeat");
    // Local times over the spring change: 48 h elapsed are 49 h on the clock.
    CHECK(aki("1,60,M,59,104,130,2026-03-30T13:00,100@2026-03-28T12:00") == ",1,H,");
    CHECK(aki("1,60,M,59,104,130,2026-03-30T13:01,100@2026-03-28T12:00") ==
          ",0,H,rise – suggest repeat");
    // Day 7 over the spring change, both ends near midnight
    CHECK(aki("1,60,M,59,104,130,2026-04-02T23:59,100@2026-03-26T00:00") ==
          ",0,H,rise – suggest repeat");
    CHECK(aki("1,60,M,59,104,130,2026-04-02T00:00,100@2026-03-25T23:59") == ",0,H,");
    CHECK(aki("1,60,M,59,104,150,2026-04-02T00:00,100@2025-04-02T00:00") == ",1,H,");
    CHECK(aki("1,60,M,59,104,150,2026-04-02T00:00,100@2025-04-01T23:59") ==
          ",0,H,?AKI ?CKD – suggest repeat");
}

TEST_CASE("text results in the history are left out, as laboratories send them") {
    CHECK(aki("1,60,M,59,104,150,2026-03-10,haemolysed@2026-03-09; 100 @ 2026-03-09 ;") == ",1,H,");
    CHECK(aki("1,60,M,59,104,30,2026-03-10,<20@2026-03-09") == ",1,L,");
}

TEST_CASE("sex and limits may be empty") {
    CHECK(aki("1,,,,,104.5,2026-03-10,") == ",0,H,?AKI ?CKD – suggest repeat");
    CHECK(aki("1,,,,,104,2026-03-10,") == ",0,,");
    for (const char* sex : {"U", "unknown", "O", "other"})
        CHECK(aki("1,40," + std::string(sex) + ",,,45,2026-03-10,") == ",0,,");
    for (const char* sex : {"F", "f", "female", "Female"})
        CHECK(aki("1,40," + std::string(sex) + ",,,85,2026-03-10,") ==
              ",0,H,?AKI ?CKD – suggest repeat");
}

TEST_CASE("a bad cell names row and column, and the other rows still come back") {
    struct Row {
        const char* row;
        const char* column;
    };
    for (const Row& bad : {
             Row{"x,old,M,59,104,150,2026-03-10,", "age"},
             Row{"x,-1,M,59,104,150,2026-03-10,", "age"},
             Row{"x,151,M,59,104,150,2026-03-10,", "age"},
             Row{"x,60,Z,59,104,150,2026-03-10,", "sex"},
             Row{"x,60,M,low,104,150,2026-03-10,", "llri"},
             Row{"x,60,M,-1,104,150,2026-03-10,", "llri"},
             Row{"x,60,M,105,104,150,2026-03-10,", "llri"},
             Row{"x,60,M,59,<104,150,2026-03-10,", "ulri"},
             Row{"x,60,M,59,104,,2026-03-10,", "c1_umol_l"},
             Row{"x,60,M,59,104,haemolysed,2026-03-10,", "c1_umol_l"},
             Row{"x,60,M,59,104,0,2026-03-10,", "c1_umol_l"},
             Row{"x,60,M,59,104,\"1,5\",2026-03-10,", "c1_umol_l"},
             Row{"x,60,M,59,104,150,,", "collected"},
             Row{"x,60,M,59,104,150,10/03/2026,", "collected"},
             Row{"x,60,M,59,104,150,2026-03-10,100", "history"},
             Row{"x,60,M,59,104,150,2026-03-10,100@", "history"},
             Row{"x,60,M,59,104,150,2026-03-10,100@last week", "history"},
             Row{"x,60,M,59,104,150,2026-03-10,@2026-03-09", "history"},
             Row{"x,60,M,59,104,150,2026-03-10,1O0@2026-03-09", "history"},
             Row{"x,60,M,59,104,150,2026-03-10,0@2026-03-09", "history"},
             Row{"x,60,M,59,104,150,2026-03-10,haemolysed@then", "history"},
         }) {
        CAPTURE(bad.row);
        const auto outcome =
            run(RuleTable::aki, std::string(kAkiHeader) + "ok,60,M,59,104,100,2026-03-10,\n" +
                                    bad.row + "\nok,60,M,59,104,105,2026-03-10,\n");
        CHECK(outcome.problems == 1);
        CHECK(outcome.errors.starts_with("error: row 2 (line 3, id x), column " +
                                         std::string(bad.column) + ": "));
        CHECK(outcome.out ==
              "id,age,sex,llri,ulri,c1_umol_l,collected,history,stage,flag,comment\n"
              "ok,60,M,59,104,100,2026-03-10,,0,,\n" +
                  std::string(bad.row) +
                  ",,,\nok,60,M,59,104,105,2026-03-10,,0,H,?AKI ?CKD – suggest repeat\n");
    }
}

TEST_CASE("a row with too few or too many cells is at fault, not shifted") {
    const auto outcome = run(
        RuleTable::aki, std::string(kAkiHeader) + "a,60,M\nb,60,M,59,104,100,2026-03-10,,extra\n");
    CHECK(outcome.problems == 2);
    CHECK(outcome.errors ==
          "error: row 1 (line 2, id a): has 3 cells, the header has 8\n"
          "error: row 2 (line 3, id b): has 9 cells, the header has 8\n");
    CHECK(outcome.out ==
          "id,age,sex,llri,ulri,c1_umol_l,collected,history,stage,flag,comment\n"
          "a,60,M,,,,,,,,\nb,60,M,59,104,100,2026-03-10,,extra,,,\n");
}

TEST_CASE("a table that cannot be used says why and writes nothing") {
    for (const auto& [csv, message] :
         {std::pair{"", "error: the table is empty: a header row is needed\n"},
          {"id,age,sex,llri,ulri,c1_umol_l,collected\n",
           "error: the header has no column 'history'\n"},
          {"id,age,age,sex,llri,ulri,c1_umol_l,collected,history\n",
           "error: the header has column 'age' twice\n"},
          {"id,\"age\n", "error: the table cannot be read: line 1: a quote is never closed\n"}}) {
        const auto outcome = run(RuleTable::aki, csv);
        CHECK(outcome.problems == 1);
        CHECK(outcome.out == "");
        CHECK(outcome.errors == message);
    }
}

TEST_CASE("a table above the size limit is refused, one at the limit is not") {
    std::string csv = kAkiHeader;
    csv.resize(kRuleTableBytes, '\n');
    CHECK(run(RuleTable::aki, csv).errors == "");
    csv.push_back('\n');
    const auto outcome = run(RuleTable::aki, csv);
    CHECK(outcome.errors == "error: the table is larger than 64 MiB: split it\n");
    CHECK(outcome.out == "");
}

TEST_CASE("NEWS2 rows come back with total, red, band, monitoring and incomplete") {
    CHECK(news2("1,16,97,1,false,120,70,A,37.0") == ",0,false,none,12-hourly,false");
    CHECK(news2("1,22,93,1,no,120,100,Alert,38.5") == ",6,false,medium,1-hourly,false");
    CHECK(news2("1,25,97,1,air,120,70,A,37.0") == ",3,true,low_medium,1-hourly,false");
    CHECK(news2("1,25,97,2,1,120,70,c,37.0") == ",11,true,high,continuous,false");
    CHECK(news2("1,16.0,97,,0,120,70,A,37.0 C") == ",0,false,none,12-hourly,false");
    CHECK(news2("1,16,97,1,N,120,70,A,100.6 F") == ",1,false,low,4-6-hourly,false");
    CHECK(news2("1,16,97,1,N,120,70,A,") == ",0,false,,,true");
    CHECK(news2("1,25,97,1,N,120,70,A,") == ",3,true,low_medium,1-hourly,true");
}

TEST_CASE("an implausible or unreadable observation is an error, not a score") {
    struct Row {
        const char* row;
        const char* column;
    };
    for (const Row& bad : {
             Row{"x,fast,97,1,N,120,70,A,37", "rr"},
             Row{"x,16.5,97,1,N,120,70,A,37", "rr"},
             Row{"x,500,97,1,N,120,70,A,37", "rr"},
             Row{"x,>30,97,1,N,120,70,A,37", "rr"},
             Row{"x,999999999999,97,1,N,120,70,A,37", "rr"},
             Row{"x,16,101,1,N,120,70,A,37", "spo2"},
             Row{"x,16,97%,1,N,120,70,A,37", "spo2"},
             Row{"x,16,97,3,N,120,70,A,37", "scale"},
             Row{"x,16,97,1,maybe,120,70,A,37", "on_o2"},
             Row{"x,16,97,1,N,120/80,70,A,37", "sbp"},
             Row{"x,16,97,1,N,1200,70,A,37", "sbp"},
             Row{"x,16,97,1,N,120,-70,A,37", "pulse"},
             Row{"x,16,97,1,N,120,70,X,37", "acvpu"},
             Row{"x,16,97,1,N,120,70,A,102.2", "temp"},
             Row{"x,16,97,1,N,120,70,A,warm", "temp"},
             Row{"x,16,97,1,N,120,70,A,37 K", "temp"},
             Row{"x,16,97,1,N,120,70,A,3.7", "temp"},
         }) {
        CAPTURE(bad.row);
        const auto outcome = run(RuleTable::news2, std::string(kNews2Header) + bad.row + "\n");
        CHECK(outcome.problems == 1);
        CHECK(outcome.errors.starts_with("error: row 1 (line 2, id x), column " +
                                         std::string(bad.column) + ": "));
        CHECK(outcome.out.ends_with(std::string(bad.row) + ",,,,,\n"));
    }
}
