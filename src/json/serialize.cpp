#include <fmt/format.h>

#include "json/value.h"

namespace wardlight::json {

void serialize_string_to(std::string& out, std::string_view text) {
    out.push_back('"');
    std::size_t copied = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c >= 0x20 && c != '"' && c != '\\') continue;
        out.append(text, copied, i - copied);
        copied = i + 1;
        switch (c) {
            case '"':
                out += "\\\"";
                break;
            case '\\':
                out += "\\\\";
                break;
            case '\n':
                out += "\\n";
                break;
            case '\r':
                out += "\\r";
                break;
            case '\t':
                out += "\\t";
                break;
            default:
                out += fmt::format("\\u{:04x}", c);
        }
    }
    out.append(text, copied, text.size() - copied);
    out.push_back('"');
}

void serialize_to(std::string& out, const Value& value) {
    if (value.is_null()) {
        out += "null";
    } else if (value.is_bool()) {
        out += value.as_bool() ? "true" : "false";
    } else if (value.is_number()) {
        out += value.text();
    } else if (value.is_string()) {
        serialize_string_to(out, value.text());
    } else if (value.is_array()) {
        out.push_back('[');
        bool first = true;
        for (const Value& item : value.items()) {
            if (!first) out.push_back(',');
            first = false;
            serialize_to(out, item);
        }
        out.push_back(']');
    } else {
        out.push_back('{');
        bool first = true;
        for (const Member& member : value.members()) {
            if (!first) out.push_back(',');
            first = false;
            serialize_string_to(out, member.first);
            out.push_back(':');
            serialize_to(out, member.second);
        }
        out.push_back('}');
    }
}

std::string serialize(const Value& value) {
    std::string out;
    serialize_to(out, value);
    return out;
}

}  // namespace wardlight::json
