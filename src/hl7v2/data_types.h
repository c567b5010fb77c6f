// HL7 v2 data types as plain structs of unescaped text. Reading is liberal: whatever is missing
// stays empty, a primitive where a composite was expected fills the first part. Source: HL7 v2.9
// chapter 2A. Pure functions, thread-safe.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "hl7v2/message.h"
#include "hl7v2/timestamp.h"

namespace wardlight::hl7v2 {

/// Hierarchic designator: who assigns identifiers.
struct Hd {
    std::string namespace_id;
    std::string universal_id;
    std::string universal_id_type;  // "ISO", "DNS", "UUID" ...
    [[nodiscard]] bool empty() const { return namespace_id.empty() && universal_id.empty(); }
};

/// Entity identifier: an order or a report number.
struct Ei {
    std::string id;
    Hd authority;
    [[nodiscard]] bool empty() const { return id.empty(); }
};

/// A person's or a visit's identifier.
struct Cx {
    std::string id;
    std::string check_digit;
    std::string check_digit_scheme;
    Hd authority;
    std::string type;  // table 0203: "MR", "NH" ...
    Hd facility;
    std::string effective_date;
    std::string expiration_date;
    [[nodiscard]] bool empty() const { return id.empty(); }
};

struct Xpn {
    std::string family;         // whole family name; own and partner's parts below when sent
    std::string family_prefix;  // FN-2 "van"
    std::string own_family;     // FN-3
    std::string given;
    std::string middle;  // second and further given names
    std::string suffix;
    std::string prefix;
    std::string degree;
    std::string type;            // table 0200: "L" legal, "D" display ...
    std::string representation;  // table 4000: "A" alphabetic, "I" ideographic, "P" phonetic
    std::string effective_date;
    std::string expiration_date;
    std::string professional_suffix;
    [[nodiscard]] bool empty() const { return family.empty() && given.empty() && middle.empty(); }
};

struct Xad {
    std::string street;  // SAD-1, or the whole component of older versions
    std::string street_name;
    std::string dwelling_number;
    std::string other_designation;
    std::string city;
    std::string state;
    std::string postal_code;
    std::string country;
    std::string type;  // table 0190
    std::string other_geographic;
    std::string county;
    std::string effective_date;
    std::string expiration_date;
    [[nodiscard]] bool empty() const {
        return street.empty() && other_designation.empty() && city.empty() && state.empty() &&
               postal_code.empty() && country.empty();
    }
};

struct Xtn {
    std::string number;     // XTN-1, the whole number of older versions
    std::string use;        // table 0201: "PRN", "WPN", "NET" ...
    std::string equipment;  // table 0202: "PH", "CP", "FX", "Internet" ...
    std::string email;      // XTN-4
    std::string country_code;
    std::string area_code;
    std::string local_number;
    std::string extension;
    std::string any_text;
    std::string unformatted;  // XTN-12
    [[nodiscard]] bool empty() const {
        return number.empty() && email.empty() && local_number.empty() && unformatted.empty();
    }
    /// The number as a person would dial or write it, or the address of an electronic contact.
    [[nodiscard]] std::string best() const;
};

struct Pl {
    std::string point_of_care;
    std::string room;
    std::string bed;
    Hd facility;
    std::string status;
    std::string type;  // table 0305
    std::string building;
    std::string floor;
    std::string description;
    [[nodiscard]] bool empty() const {
        return point_of_care.empty() && room.empty() && bed.empty() && facility.empty() &&
               building.empty() && floor.empty() && description.empty();
    }
};

struct Xcn {
    std::string id;
    Xpn name;
    std::string source_table;
    Hd authority;
    std::string id_type;  // table 0203
    Hd facility;
    [[nodiscard]] bool empty() const { return id.empty() && name.empty(); }
};

/// CE, CNE and CWE: they share their first parts.
struct Cwe {
    std::string code;
    std::string text;
    std::string system;
    std::string alternate_code;
    std::string alternate_text;
    std::string alternate_system;
    std::string system_version;
    std::string alternate_system_version;
    std::string original_text;
    std::string second_alternate_code;
    std::string second_alternate_text;
    std::string second_alternate_system;
    [[nodiscard]] bool empty() const {
        return code.empty() && text.empty() && alternate_code.empty() && alternate_text.empty() &&
               original_text.empty();
    }
};

inline constexpr std::size_t kNumberCharacters = 64;  // more is no measurement

/// A number as the sender wrote it. `number` is a valid JSON number with every digit kept.
struct NumericValue {
    std::string comparator;  // "", "<", "<=", ">", ">=" (and "=", "<>" from SN)
    std::string number;
    std::string separator;      // SN-3: "-", "+", "/", "." or ":"
    std::string second_number;  // SN-4
};

[[nodiscard]] Hd read_hd(const Component& component);    // parts are sub-components
[[nodiscard]] Hd read_hd(const Repetition& repetition);  // parts are components
[[nodiscard]] Ei read_ei(const Repetition& repetition);
[[nodiscard]] Ei read_ei(const Component& component);  // as inside EIP
[[nodiscard]] Cx read_cx(const Repetition& repetition);
[[nodiscard]] Xpn read_xpn(const Repetition& repetition);
[[nodiscard]] Xad read_xad(const Repetition& repetition);
[[nodiscard]] Xtn read_xtn(const Repetition& repetition);
[[nodiscard]] Pl read_pl(const Repetition& repetition);
/// XCN; also CN of older versions and, in the parts they share, XON.
[[nodiscard]] Xcn read_xcn(const Repetition& repetition);
[[nodiscard]] Cwe read_cwe(const Repetition& repetition);
[[nodiscard]] Cwe read_cwe(const Component& component);  // parts are sub-components

/// NM, read liberally: blanks around, a leading +, ".5" and "007" are accepted and so are the
/// comparators laboratories put before it ("<5", ">=7.2"). nullopt when it is not one number.
[[nodiscard]] std::optional<NumericValue> read_nm(std::string_view text);
/// SN: comparator^number^separator^number.
[[nodiscard]] std::optional<NumericValue> read_sn(const Repetition& repetition);

/// Ten digits whose modulus 11 check holds (weights 10..2), and not ten times the same one: such
/// dummies would join strangers. Blanks and hyphens as people write them
/// are not accepted: remove them with nhs_number_digits first.
[[nodiscard]] bool is_valid_nhs_number(std::string_view digits);
/// "943 476 5919" and "943-476-5919" -> "9434765919"; other text unchanged.
[[nodiscard]] std::string nhs_number_digits(std::string_view text);

}  // namespace wardlight::hl7v2
