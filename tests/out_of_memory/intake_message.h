// A critical potassium of a patient of its own: one message that goes all the way to an alert.
#pragma once

#include <string>

#include "base/time.h"

namespace wardlight::testing {

inline std::string intake_message(long number, Instant now) {
    const std::string id = std::to_string(number);
    std::string at;  // 2026-11-21T07:50:21.427Z -> 20261121075021+0000
    for (const char c : format_instant(now).substr(0, 19))
        if (c >= '0' && c <= '9') at += c;
    at += "+0000";
    return "MSH|^~\\&|WSHLIMS|WSH|WARDLIGHT|WSH|" + at + "||ORU^R01^ORU_R01|N" + id +
           "|P|2.4\rPID|1||8" + id + "^^^WSH^MR||Test^Patient||19500601|M\rPV1|1|I|7B^R1^1^WSH" +
           std::string(16, '|') + "V" + id + "^^^WSH^VN\rORC|RE|R" + id + "|S" + id +
           "||CM\rOBR|1|R" + id + "|S" + id + "|UE^Urea and electrolytes^WSHLAB|||" + at +
           "|||||||" + at + "|SER|||||||" + at +
           "||CH|F\rOBX|1|NM|K^Potassium^WSHLAB^2823-3^Potassium^LN||7.1|mmol/L|||||F|||" + at +
           "\r";
}

}  // namespace wardlight::testing
