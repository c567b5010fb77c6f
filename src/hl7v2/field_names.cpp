#include "hl7v2/field_names.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace wardlight::hl7v2 {
namespace {

struct SegmentNames {
    std::string_view id;
    std::string_view name;
    std::string_view fields;  // in order from field 1, separated by ';'; '@' marks a point in time
};

constexpr std::array kSegments{
    SegmentNames{
        "MSH", "message header",
        "field separator;encoding characters;sending application;sending facility;"
        "receiving application;receiving facility;@time of message;security;message type;"
        "control id;processing id;version;sequence number;continuation pointer;"
        "accept acknowledgement;application acknowledgement;country;character set;language;"
        "character set handling;profile;sending organisation;receiving organisation;"
        "sending network address;receiving network address"},
    SegmentNames{"MSA", "acknowledgement",
                 "acknowledgement code;control id of the message;text;expected sequence number;"
                 "delayed acknowledgement;error condition"},
    SegmentNames{"ERR", "error",
                 "code and location;location;error code;severity;application error;parameter;"
                 "diagnostic information;user message"},
    SegmentNames{"EVN", "event", "event;@recorded;@planned;reason;operator;@occurred;facility"},
    SegmentNames{
        "PID", "patient identification",
        "set id;patient id (old);patient identifiers;alternate patient id (old);patient name;"
        "mother's maiden name;@date of birth;administrative sex;alias;race;address;county;"
        "telephone home;telephone work;language;marital status;religion;account number;"
        "social security number;driver's licence;mother's identifier;ethnic group;birth place;"
        "multiple birth;birth order;citizenship;veteran status;nationality;@death;is dead;"
        "identity unknown;identity reliability;@last update;last update facility"},
    SegmentNames{"PD1", "patient additional",
                 "living dependency;living arrangement;primary facility;primary care provider;"
                 "student;handicap;living will;organ donor;separate bill;duplicate patient;"
                 "publicity;protection"},
    SegmentNames{"MRG", "merge",
                 "prior patient identifiers;prior alternate patient id;prior account number;"
                 "prior patient id;prior visit number;prior alternate visit id;prior patient name"},
    SegmentNames{
        "PV1", "visit",
        "set id;patient class;assigned location;admission type;preadmit number;prior location;"
        "attending doctor;referring doctor;consulting doctor;hospital service;temporary location;"
        "preadmit test;readmission;admit source;ambulatory status;VIP;admitting doctor;"
        "patient type;visit number;financial class;charge price;courtesy;credit rating;"
        "contract code;@contract effective;contract amount;contract period;interest;"
        "transfer to bad debt;@bad debt date;bad debt agency;bad debt transferred;"
        "bad debt recovered;delete account;@delete account date;discharge disposition;"
        "discharged to;diet;servicing facility;bed status;account status;pending location;"
        "prior temporary location;@admitted;@discharged;current balance;total charges;"
        "total adjustments;total payments;alternate visit id"},
    SegmentNames{"PV2", "visit additional",
                 "prior pending location;accommodation;admit reason;transfer reason;valuables;"
                 "valuables location;visit user;@expected admission;@expected discharge"},
    SegmentNames{"NK1", "next of kin",
                 "set id;name;relationship;address;telephone;business telephone;contact role;"
                 "@start;@end"},
    SegmentNames{"AL1", "allergy", "set id;allergen type;allergen;severity;reaction;@identified"},
    SegmentNames{"DG1", "diagnosis",
                 "set id;coding method;diagnosis;description;@diagnosed;diagnosis type"},
    SegmentNames{
        "ORC", "common order",
        "order control;placer order number;filler order number;placer group number;order status;"
        "response flag;quantity and timing;parent;@time of transaction;entered by;verified by;"
        "ordering provider;enterer's location;call back number;@effective;control code reason;"
        "entering organisation;entering device;action by;beneficiary notice;"
        "ordering facility"},
    SegmentNames{
        "OBR", "observation request",
        "set id;placer order number;filler order number;universal service;priority;@requested;"
        "@collected;@collection end;collection volume;collector;specimen action;danger;"
        "clinical information;@specimen received;specimen source;ordering provider;"
        "call back number;placer field 1;placer field 2;filler field 1;filler field 2;"
        "@results reported;charge;diagnostic service section;result status;parent result;"
        "quantity and timing;copies to;parent;transport;reason;principal interpreter;"
        "assistant interpreter;technician;transcriptionist;@scheduled"},
    SegmentNames{
        "OBX", "observation",
        "set id;value type;observation;sub-id;value;units;reference range;abnormal flags;"
        "probability;nature of abnormal test;result status;@effective date of reference range;"
        "access checks;@observed;producer;responsible observer;method;equipment;@analysed;"
        "body site"},
    SegmentNames{"NTE", "note", "set id;source;comment;comment type"},
    SegmentNames{"SPM", "specimen",
                 "set id;specimen id;specimen parent ids;specimen type;type modifier;additives;"
                 "collection method;source site;site modifier;collection site;role;"
                 "collection amount;grouped count;description;handling;risk;@collected;@received"},
    SegmentNames{
        "TXA", "document",
        "set id;document type;content presentation;@activity;primary activity provider;"
        "@originated;@transcribed;@edited;originator;authenticator;transcriptionist;"
        "document number;parent document number;placer order number;filler order number;"
        "file name;completion status;confidentiality;availability;storage status;change reason;"
        "authentication"},
    SegmentNames{"FHS", "file header", ""},
    SegmentNames{"BHS", "batch header", ""},
};

const SegmentNames* find(std::string_view id) {
    const auto* found = std::find_if(kSegments.begin(), kSegments.end(),
                                     [&](const SegmentNames& segment) { return segment.id == id; });
    return found == kSegments.end() ? nullptr : found;
}

std::string_view marked_name(std::string_view segment, std::size_t field) {
    const SegmentNames* names = find(segment);
    if (!names || field == 0) return {};
    const auto fields = split(names->fields, ';');
    return field <= fields.size() ? fields[field - 1] : std::string_view{};
}

}  // namespace

std::string_view segment_name(std::string_view id) {
    const SegmentNames* names = find(id);
    return names ? names->name : std::string_view{};
}

std::string_view field_name(std::string_view segment, std::size_t field) {
    std::string_view name = marked_name(segment, field);
    if (name.starts_with('@')) name.remove_prefix(1);
    return name;
}

bool is_time_field(std::string_view segment, std::size_t field) {
    return marked_name(segment, field).starts_with('@');
}

}  // namespace wardlight::hl7v2
