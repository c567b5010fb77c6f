#include "access/webauthn.h"

#include <doctest/doctest.h>

#include "access/attestation.h"
#include "access/test_authenticator.h"

using namespace wardlight;
using namespace wardlight::access;
using namespace wardlight::access::test;
namespace reason = wardlight::access::passkey_reason;

namespace {

const std::string kChallenge(32, '\x5A');

PasskeyExpectation expected() {
    return {kChallenge, "ward.test", {"https://ward.test", "https://ward.test:8443"}};
}

AnswerParts right() {
    AnswerParts parts;
    parts.challenge = kChallenge;
    return parts;
}

/// One thing made wrong, and which check must say so.
struct Mutant {
    const char* name;
    const char* reason;
    std::function<void(AnswerParts&)> change;
};

std::string reason_of(const Error& error) {
    CHECK(error.code == ErrorCode::invalid);
    return error.where;
}

/// What is wrong in the client data of either ceremony.
std::vector<Mutant> client_data_mutants(const char* other_type) {
    const auto origin = [](const char* text) {
        return [text](AnswerParts& parts) { parts.origin = text; };
    };
    const auto more = [](const char* text) {
        return [text](AnswerParts& parts) { parts.more_client_data = text; };
    };
    const auto whole = [](const std::string& text) {
        return [text](AnswerParts& parts) { parts.client_data = text; };
    };
    return {
        {"another ceremony", reason::kType, [=](AnswerParts& parts) { parts.type = other_type; }},
        {"no ceremony", reason::kType, [](AnswerParts& parts) { parts.type = "webauthn."; }},
        {"another challenge", reason::kChallenge,
         [](AnswerParts& parts) { parts.challenge[31] = 'x'; }},
        {"a shorter challenge", reason::kChallenge,
         [](AnswerParts& parts) { parts.challenge.pop_back(); }},
        {"no challenge", reason::kChallenge, [](AnswerParts& parts) { parts.challenge.clear(); }},
        {"another host", reason::kOrigin, origin("https://ward.test.evil.example")},
        {"a host below", reason::kOrigin, origin("https://x.ward.test")},
        {"another port", reason::kOrigin, origin("https://ward.test:8444")},
        {"without TLS", reason::kOrigin, origin("http://ward.test")},
        {"with a slash", reason::kOrigin, origin("https://ward.test/")},
        {"in capitals", reason::kOrigin, origin("https://WARD.test")},
        {"no origin", reason::kOrigin, origin("")},
        {"in another site's page", reason::kCrossOrigin, more(R"(,"crossOrigin":true)")},
        {"whether embedded is a text", reason::kCrossOrigin, more(R"(,"crossOrigin":"false")")},
        {"whether embedded is a number", reason::kCrossOrigin, more(R"(,"crossOrigin":0)")},
        {"the page around it", reason::kCrossOrigin,
         more(R"(,"crossOrigin":false,"topOrigin":"https://ward.test")")},
        {"a key twice", reason::kClientData, more(R"(,"origin":"https://ward.test")")},
        {"no object", reason::kClientData, whole("[]")},
        {"no JSON", reason::kClientData, whole("{")},
        {"two values", reason::kClientData, whole("{}{}")},
        {"not UTF-8", reason::kClientData, whole("{\"type\":\"\xFF\"}")},
        {"an empty object", reason::kType, whole("{}")},
        {"numbers for texts", reason::kType, whole(R"({"type":1,"challenge":2,"origin":3})")},
        {"too much", reason::kClientData,
         [](AnswerParts& parts) {
             parts.more_client_data = ",\"x\":\"" + std::string(kClientDataBytesMost, 'x') + "\"";
         }},
    };
}

/// What is wrong in the authenticator data of either ceremony.
std::vector<Mutant> authenticator_mutants() {
    const auto flags = [](unsigned value) {
        return [value](AnswerParts& parts) { parts.flags = value; };
    };
    return {
        {"another server", reason::kRpId, [](AnswerParts& parts) { parts.rp_id = "evil.test"; }},
        {"the server above", reason::kRpId, [](AnswerParts& parts) { parts.rp_id = "test"; }},
        {"nobody present", reason::kUserPresence, flags(kVerified)},
        {"not verified", reason::kUserVerification, flags(kPresent)},
        {"copied but not to be copied", reason::kBackupState,
         flags(kPresent | kVerified | kBackedUp)},
        {"something follows", reason::kAuthenticatorData,
         [](AnswerParts& parts) { parts.after_head += "x"; }},
        {"extensions announced only", reason::kAuthenticatorData,
         flags(kPresent | kVerified | kExtended)},
        {"extensions that are no map", reason::kAuthenticatorData,
         [](AnswerParts& parts) {
             parts.flags |= kExtended;
             parts.after_head += cbor_number(1);
         }},
        {"extensions in no order", reason::kAuthenticatorData,
         [](AnswerParts& parts) {
             parts.flags |= kExtended;
             parts.after_head += cbor_head(5, 2) + cbor_text("b") + cbor_number(1) +
                                 cbor_text("a") + cbor_number(1);
         }},
        {"cut off", reason::kAuthenticatorData,
         [](AnswerParts& parts) {
             parts.on_authenticator_data = [](std::string& data) { data.resize(36); };
         }},
    };
}

/// An ES256 key with one member changed.
std::string key_with(const TestAuthenticator& authenticator, std::size_t at,
                     const std::string& bytes) {
    std::string key = authenticator.cose_key();
    return key.replace(at, bytes.size(), bytes);
}

std::vector<Mutant> registration_mutants(const TestAuthenticator& authenticator) {
    const auto key = [](std::string bytes) {
        return [bytes = std::move(bytes)](AnswerParts& parts) { parts.public_key = bytes; };
    };
    const auto object = [](std::function<void(std::string&)> change) {
        return [change = std::move(change)](AnswerParts& parts) {
            parts.on_attestation_object = change;
        };
    };
    const auto packed = [&authenticator](const std::function<std::string(std::string)>& statement) {
        return [&authenticator, statement](AnswerParts& parts) {
            parts.format = "packed";
            parts.statement = statement(authenticator.signature(
                authenticator.registration_data(parts) +
                sha256(TestAuthenticator::client_data(parts, "webauthn.create"))));
        };
    };
    const auto statement = [](std::int64_t algorithm, const std::string& signature) {
        return cbor_head(5, 2) + cbor_text("alg") + cbor_number(algorithm) + cbor_text("sig") +
               cbor_bytes(signature);
    };
    const std::string own = authenticator.cose_key();
    const std::string ed25519 = cbor_head(5, 4) + cbor_number(1) + cbor_number(1) + cbor_number(3) +
                                cbor_number(-8) + cbor_number(-1);
    const auto rsa = [](std::size_t modulus_bytes, char last, std::string_view exponent) {
        std::string modulus(modulus_bytes, '\xFF');
        modulus.back() = last;
        return cbor_head(5, 4) + cbor_number(1) + cbor_number(3) + cbor_number(3) +
               cbor_number(-257) + cbor_number(-1) + cbor_bytes(modulus) + cbor_number(-2) +
               cbor_bytes(exponent);
    };
    constexpr std::string_view kUsualExponent("\x01\x00\x01", 3);
    return {
        {"no key", reason::kAuthenticatorData,
         [](AnswerParts& parts) {
             parts.on_authenticator_data = [](std::string& data) {
                 data[32] = static_cast<char>(data[32] & ~static_cast<char>(kAttested));
                 data.resize(37);
             };
         }},
        {"an id of no bytes", "credential_id",
         [](AnswerParts& parts) {
             parts.on_authenticator_data = [](std::string& data) { data[54] = 0; };
         }},
        {"an id of 1024 bytes", "credential_id",
         [](AnswerParts& parts) {
             parts.on_authenticator_data = [](std::string& data) { data[53] = 4, data[54] = 0; };
         }},
        {"an id beyond the end", reason::kAuthenticatorData,
         [](AnswerParts& parts) {
             parts.on_authenticator_data = [](std::string& data) { data[53] = 1; };
         }},
        {"a key that was not asked for (PS256)", "algorithm",
         key(own.substr(0, 4) + cbor_number(-37) + own.substr(5))},
        {"a key of another kind than its algorithm", "public_key",
         key(key_with(authenticator, 2, "\x03"))},
        {"a key of another curve", "public_key", key(key_with(authenticator, 6, "\x02"))},
        {"a point that is not on the curve", "public_key",
         key(key_with(authenticator, own.size() - 1,
                      std::string(1, static_cast<char>(own.back() ^ 1))))},
        {"the point at zero", "public_key",
         key(key_with(authenticator, 10, std::string(32, '\0')))},
        {"a key without its algorithm", "public_key",
         key(cbor_head(5, 1) + cbor_number(1) + cbor_number(2))},
        {"a key with a member more", "public_key",
         key(cbor_head(5, 6) + own.substr(1) + cbor_number(-4) + cbor_number(1))},
        {"a key that is no map", "public_key", key(cbor_bytes("key"))},
        {"Ed25519 with 31 bytes", "public_key",
         key(ed25519 + cbor_number(6) + cbor_number(-2) + cbor_bytes(std::string(31, 'x')))},
        {"Ed25519 of the curve Ed448", "public_key",
         key(ed25519 + cbor_number(7) + cbor_number(-2) + cbor_bytes(std::string(32, 'x')))},
        {"RSA of 2040 bits", "public_key", key(rsa(255, '\xFF', kUsualExponent))},
        {"RSA of more than 8192 bits", "public_key", key(rsa(1'025, '\xFF', kUsualExponent))},
        {"RSA with an even number", "public_key", key(rsa(256, '\xFE', kUsualExponent))},
        {"RSA with the exponent 1", "public_key", key(rsa(256, '\xFF', "\x01"))},
        {"RSA with an even exponent", "public_key", key(rsa(256, '\xFF', "\x04"))},
        {"an object cut off", reason::kAttestationObject,
         object([](std::string& bytes) { bytes.pop_back(); })},
        {"an object with something behind it", reason::kAttestationObject,
         object([](std::string& bytes) { bytes += '\0'; })},
        {"an object with a member more", reason::kAttestationObject, object([](std::string& bytes) {
             bytes[0] = '\xA4';
             bytes += cbor_text("longerKey") + cbor_number(1);
         })},
        {"an object with a member less", reason::kAttestationObject,
         object([](std::string& bytes) { bytes = cbor_head(5, 2) + bytes.substr(1 + 4 + 5); })},
        {"a kind of attestation that is not known", "attestation_format",
         [](AnswerParts& parts) { parts.format = "android-safetynet"; }},
        {"a kind that is longer than \"none\"", "attestation_format",
         [](AnswerParts& parts) { parts.format = "none "; }},
        {"no attestation that says something", "attestation_statement",
         [](AnswerParts& parts) {
             parts.statement = cbor_head(5, 1) + cbor_text("a") + cbor_number(1);
         }},
        {"a statement that is no map", "attestation_statement",
         [](AnswerParts& parts) { parts.statement = cbor_number(0); }},
        {"attested by another key", "attestation_signature", packed([&](const std::string&) {
             return statement(-7, TestAuthenticator().signature("x"));
         })},
        {"an attestation that is not DER", "attestation_signature",
         packed([&](const std::string& signature) { return statement(-7, signature + "x"); })},
        {"attested by another algorithm", "attestation_statement",
         packed([&](const std::string& signature) { return statement(-35, signature); })},
        {"attested without a signature", "attestation_statement", packed([](const std::string&) {
             return cbor_head(5, 1) + cbor_text("alg") + cbor_number(-7);
         })},
        {"attested without an algorithm", "attestation_statement",
         packed([](const std::string& signature) {
             return cbor_head(5, 1) + cbor_text("sig") + cbor_bytes(signature);
         })},
        {"an empty chain", "attestation_statement", packed([](const std::string& signature) {
             return cbor_head(5, 3) + cbor_text("alg") + cbor_number(-7) + cbor_text("sig") +
                    cbor_bytes(signature) + cbor_text("x5c") + cbor_head(4, 0);
         })},
        {"a certificate that is none", "attestation_certificate",
         packed([](const std::string& signature) {
             return cbor_head(5, 3) + cbor_text("alg") + cbor_number(-7) + cbor_text("sig") +
                    cbor_bytes(signature) + cbor_text("x5c") + cbor_head(4, 1) +
                    cbor_bytes("certificate");
         })},
    };
}

void check_registration_mutants(const std::vector<Mutant>& mutants,
                                const TestAuthenticator& authenticator) {
    for (const Mutant& mutant : mutants) {
        CAPTURE(mutant.name);
        AnswerParts parts = right();
        mutant.change(parts);
        const auto made = check_registration(authenticator.make(parts), expected());
        REQUIRE_FALSE(made);
        CHECK(reason_of(made.error()) == mutant.reason);
    }
}

}  // namespace

TEST_CASE("a right registration is kept as it came") {
    const TestAuthenticator authenticator;
    AnswerParts parts = right();
    parts.flags |= kEligible | kBackedUp;
    parts.sign_count = 7;
    const auto made = check_registration(authenticator.make(parts), expected());
    REQUIRE(made);
    CHECK(made->credential_id == authenticator.credential_id);
    CHECK(made->public_key == authenticator.cose_key());
    CHECK(made->algorithm == -7);
    CHECK(made->sign_count == 7);
    CHECK(made->is_backup_eligible);
    CHECK(made->is_backed_up);
    CHECK(made->attestation == "none");
    // Members nobody knows yet, extensions, a byte order mark, and the other of our addresses.
    parts.more_client_data = R"(,"crossOrigin":false,"future":{"a":[1]})";
    parts.origin = "https://ward.test:8443";
    parts.flags |= kExtended;
    parts.after_head = cbor_head(5, 1) + cbor_text("credProtect") + cbor_number(2);
    CHECK(check_registration(authenticator.make(parts), expected()));
    parts.client_data = "\xEF\xBB\xBF" + TestAuthenticator::client_data(parts, "webauthn.create");
    CHECK(check_registration(authenticator.make(parts), expected()));
}

TEST_CASE("each check of a registration has a case that breaks only it") {
    const TestAuthenticator authenticator;
    check_registration_mutants(client_data_mutants("webauthn.get"), authenticator);
    check_registration_mutants(authenticator_mutants(), authenticator);
    check_registration_mutants(registration_mutants(authenticator), authenticator);
}

TEST_CASE("each check of an assertion has a case that breaks only it") {
    const TestAuthenticator authenticator;
    const KnownPasskey known{authenticator.cose_key(), 0, false};
    CHECK(check_assertion(authenticator.sign(right()), known, expected()));
    std::vector<Mutant> mutants = client_data_mutants("webauthn.create");
    for (Mutant& mutant : authenticator_mutants()) mutants.push_back(std::move(mutant));
    mutants.push_back({"can be copied now", reason::kBackupEligibility,
                       [](AnswerParts& parts) { parts.flags |= kEligible; }});
    mutants.push_back({"a credential announced only", reason::kAuthenticatorData,
                       [](AnswerParts& parts) { parts.flags |= kAttested; }});
    for (const Mutant& mutant : mutants) {
        CAPTURE(mutant.name);
        AnswerParts parts = right();
        mutant.change(parts);
        const auto checked = check_assertion(authenticator.sign(parts), known, expected());
        REQUIRE_FALSE(checked);
        CHECK(reason_of(checked.error()) == mutant.reason);
    }
}

TEST_CASE("malformed CBOR is refused with what is wrong and where") {
    const TestAuthenticator authenticator;
    AnswerParts parts = right();
    parts.on_attestation_object = [](std::string& bytes) { bytes[0] = '\xBF'; };
    const auto made = check_registration(authenticator.make(parts), expected());
    REQUIRE_FALSE(made);
    CHECK(made.error().where == reason::kAttestationObject);
    CHECK(made.error().message ==
          "not canonical CBOR: an indefinite or reserved length, which is not canonical, byte 0");
}

TEST_CASE("a signature is over what was sent, by the key that is known") {
    const TestAuthenticator authenticator;
    const KnownPasskey known{authenticator.cose_key(), 0, false};
    const AssertionResponse good = authenticator.sign(right());
    const auto reason_for = [&](const std::function<void(AssertionResponse&)>& change) {
        AssertionResponse response = good;
        change(response);
        const auto checked = check_assertion(response, known, expected());
        return checked ? std::string() : checked.error().where;
    };
    CHECK(reason_for([](AssertionResponse&) {}).empty());
    CHECK(reason_for([](AssertionResponse& r) { r.signature.clear(); }) == reason::kSignature);
    CHECK(reason_for([](AssertionResponse& r) { r.signature += 'x'; }) == reason::kSignature);
    CHECK(reason_for([](AssertionResponse& r) { r.signature[10] ^= 1; }) == reason::kSignature);
    CHECK(reason_for([](AssertionResponse& r) { r.authenticator_data[36] ^= 1; }) ==
          reason::kSignature);
    CHECK(reason_for([](AssertionResponse& r) { r.client_data_json += ' '; }) ==
          reason::kSignature);
    CHECK(check_assertion(good, {TestAuthenticator().cose_key(), 0, false}, expected())
              .error()
              .where == reason::kSignature);
    CHECK(check_assertion(good, {"key", 0, false}, expected()).error().where == "public_key");
    CHECK(check_assertion(good, {known.public_key, 0, true}, expected()).error().where ==
          reason::kBackupEligibility);
}

TEST_CASE("the counter has to grow, unless there is none") {
    const TestAuthenticator authenticator;
    struct Row {
        std::uint32_t before;
        std::uint32_t now;
        bool is_right;
    };
    for (const Row& row :
         {Row{0, 0, true}, Row{0, 1, true}, Row{1, 2, true}, Row{1, 4'294'967'295, true},
          Row{1, 1, false}, Row{2, 1, false}, Row{1, 0, false}, Row{4'294'967'295, 0, false},
          Row{4'294'967'295, 4'294'967'295, false}}) {
        CAPTURE(row.before);
        CAPTURE(row.now);
        AnswerParts parts = right();
        parts.sign_count = row.now;
        const auto checked = check_assertion(
            authenticator.sign(parts), {authenticator.cose_key(), row.before, false}, expected());
        CHECK(checked.has_value() == row.is_right);
        if (checked) CHECK(checked->sign_count == row.now);
        if (!checked) CHECK(checked.error().where == reason::kSignCount);
    }
    // Looked at last: with a wrong signature it is the signature that is told.
    AnswerParts parts = right();
    CHECK(check_assertion(TestAuthenticator().sign(parts), {authenticator.cose_key(), 5, false},
                          expected())
              .error()
              .where == reason::kSignature);
}

TEST_CASE("the challenge that an answer names") {
    CHECK(challenge_of(R"({"challenge":"WlpaWg"})").value() == "ZZZZ");
    for (const char* text :
         {"", "[]", "{}", R"({"challenge":""})", R"({"challenge":7})", R"({"challenge":"?"})"}) {
        CAPTURE(text);
        const auto challenge = challenge_of(text);
        REQUIRE_FALSE(challenge);
        CHECK(challenge.error().where == reason::kClientData);
    }
}
