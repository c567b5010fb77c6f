#include "access/relying_party.h"

#include <algorithm>

#include "base/text.h"

namespace wardlight::access {
namespace {

tl::unexpected<Error> refuse(const char* why) {
    return fail(ErrorCode::invalid, why, "public_url");
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// A name of the domain name system: its last label is no number, so it is no IP address.
bool is_domain_name(std::string_view host) {
    constexpr std::size_t kLabelLongest = 63;
    constexpr std::size_t kNameLongest = 253;
    if (host.empty() || host.size() > kNameLongest) return false;
    const auto labels = split(host, '.');
    const auto is_label = [](std::string_view label) {
        return !label.empty() && label.size() <= kLabelLongest && label.front() != '-' &&
               label.back() != '-' && std::all_of(label.begin(), label.end(), [](char c) {
                   return (c >= 'a' && c <= 'z') || is_digit(c) || c == '-';
               });
    };
    return std::all_of(labels.begin(), labels.end(), is_label) &&
           !std::all_of(labels.back().begin(), labels.back().end(), is_digit);
}

}  // namespace

Result<RelyingParty> relying_party_of(std::string_view public_url) {
    std::string url = ascii_lower(public_url);
    if (url.ends_with('/')) url.pop_back();
    const std::size_t scheme_end = url.find("://");
    if (scheme_end == std::string::npos)
        return refuse("is an address such as https://ward.example.org");
    const std::string_view scheme = std::string_view(url).substr(0, scheme_end);
    std::string_view rest = std::string_view(url).substr(scheme_end + 3);
    std::string_view port;
    if (const std::size_t colon = rest.find(':'); colon != std::string_view::npos) {
        port = rest.substr(colon + 1);
        rest = rest.substr(0, colon);
        const auto number = parse_integer(port);
        if (!number || *number < 1 || *number > 65'535 || !is_digit(port.front()) ||
            port.front() == '0')
            return refuse("has a port that is none");
    }
    if (!is_domain_name(rest)) return refuse("has a name, not a number, and no path");
    if (scheme != "https" && !(scheme == "http" && rest == "localhost"))
        return refuse("begins with https://");
    RelyingParty party;
    party.id = rest;
    // A browser leaves the port of the scheme out.
    const bool is_usual_port = port.empty() || port == (scheme == "https" ? "443" : "80");
    party.origins.push_back(std::string(scheme) + "://" + party.id +
                            (is_usual_port ? "" : ":" + std::string(port)));
    return party;
}

}  // namespace wardlight::access
