#include "net/http_message.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace wardlight::net {
namespace {

std::optional<std::string_view> find(const std::vector<Header>& headers, std::string_view name) {
    for (const Header& header : headers) {
        if (equals_ignoring_case(header.name, name)) return header.value;
    }
    return std::nullopt;
}

void append_json_text(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (static_cast<unsigned char>(c) < 0x20) {
            out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
            out += c;
        }
    }
    out += '"';
}

}  // namespace

std::string_view Request::path() const {
    return std::string_view(target).substr(0, target.find('?'));
}

std::string_view Request::query_string() const {
    const std::size_t mark = target.find('?');
    return mark == std::string::npos ? std::string_view()
                                     : std::string_view(target).substr(mark + 1);
}

std::optional<std::string_view> Request::header(std::string_view name) const {
    return find(headers, name);
}

std::optional<std::string_view> Request::cookie(std::string_view name) const {
    for (const Header& header : headers) {
        if (!equals_ignoring_case(header.name, "cookie")) continue;
        for (const std::string_view part : split(header.value, ';')) {
            const std::string_view pair = trim(part);
            const std::size_t equals = pair.find('=');
            if (equals != std::string_view::npos && pair.substr(0, equals) == name) {
                return pair.substr(equals + 1);
            }
        }
    }
    return std::nullopt;
}

const std::string& Request::path_parameter(std::string_view name) const {
    static const std::string kNone;
    for (const auto& [key, value] : path_parameters) {
        if (key == name) return value;
    }
    return kNone;
}

std::optional<std::string_view> Request::query_parameter(std::string_view name) const {
    for (const auto& [key, value] : query) {
        if (key == name) return value;
    }
    return std::nullopt;
}

Response Response::json(int status, std::string body) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    response.set("Content-Type", "application/json; charset=utf-8");
    return response;
}

Response Response::text(int status, std::string body) {
    Response response;
    response.status = status;
    response.body = std::move(body);
    response.set("Content-Type", "text/plain; charset=utf-8");
    return response;
}

Response Response::empty(int status) {
    Response response;
    response.status = status;
    return response;
}

Response Response::events(std::shared_ptr<LiveStream> stream) {
    Response response;
    response.live = std::move(stream);
    response.set("Content-Type", "text/event-stream");
    // Proxies that buffer would hold events back.
    response.set("X-Accel-Buffering", "no");
    return response;
}

Response Response::answer_later(std::function<void(Send)> later) {
    Response response = empty(500);
    response.later = std::move(later);
    return response;
}

void Response::set(std::string_view name, std::string_view value) {
    std::string clean(value);
    for (char& c : clean) {
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) c = ' ';
    }
    for (Header& header : headers) {
        // Several cookies are several headers.
        if (equals_ignoring_case(header.name, name) && !equals_ignoring_case(name, "set-cookie")) {
            header.value = std::move(clean);
            return;
        }
    }
    headers.push_back({std::string(name), std::move(clean)});
}

std::optional<std::string_view> Response::header(std::string_view name) const {
    return find(headers, name);
}

Response error_response(const Error& error) {
    std::string body = R"({"error":{"code":)";
    append_json_text(body, name_of(error.code));
    body += R"(,"message":)";
    append_json_text(body, error.message);
    body += R"(,"where":)";
    append_json_text(body, error.where);
    body += "}}";
    Response response = Response::json(http_status(error.code), std::move(body));
    if (response.status == 503) response.set("Retry-After", "2");
    return response;
}

std::string_view reason_phrase(int status) {
    struct Row {
        int status;
        std::string_view phrase;
    };
    static constexpr Row kRows[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {206, "Partial Content"},
        {301, "Moved Permanently"},
        {302, "Found"},
        {303, "See Other"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {406, "Not Acceptable"},
        {408, "Request Timeout"},
        {409, "Conflict"},
        {410, "Gone"},
        {412, "Precondition Failed"},
        {413, "Content Too Large"},
        {415, "Unsupported Media Type"},
        {422, "Unprocessable Content"},
        {429, "Too Many Requests"},
        {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"},
        {501, "Not Implemented"},
        {503, "Service Unavailable"},
    };
    for (const Row& row : kRows) {
        if (row.status == status) return row.phrase;
    }
    return "Status";
}

}  // namespace wardlight::net
