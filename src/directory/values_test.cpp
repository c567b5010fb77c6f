#include "directory/values.h"

#include <doctest/doctest.h>

#include <limits>

using namespace wardlight;
using namespace wardlight::directory;

TEST_CASE("nothing in a value can end a filter or match more than itself") {
    struct Row {
        std::string value;
        const char* escaped;
    };
    // RFC 4515, section 4.
    const Row rows[] = {
        {"alice", "alice"},
        {"Parens R Us (for all your parenthetical needs)",
         "Parens R Us \\28for all your parenthetical needs\\29"},
        {"*", "\\2a"},
        {"C:\\MyFile", "C:\\5cMyFile"},
        {std::string("\0\0\0\4", 4), "\\00\\00\\00\\04"},
        {"Lu\xC4\x8Di\xC4\x87", "Lu\\c4\\8di\\c4\\87"},
        {"*)(uid=*))(|(uid=*", "\\2a\\29\\28uid=\\2a\\29\\29\\28|\\28uid=\\2a"},
        {"", ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.escaped);
        CHECK(escape_filter(row.value) == row.escaped);
    }
    CHECK(escape_filter_bytes("a*") == "\\61\\2a");
}

TEST_CASE("the user name goes into each place of the filter") {
    CHECK(fill_filter("(|(uid={user})(mail={user}))", "bob") == "(|(uid=bob)(mail=bob))");
    CHECK(fill_filter("(uid=x)", "bob") == "(uid=x)");
    // What was typed is not looked into again.
    CHECK(fill_filter("(uid={user})", "{user}") == "(uid={user})");
}

