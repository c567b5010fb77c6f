#include "hl7v2/data_types.h"

#include <doctest/doctest.h>

#include "hl7v2/test_equality.h"

using namespace wardlight;
using namespace wardlight::hl7v2;

namespace {

const Delimiters kUsual;

Repetition repetition(const char* raw) {
    return {raw, &kUsual};
}

}  // namespace

TEST_CASE("identifiers, names, places and codes come out by their parts") {
    const Cx id = read_cx(repetition("999001^4^M11^RX&1.2.3&ISO^MR^HOSP&9&DNS^20200101^20301231"));
    CHECK(id.id == "999001");
    CHECK(id.check_digit == "4");
    CHECK(id.check_digit_scheme == "M11");
    CHECK(id.authority == Hd{"RX", "1.2.3", "ISO"});
    CHECK(id.type == "MR");
    CHECK(id.facility == Hd{"HOSP", "9", "DNS"});
    CHECK(id.expiration_date == "20301231");

    const Xpn name =
        read_xpn(repetition("van Dijk&van&Dijk^Anna^Maria^III^Dr^PhD^L^A^^^^2020^2030^RN"));
    CHECK(name.family == "van Dijk");
    CHECK(name.family_prefix == "van");
    CHECK(name.own_family == "Dijk");
    CHECK(name.given == "Anna");
    CHECK(name.middle == "Maria");
    CHECK(name.suffix == "III");
    CHECK(name.prefix == "Dr");
    CHECK(name.degree == "PhD");
    CHECK(name.type == "L");
    CHECK(name.representation == "A");
    CHECK(name.effective_date == "2020");
    CHECK(name.expiration_date == "2030");
    CHECK(name.professional_suffix == "RN");

    const Xad address = read_xad(
        repetition("1 High St&High St&1^Flat 2^London^LND^N1 1AA^GBR^H^Islington^GL^^^^2020"));
    CHECK(address.street == "1 High St");
    CHECK(address.street_name == "High St");
    CHECK(address.dwelling_number == "1");
    CHECK(address.other_designation == "Flat 2");
    CHECK(address.city == "London");
    CHECK(address.state == "LND");
    CHECK(address.postal_code == "N1 1AA");
    CHECK(address.country == "GBR");
    CHECK(address.type == "H");
    CHECK(address.other_geographic == "Islington");
    CHECK(address.county == "GL");
    CHECK(address.effective_date == "2020");

    const Pl place = read_pl(repetition("W1^B2^C3^RX&1&ISO^O^N^Tower^4^By the window"));
    CHECK(place.point_of_care == "W1");
    CHECK(place.room == "B2");
    CHECK(place.bed == "C3");
    CHECK(place.facility.namespace_id == "RX");
    CHECK(place.status == "O");
    CHECK(place.type == "N");
    CHECK(place.building == "Tower");
    CHECK(place.floor == "4");
    CHECK(place.description == "By the window");

    const Xcn doctor = read_xcn(repetition(
        "C123^Smith&de^John^Q^Jr^Dr^MD^T1^GMC&1.2&ISO^L^7^M10^PRN^RX^A^^^^2020^2030^RN"));
    CHECK(doctor.id == "C123");
    CHECK(doctor.name.family == "Smith");
    CHECK(doctor.name.given == "John");
    CHECK(doctor.name.degree == "MD");
    CHECK(doctor.authority == Hd{"GMC", "1.2", "ISO"});
    CHECK(doctor.name.type == "L");
    CHECK(doctor.id_type == "PRN");
    CHECK(doctor.facility.namespace_id == "RX");
    CHECK(doctor.name.professional_suffix == "RN");

    const Cwe code =
        read_cwe(repetition("2160-0^Creatinine^LN^CREA^Kreatinin^L^2.7^1^orig \\T\\ text^a^b^c"));
    CHECK(code.code == "2160-0");
    CHECK(code.text == "Creatinine");
    CHECK(code.system == "LN");
    CHECK(code.alternate_code == "CREA");
    CHECK(code.alternate_text == "Kreatinin");
    CHECK(code.alternate_system == "L");
    CHECK(code.system_version == "2.7");
    CHECK(code.alternate_system_version == "1");
    CHECK(code.original_text == "orig & text");
    CHECK(code.second_alternate_system == "c");
    CHECK(read_cwe(Component("BLD&Blood&HL70487", &kUsual)).text == "Blood");

    CHECK(read_ei(repetition("F1^LAB^1.2^ISO")) == Ei{"F1", {"LAB", "1.2", "ISO"}});
    CHECK(read_ei(Component("F1&LAB&1.2&ISO", &kUsual)) == Ei{"F1", {"LAB", "1.2", "ISO"}});
    CHECK(read_hd(repetition("LAB^1.2^ISO")) == Hd{"LAB", "1.2", "ISO"});
    // Each part makes it another identifier.
    for (const char* other : {"F2^LAB^1.2^ISO", "F1^PATH^1.2^ISO", "F1^LAB^1.3^ISO",
                              "F1^LAB^1.2^DNS", "F1", "LAB^1.2^ISO"}) {
        CAPTURE(other);
        CHECK_FALSE(read_ei(repetition(other)) == read_ei(repetition("F1^LAB^1.2^ISO")));
    }
}

