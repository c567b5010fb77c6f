#include "net/static_files.h"

#include <array>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/text.h"
#include "net/net_limits.h"

namespace wardlight::net {
namespace {

namespace fs = std::filesystem;

struct MediaType {
    std::string_view extension;
    std::string_view type;
};
constexpr std::array kMediaTypes{
    MediaType{".html", "text/html; charset=utf-8"},
    MediaType{".js", "text/javascript; charset=utf-8"},
    MediaType{".mjs", "text/javascript; charset=utf-8"},
    MediaType{".css", "text/css; charset=utf-8"},
    MediaType{".json", "application/json; charset=utf-8"},
    MediaType{".webmanifest", "application/manifest+json; charset=utf-8"},
    MediaType{".wasm", "application/wasm"},
    MediaType{".woff2", "font/woff2"},
    MediaType{".svg", "image/svg+xml"},
    MediaType{".png", "image/png"},
    MediaType{".webp", "image/webp"},
    MediaType{".jpg", "image/jpeg"},
    MediaType{".ico", "image/x-icon"},
    MediaType{".txt", "text/plain; charset=utf-8"},
};

std::string_view media_type_of(const fs::path& path) {
    const std::string extension = path.extension().string();
    for (const MediaType& row : kMediaTypes) {
        if (row.extension == extension) return row.type;
    }
    return "application/octet-stream";
}

bool is_below(std::string_view path, std::string_view prefix) {
    return path == prefix ||
           (path.starts_with(prefix) && path.substr(prefix.size()).starts_with('/'));
}

bool has_extension(std::string_view path) {
    return path.substr(path.rfind('/') + 1).find('.') != std::string_view::npos;
}

bool lists(std::string_view list, std::string_view wanted) {
    for (const std::string_view part : split(list, ',')) {
        const std::string_view token = trim(part.substr(0, part.find(';')));
        const bool is_refused = part.find("q=0") != std::string_view::npos &&
                                part.find("q=0.") == std::string_view::npos;
        if (token == wanted && !is_refused) return true;
    }
    return false;
}

Result<std::string> read_whole(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    if (!file) return fail(ErrorCode::unavailable, "cannot read a file of the web app");
    std::ostringstream content;
    content << file.rdbuf();
    return content.str();
}

std::string etag_of(std::string_view bytes) {
    return '"' + to_hex(sha256(bytes)).substr(0, 24) + '"';
}

}  // namespace

Result<StaticFiles> StaticFiles::load(const std::string& folder) {
    StaticFiles files;
    std::error_code error;
    std::size_t total = 0;
    std::vector<std::pair<std::string, Variant>> compressed;
    for (fs::recursive_directory_iterator at(folder, error), end; !error && at != end;
         at.increment(error)) {
        if (!at->is_regular_file(error)) continue;
        std::string bytes = TRY(read_whole(at->path()));
        total += bytes.size();
        if (total > kStaticFileBytes) {
            return fail(ErrorCode::too_large, "the web app's folder is too large", folder);
        }
        const std::string path = "/" + fs::relative(at->path(), folder, error).generic_string();
        std::string etag = etag_of(bytes);
        Variant variant{std::make_shared<const std::string>(std::move(bytes)), std::move(etag)};
        if (path.ends_with(".br") || path.ends_with(".gz")) {
            compressed.emplace_back(path, std::move(variant));
            continue;
        }
        File& file = files.files_[path];
        file.media_type = media_type_of(at->path());
        // Names below /assets/ contain a hash of the content; everything else may change.
        file.cache_control =
            path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
        file.plain = std::move(variant);
    }
    for (auto& [path, variant] : compressed) {
        const auto file = files.files_.find(path.substr(0, path.size() - 3));
        if (file == files.files_.end()) continue;
        (path.ends_with(".br") ? file->second.brotli : file->second.gzip) = std::move(variant);
    }
    if (!files.files_.contains("/index.html")) {
        return fail(ErrorCode::not_found, "there is no built web app (index.html) here", folder);
    }
    return files;
}

const StaticFiles::File* StaticFiles::find(std::string_view path) const {
    if (const auto exact = files_.find(path); exact != files_.end()) return &exact->second;
    if (is_below(path, "/api") || is_below(path, "/fhir")) return nullptr;
    if (has_extension(path)) return nullptr;
    if (path.ends_with('/')) {
        const auto index = files_.find(std::string(path) + "index.html");
        if (index != files_.end()) return &index->second;
    }
    return &files_.find("/index.html")->second;
}

Response StaticFiles::serve(const Request& request) const {
    const auto path = percent_decode(request.path(), Plus::is_plus);
    const File* file = path ? find(*path) : nullptr;
    if (!file) return error_response({ErrorCode::not_found, "no such file", "path"});

    const std::string_view accepted = request.header("Accept-Encoding").value_or("");
    const Variant* variant = &file->plain;
    std::string_view encoding;
    if (file->brotli && lists(accepted, "br")) {
        variant = &*file->brotli;
        encoding = "br";
    } else if (file->gzip && lists(accepted, "gzip")) {
        variant = &*file->gzip;
        encoding = "gzip";
    }
    Response response;
    response.set("Content-Type", file->media_type);
    response.set("Cache-Control", file->cache_control);
    response.set("ETag", variant->etag);
    if (file->brotli || file->gzip) response.set("Vary", "Accept-Encoding");
    if (lists(request.header("If-None-Match").value_or(""), variant->etag)) {
        response.status = 304;
        return response;
    }
    if (!encoding.empty()) response.set("Content-Encoding", encoding);
    response.shared_body = variant->bytes;
    return response;
}

}  // namespace wardlight::net
