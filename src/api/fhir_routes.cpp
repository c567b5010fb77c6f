#include "api/fhir_routes.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "api/fhir_metadata.h"
#include "base/limits.h"
#include "base/text.h"
#include "fhir/search_values.h"
#include "net/percent.h"
#include "store/search.h"

namespace wardlight::api {
namespace {

using json::Value;
using net::Request;
using net::Response;
using store::ResourceKey;
using store::StoredResource;

constexpr std::string_view kRead = "fhir.read";
constexpr std::string_view kWrite = "fhir.write";
constexpr std::size_t kHistoryPage = 50;

std::string etag(std::int64_t version) {
    return fmt::format("W/\"{}\"", version);
}

Response fhir_response(int status, std::string body) {
    Response response;
    response.status = status;
    response.set("Content-Type", "application/fhir+json; charset=utf-8");
    response.body = std::move(body);
    return response;
}

Response resource_response(int status, StoredResource resource) {
    Response response = fhir_response(status, std::move(resource.body));
    response.set("ETag", etag(resource.version));
    return response;
}

Result<ResourceKey> key_of(const Request& request) {
    return ResourceKey::make(request.path_parameter("type"), request.path_parameter("id"));
}

Result<fhir::TypeNumber> type_of(const Request& request) {
    const auto type = fhir::type_number(request.path_parameter("type"));
    if (!type) return fail(ErrorCode::not_found, "not a FHIR R4 resource type");
    return *type;
}

std::vector<PatientId> patients_in(std::span<const StoredResource> resources) {
    std::vector<PatientId> patients;
    for (const StoredResource& resource : resources) {
        std::optional<PatientId> known = resource.patient;
        if (!known) {
            const auto body = resource.parsed();
            if (!body) continue;
            known = PatientId{fhir::patient_of(*body)};
        }
        PatientId& patient = *known;
        if (!patient.empty() &&
            std::find(patients.begin(), patients.end(), patient) == patients.end()) {
            patients.push_back(std::move(patient));
        }
    }
    return patients;
}

class FhirHandlers {
 public:
    explicit FhirHandlers(const FhirServices& services) : services_(services) {}

    Result<Response> read(const Request& request) const {
        const ResourceKey key = TRY(key_of(request));
        auto stored = TRY(TRY(services_.store.read()).get(key));
        if (!stored) return fail(ErrorCode::not_found, "there is no such resource");
        if (stored->is_deleted()) return fail(ErrorCode::gone, "the resource was deleted");
        if (request.header("If-None-Match") == etag(stored->version)) return Response::empty(304);
        const FhirAccess access = access_to("read", {&*stored, 1});
        return services_.record(request, access, resource_response(200, std::move(*stored)));
    }

    Result<Response> read_version(const Request& request) const {
        const ResourceKey key = TRY(key_of(request));
        const auto version = parse_integer(request.path_parameter("version"));
        if (!version) return fail(ErrorCode::not_found, "not a version of ours");
        auto stored = TRY(TRY(services_.store.read()).get_version(key, *version));
        if (!stored) return fail(ErrorCode::not_found, "there is no such version");
        if (stored->is_deleted()) return fail(ErrorCode::gone, "this version is a deletion");
        const FhirAccess access = access_to("read", {&*stored, 1});
        return services_.record(request, access, resource_response(200, std::move(*stored)));
    }

    Result<Response> history(const Request& request) const {
        const ResourceKey key = TRY(key_of(request));
        std::int64_t before = 0;
        if (const auto text = request.query_parameter("_before")) {
            const auto number = parse_integer(*text);
            if (!number || *number < 1)
                return fail(ErrorCode::invalid, "not a version of ours", "_before");
            before = *number;
        }
        const auto versions = TRY(TRY(services_.store.read()).history(key, before, kHistoryPage));
        if (versions.empty() && before == 0)
            return fail(ErrorCode::not_found, "there is no such resource");
        std::string body = R"({"resourceType":"Bundle","type":"history","link":[)";
        append_link(body, "self", std::string(request.target));
        if (versions.size() == kHistoryPage && versions.back().version > 1) {
            body.push_back(',');
            append_link(body, "next",
                        fmt::format("/fhir/{}/_history?_before={}", key.reference(),
                                    versions.back().version));
        }
        body += R"(],"entry":[)";
        for (std::size_t i = 0; i < versions.size(); ++i) {
            if (i > 0) body.push_back(',');
            append_history_entry(body, versions[i]);
        }
        body += "]}";
        return services_.record(request, access_to("read", versions),
                                fhir_response(200, std::move(body)));
    }

