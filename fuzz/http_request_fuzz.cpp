// HTTP requests: in one piece and in many they are the same request or both refused, what follows a
// request is left for the next, limits hold, and whatever is read finds a route or a plain refusal.
#include "base/text.h"
#include "net/http_parser.h"
#include "net/router.h"
#include "property.h"

using namespace wardlight;
using namespace wardlight::net;
using namespace wardlight::fuzz;

namespace {

// Small, so that the limits are reached.
constexpr HttpParser::Limits kLimits{.header_bytes = 512, .header_fields = 8};
constexpr std::size_t kBodyBytes = 64;

struct Outcome {
    bool is_complete = false;
    int refused = 0;
    std::size_t used = 0;
    bool keeps_alive = false;
    Request request;
};

HttpParser new_parser() {
    return {kLimits, [](const Request&) { return kBodyBytes; }};
}

Outcome outcome_of(HttpParser& parser, std::size_t used) {
    Outcome outcome{parser.is_complete(), parser.refused(), used, false, {}};
    must(parser.body_bytes() <= kBodyBytes);
    if (outcome.is_complete) {
        must(parser.has_header());
        outcome.keeps_alive = parser.keep_alive();
        outcome.request = parser.take();
    }
    return outcome;
}

Outcome read_at_once(std::string_view bytes) {
    HttpParser parser = new_parser();
    const std::size_t used = parser.feed(bytes);
    must(used <= bytes.size());
    return outcome_of(parser, used);
}

/// As a connection does it: what the parser has not taken stays in front of what comes next.
Outcome read_in_pieces(std::string_view bytes, std::uint8_t seed) {
    HttpParser parser = new_parser();
    Pieces pieces(seed);
    std::string pending;
    std::size_t used = 0;
    while (!bytes.empty() && !parser.is_complete() && parser.refused() == 0) {
        const std::size_t step = std::min(pieces.next(), bytes.size());
        pending += bytes.substr(0, step);
        bytes.remove_prefix(step);
        const std::size_t taken = parser.feed(pending);
        must(taken <= pending.size());
        pending.erase(0, taken);
        used += taken;
        must(parser.refused() != 0 || pending.size() <= kLimits.header_bytes + step);
    }
    return outcome_of(parser, used);
}

void check_same(const Outcome& whole, const Outcome& pieces) {
    // What is wrong may be seen sooner in one of them, but none takes what the other refuses.
    must(whole.is_complete == pieces.is_complete);
    if (!whole.is_complete) return;
    must(whole.used == pieces.used && whole.keeps_alive == pieces.keeps_alive);
    must(whole.request.method == pieces.request.method);
    must(whole.request.target == pieces.request.target);
    must(whole.request.body == pieces.request.body);
    must(whole.request.headers.size() == pieces.request.headers.size());
    for (std::size_t i = 0; i < whole.request.headers.size(); ++i) {
        must(whole.request.headers[i].name == pieces.request.headers[i].name);
        must(whole.request.headers[i].value == pieces.request.headers[i].value);
    }
}

void check_request(const Request& request) {
    must(request.headers.size() <= kLimits.header_fields);
    must(!request.target.empty());
    std::size_t lengths = 0;
    std::size_t hosts = 0;
    for (const Header& header : request.headers) {
        must(header.value.find_first_of(std::string_view("\r\n\0", 3)) == std::string::npos);
        lengths += equals_ignoring_case(header.name, "content-length") ? 1 : 0;
        hosts += equals_ignoring_case(header.name, "host") ? 1 : 0;
    }
    must(lengths <= 1 && hosts <= 1);
}

Router new_router() {
    Router router;
    const auto answer = [](const Request& request) {
        for (const auto& [name, value] : request.path_parameters) {
            must(is_valid_utf8(value) && value.find('\0') == std::string::npos);
        }
        return Response::empty(204);
    };
    router.add({{"GET", "/", Permission::everyone(), answer},
                {"GET", "/api/patients/{id}", Permission::everyone(), answer},
                {"POST", "/api/patients/{id}/notes", Permission::everyone(), answer},
                {"GET", "/fhir/{type}/{id}/_history/{version}", Permission::everyone(), answer},
                {"GET", "/files/{rest...}", Permission::everyone(), answer}});
    return router;
}

void check_routing(Request& request) {
    static const Router router = new_router();
    must(router.body_limit(request) == kDefaultBodyBytes);
    const int status = router.handle(request).status;
    must(status == 204 || status == 400 || status == 404 || status == 405 || status == 413);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::uint8_t seed = input.byte();
    Outcome whole = read_at_once(input.rest());
    check_same(whole, read_in_pieces(input.rest(), seed));
    if (!whole.is_complete) return 0;
    check_request(whole.request);
    check_routing(whole.request);
    return 0;
}
