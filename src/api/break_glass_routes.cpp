#include "api/break_glass_routes.h"

#include "access/break_glass.h"
#include "api/patient_access.h"
#include "api/patient_banner.h"
#include "api/patient_ties.h"

namespace wardlight::api {
namespace {

using json::Value;
using net::Request;

constexpr std::size_t kBodyBytes = 64U << 10;  // with the answer of a passkey

Result<PatientRecord> patient_in(const AppServices& services, const Request& request,
                                 store::Snapshot& snapshot) {
    return services.records.load(snapshot, PatientId{request.path_parameter("id")});
}

/// As much as finding the patient shows to anyone who may search.
Result<Value> identity(const AppServices& services, const Request& request) {
    PatientId id;
    Value body;
    {
        auto snapshot = TRY(services.store.read());
        const PatientRecord record = TRY(patient_in(services, request, snapshot));
        id = record.id;
        body = json::Object{{"as_of", TRY(as_of(snapshot, services))},
                            {"patient", banner(record.patient())},
                            {"place", place_json(record.place)}};
    }
    TRY(audit::record(services.store,
                      entry_for(caller_of(request), "patient.identity", id, "find")));
    return body;
}

Result<Value> open(const AppServices& services, const StepUp& step_up, const Request& request) {
    const Caller& caller = caller_of(request);
    const Value body = TRY(json_body(request));
    const std::string_view reason = body["reason"].text();
    const std::string_view text = body["text"].text();
    TRY(access::check_break_glass(reason, text));
    PatientId id;
    {
        auto snapshot = TRY(services.store.read());
        const PatientRecord record = TRY(patient_in(services, request, snapshot));
        id = record.id;
        const TiedPatient tied =
            TRY(TieReader(snapshot, caller.subject(), services.store.clock().now()).of(record));
        const auto decision =
            access::decide(caller.subject(), access::permission::kPatientsRead, tied.ties);
        if (decision.is_permitted && decision.reason != access::kBreakGlassTie)
            return fail(ErrorCode::conflict, "this patient is open to you as it is",
                        "relationship");
    }
    TRY(confirm_person(step_up, caller, body, access::Unproven::let_in));
    const auto opened = TRY(
        services.store.transact([&](store::WriteTransaction& tx) -> Result<access::BreakGlassCase> {
            auto made = TRY(access::break_glass(tx, caller.subject().account, id, reason, text));
            audit::Entry entry = entry_for(caller, "patient.break_glass", id, made.reason);
            entry.purpose = audit::purpose::kBreakGlass;
            TRY(audit::append(tx, entry));
            return made;
        }));
    return json::Object{{"until", format_instant(opened.ends_at)}};
}

Result<Value> end(const AppServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    PatientId id;
    {
        auto snapshot = TRY(services.store.read());
        id = TRY(patient_in(services, request, snapshot)).id;
    }
    TRY(services.store.write([&](store::WriteTransaction& tx) -> Result<> {
        TRY(access::end_break_glass(tx, caller.subject().account, id));
        audit::Entry entry = entry_for(caller, "patient.break_glass_end", id, "own");
        entry.purpose = audit::purpose::kBreakGlass;
        TRY(audit::append(tx, entry));
        return {};
    }));
    return Value();
}

}  // namespace

std::vector<net::Route> break_glass_routes(const AppServices& services, const StepUp& step_up) {
    const auto find = net::Permission::named(access::permission::kPatientsFind);
    const auto glass = net::Permission::named(access::permission::kBreakGlass);
    return {
        {"GET", "/api/patients/{id}/identity", find,
         json_handler([&services](const Request& request) { return identity(services, request); })},
        // Comparing a password takes a tenth of a second: on the threads for slow work.
        {"POST", "/api/patients/{id}/break-glass", glass,
         json_handler([&services, &step_up](const Request& request) {
             return open(services, step_up, request);
         }),
         kBodyBytes, net::Lane::slow},
        {"DELETE", "/api/patients/{id}/break-glass", glass,
         json_handler([&services](const Request& request) { return end(services, request); })},
    };
}

}  // namespace wardlight::api
