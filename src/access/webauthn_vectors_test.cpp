// The test vectors of the specification (tests/webauthn): what Wardlight asks for registers and
// signs in, and what it does not ask for is refused.
#include <doctest/doctest.h>

#include <cstdlib>
#include <fstream>
#include <map>

#include "access/authenticator_data.h"
#include "access/cbor.h"
#include "access/webauthn.h"

using namespace wardlight;
using namespace wardlight::access;
namespace reason = wardlight::access::passkey_reason;

namespace {

std::string from_hex(std::string_view text) {
    std::string bytes;
    for (std::size_t i = 0; i + 1 < text.size(); i += 2)
        bytes += static_cast<char>(std::stoi(std::string(text.substr(i, 2)), nullptr, 16));
    return bytes;
}

using Vector = std::map<std::string, std::string>;

/// The vectors of tests/webauthn/vectors.txt by name; empty when the tests run without a source.
std::map<std::string, Vector> vectors() {
    std::map<std::string, Vector> found;
    const char* root = std::getenv("WARDLIGHT_SOURCE_DIR");
    if (root == nullptr) return found;
    std::ifstream in(std::string(root) + "/tests/webauthn/vectors.txt");
    std::string name;
    std::string value;
    Vector* current = nullptr;
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#') continue;
        const std::size_t space = line.find(' ');
        name = line.substr(0, space);
        value = line.substr(space + 1);
        if (name == "vector")
            current = &found[value];
        else
            (*current)[name] = from_hex(value);
    }
    REQUIRE(found.size() == 15);
    return found;
}

RegistrationResponse registration_of(const Vector& vector) {
    return {vector.at("registration.clientDataJSON"), vector.at("registration.attestationObject")};
}
AssertionResponse assertion_of(const Vector& vector) {
    return {vector.at("assertion.clientDataJSON"), vector.at("assertion.authenticatorData"),
            vector.at("assertion.signature")};
}

/// The vectors verify the person in some and are embedded in two; Wardlight's own rules are tested
/// in webauthn_test.cpp.
PasskeyExpectation lenient(const std::string& challenge) {
    PasskeyExpectation expected{challenge, "example.org", {"https://example.org"}};
    expected.must_verify_user = false;
    expected.may_be_embedded = true;
    expected.top_origins = {"https://example.com"};
    return expected;
}

/// The key in an attestation object of which the attestation itself is not taken.
KnownPasskey known_from(const Vector& vector) {
    const auto object = cbor::parse(vector.at("registration.attestationObject"));
    REQUIRE(object);
    const auto data = parse_authenticator_data(object->find("authData")->bytes);
    REQUIRE(data);
    return {std::string(data->credential->public_key), data->sign_count, data->is_backup_eligible};
}

}  // namespace

TEST_CASE("the W3C's vectors: what Wardlight asks for or may be sent registers") {
    const auto all = vectors();
    if (all.empty()) {
        MESSAGE("skipped: WARDLIGHT_SOURCE_DIR is not set (ctest sets it)");
        return;
    }
    std::size_t registered = 0;
    for (const auto& [name, vector] : all) {
        CAPTURE(name);
        const auto made = check_registration(registration_of(vector),
                                             lenient(vector.at("registration.challenge")));
        // Attestations that only certain makers give and nobody asked for.
        if (name == "tpm.ES256" || name == "android-key.ES256" || name == "apple.ES256") {
            REQUIRE_FALSE(made);
            CHECK(made.error().where == "attestation_format");
            continue;
        }
        REQUIRE_MESSAGE(made, (made ? "" : made.error().where));
        ++registered;
        CHECK(name.starts_with(made->attestation));
        CHECK(made->public_key == known_from(vector).public_key);
        CHECK(made->credential_id.size() == (name.ends_with("long-credential-id") ? 1'023 : 32));
    }
    CHECK(registered == 12);
}

TEST_CASE("the W3C's vectors: every assertion is right, and no other key's") {
    const auto all = vectors();
    for (const auto& [name, vector] : all) {
        CAPTURE(name);
        const KnownPasskey known = known_from(vector);
        const PasskeyExpectation wanted = lenient(vector.at("assertion.challenge"));
        const AssertionResponse response = assertion_of(vector);
        const auto checked = check_assertion(response, known, wanted);
        CHECK_MESSAGE(checked, (checked ? "" : checked.error().where));

        AssertionResponse changed = response;
        changed.signature.back() = static_cast<char>(changed.signature.back() ^ 1);
        CHECK(check_assertion(changed, known, wanted).error().where == reason::kSignature);
        for (const auto& [other_name, other] : all) {
            if (other_name == name || other_name.find("ES256") == std::string::npos) continue;
            KnownPasskey stranger = known_from(other);
            stranger.is_backup_eligible = known.is_backup_eligible;
            const auto refused = check_assertion(response, stranger, wanted);
            REQUIRE_FALSE(refused);
            CHECK(refused.error().where == reason::kSignature);
        }
    }
}

TEST_CASE("the W3C's vectors that are embedded or unverified are refused as Wardlight asks") {
    const auto all = vectors();
    if (all.empty()) return;
    for (const char* name : {"none.ES256.crossOrigin", "none.ES256.topOrigin"}) {
        CAPTURE(name);
        const Vector& vector = all.at(name);
        PasskeyExpectation wanted = lenient(vector.at("registration.challenge"));
        wanted.may_be_embedded = false;
        CHECK(check_registration(registration_of(vector), wanted).error().where ==
              reason::kCrossOrigin);
    }
    PasskeyExpectation other_site =
        lenient(all.at("none.ES256.topOrigin").at("assertion.challenge"));
    other_site.top_origins = {"https://example.net"};
    CHECK(check_assertion(assertion_of(all.at("none.ES256.topOrigin")),
                          known_from(all.at("none.ES256.topOrigin")), other_site)
              .error()
              .where == reason::kCrossOrigin);
    PasskeyExpectation strict = lenient(all.at("none.ES256").at("registration.challenge"));
    strict.must_verify_user = true;
    CHECK(check_registration(registration_of(all.at("none.ES256")), strict).error().where ==
          reason::kUserVerification);
}

TEST_CASE("an attestation that was changed is refused, whoever gave it") {
    const auto all = vectors();
    for (const char* name : {"packed.ES256", "packed.RS256", "packed.EdDSA", "fido-u2f.ES256"}) {
        if (all.empty()) break;
        CAPTURE(name);
        const Vector& vector = all.at(name);
        const PasskeyExpectation wanted = lenient(vector.at("registration.challenge"));
        RegistrationResponse changed = registration_of(vector);
        // The signature begins behind "sig" and two bytes of length: a byte well inside of it.
        changed.attestation_object[changed.attestation_object.find("sig") + 20] ^= 1;
        CHECK(check_registration(changed, wanted).error().where == "attestation_signature");
        changed = registration_of(vector);
        changed.client_data_json.insert(changed.client_data_json.size() - 1, R"(,"more":1)");
        CHECK(check_registration(changed, wanted).error().where == "attestation_signature");
        changed = registration_of(vector);
        // Of another unit than those that attest.
        const std::size_t unit = changed.attestation_object.rfind("Authenticator Attestation");
        changed.attestation_object[unit] = 'a';
        const auto refused = check_registration(changed, wanted);
        if (std::string_view(name).starts_with("packed"))
            CHECK(refused.error().where == "attestation_certificate");
    }
}