TEST_CASE("what is missing stays empty") {
    for (const char* raw : {"", "\"\"", "^^^", "^&&^"}) {
        CAPTURE(raw);
        CHECK(read_cx(repetition(raw)).empty());
        CHECK(read_xpn(repetition(raw)).empty());
        CHECK(read_xad(repetition(raw)).empty());
        CHECK(read_xtn(repetition(raw)).empty());
        CHECK(read_pl(repetition(raw)).empty());
        CHECK(read_xcn(repetition(raw)).empty());
        CHECK(read_cwe(repetition(raw)).empty());
        CHECK(read_ei(repetition(raw)).empty());
        CHECK(read_hd(repetition(raw)).empty());
    }
    // One part is enough for the whole to say something.
    for (const char* raw :
         {"a", "^^a", "^^^^^a", "^a", "^^^a", "^^^^a", "^^^^^^^^^^^a", "^^^^^^a"}) {
        CAPTURE(raw);
        const Repetition r = repetition(raw);
        const std::size_t at = std::string_view(raw).size();  // the number of the part
        CHECK(read_xpn(r).empty() == (at > 3));
        CHECK(read_xad(r).empty() == (at > 6));
        CHECK(read_xtn(r).empty() == !(at == 1 || at == 4 || at == 7 || at == 12));
        CHECK(read_pl(r).empty() == !(at <= 4 || at == 7));
        CHECK(read_cwe(r).empty() == !(at == 1 || at == 2 || at == 4 || at == 5));
        CHECK(read_hd(r).empty() == (at > 2));
    }
    CHECK_FALSE(read_pl(repetition("^^^^^^^a")).empty());
    CHECK_FALSE(read_pl(repetition("^^^^^^^^a")).empty());
    CHECK_FALSE(read_cwe(repetition("^^^^^^^^a")).empty());
    CHECK_FALSE(read_xcn(repetition("^a")).empty());
    CHECK_FALSE(read_xcn(repetition("a")).empty());
    CHECK(read_cx(repetition("A&B")).id == "A");
    CHECK(read_pl(repetition("W1")).point_of_care == "W1");
}

TEST_CASE("a telephone number is the one a person would dial") {
    struct Case {
        const char* raw;
        const char* best;
    };
    const Case cases[] = {
        {"020 7946 0000^PRN^PH", "020 7946 0000"},
        {"^NET^Internet^a@b.example", "a@b.example"},
        {"^PRN^PH^^44^20^79460000^12", "+44 20 79460000 x12"},
        {"^PRN^PH^^+44^^79460000", "+44 79460000"},
        {"^^^^^^^^^^^0800 1", "0800 1"},
        {"^^^a@b.example", "a@b.example"},
        {"1^^Internet^a@b.example", "a@b.example"},
        {"1^^X.400^a@b.example", "a@b.example"},
        {"1^NET", "1"},
        {"^PRN^PH^^^20^79460000", "20 79460000"},
        {"", ""},
    };
    for (const Case& c : cases) {
        CAPTURE(c.raw);
        CHECK(read_xtn(repetition(c.raw)).best() == c.best);
    }
}

