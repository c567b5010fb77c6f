// One HL7 segment while it is being written: fields by number, empties at the end left away.
#pragma once

#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace wardlight::simulate {

class Segment {
 public:
    explicit Segment(std::string_view name) : fields_{std::string(name)} {}

    /// Field `number` as HL7 counts it (1 is the first after the name). The text is already
    /// encoded.
    Segment& set(std::size_t number, std::string text) {
        if (fields_.size() <= number) fields_.resize(number + 1);
        fields_[number] = std::move(text);
        return *this;
    }

    [[nodiscard]] std::string text() const {
        std::size_t count = fields_.size();
        while (count > 1 && fields_[count - 1].empty()) --count;
        std::string out;
        for (std::size_t i = 0; i < count; ++i) {
            if (i > 0) out += '|';
            out += fields_[i];
        }
        return out + '\r';
    }

 private:
    std::vector<std::string> fields_;
};

}  // namespace wardlight::simulate
