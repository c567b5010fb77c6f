#include "api/live_routes.h"

#include "base/text.h"

namespace wardlight::api {
namespace {

net::Response open_stream(const LiveServices& services, const net::Request& request) {
    std::optional<std::int64_t> last;
    if (const auto header = request.header("Last-Event-ID")) last = parse_integer(*header);
    auto stream = services.hub.open(caller_of(request).session.id, last);
    if (!stream) return net::error_response(stream.error());
    return net::Response::events(std::move(*stream));
}

}  // namespace

std::vector<net::Route> live_routes(const LiveServices& services) {
    return {{"GET", "/api/live", net::Permission::signed_in(),
             [&services](const net::Request& request) { return open_stream(services, request); }}};
}

}  // namespace wardlight::api
