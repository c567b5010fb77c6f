#include "net/router.h"

#include <algorithm>

#include "base/text.h"

namespace wardlight::net {
namespace {

bool is_parameter(std::string_view segment) {
    return segment.size() > 2 && segment.front() == '{' && segment.back() == '}';
}

bool is_rest(std::string_view segment) {
    return is_parameter(segment) && segment.ends_with("...}");
}

std::string_view parameter_name(std::string_view segment) {
    segment.remove_prefix(1);
    segment.remove_suffix(is_rest(segment) ? 0 : 1);
    if (const std::size_t dots = segment.find("..."); dots != std::string_view::npos) {
        segment = segment.substr(0, dots);
    }
    return segment;
}

/// "/a/b" -> {"a", "b"}; "/" -> {""}.
std::vector<std::string_view> segments_of(std::string_view path) {
    path.remove_prefix(1);
    return split(path, '/');
}

}  // namespace

/// One segment deep in the tree of patterns. Literal segments win over parameters, parameters over
/// the rest.
struct Router::Node {
    std::vector<std::pair<std::string, std::unique_ptr<Node>>> literals;
    std::unique_ptr<Node> parameter;
    std::vector<const Route*> rest;    // patterns that end with {rest...} here
    std::vector<const Route*> routes;  // patterns that end here

    Node& child(std::string_view segment) {
        if (is_parameter(segment)) {
            if (!parameter) parameter = std::make_unique<Node>();
            return *parameter;
        }
        for (auto& [text, node] : literals) {
            if (text == segment) return *node;
        }
        literals.emplace_back(segment, std::make_unique<Node>());
        return *literals.back().second;
    }

    /// The routes for these segments; of several patterns that fit the most literal one.
    [[nodiscard]] const std::vector<const Route*>* find(const std::vector<std::string>& segments,
                                                        std::size_t depth) const {
        if (depth == segments.size()) return routes.empty() ? nullptr : &routes;
        for (const auto& [text, node] : literals) {
            if (text != segments[depth]) continue;
            if (const auto* found = node->find(segments, depth + 1)) return found;
        }
        if (parameter && !segments[depth].empty()) {
            if (const auto* found = parameter->find(segments, depth + 1)) return found;
        }
        return rest.empty() ? nullptr : &rest;
    }
};

struct Router::Match {
    const Route* route = nullptr;
    std::vector<std::string> segments;
    std::string allow;  // set when the path is known but not the method
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(Route route) {
    CHECK_INVARIANT(route.pattern.starts_with('/') && route.handler && !route.method.empty());
    routes_.push_back(std::make_unique<Route>(std::move(route)));
    const Route* added = routes_.back().get();
    const auto segments = segments_of(added->pattern);
    CHECK_INVARIANT(segments.size() <= kPathSegments);
    Node* node = root_.get();
    for (std::size_t i = 0; i < segments.size() && !is_rest(segments[i]); ++i) {
        node = &node->child(segments[i]);
    }
    auto& place = is_rest(segments.back()) ? node->rest : node->routes;
    const bool is_twice = std::any_of(place.begin(), place.end(), [&](const Route* other) {
        return other->method == added->method;
    });
    CHECK_INVARIANT(!is_twice);
    place.push_back(added);
}

void Router::add(std::vector<Route> routes) {
    for (Route& route : routes) add(std::move(route));
}

void Router::set_before(Before before) {
    before_ = std::move(before);
}

void Router::set_error_renderer(ErrorRenderer render) {
    render_ = std::move(render);
}

const std::vector<std::unique_ptr<Route>>& Router::routes() const {
    return routes_;
}

Response Router::render(const Request& request, const Error& error) const {
    return render_ ? render_(request, error) : error_response(error);
}

Result<Router::Match> Router::find(const Request& request) const {
    const std::string_view path = request.path();
    if (!path.starts_with('/')) return fail(ErrorCode::not_found, "no such path", "path");
    Match match;
    for (const std::string_view segment : segments_of(path)) {
        auto decoded = percent_decode(segment, Plus::is_plus);
        if (!decoded) {
            return fail(ErrorCode::invalid, "the path is not valid percent-encoded text", "path");
        }
        match.segments.push_back(std::move(*decoded));
        if (match.segments.size() > kPathSegments) {
            return fail(ErrorCode::not_found, "no such path", "path");
        }
    }
    const auto* candidates = root_->find(match.segments, 0);
    if (!candidates) return fail(ErrorCode::not_found, "no such path", "path");
    const std::string_view method =
        request.method == "HEAD" ? std::string_view("GET") : std::string_view(request.method);
    for (const Route* route : *candidates) {
        if (route->method == method) match.route = route;
        if (!match.allow.empty()) match.allow += ", ";
        match.allow += route->method == "GET" ? "GET, HEAD" : route->method;
    }
    return match;
}

Response Router::handle(Request& request) const {
    auto match = find(request);
    if (!match) return render(request, match.error());
    if (!match->route) {
        Response response = render(
            request, Error{ErrorCode::invalid, "this path does not take that method", "method"});
        response.status = 405;
        response.set("Allow", match->allow);
        return response;
    }
    const auto pattern = segments_of(match->route->pattern);
    for (std::size_t i = 0; i < pattern.size(); ++i) {
        if (!is_parameter(pattern[i])) continue;
        std::string value = i < match->segments.size() ? match->segments[i] : std::string();
        if (is_rest(pattern[i])) {
            for (std::size_t j = i + 1; j < match->segments.size(); ++j) {
                value.append("/").append(match->segments[j]);
            }
        }
        request.path_parameters.emplace_back(parameter_name(pattern[i]), std::move(value));
    }
    auto query = parse_query(request.query_string());
    if (!query) return render(request, query.error());
    request.query = std::move(*query);
    if (before_) {
        if (auto answer = before_(request, *match->route)) return std::move(*answer);
    }
    return match->route->handler(request);
}

Lane Router::lane(const Request& request) const {
    const auto match = find(request);
    return match && match->route ? match->route->lane : Lane::usual;
}

std::size_t Router::body_limit(const Request& request) const {
    const auto match = find(request);
    return match && match->route ? match->route->body_limit : kDefaultBodyBytes;
}

}  // namespace wardlight::net
