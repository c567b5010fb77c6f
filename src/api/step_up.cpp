#include "api/step_up.h"

#include "api/passkey_json.h"

namespace wardlight::api {
namespace {

/// For the app, 401 means that the session is over.
Result<> forbid(const Result<>& confirmed, const char* message, const char* where) {
    if (confirmed || confirmed.error().code != ErrorCode::unauthenticated) return confirmed;
    return fail(ErrorCode::forbidden, message, where);
}

}  // namespace

std::string_view code_of(StepUpMethod method) {
    return method == StepUpMethod::password ? "password" : "passkey";
}

Result<StepUpMethod> confirm_person(const StepUp& step_up, const Caller& caller,
                                    const json::Value& body, access::Unproven unproven) {
    const json::Value& password = body["password"];
    const json::Value& passkey = body["passkey"];
    if (password.is_string() && passkey.is_null()) {
        const auto confirmed = step_up.sign_in.confirm(
            {caller.subject().user, std::string(password.text()), {}, caller.address, {}},
            unproven);
        TRY(forbid(confirmed, "the password is not right", "password"));
        return StepUpMethod::password;
    }
    if (!passkey.is_object() || !password.is_null())
        return fail(ErrorCode::invalid, "the password or a passkey is needed", "password");
    access::PasskeyAnswer answer = TRY(read_assertion(passkey));
    answer.address = caller.address;
    const auto confirmed = step_up.passkeys.step_up(answer, caller.session);
    const bool is_blocked = !confirmed && confirmed.error().where == "passkey_blocked";
    TRY(forbid(confirmed,
               is_blocked ? "this passkey may have been copied and is blocked"
                          : "the passkey was not accepted",
               is_blocked ? "passkey_blocked" : "passkey"));
    return StepUpMethod::passkey;
}

}  // namespace wardlight::api