    Result<Response> search(const Request& request, const net::QueryParameters& query) const {
        const fhir::TypeNumber type = TRY(type_of(request));
        const auto parsed = TRY(store::parse_search(type, query));
        const store::SearchPage page = TRY(find(parsed));
        std::string body;
        body.reserve(size_of(page));
        body += R"({"resourceType":"Bundle","type":"searchset",)";
        if (page.total) body += fmt::format("\"total\":{},", *page.total);
        body += "\"link\":[";
        append_link(body, "self", std::string(request.path()));
        // The next page repeats the search with a cursor; values of the search stay out of the link
        // when they came in a body (POST _search), because links end up in logs.
        if (!page.next_cursor.empty() && request.method != "POST") {
            std::string next = std::string(request.path()) + "?";
            for (const std::string_view pair : split(request.query_string(), '&')) {
                if (!pair.empty() && !pair.starts_with("_cursor="))
                    next.append(pair).push_back('&');
            }
            body.push_back(',');
            append_link(body, "next", next + "_cursor=" + page.next_cursor);
        }
        body += R"(],"entry":[)";
        for (std::size_t i = 0; i < page.matches.size(); ++i) {
            if (i > 0) body.push_back(',');
            body.append(R"({"fullUrl":")").append(page.matches[i].key.reference());
            body.append(R"(","resource":)").append(page.matches[i].body);
            body.append(R"(,"search":{"mode":"match"}})");
        }
        body += "]}";
        return services_.record(request, access_to("search", page.matches),
                                fhir_response(200, std::move(body)));
    }

    Result<Response> create(const Request& request) const {
        FhirEntry entry;
        entry.method = FhirEntry::Method::create;
        entry.key.type = TRY(type_of(request));
        entry.resource = TRY(body_resource(request, {}));
        if (const auto condition = request.header("If-None-Exist")) {
            entry.condition =
                TRY(store::parse_search(entry.key.type, TRY(net::parse_query(*condition))));
        }
        return respond_to_write(request, std::move(entry), "create");
    }

    Result<Response> update(const Request& request) const {
        FhirEntry entry;
        entry.method = FhirEntry::Method::update;
        entry.key = TRY(key_of(request));
        entry.resource = TRY(body_resource(request, entry.key.id));
        if (const auto match = request.header("If-Match")) entry.if_match = TRY(parse_etag(*match));
        return respond_to_write(request, std::move(entry), "update");
    }

    Result<Response> remove(const Request& request) const {
        FhirEntry entry;
        entry.method = FhirEntry::Method::remove;
        entry.key = TRY(key_of(request));
        std::vector<FhirEntry> entries;
        entries.push_back(std::move(entry));
        return perform_recorded(request, "delete", std::move(entries),
                                [](const FhirOutcomes&) { return Response::empty(204); });
    }

    Result<Response> transaction(const Request& request) const {
        Value bundle = TRY(json::parse(request.body));
        if (bundle["resourceType"].text() != "Bundle")
            return fail(ErrorCode::invalid, "a Bundle is expected", "resourceType");
        if (bundle["type"].text() != "transaction") {
            return fail(ErrorCode::invalid, "only transaction Bundles are supported",
                        "Bundle.type");
        }
        auto entries = TRY(read_transaction(std::move(bundle)));
        return perform_recorded(request, "update", std::move(entries), answer_to_transaction);
    }

 private:
    /// No longer than the search itself takes: a snapshot that stays keeps the log from being
    /// emptied.
    Result<store::SearchPage> find(const store::SearchRequest& request) const {
        auto snapshot = TRY(services_.store.read());
        return store::search(snapshot, request);
    }

    /// About what a page takes as a Bundle, so that it is not copied again and again as it grows.
    static std::size_t size_of(const store::SearchPage& page) {
        constexpr std::size_t kAround = 200;
        std::size_t size = kAround;
        for (const StoredResource& match : page.matches) size += match.body.size() + kAround;
        return size;
    }