TEST_CASE("numbers keep every digit and nothing else is a number") {
    struct Case {
        std::string text;
        const char* comparator;
        const char* number;  // nullptr: not a number
    };
    const Case cases[] = {
        {"150", "", "150"},
        {"38.0", "", "38.0"},
        {"7.20", "", "7.20"},
        {" 150 ", "", "150"},
        {"+5", "", "5"},
        {"-5.10", "", "-5.10"},
        {".5", "", "0.5"},
        {"-.5", "", "-0.5"},
        {"5.", "", "5"},
        {"007.0", "", "7.0"},
        {"000", "", "0"},
        {"0", "", "0"},
        {"<5", "<", "5"},
        {"> 7.2", ">", "7.2"},
        {"<=1", "<=", "1"},
        {">=1", ">=", "1"},
        {"≤1", "<=", "1"},
        {"≥1", ">=", "1"},
        {std::string(kNumberCharacters, '9'), "",
         "9999999999999999999999999999999999999999999999999999999999999999"},
        {std::string(kNumberCharacters + 1, '9'), "", nullptr},
        {"", "", nullptr},
        {"<", "", nullptr},
        {".", "", nullptr},
        {"-", "", nullptr},
        {"5-", "", nullptr},
        {"1,5", "", nullptr},
        {"1 000", "", nullptr},
        {"1e5", "", nullptr},
        {"140/90", "", nullptr},
        {"NaN", "", nullptr},
        {"5 mg", "", nullptr},
        {"<<5", "", nullptr},
        {"--5", "", nullptr},
        {"haemolysed", "", nullptr},
    };
    for (const Case& c : cases) {
        CAPTURE(c.text);
        const auto value = read_nm(c.text);
        REQUIRE(value.has_value() == (c.number != nullptr));
        if (value) CHECK(*value == NumericValue{c.comparator, c.number, "", ""});
    }
}

TEST_CASE("structured numerics are read by their parts") {
    CHECK(read_sn(repetition(">^7.2")) == NumericValue{">", "7.2", "", ""});
    CHECK(read_sn(repetition("^1^:^128")) == NumericValue{"", "1", ":", "128"});
    CHECK(read_sn(repetition("^10^-^20.0")) == NumericValue{"", "10", "-", "20.0"});
    CHECK(read_sn(repetition("<>^5")) == NumericValue{"<>", "5", "", ""});
    CHECK(read_sn(repetition("^2^+")) == NumericValue{"", "2", "+", ""});
    CHECK(read_sn(repetition("5.0")) == NumericValue{"", "5.0", "", ""});
    CHECK(read_sn(repetition(">5")) == NumericValue{">", "5", "", ""});
    for (const char* other : {">=^1^:^128", "^2^:^128", "^1^-^128", "^1^:^64", "^1"}) {
        CAPTURE(other);
        CHECK_FALSE(read_sn(repetition(other)) == read_sn(repetition("^1^:^128")));
    }
    for (const char* raw : {"", "~^5", "^x", "^5^-^x", "about^5"}) {
        CAPTURE(raw);
        CHECK_FALSE(read_sn(repetition(raw)));
    }
}

TEST_CASE("an NHS number has ten digits and a check digit of modulus 11") {
    CHECK(is_valid_nhs_number("9434765919"));
    CHECK(is_valid_nhs_number("4505577104"));
    CHECK_FALSE(is_valid_nhs_number("9434765918"));
    CHECK_FALSE(is_valid_nhs_number("943476591"));
    CHECK_FALSE(is_valid_nhs_number("94347659190"));
    CHECK_FALSE(is_valid_nhs_number("943 476 591"));
    CHECK_FALSE(is_valid_nhs_number("943476591X"));
    CHECK_FALSE(is_valid_nhs_number(""));
    for (char digit = '0'; digit <= '9'; ++digit)
        CHECK_FALSE(is_valid_nhs_number(std::string(10, digit)));
    // the check digit would be 10: no last digit makes it valid
    for (char digit = '0'; digit <= '9'; ++digit)
        CHECK_FALSE(is_valid_nhs_number(std::string("100000001") + digit));
    CHECK(nhs_number_digits("943 476 5919") == "9434765919");
    CHECK(nhs_number_digits("943-476-5919") == "9434765919");
    CHECK(nhs_number_digits("RX 12") == "RX 12");
    CHECK(nhs_number_digits("1/2") == "1/2");
}
