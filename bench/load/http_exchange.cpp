#include "load/http_exchange.h"

#include <fmt/format.h>

#include "base/text.h"

namespace wardlight::load {
namespace {

constexpr std::string_view kEndOfHead = "\r\n\r\n";
constexpr std::string_view kLength = "content-length:";
constexpr std::size_t kShownBytes = 400;

/// Content-Length of a head; nothing when there is none.
std::optional<std::size_t> length_in(std::string_view head) {
    for (std::string_view line : split(head, '\n')) {
        if (line.size() < kLength.size()) continue;
        bool is_length = true;
        for (std::size_t i = 0; i < kLength.size() && is_length; ++i)
            is_length = (line[i] | 0x20) == kLength[i] || line[i] == kLength[i];
        if (!is_length) continue;
        line.remove_prefix(kLength.size());
        while (!line.empty() && line.front() == ' ') line.remove_prefix(1);
        while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
        const auto length = parse_integer(line);
        if (length && *length >= 0) return static_cast<std::size_t>(*length);
    }
    return std::nullopt;
}

}  // namespace

void HttpExchange::write_headers(std::string& out) const {
    out += " HTTP/1.1\r\nHost: localhost\r\nAccept: application/fhir+json\r\n";
    if (!sign_in_.cookie.empty())
        fmt::format_to(std::back_inserter(out), "Cookie: {}\r\n", sign_in_.cookie);
    if (!sign_in_.csrf.empty())
        fmt::format_to(std::back_inserter(out), "X-Wardlight-CSRF: {}\r\n", sign_in_.csrf);
}

void HttpExchange::write_get(std::string_view target, std::string& out) const {
    out += "GET ";
    out += target;
    write_headers(out);
    out += "\r\n";
}

void HttpExchange::write_post(std::string_view target, std::string_view body,
                              std::string& out) const {
    out += "POST ";
    out += target;
    write_headers(out);
    fmt::format_to(std::back_inserter(out),
                   "Content-Type: application/fhir+json\r\nContent-Length: {}\r\n\r\n",
                   body.size());
    out += body;
}

Exchange::Answer HttpExchange::take_answer(std::uint64_t /*number*/, std::string& incoming) {
    const auto end = incoming.find(kEndOfHead);
    if (end == std::string::npos) return Answer::incomplete;
    const std::string_view head = std::string_view(incoming).substr(0, end + 2);
    const auto status = parse_integer(head.substr(head.find(' ') + 1, 3));
    const auto length = length_in(head);
    const std::size_t whole = end + kEndOfHead.size() + length.value_or(0);
    if (incoming.size() < whole) return Answer::incomplete;
    const bool is_right = status == expected_status_ && (length || *status == 204);
    if (!is_right && first_wrong_.empty()) first_wrong_ = incoming.substr(0, kShownBytes);
    body_bytes_ += length.value_or(0);
    incoming.erase(0, whole);
    return is_right ? Answer::right : Answer::wrong;
}

}  // namespace wardlight::load
