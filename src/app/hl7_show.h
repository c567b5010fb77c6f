// How we read an HL7 v2 message, written for people: segments, fields with their names, decoded
// values, times as points in time, and everything we find doubtful. Pure but for the stream.
#pragma once

#include <iosfwd>
#include <string>
#include <string_view>

#include "base/time.h"

namespace wardlight::app {

inline constexpr std::size_t kShownCharacters = 300;  // of one value; the rest is counted

struct Hl7ShowOptions {
    TimeZone zone;
    std::string character_set;  // of the feed
};

/// `number` of `count` messages of a file. False when the message would be refused.
bool show_hl7_message(std::string_view bytes, std::size_t number, std::size_t count,
                      const Hl7ShowOptions& options, std::ostream& out);

}  // namespace wardlight::app
