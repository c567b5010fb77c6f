#include "api/privacy_routes.h"

#include "access/accounts.h"
#include "access/break_glass.h"
#include "api/patient_access.h"
#include "api/patient_banner.h"
#include "api/patient_record.h"

namespace wardlight::api {
namespace {

using json::Value;
using net::Request;

constexpr std::size_t kCasesMost = 200;
constexpr std::size_t kEntriesAtOnce = 500;

Value person_json(const std::optional<access::Account>& account, const AccountId& id) {
    if (!account) return json::Object{{"id", id.value}, {"name", ""}, {"role", ""}};
    return json::Object{{"id", id.value},
                        {"name", account->subject.name},
                        {"role", access::code_of(account->subject.role)}};
}

/// What the person did with the record by this case alone, oldest first: all of it, however much
/// came after.
Result<Value> uses_of(store::Snapshot& snapshot, const access::BreakGlassCase& about) {
    std::vector<audit::Recorded> found;
    audit::Filter filter{.patient = about.patient,
                         .account = about.account,
                         .from = about.opened_at,
                         .until = about.ends_at + std::chrono::microseconds(1),
                         .reason = std::string(access::kBreakGlassTie),
                         .limit = kEntriesAtOnce};
    for (bool is_last = false; !is_last;) {
        auto page = TRY(audit::find(snapshot, filter));
        std::move(page.entries.begin(), page.entries.end(), std::back_inserter(found));
        is_last = !page.next;
        if (page.next) filter.before = *page.next;
    }
    Value uses{json::Array{}};
    for (auto use = found.rbegin(); use != found.rend(); ++use)
        uses.push(json::Object{{"at", format_instant(use->at)}, {"action", use->entry.action}});
    return uses;
}

Result<Value> review_json(store::Snapshot& snapshot, const access::BreakGlassCase& about) {
    if (!about.review) return Value();
    const auto by = TRY(access::find_account(snapshot, about.review->by));
    return json::Object{{"by", person_json(by, about.review->by)},
                        {"at", format_instant(about.review->at)},
                        {"outcome", about.review->outcome},
                        {"note", about.review->note}};
}

Result<Value> case_json(const AppServices& services, store::Snapshot& snapshot,
                        const access::BreakGlassCase& about) {
    const auto who = TRY(access::find_account(snapshot, about.account));
    const auto record = TRY(services.records.find(snapshot, about.patient));
    return json::Object{
        {"id", about.id},
        {"who", person_json(who, about.account)},
        {"patient", record ? banner(record->patient()) : Value()},
        // Whether the hospital's own messages say that the patient was being treated.
        {"admitted", record && !record->encounter().is_null()},
        {"place", record ? place_json(record->place) : Value()},
        {"reason", about.reason},
        {"text", about.text},
        {"opened_at", format_instant(about.opened_at)},
        {"ends_at", format_instant(about.ends_at)},
        {"review_due_at", format_instant(about.review_due_at)},
        {"overdue", !about.review && services.store.clock().now() > about.review_due_at},
        {"uses", TRY(uses_of(snapshot, about))},
        {"review", TRY(review_json(snapshot, about))}};
}

audit::Entry officer_entry(const Caller& caller, std::string_view action,
                           const PatientId& patient) {
    audit::Entry entry = entry_for(caller, action, patient, "role");
    entry.purpose = audit::purpose::kCompliance;
    return entry;
}

Result<Value> get_cases(const AppServices& services, const Request& request) {
    const auto state = request.query_parameter("state");
    if (state && *state != "waiting" && *state != "reviewed")
        return fail(ErrorCode::invalid, "is waiting or reviewed", "state");
    std::vector<audit::Entry> entries;
    Value out{json::Array{}};
    Value state_of_feeds;
    bool is_truncated = false;
    {
        auto snapshot = TRY(services.store.read());
        state_of_feeds = TRY(as_of(snapshot, services));
        auto cases = TRY(access::break_glass_cases(
            snapshot,
            state == "reviewed" ? access::CaseState::reviewed : access::CaseState::waiting,
            kCasesMost + 1));
        is_truncated = cases.size() > kCasesMost;
        if (is_truncated) cases.pop_back();
        for (const access::BreakGlassCase& about : cases) {
            out.push(TRY(case_json(services, snapshot, about)));
            entries.push_back(officer_entry(caller_of(request), "break_glass.read", about.patient));
        }
    }
    TRY(audit::record(services.store, entries));
    return json::Object{{"as_of", std::move(state_of_feeds)},
                        {"cases", std::move(out)},
                        {"truncated", is_truncated}};
}

Result<Value> review(const AppServices& services, const Request& request) {
    const Caller& caller = caller_of(request);
    const Value body = TRY(json_body(request));
    TRY(services.store.write([&](store::WriteTransaction& tx) -> Result<> {
        const auto reviewed = TRY(
            access::review_break_glass(tx, request.path_parameter("id"), caller.subject().account,
                                       body["outcome"].text(), body["note"].text()));
        TRY(audit::append(tx, officer_entry(caller, "break_glass.review", reviewed.patient)));
        return {};
    }));
    return Value();
}

}  // namespace

std::vector<net::Route> privacy_routes(const AppServices& services) {
    const auto privacy = net::Permission::named(access::permission::kPrivacyReview);
    const auto with = [&services](auto function) {
        return json_handler(
            [&services, function](const Request& request) { return function(services, request); });
    };
    return {
        {"GET", "/api/privacy/break-glass", privacy, with(get_cases)},
        {"POST", "/api/privacy/break-glass/{id}/review", privacy, with(review)},
    };
}

}  // namespace wardlight::api
