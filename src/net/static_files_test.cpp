#include "net/static_files.h"

#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>

#include "base/ids.h"

using namespace wardlight;
using namespace wardlight::net;
namespace fs = std::filesystem;

namespace {

struct Folder {
    Folder() : path(fs::temp_directory_path() / ("wardlight-static-" + new_uuid())) {
        write("index.html", "<!doctype html>");
        write("sw.js", "worker");
        write("manifest.webmanifest", "{}");
        write("admin/index.html", "<!doctype html>admin");
        write("assets/app-1a2b.js", "script");
        write("assets/app-1a2b.js.br", "br");
        write("assets/app-1a2b.js.gz", "gz");
        write("assets/rules-3c.wasm", "wasm");
        write("assets/inter-4d.woff2", "font");
        write("icon.svg", "<svg/>");
    }
    ~Folder() { fs::remove_all(path); }
    void write(const std::string& name, const std::string& content) const {
        fs::create_directories((path / name).parent_path());
        std::ofstream(path / name) << content;
    }
    fs::path path;
};

Response get(const StaticFiles& files, std::string target, std::vector<Header> headers = {}) {
    Request request;
    request.method = "GET";
    request.target = std::move(target);
    request.headers = std::move(headers);
    return files.serve(request);
}

}  // namespace

TEST_CASE("files are served with their type and how long they may be kept") {
    const Folder folder;
    const auto files = StaticFiles::load(folder.path);
    REQUIRE(files);
    constexpr auto kForever = "public, max-age=31536000, immutable";
    struct Row {
        const char* path;
        const char* type;
        const char* cache;
    };
    for (const Row& row :
         {Row{"/", "text/html; charset=utf-8", "no-cache"},
          Row{"/index.html", "text/html; charset=utf-8", "no-cache"},
          Row{"/sw.js", "text/javascript; charset=utf-8", "no-cache"},
          Row{"/manifest.webmanifest", "application/manifest+json; charset=utf-8", "no-cache"},
          Row{"/assets/app-1a2b.js", "text/javascript; charset=utf-8", kForever},
          Row{"/assets/rules-3c.wasm", "application/wasm", kForever},
          Row{"/assets/inter-4d.woff2", "font/woff2", kForever},
          Row{"/icon.svg?v=2", "image/svg+xml", "no-cache"}}) {
        CAPTURE(row.path);
        const Response response = get(*files, row.path);
        CHECK(response.status == 200);
        CHECK(response.header("Content-Type") == row.type);
        CHECK(response.header("Cache-Control") == row.cache);
    }
}

TEST_CASE("the compressed variant goes to those who can read it") {
    const Folder folder;
    const auto files = StaticFiles::load(folder.path);
    REQUIRE(files);
    struct Row {
        const char* accepts;
        const char* body;
    };
    for (const Row& row : {Row{"gzip, deflate, br", "br"}, Row{"gzip", "gz"}, Row{"", "script"},
                           Row{"br;q=0, gzip;q=0.5", "gz"}, Row{"identity", "script"}}) {
        CAPTURE(row.accepts);
        const Response response =
            get(*files, "/assets/app-1a2b.js", {{"Accept-Encoding", row.accepts}});
        CHECK(response.content() == row.body);
        CHECK(response.header("Vary") == "Accept-Encoding");
        // The same file again, when it has not changed, is not sent.
        const Response again = get(*files, "/assets/app-1a2b.js",
                                   {{"Accept-Encoding", row.accepts},
                                    {"If-None-Match", std::string(*response.header("ETag"))}});
        CHECK(again.status == 304);
        CHECK(again.content().empty());
    }
}

TEST_CASE("paths of the app's own router get the app, everything else is 404") {
    const Folder folder;
    const auto files = StaticFiles::load(folder.path);
    REQUIRE(files);
    CHECK(get(*files, "/patients/123/results").content() == "<!doctype html>");
    CHECK(get(*files, "/admin/").content() == "<!doctype html>admin");
    for (const char* path : {"/api", "/api/unknown", "/fhir/Patient", "/assets/old-9.js",
                             "/favicon.ico", "/../etc/passwd.txt", "/%2e%2e/%2e%2e/etc/hosts.txt",
                             "/assets/../../x.js", "/assets/app-1a2b.js/x.js", "/%ff", "/%00"}) {
        CAPTURE(path);
        CHECK(get(*files, path).status == 404);
    }
}

TEST_CASE("nothing outside the folder is ever read, also through the app's own paths") {
    const Folder folder;
    const auto files = StaticFiles::load(folder.path);
    REQUIRE(files);
    CHECK(get(*files, "/../../../../etc/passwd").content() == "<!doctype html>");
    CHECK(get(*files, "/..%2f..%2fetc%2fpasswd").content() == "<!doctype html>");
}

TEST_CASE("a folder without an app, or with too much, is refused at start") {
    const auto missing = StaticFiles::load("/nonexistent");
    REQUIRE_FALSE(missing);
    CHECK(missing.error().code == ErrorCode::not_found);

    const Folder folder;
    fs::resize_file(folder.path / "sw.js", 65U << 20);
    const auto large = StaticFiles::load(folder.path);
    REQUIRE_FALSE(large);
    CHECK(large.error().code == ErrorCode::too_large);
}
