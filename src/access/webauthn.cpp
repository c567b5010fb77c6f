#include "access/webauthn.h"

#include <algorithm>

#include "access/attestation.h"
#include "access/authenticator_data.h"
#include "access/cbor.h"
#include "access/cose_key.h"
#include "base/text.h"
#include "json/value.h"

namespace wardlight::access {
namespace {

tl::unexpected<Error> refuse(const char* why, const char* where) {
    return fail(ErrorCode::invalid, why, where);
}

/// JSON as a browser writes it; members that are not known are left alone (5.8.1).
Result<json::Value> parse_client_data(std::string_view text) {
    constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
    if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
    if (text.size() > kClientDataBytesMost)
        return refuse("more than 8 KiB", passkey_reason::kClientData);
    auto parsed = json::parse(text);
    if (!parsed || !parsed->is_object())
        return refuse("not a JSON object", passkey_reason::kClientData);
    return std::move(*parsed);
}

bool is_one_of(const std::vector<std::string>& texts, std::string_view text) {
    return std::find(texts.begin(), texts.end(), text) != texts.end();
}

Result<> check_embedding(const json::Value& data, const PasskeyExpectation& expected) {
    const json::Value& cross = data["crossOrigin"];
    const json::Value& top = data["topOrigin"];
    if (cross.is_null() && top.is_null()) return {};
    const bool is_embedded = !cross.is_bool() || cross.as_bool() || !top.is_null();
    if (is_embedded && !expected.may_be_embedded)
        return refuse("from inside another site's page", passkey_reason::kCrossOrigin);
    if (!top.is_null() && !is_one_of(expected.top_origins, top.text()))
        return refuse("from inside an unknown site's page", passkey_reason::kCrossOrigin);
    return {};
}

/// 7.1, steps 7 to 11 and 7.2, steps 10 to 14.
Result<> check_client_data(std::string_view text, std::string_view type,
                           const PasskeyExpectation& expected) {
    const json::Value data = TRY(parse_client_data(text));
    if (!data["type"].is_string() || data["type"].text() != type)
        return refuse("made for another purpose", passkey_reason::kType);
    if (!data["challenge"].is_string() ||
        data["challenge"].text() != to_base64url(expected.challenge))
        return refuse("not the challenge that was sent", passkey_reason::kChallenge);
    if (!data["origin"].is_string() || !is_one_of(expected.origins, data["origin"].text()))
        return refuse("not from a page of this server", passkey_reason::kOrigin);
    return check_embedding(data, expected);
}

/// 7.1, steps 14 to 18 and 7.2, steps 15 to 19.
Result<> check_authenticator(const AuthenticatorData& data, const PasskeyExpectation& expected) {
    if (data.rp_id_hash != sha256(expected.rp_id))
        return refuse("made for another server", passkey_reason::kRpId);
    if (!data.is_user_present) return refuse("nobody was present", passkey_reason::kUserPresence);
    if (expected.must_verify_user && !data.is_user_verified)
        return refuse("the person was not verified", passkey_reason::kUserVerification);
    if (data.is_backed_up && !data.is_backup_eligible)
        return refuse("copied although it cannot be", passkey_reason::kBackupState);
    return {};
}

struct AttestationObject {
    cbor::Value whole;  // owns what the others are views into
    std::string_view format;
    const cbor::Value* statement = nullptr;
    std::string_view authenticator_data;
};

/// 6.5.4: three members, no others.
Result<AttestationObject> parse_attestation_object(std::string_view bytes) {
    AttestationObject object;
    auto parsed = cbor::parse(bytes);
    if (!parsed) {
        return fail(ErrorCode::invalid,
                    "not canonical CBOR: " + parsed.error().message + ", " + parsed.error().where,
                    passkey_reason::kAttestationObject);
    }
    object.whole = std::move(*parsed);
    const cbor::Value* format = object.whole.find("fmt");
    const cbor::Value* data = object.whole.find("authData");
    object.statement = object.whole.find("attStmt");
    if (object.whole.pairs() != 3 || format == nullptr || data == nullptr ||
        object.statement == nullptr || !format->is(cbor::Kind::text) ||
        !data->is(cbor::Kind::bytes))
        return refuse("its members are not those of an attestation",
                      passkey_reason::kAttestationObject);
    object.format = format->bytes;
    object.authenticator_data = data->bytes;
    return object;
}

}  // namespace

Result<std::string> challenge_of(std::string_view client_data_json) {
    const json::Value data = TRY(parse_client_data(client_data_json));
    auto challenge = from_base64(data["challenge"].text());
    if (!data["challenge"].is_string() || !challenge || challenge->empty())
        return refuse("names no challenge", passkey_reason::kClientData);
    return std::move(*challenge);
}

Result<NewPasskey> check_registration(const RegistrationResponse& response,
                                      const PasskeyExpectation& expected) {
    TRY(check_client_data(response.client_data_json, "webauthn.create", expected));
    const std::string client_data_hash = sha256(response.client_data_json);
    const AttestationObject object = TRY(parse_attestation_object(response.attestation_object));
    const AuthenticatorData data = TRY(parse_authenticator_data(object.authenticator_data));
    TRY(check_authenticator(data, expected));
    if (!data.credential) return refuse("no key came with it", passkey_reason::kAuthenticatorData);
    const CoseKey key = TRY(CoseKey::parse(data.credential->public_key));
    TRY(check_attestation({object.format, *object.statement, object.authenticator_data, data, key,
                           client_data_hash}));
    NewPasskey made;
    made.credential_id = data.credential->id;
    made.public_key = data.credential->public_key;
    made.algorithm = static_cast<std::int64_t>(key.algorithm());
    made.sign_count = data.sign_count;
    made.is_backup_eligible = data.is_backup_eligible;
    made.is_backed_up = data.is_backed_up;
    made.aaguid = data.credential->aaguid;
    made.attestation = object.format;
    return made;
}

Result<CheckedAssertion> check_assertion(const AssertionResponse& response,
                                         const KnownPasskey& known,
                                         const PasskeyExpectation& expected) {
    TRY(check_client_data(response.client_data_json, "webauthn.get", expected));
    const AuthenticatorData data = TRY(parse_authenticator_data(response.authenticator_data));
    TRY(check_authenticator(data, expected));
    if (data.is_backup_eligible != known.is_backup_eligible)
        return refuse("it can be copied now, or no longer", passkey_reason::kBackupEligibility);
    const CoseKey key = TRY(CoseKey::parse(known.public_key));
    if (!key.verifies(response.authenticator_data + sha256(response.client_data_json),
                      response.signature))
        return refuse("the signature is wrong", passkey_reason::kSignature);
    // 7.2, step 22: both zero where the authenticator does not count.
    if ((data.sign_count != 0 || known.sign_count != 0) && data.sign_count <= known.sign_count)
        return refuse("it has counted no further", passkey_reason::kSignCount);
    return CheckedAssertion{data.sign_count, data.is_backed_up};
}

}  // namespace wardlight::access