TEST_CASE("names are compared in one spelling") {
    const auto normal = [](std::string_view name) { return *normal_name(name); };
    CHECK(normal("CN=ICU Nurses,OU=Groups,DC=hosp,DC=test") ==
          "cn=icu nurses,ou=groups,dc=hosp,dc=test");
    CHECK(normal("cn = a , dc = b") == normal("CN=A,DC=B"));
    CHECK(normal("cn=Doe\\, Jane,dc=b") == normal("cn=Doe\\2c Jane,dc=b"));
    CHECK(normal("cn=M\xC3\xBCller,dc=b") != normal("cn=Muller,dc=b"));
    CHECK(normal("cn=a\\2cou=b,dc=c") != normal("cn=a,ou=b,dc=c"));
    for (const char* wrong : {"", "alice", "cn=", ",", "cn=a,,dc=b", "=a"}) {
        CAPTURE(wrong);
        if (std::string_view(wrong) != "cn=") CHECK_FALSE(normal_name(wrong).has_value());
    }
    CHECK_FALSE(normal_name("id = \n#\ng#Z").has_value());
    CHECK_FALSE(normal_name(std::string("cn=a\0,dc=b", 10)).has_value());
    CHECK_FALSE(normal_name("cn=" + std::string(5'000, 'a')).has_value());
}

TEST_CASE("a star stands for characters of one part of a name only") {
    struct Row {
        const char* pattern;
        const char* name;
        bool fits;
    };
    constexpr Row kRows[] = {
        {"cn=icu,dc=a", "cn=icu,dc=a", true},
        {"cn=icu,dc=a", "cn=icu2,dc=a", false},
        {"cn=icu,dc=a", "cn=icu,dc=a,dc=b", false},
        {"cn=ward-*,dc=a", "cn=ward-7b,dc=a", true},
        {"cn=ward-*,dc=a", "cn=ward-,dc=a", true},
        {"cn=ward-*,dc=a", "cn=ward-7b,ou=other,dc=a", false},
        {"cn=*-nurses,dc=a", "cn=icu-nurses-nurses,dc=a", true},
        {"cn=*a*b,dc=a", "cn=xaxxb,dc=a", true},
        {"cn=*a*b,dc=a", "cn=xbxxa,dc=a", false},
        {"cn=*,*,dc=a", "cn=x,ou=y,dc=a", true},
        {"*", "cn=x,ou=y", false},
        {"*", "", true},
        {"", "cn=x", false},
    };
    for (const Row& row : kRows) {
        CAPTURE(row.pattern);
        CAPTURE(row.name);
        CHECK(fits_name(row.pattern, row.name) == row.fits);
    }
}

TEST_CASE("many stars cost no more than the length of both") {
    std::string pattern;
    for (int i = 0; i < 1'000; ++i) pattern += "a*";
    CHECK_FALSE(fits_name(pattern + 'b', std::string(4'000, 'a')));
}

TEST_CASE("a GUID is read with its first three groups turned round") {
    // MS-DTYP 2.3.4.
    const std::string raw("\x33\x22\x11\x00\x55\x44\x77\x66\x88\x99\xaa\xbb\xcc\xdd\xee\xff", 16);
    CHECK(*guid_text(raw) == "00112233-4455-6677-8899-aabbccddeeff");
    CHECK(*guid_bytes("00112233-4455-6677-8899-aabbccddeeff") == raw);
    CHECK(*guid_bytes("00112233-4455-6677-8899-AABBCCDDEEFF") == raw);
    CHECK_FALSE(guid_text("short"));
    for (const char* wrong :
         {"", "00112233-4455-6677-8899-aabbccddeef", "0011223344-55-6677-8899-aabbccddeeff",
          "00112233-4455-6677-8899-aabbccddee-f", "g0112233-4455-6677-8899-aabbccddeeff"}) {
        CAPTURE(wrong);
        CHECK_FALSE(guid_bytes(wrong));
    }
}

TEST_CASE("the primary group is in the person's own domain") {
    // S-1-5-21-1-2-3-1104 and primaryGroupID 513.
    const std::string head(
        "\x01\x05\x00\x00\x00\x00\x00\x05\x15\x00\x00\x00\x01\x00\x00\x00"
        "\x02\x00\x00\x00\x03\x00\x00\x00",
        24);
    const std::string person = head + std::string("\x50\x04\x00\x00", 4);
    CHECK(*sid_in_domain(person, 513) == head + std::string("\x01\x02\x00\x00", 4));
    CHECK_FALSE(sid_in_domain("", 513));
    CHECK_FALSE(sid_in_domain(person.substr(0, 27), 513));
    CHECK_FALSE(sid_in_domain("\x02" + person.substr(1), 513));
}

TEST_CASE("times of both dialects") {
    CHECK_FALSE(parse_filetime("0"));
    CHECK_FALSE(parse_filetime("9223372036854775807"));
    CHECK_FALSE(parse_filetime("never"));
    CHECK_FALSE(parse_filetime(""));
    CHECK(format_instant(*parse_filetime("116444736000000000")) == "1970-01-01T00:00:00.000Z");
    CHECK(format_instant(*parse_filetime("134403685463422570")) == "2026-11-28T19:42:26.342Z");

    CHECK(format_instant(*parse_generalized_time("20261128194226Z")) == "2026-11-28T19:42:26.000Z");
    CHECK(parse_generalized_time("20261128194226.0Z") == parse_generalized_time("20261128194226Z"));
    for (const char* wrong : {"", "Z", "20261128194226", "20261328194226Z", "20261131194226Z",
                              "20261128244226Z", "2026112819422Z", "20261128194226.Z",
                              "20261128194226+0100", "2026112819422aZ", "000001010000Z"}) {
        CAPTURE(wrong);
        CHECK_FALSE(parse_generalized_time(wrong));
    }
}

TEST_CASE("what Active Directory says of a refused bind") {
    const auto text = [](const char* code) {
        return std::string(
                   "80090308: LdapErr: DSID-0C09041C, comment: AcceptSecurityContext "
                   "error, data ") +
               code + ", v4563";
    };
    struct Row {
        const char* code;
        const char* reason;
    };
    constexpr Row kRows[] = {
        {"525", "unknown_user"},
        {"52e", "wrong_password"},
        {"52E", "wrong_password"},
        {"530", "not_at_this_time"},
        {"532", "password_expired"},
        {"531", "not_at_this_workstation"},
        {"533", "disabled"},
        {"701", "expired"},
        {"775", "locked"},
        {"773", "must_change_password"},
        {"999", "wrong_password"},
        {"", "wrong_password"},
        {"fffffffff", "wrong_password"},
    };
    for (const Row& row : kRows) {
        CAPTURE(row.code);
        CHECK(refusal_reason(text(row.code)) == row.reason);
    }
    CHECK(refusal_reason("") == "wrong_password");
    CHECK(refusal_reason("no such thing") == "wrong_password");
}
