// Serves the built web app from memory. Every file is read once at start, with its precompressed
// variants ("app.js.br", "app.js.gz"); only names found then are ever served, so no path can lead
// out of the folder. Immutable after load; thread-safe.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_message.h"

namespace wardlight::net {

class StaticFiles {
 public:
    /// `not_found` without an index.html; `too_large` beyond kStaticFileBytes.
    static Result<StaticFiles> load(const std::string& folder);

    /// The file at the request's path, or index.html for a path of the app's own router (no file
    /// extension, not below /api or /fhir), or 404. Answers 304 to a matching If-None-Match.
    [[nodiscard]] Response serve(const Request& request) const;

 private:
    struct Variant {
        std::shared_ptr<const std::string> bytes;
        std::string etag;
    };
    struct File {
        std::string media_type;
        std::string cache_control;
        Variant plain;
        std::optional<Variant> brotli;
        std::optional<Variant> gzip;
    };
    [[nodiscard]] const File* find(std::string_view path) const;

    std::map<std::string, File, std::less<>> files_;  // by path: "/assets/app-1a2b.js"
};

}  // namespace wardlight::net
