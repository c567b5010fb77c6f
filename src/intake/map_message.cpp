#include "intake/map_message.h"

#include "base/text.h"
#include "intake/build_resource.h"
#include "intake/context.h"
#include "intake/map_parts.h"
#include "intake/statement.h"

namespace wardlight::intake {
namespace {

enum class Route { adt, results, orders, documents, patient_only };

struct RouteRow {
    std::string_view type;  // MSH-9.1
    Route route;
    SourceKind kind;
};
constexpr RouteRow kRoutes[] = {
    {"ADT", Route::adt, SourceKind::adt},
    {"ORU", Route::results, SourceKind::lab},
    {"OUL", Route::results, SourceKind::lab},
    {"ORM", Route::orders, SourceKind::orders},
    {"OML", Route::orders, SourceKind::orders},
    {"OMG", Route::orders, SourceKind::orders},
    {"OMI", Route::orders, SourceKind::orders},
    {"ORR", Route::orders, SourceKind::orders},
    {"ORL", Route::orders, SourceKind::orders},
    {"ORG", Route::orders, SourceKind::orders},
    {"MDM", Route::documents, SourceKind::documents},
    {"VXU", Route::patient_only, SourceKind::adt},
};

const RouteRow* find_route(std::string_view type) {
    for (const RouteRow& row : kRoutes) {
        if (row.type == type) return &row;
    }
    return nullptr;
}

/// Patient and visit as this message knows them, for all that is not ADT.
Result<Subject> map_subject(Context& context, const PatientGroup& group) {
    Subject subject = TRY(map_patient(context, group));
    map_visit(context, group, {}, subject);
    map_allergies(context, group, subject);
    return subject;
}

Result<> map_group(Context& context, const PatientGroup& group, Route route) {
    const Subject subject = TRY(map_subject(context, group));
    switch (route) {
        case Route::results:
            map_results(context, group, subject);
            return {};
        case Route::orders:
            map_diagnoses(context, group, subject);
            map_orders(context, group, subject);
            return {};
        case Route::documents:
            return map_document(context, group, subject);
        case Route::patient_only:
            context.warn("immunization_not_mapped");
            return {};
        case Route::adt:
            return {};
    }
    return {};
}

/// All facts are there: what follows from each record alone is made here, beside the writer.
Mapped finished(Mapped mapped) {
    for (Record& record : mapped.records) {
        record.whole = statement_of(record);
        record.alone = prepare_alone(record);
    }
    return mapped;
}

}  // namespace

Result<Mapped> map_message(const hl7v2::Message& message, const FeedProfile& profile,
                           Instant received_at) {
    Context context(message, profile, received_at);
    const RouteRow* route = find_route(context.type());
    if (route == nullptr) {
        return fail(ErrorCode::invalid, "unsupported_message: this kind of message is not taken in",
                    "MSH-9.1");
    }
    context.out().kind = route->kind;
    const std::vector<PatientGroup> groups = group_segments(message);
    if (route->route == Route::adt) {
        TRY(map_adt(context, groups));
        return finished(std::move(context.out()));
    }
    if (groups.empty())
        return fail(ErrorCode::invalid, "patient_missing: the message has no PID segment", "PID");
    for (const PatientGroup& group : groups) TRY(map_group(context, group, route->route));
    return finished(std::move(context.out()));
}

std::string_view reason_code(const Error& error) {
    const std::string_view message = error.message;
    const auto colon = message.find(": ");
    return colon == std::string_view::npos ? name_of(error.code) : message.substr(0, colon);
}

std::string lane_key(const hl7v2::Message& message) {
    for (const std::string_view path : {"PID-3.1", "PID-2.1", "PID-4.1"}) {
        const std::string number = message.text(path);
        if (!trim(number).empty()) return std::string(trim(number));
    }
    return {};
}

}  // namespace wardlight::intake
