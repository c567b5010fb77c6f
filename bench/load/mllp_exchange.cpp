#include "load/mllp_exchange.h"

namespace wardlight::load {

void MllpExchange::write_request(std::uint64_t number, std::string& out) {
    out.push_back('\x0b');
    source_.write(number, out);
    out += "\x1c\r";
}

Exchange::Answer MllpExchange::take_answer(std::uint64_t number, std::string& incoming) {
    const auto end = incoming.find("\x1c\r");
    if (end == std::string::npos) return Answer::incomplete;
    const std::string expected = "\rMSA|AA|" + source_.control_id(number);
    const auto found = std::string_view(incoming).substr(0, end).find(expected);
    const bool is_right = found != std::string_view::npos && incoming.starts_with('\x0b');
    incoming.erase(0, end + 2);
    return is_right ? Answer::right : Answer::wrong;
}

}  // namespace wardlight::load
