// The one pass that finds where segments and fields of a message begin: what Message stands on.
// Used by message.cpp only.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "hl7v2/message.h"

namespace wardlight::hl7v2::detail {

struct MessageState {
    std::string text;
    Delimiters delimiters;
    std::vector<Segment> segments;
    std::vector<std::uint32_t> separators;  // positions of all field separators, in order

    std::vector<std::string_view> warnings;

    /// Fills everything but `text`.
    Result<> scan();

 private:
    Result<std::size_t> read_header();
    void add_segment(std::size_t begin, std::size_t end, std::size_t first_separator);
    [[nodiscard]] std::size_t next_line(std::size_t at) const;
};

}  // namespace wardlight::hl7v2::detail
