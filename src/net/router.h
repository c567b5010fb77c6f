// Which handler answers which call, and what the caller must be allowed to do. A route cannot be
// written without its permission: Permission has no default. The list of routes is open to tests
// and to documentation.
//
// Filled at start, then only read: thread-safe from then on. Handlers run on worker threads.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/http_message.h"
#include "net/net_limits.h"

namespace wardlight::net {

class Permission {
 public:
    enum class Kind { everyone, signed_in, named };

    /// No sign-in needed: the app's shell, sign-in itself, liveness.
    static constexpr Permission everyone() { return {Kind::everyone, {}}; }
    /// Any signed-in account, whatever its role.
    static constexpr Permission signed_in() { return {Kind::signed_in, {}}; }
    /// `name` must outlive the router: a constant.
    static constexpr Permission named(std::string_view name) { return {Kind::named, name}; }

    [[nodiscard]] constexpr Kind kind() const { return kind_; }
    [[nodiscard]] constexpr std::string_view name() const { return name_; }

 private:
    constexpr Permission(Kind kind, std::string_view name) : kind_(kind), name_(name) {}
    Kind kind_;
    std::string_view name_;
};

using Handler = std::function<Response(const Request&)>;

/// Which worker threads run the handler. `slow` ones may take a tenth of a second of computing
/// (passwords, images) and so have threads of their own. So have other `systems`: when one asks for
/// a thousand resources again and again, nobody at a bedside waits behind it.
enum class Lane { usual, slow, systems };

struct Route {
    std::string method;   ///< "GET" also answers HEAD
    std::string pattern;  ///< "/api/alerts/{id}/acknowledge"; a last "{rest...}" takes any rest
    Permission permission;
    Handler handler;
    std::size_t body_limit = kDefaultBodyBytes;
    Lane lane = Lane::usual;
};

class Router {
 public:
    /// Runs before a route's handler and may answer in its place: authentication, CSRF, decision.
    using Before = std::function<std::optional<Response>(Request&, const Route&)>;
    /// Turns an error into a response in the style of that path (FHIR wants an OperationOutcome).
    using ErrorRenderer = std::function<Response(const Request&, const Error&)>;

    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;

    /// Stops the process on a pattern that is malformed or there twice: a mistake in our code.
    void add(Route route);
    void add(std::vector<Route> routes);
    void set_before(Before before);
    void set_error_renderer(ErrorRenderer render);

    [[nodiscard]] const std::vector<std::unique_ptr<Route>>& routes() const;

    /// Finds the route, decodes its parameters, runs `before` and the handler. 404 for an unknown
    /// path, 405 with Allow for an unknown method, 400 for what does not decode.
    [[nodiscard]] Response handle(Request& request) const;

    /// The body limit of the route that this request goes to.
    [[nodiscard]] std::size_t body_limit(const Request& request) const;

    [[nodiscard]] Lane lane(const Request& request) const;

    [[nodiscard]] Response render(const Request& request, const Error& error) const;

 private:
    struct Node;
    struct Match;
    [[nodiscard]] Result<Match> find(const Request& request) const;

    std::vector<std::unique_ptr<Route>> routes_;
    std::unique_ptr<Node> root_;
    Before before_;
    ErrorRenderer render_;
};

}  // namespace wardlight::net
