// Reads a FHIR transaction Bundle into the entries that fhir_write performs.
#include <fmt/format.h>

#include <set>

#include "api/fhir_write.h"
#include "base/limits.h"
#include "base/text.h"
#include "net/percent.h"

namespace wardlight::api {
namespace {

using json::Value;
using Method = FhirEntry::Method;

tl::unexpected<Error> refuse(std::string message, std::string where) {
    return fail(ErrorCode::invalid, std::move(message), std::move(where));
}

Result<FhirEntry> read_entry(Value& source) {
    FhirEntry entry;
    const std::string_view method = source["request"]["method"].text();
    const std::string_view url = source["request"]["url"].text();
    if (method == "POST") {
        entry.method = Method::create;
    } else if (method == "PUT") {
        entry.method = Method::update;
    } else if (method == "DELETE") {
        entry.method = Method::remove;
    } else if (method == "GET") {
        entry.method = Method::read;
    } else {
        return refuse("method is POST, PUT, DELETE or GET", "request.method");
    }
    const std::size_t question = url.find('?');
    const auto path = split(url.substr(0, question), '/');
    const auto type = fhir::type_number(path[0]);
    if (!type) return refuse("not a FHIR R4 resource type", "request.url");
    if (path.size() > 2)
        return refuse("only Type, Type/id and Type?query are supported here", "request.url");
    entry.key.type = *type;
    if (path.size() == 2) {
        if (!fhir::is_valid_id(path[1])) return refuse("not a valid id", "request.url");
        entry.key.id = path[1];
    }
    if (question != std::string_view::npos) {
        if (entry.method == Method::create || entry.method == Method::read)
            return refuse("a query is not supported here", "request.url");
        entry.condition =
            TRY(store::parse_search(*type, TRY(net::parse_query(url.substr(question + 1)))));
    }
    if (const std::string_view condition = source["request"]["ifNoneExist"].text();
        !condition.empty()) {
        entry.condition = TRY(store::parse_search(*type, TRY(net::parse_query(condition))));
    }
    if (const std::string_view match = source["request"]["ifMatch"].text(); !match.empty()) {
        entry.if_match = TRY(parse_etag(match));
    }
    const bool writes = entry.method == Method::create || entry.method == Method::update;
    if (writes) {
        const Value& resource = source["resource"];
        if (!resource.is_object()) return refuse("a resource is needed", "resource");
        if (resource["resourceType"].text() != path[0])
            return refuse("differs from request.url", "resource.resourceType");
        if (!entry.key.id.empty() && resource["id"].text() != entry.key.id)
            return refuse("differs from request.url", "resource.id");
        entry.resource = std::move(source.edit("resource"));
    }
    const bool needs_target =
        entry.method != Method::create && entry.key.id.empty() && !entry.condition;
    if (needs_target) return refuse("an id or a query is needed", "request.url");
    entry.full_url = source["fullUrl"].text();
    return entry;
}

}  // namespace

Result<std::int64_t> parse_etag(std::string_view text) {
    std::string_view tag = trim(text);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"')
        return refuse("not an entity tag", "If-Match");
    const auto version = parse_integer(tag.substr(1, tag.size() - 2));
    if (!version || *version < 1) return refuse("not a version of ours", "If-Match");
    return *version;
}

Result<std::vector<FhirEntry>> read_transaction(Value bundle) {
    if (!bundle["entry"].is_array()) return std::vector<FhirEntry>{};
    auto& entries = bundle.edit("entry").edit_items();
    if (entries.size() > limits::kBundleEntries) {
        return fail(ErrorCode::too_large,
                    fmt::format("a Bundle has at most {} entries", limits::kBundleEntries),
                    "Bundle.entry");
    }
    std::vector<FhirEntry> out;
    std::set<store::ResourceKey> written;
    for (std::size_t i = 0; i < entries.size(); ++i) {
        auto entry = read_entry(entries[i]);
        const auto place = [i](std::string_view rest) {
            return fmt::format("Bundle.entry[{}]{}{}", i, rest.empty() ? "" : ".", rest);
        };
        if (!entry) {
            Error error = std::move(entry).error();
            error.where = place(error.where);
            return tl::unexpected(std::move(error));
        }
        if (entry->method != Method::read && !entry->key.id.empty() &&
            !written.insert(entry->key).second) {
            return refuse("the same resource twice in one transaction", place("request.url"));
        }
        out.push_back(std::move(*entry));
    }
    return out;
}

}  // namespace wardlight::api