    static void append_link(std::string& out, std::string_view relation, const std::string& url) {
        out += fmt::format(R"({{"relation":"{}","url":)", relation);
        json::serialize_string_to(out, url);
        out.push_back('}');
    }

    static void append_history_entry(std::string& out, const StoredResource& version) {
        const std::string reference = version.key.reference();
        const char* method = version.operation == store::Operation::create   ? "POST"
                             : version.operation == store::Operation::update ? "PUT"
                                                                             : "DELETE";
        out += fmt::format(R"({{"fullUrl":"{}",)", reference);
        if (!version.is_deleted()) out += R"("resource":)" + version.body + ",";
        out += fmt::format(
            R"("request":{{"method":"{}","url":"{}"}},"response":{{"status":"{}","etag":"W/\"{}\"","lastModified":"{}"}}}})",
            method, reference, version.is_deleted() ? 204 : 200, version.version,
            format_instant(version.last_updated));
    }

    static Response answer_to_transaction(const FhirOutcomes& outcomes) {
        std::string body = R"({"resourceType":"Bundle","type":"transaction-response","entry":[)";
        for (std::size_t i = 0; i < outcomes.size(); ++i) {
            if (i > 0) body.push_back(',');
            append_outcome(body, outcomes[i]);
        }
        body += "]}";
        return fhir_response(200, std::move(body));
    }

    static StoredResource as_stored(const FhirOutcome& outcome) {
        return {outcome.key,  outcome.version, outcome.last_updated, store::Operation::update,
                outcome.body, outcome.patient};
    }

    static void append_outcome(std::string& out, const FhirOutcome& outcome) {
        out.push_back('{');
        if (outcome.status == 200 && !outcome.body.empty())
            out += R"("resource":)" + outcome.body + ",";
        out += fmt::format(R"("response":{{"status":"{}")", outcome.status);
        if (outcome.version > 0) {
            out +=
                fmt::format(R"(,"location":"{}/_history/{}","etag":"W/\"{}\"","lastModified":"{}")",
                            outcome.key.reference(), outcome.version, outcome.version,
                            format_instant(outcome.last_updated));
        }
        out += "}}";
    }

    static Result<Value> body_resource(const Request& request, const std::string& id) {
        Value resource = TRY(json::parse(request.body));
        const std::string& type = request.path_parameter("type");
        if (resource["resourceType"].text() != type) {
            return fail(ErrorCode::invalid, "differs from the type in the address", "resourceType");
        }
        if (!id.empty() && resource["id"].text() != id)
            return fail(ErrorCode::invalid, "differs from the id in the address", "id");
        return resource;
    }

    static FhirAccess access_to(std::string_view action,
                                std::span<const StoredResource> resources) {
        FhirAccess access{action, {}, patients_in(resources)};
        for (const StoredResource& resource : resources) access.resources.push_back(resource.key);
        return access;
    }

    using MakeAnswer = std::function<Response(const FhirOutcomes&)>;

    /// Performs with its audit entries in the same transaction, then answers.
    Response perform_recorded(const Request& request, std::string_view action,
                              std::vector<FhirEntry> entries, MakeAnswer make_answer) const {
        const OnPerformed on_performed = [this, &request, action](store::WriteTransaction& tx,
                                                                  const FhirChange& change,
                                                                  const FhirOutcomes& outcomes) {
            return record_performed(tx, request, {action, change.resources, change.patients},
                                    outcomes);
        };
        const auto given = std::make_shared<std::vector<FhirEntry>>(std::move(entries));
        return Response::answer_later(
            [this, given, on_performed,
             make_answer = std::move(make_answer)](const Response::Send& send) {
                perform(services_.commits, std::move(*given), on_performed,
                        [make_answer, send](const Result<FhirOutcomes>& outcomes) {
                            send(outcomes ? make_answer(*outcomes)
                                          : operation_outcome(outcomes.error()));
                        });
            });
    }

    Result<> record_performed(store::WriteTransaction& tx, const Request& request,
                              const FhirAccess& change, const FhirOutcomes& outcomes) const {
        if (!change.resources.empty()) {
            TRY(services_.record_write(tx, request, change));
            if (services_.on_changed) TRY(services_.on_changed(tx, change.resources));
        }
        const std::vector<StoredResource> read = only_read(outcomes);
        if (read.empty()) return {};
        return services_.record_write(tx, request, access_to("read", read));
    }

    /// What is shown without having been changed: a read entry, a conditional create that found
    /// one.
    static std::vector<StoredResource> only_read(const FhirOutcomes& outcomes) {
        std::vector<StoredResource> read;
        for (const FhirOutcome& outcome : outcomes) {
            if (!outcome.is_changed && !outcome.body.empty()) read.push_back(as_stored(outcome));
        }
        if (read.empty()) return read;
        std::set<ResourceKey> changed;
        for (const FhirOutcome& outcome : outcomes) {
            if (outcome.is_changed) changed.insert(outcome.key);
        }
        std::erase_if(
            read, [&](const StoredResource& resource) { return changed.contains(resource.key); });
        return read;
    }

    Response respond_to_write(const Request& request, FhirEntry entry,
                              std::string_view action) const {
        std::vector<FhirEntry> entries;
        entries.push_back(std::move(entry));
        return perform_recorded(request, action, std::move(entries),
                                [&request](const FhirOutcomes& outcomes) {
                                    return answer_to_write(request, outcomes.front());
                                });
    }

    static Response answer_to_write(const Request& request, const FhirOutcome& outcome) {
        Response response = resource_response(outcome.status, as_stored(outcome));
        response.set("Location",
                     fmt::format("/fhir/{}/_history/{}", outcome.key.reference(), outcome.version));
        if (const auto prefer = request.header("Prefer");
            prefer && prefer->find("return=minimal") != std::string_view::npos) {
            response.body.clear();
        }
        return response;
    }

    const FhirServices& services_;
};

}  // namespace

