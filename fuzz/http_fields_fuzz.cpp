// What clients put into header fields and URLs: cookies, the session's token, percent-encoding,
// addresses; and what we write: no value can begin a header or an event of its own.
#include <array>

#include "api/presented_token.h"
#include "base/text.h"
#include "net/endpoint.h"
#include "net/http_message.h"
#include "net/peer_list.h"
#include "net/percent.h"
#include "property.h"

using namespace wardlight;
using namespace wardlight::net;
using namespace wardlight::fuzz;

namespace {

void check_cookies(std::string_view value) {
    Request request;
    request.headers.push_back({"Cookie", std::string(value)});
    const std::string& header = request.headers.front().value;
    const auto session = request.cookie("wl_session");
    if (session) {
        must(is_inside(*session, header) && session->find(';') == std::string_view::npos);
        must(header.find("wl_session=") != std::string::npos);
    }
    const auto token = api::presented_token(request);
    must(token.has_value() == session.has_value());
    if (token) must(token->is_cookie && token->token == *session);
    // A cookie that nobody sent is not found, whatever the others hold.
    must(!request.cookie("wl_session;") && !request.cookie("="));

    const bool is_one_cookie = value.find(';') == std::string_view::npos;
    if (!is_one_cookie) return;
    request.headers.front().value = "a=1; wl_session=" + std::string(trim(value)) + "; b=2";
    must(request.cookie("wl_session") == trim(value));
}

void check_authorization(std::string_view value) {
    Request request;
    request.headers.push_back({"Cookie", "wl_session=cookie"});
    request.headers.push_back({"Authorization", std::string(value)});
    const auto token = api::presented_token(request);
    // Whoever sends this header means it: the cookie never takes its place.
    if (token) must(!token->is_cookie && is_inside(token->token, request.headers[1].value));
}

void check_written(std::string_view value) {
    Response response;
    response.set("X-Test", value);
    response.set("Set-Cookie", value);
    for (const Header& header : response.headers) {
        for (const char c : header.value) must(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    }
    const LiveFrame frame = live_frame("change", "7", value);
    must(frame->starts_with("id: 7\nevent: change\ndata: ") && frame->ends_with("\n\n"));
    // A blank line ends the event; CR alone ends a line as well (HTML, server-sent events 9.2.6).
    must(frame->find("\n\n") == frame->size() - 2 && frame->find('\r') == std::string::npos);
}

std::string percent_encode(std::string_view text) {
    std::string out;
    for (const char c : text) out += "%" + to_hex(std::string_view(&c, 1));
    return out;
}

void check_percent(std::string_view text) {
    const bool is_text = is_valid_utf8(text) && text.find('\0') == std::string_view::npos;
    const auto decoded = percent_decode(percent_encode(text), Plus::is_plus);
    must(decoded.has_value() == is_text);
    if (decoded) must(*decoded == text);
    if (const auto any = percent_decode(text, Plus::is_space)) {
        must(is_valid_utf8(*any) && any->find('\0') == std::string::npos);
        must(any->size() <= text.size());
    }
    if (const auto query = parse_query("name=" + percent_encode(text) + "&" + std::string(text))) {
        must(!query->empty() && query->front().first == "name" && query->front().second == text);
    }
}

void check_addresses(std::string_view text) {
    if (const auto address = IpAddress::parse(text)) {
        const auto again = IpAddress::parse(address->text());
        must(again && *again == *address);
        must(address->has_prefix(*address, 128));
    }
    if (const auto list = PeerList::parse({std::string(text)})) must(!list->empty());
    if (const auto endpoint = parse_endpoint(text)) {
        const auto again = parse_endpoint(to_string(*endpoint));
        must(again && again->port == endpoint->port && again->host == endpoint->host);
    }
    if (const auto bytes = from_base64(text)) must(from_base64(to_base64(*bytes)) == *bytes);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_cookies(text);
    check_authorization(text);
    check_written(text);
    check_percent(text);
    check_addresses(text);
    return 0;
}
