#include "net/router.h"

#include <doctest/doctest.h>

using namespace wardlight;
using namespace wardlight::net;

namespace {

Handler says(std::string text) {
    return [text](const Request&) { return Response::text(200, text); };
}

Request request_for(std::string method, std::string target) {
    Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    return request;
}

template <class T>
concept CanLeaveOutPermission = requires { T{"GET", "/x"}; };
template <class T>
concept CanNamePermission = requires { T{"GET", "/x", Permission::everyone()}; };

}  // namespace

TEST_CASE("a route without a permission does not compile") {
    static_assert(!CanLeaveOutPermission<Route>);
    static_assert(CanNamePermission<Route>);
    static_assert(!std::is_default_constructible_v<Permission>);
}

TEST_CASE("the most literal pattern answers") {
    Router router;
    router.add({"GET", "/api/alerts", Permission::signed_in(), says("all")});
    router.add({"GET", "/api/alerts/{id}", Permission::signed_in(), says("one")});
    router.add({"GET", "/api/alerts/mine", Permission::signed_in(), says("mine")});
    router.add({"POST", "/api/alerts/{id}/acknowledge", Permission::named("alerts.act"),
                says("acknowledged")});
    router.add({"GET", "/{path...}", Permission::everyone(), says("file")});
    struct Row {
        const char* method;
        const char* target;
        int status;
        const char* body;
    };
    for (const Row& row :
         {Row{"GET", "/api/alerts", 200, "all"}, Row{"HEAD", "/api/alerts", 200, "all"},
          Row{"GET", "/api/alerts/7", 200, "one"}, Row{"GET", "/api/alerts/mine", 200, "mine"},
          Row{"POST", "/api/alerts/7/acknowledge", 200, "acknowledged"},
          Row{"POST", "/api/alerts/mine/acknowledge", 200, "acknowledged"},
          Row{"GET", "/", 200, "file"}, Row{"GET", "/assets/a.js", 200, "file"},
          Row{"GET", "/api/alerts/", 200, "file"}}) {
        CAPTURE(row.target);
        Request request = request_for(row.method, row.target);
        const Response response = router.handle(request);
        CHECK(response.status == row.status);
        CHECK(response.body == row.body);
    }
}

TEST_CASE("an unknown path is 404, an unknown method 405 with what is allowed") {
    Router router;
    router.add({"GET", "/a/{id}", Permission::everyone(), says("get")});
    router.add({"PUT", "/a/{id}", Permission::everyone(), says("put")});
    Request unknown = request_for("GET", "/b");
    CHECK(router.handle(unknown).status == 404);
    Request star = request_for("OPTIONS", "*");
    CHECK(router.handle(star).status == 404);
    Request deep = request_for("GET", "/a" + std::string(100, '/'));
    CHECK(router.handle(deep).status == 404);
    Request post = request_for("POST", "/a/1");
    const Response response = router.handle(post);
    CHECK(response.status == 405);
    CHECK(response.header("Allow") == "GET, HEAD, PUT");
}

TEST_CASE("parameters arrive decoded, and what does not decode is 400") {
    Router router;
    router.add({"GET", "/lists/{id}/{rest...}", Permission::everyone(), [](const Request& request) {
                    return Response::text(
                        200, request.path_parameter("id") + "|" + request.path_parameter("rest") +
                                 "|" + std::string(request.query_parameter("q").value_or("-")));
                }});
    struct Row {
        const char* target;
        int status;
        const char* body;
    };
    for (const Row& row :
         {Row{"/lists/ward%3A7B/a/b%20c?q=x+y%2B", 200, "ward:7B|a/b c|x y+"},
          Row{"/lists/a%2Fb/c", 200, "a/b|c|-"}, Row{"/lists/a+b/c", 200, "a+b|c|-"},
          Row{"/lists/a/b?q", 200, "a|b|"}, Row{"/lists/a/b?q=1&q=2", 200, "a|b|1"},
          Row{"/lists/%E9%99%B3/b", 200, "陳|b|-"}, Row{"/lists/%/b", 400, nullptr},
          Row{"/lists/%4/b", 400, nullptr}, Row{"/lists/%zz/b", 400, nullptr},
          Row{"/lists/%00/b", 400, nullptr}, Row{"/lists/%ff/b", 400, nullptr},
          Row{"/lists/a/b?q=%zz", 400, nullptr}, Row{"/lists/a/b?q=%ff", 400, nullptr}}) {
        CAPTURE(row.target);
        Request request = request_for("GET", row.target);
        const Response response = router.handle(request);
        CHECK(response.status == row.status);
        if (row.body) CHECK(response.body == row.body);
    }
}

TEST_CASE("query parameters are limited in number") {
    Router router;
    router.add({"GET", "/a", Permission::everyone(), says("ok")});
    std::string query = "x=1";
    for (std::size_t i = 1; i < kQueryParameters; ++i) query += "&x=1";
    Request at_limit = request_for("GET", "/a?" + query);
    CHECK(router.handle(at_limit).status == 200);
    Request beyond = request_for("GET", "/a?" + query + "&x=1");
    CHECK(router.handle(beyond).status == 413);
}

TEST_CASE("the hook before a handler sees the route's permission and may answer itself") {
    Router router;
    bool was_reached = false;
    router.add({"GET", "/secret", Permission::named("patients.read"), [&](const Request&) {
                    was_reached = true;
                    return Response::text(200, "secret");
                }});
    router.add({"GET", "/open", Permission::everyone(), says("open")});
    router.set_before([](Request& request, const Route& route) -> std::optional<Response> {
        if (route.permission.kind() == Permission::Kind::everyone) return std::nullopt;
        CHECK(route.permission.name() == "patients.read");
        if (!request.header("Who")) return error_response({ErrorCode::unauthenticated, "who?", ""});
        request.caller = std::make_shared<std::string>("nurse");
        return std::nullopt;
    });
    Request open = request_for("GET", "/open");
    CHECK(router.handle(open).status == 200);
    Request nobody = request_for("GET", "/secret");
    CHECK(router.handle(nobody).status == 401);
    CHECK_FALSE(was_reached);
    Request somebody = request_for("GET", "/secret");
    somebody.headers.push_back({"Who", "nurse"});
    CHECK(router.handle(somebody).status == 200);
    CHECK(was_reached);
    CHECK(*static_cast<const std::string*>(somebody.caller.get()) == "nurse");
}

TEST_CASE("all routes can be listed with what they need") {
    Router router;
    router.add({"GET", "/a", Permission::everyone(), says("")});
    router.add({"PUT", "/b", Permission::named("x"), says(""), 5});
    REQUIRE(router.routes().size() == 2);
    CHECK(router.routes()[1]->permission.name() == "x");
    CHECK(router.body_limit(request_for("PUT", "/b")) == 5);
    CHECK(router.body_limit(request_for("PUT", "/unknown")) == kDefaultBodyBytes);
}

TEST_CASE("no header value can start another header") {
    Response response;
    response.set("X-A", "1\r\nSet-Cookie: evil=1");
    CHECK(response.header("X-A") == "1  Set-Cookie: evil=1");
}

TEST_CASE("an error is JSON whatever its text contains") {
    const Response response = error_response({ErrorCode::busy, "say \"when\"\n\\", "a.b"});
    CHECK(response.status == 503);
    CHECK(response.header("Retry-After") == "2");
    CHECK(response.body ==
          R"({"error":{"code":"busy","message":"say \"when\"\u000a\\","where":"a.b"}})");
}