Response operation_outcome(const Error& error) {
    Value issue = json::object({{"severity", "error"},
                                {"code", fhir_issue_type(error.code)},
                                {"diagnostics", error.message}});
    if (!error.where.empty()) issue.set("expression", json::array({error.where}));
    const Value outcome =
        json::object({{"resourceType", "OperationOutcome"}, {"issue", json::array({issue})}});
    Response response = fhir_response(http_status(error.code), json::serialize(outcome));
    if (response.status == 503) response.set("Retry-After", "1");
    return response;
}

std::vector<net::Route> fhir_routes(const FhirServices& services) {
    const auto handlers = std::make_shared<const FhirHandlers>(services);
    using Call = Result<Response> (FhirHandlers::*)(const Request&) const;
    const auto call = [handlers](Call method) -> net::Handler {
        return [handlers, method](const Request& request) {
            auto response = ((*handlers).*method)(request);
            return response ? std::move(*response) : operation_outcome(response.error());
        };
    };
    const auto search_with = [handlers](bool from_body) -> net::Handler {
        return [handlers, from_body](const Request& request) {
            auto query = from_body ? net::parse_query(request.body)
                                   : Result<net::QueryParameters>(request.query);
            if (!query) return operation_outcome(query.error());
            auto response = handlers->search(request, *query);
            return response ? std::move(*response) : operation_outcome(response.error());
        };
    };
    const auto read = net::Permission::named(kRead);
    const auto write = net::Permission::named(kWrite);
    const std::size_t body = limits::kHttpBodyBytes;
    std::vector<net::Route> routes{
        {"GET", "/fhir/metadata", net::Permission::everyone(),
         [](const Request&) { return fhir_response(200, capability_statement()); }},
        {"POST", "/fhir", write, call(&FhirHandlers::transaction), body},
        {"GET", "/fhir/{type}", read, search_with(false)},
        {"POST", "/fhir/{type}/_search", read, search_with(true)},
        {"POST", "/fhir/{type}", write, call(&FhirHandlers::create), body},
        {"GET", "/fhir/{type}/{id}", read, call(&FhirHandlers::read)},
        {"PUT", "/fhir/{type}/{id}", write, call(&FhirHandlers::update), body},
        {"DELETE", "/fhir/{type}/{id}", write, call(&FhirHandlers::remove)},
        {"GET", "/fhir/{type}/{id}/_history", read, call(&FhirHandlers::history)},
        {"GET", "/fhir/{type}/{id}/_history/{version}", read, call(&FhirHandlers::read_version)},
    };
    for (net::Route& route : routes) route.lane = net::Lane::systems;
    return routes;
}

}  // namespace wardlight::api
