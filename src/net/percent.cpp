#include "net/percent.h"

#include "base/text.h"
#include "net/net_limits.h"

namespace wardlight::net {
namespace {

int hex_value(char c) {
    if (c >= '0' && c <= '9') return c - '0';
    if (c >= 'a' && c <= 'f') return c - 'a' + 10;
    if (c >= 'A' && c <= 'F') return c - 'A' + 10;
    return -1;
}

}  // namespace

std::optional<std::string> percent_decode(std::string_view text, Plus plus) {
    std::string decoded;
    decoded.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        char c = text[i];
        if (c == '+' && plus == Plus::is_space) c = ' ';
        if (c == '%') {
            if (i + 2 >= text.size()) return std::nullopt;
            const int high = hex_value(text[i + 1]);
            const int low = hex_value(text[i + 2]);
            if (high < 0 || low < 0) return std::nullopt;
            c = static_cast<char>(high * 16 + low);
            i += 2;
        }
        if (c == '\0') return std::nullopt;
        decoded.push_back(c);
    }
    if (!is_valid_utf8(decoded)) return std::nullopt;
    return decoded;
}

Result<QueryParameters> parse_query(std::string_view query) {
    QueryParameters parameters;
    if (query.empty()) return parameters;
    for (const std::string_view part : split(query, '&')) {
        if (part.empty()) continue;
        if (parameters.size() >= kQueryParameters) {
            return fail(ErrorCode::too_large, "too many query parameters", "query");
        }
        const std::size_t equals = part.find('=');
        auto name = percent_decode(part.substr(0, equals), Plus::is_space);
        auto value = equals == std::string_view::npos
                         ? std::string()
                         : percent_decode(part.substr(equals + 1), Plus::is_space);
        if (!name || !value) {
            return fail(ErrorCode::invalid, "the query is not valid percent-encoded text", "query");
        }
        parameters.emplace_back(std::move(*name), std::move(*value));
    }
    return parameters;
}

}  // namespace wardlight::net
