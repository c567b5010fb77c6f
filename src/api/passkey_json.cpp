#include "api/passkey_json.h"

#include "access/cose_key.h"
#include "base/text.h"

namespace wardlight::api {
namespace {

using json::Value;

constexpr std::size_t kBytesMost = 64U << 10;

tl::unexpected<Error> refuse(const char* why) {
    return fail(ErrorCode::invalid, why, "passkey");
}

Result<std::string> bytes_of(const Value& value) {
    if (!value.is_string() || value.text().size() > 2 * kBytesMost)
        return refuse("a member of the passkey's answer is missing");
    auto bytes = from_base64(value.text());
    if (!bytes || bytes->empty()) return refuse("a member of the passkey's answer is not base64");
    return std::move(*bytes);
}

Result<> check_type(const Value& passkey) {
    if (!passkey.is_object() || passkey["type"].text() != "public-key")
        return refuse("the answer of a passkey is needed");
    return {};
}

std::int64_t milliseconds_of(Duration duration) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

Value descriptors(const std::vector<access::Passkey>& passkeys) {
    Value list{json::Array{}};
    for (const access::Passkey& passkey : passkeys) {
        Value transports{json::Array{}};
        for (const std::string& transport : passkey.transports) transports.push(transport);
        list.push(json::object({{"type", "public-key"},
                                {"id", to_base64url(passkey.credential)},
                                {"transports", std::move(transports)}}));
    }
    return list;
}

}  // namespace

Result<access::PasskeyAnswer> read_assertion(const Value& passkey) {
    TRY(check_type(passkey));
    const Value& response = passkey["response"];
    access::PasskeyAnswer answer;
    answer.credential = TRY(bytes_of(passkey["id"]));
    answer.response.client_data_json = TRY(bytes_of(response["clientDataJSON"]));
    answer.response.authenticator_data = TRY(bytes_of(response["authenticatorData"]));
    answer.response.signature = TRY(bytes_of(response["signature"]));
    const Value& handle = response["userHandle"];
    if (!handle.is_null() && !handle.text().empty()) answer.user_handle = TRY(bytes_of(handle));
    return answer;
}

Result<access::RegistrationAnswer> read_registration(const Value& passkey) {
    TRY(check_type(passkey));
    const Value& response = passkey["response"];
    access::RegistrationAnswer answer;
    answer.response.client_data_json = TRY(bytes_of(response["clientDataJSON"]));
    answer.response.attestation_object = TRY(bytes_of(response["attestationObject"]));
    for (const Value& transport : response["transports"].items())
        answer.transports.emplace_back(transport.text());
    return answer;
}

Value request_options(const access::RelyingParty& party, std::string_view challenge,
                      const std::vector<access::Passkey>& passkeys) {
    return json::object({{"challenge", to_base64url(challenge)},
                         {"timeout", milliseconds_of(access::kChallengeLasts)},
                         {"rpId", party.id},
                         {"allowCredentials", descriptors(passkeys)},
                         {"userVerification", "required"}});
}

Value creation_options(const access::RelyingParty& party, const access::RegistrationStart& start,
                       const access::Subject& subject) {
    Value algorithms{json::Array{}};
    for (const access::CoseAlgorithm algorithm : access::kCoseAlgorithms) {
        algorithms.push(
            json::object({{"type", "public-key"}, {"alg", static_cast<std::int64_t>(algorithm)}}));
    }
    return json::object({
        {"challenge", to_base64url(start.challenge)},
        {"timeout", milliseconds_of(access::kChallengeLasts)},
        {"rp", json::object({{"id", party.id}, {"name", "Wardlight"}})},
        {"user", json::object({{"id", to_base64url(start.user_handle)},
                               {"name", subject.user},
                               {"displayName", subject.name}})},
        {"pubKeyCredParams", std::move(algorithms)},
        {"excludeCredentials", descriptors(start.existing)},
        // Kept by the device with the name, so that signing in needs no name.
        {"authenticatorSelection", json::object({{"residentKey", "required"},
                                                 {"requireResidentKey", true},
                                                 {"userVerification", "required"}})},
        {"attestation", "none"},
    });
}

}  // namespace wardlight::api
