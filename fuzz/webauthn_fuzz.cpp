// What browsers and authenticators send to register a passkey or to sign in with one: CBOR, keys,
// authenticator data, client data. Whatever comes, it is read in one way or refused with a reason.
#include "access/authenticator_data.h"
#include "access/cbor.h"
#include "access/cose_key.h"
#include "access/relying_party.h"
#include "access/webauthn.h"
#include "base/text.h"
#include "property.h"

using namespace wardlight;
using namespace wardlight::access;
using namespace wardlight::fuzz;

namespace {

void must_be_a_reason(const Error& error, std::string_view input) {
    must(!error.message.empty() && !error.where.empty());
    if (tells_secret(input)) must(!tells_secret(error.message) && !tells_secret(error.where));
}

void append_head(std::string& out, unsigned major, std::uint64_t argument) {
    const auto add = [&out](std::uint64_t byte) { out += static_cast<char>(byte & 0xFFU); };
    if (argument < 24) return add(major << 5U | argument);
    unsigned power = 0;
    while (power < 3 && argument >> (8U << power) != 0) ++power;
    add(major << 5U | (24 + power));
    for (unsigned left = 1U << power; left > 0; --left) add(argument >> (8 * (left - 1)));
}

/// The one way to write a value.
void append(std::string& out, const cbor::Value& value) {
    const auto items = [&] {
        for (const cbor::Value& item : value.items) append(out, item);
    };
    switch (value.kind) {
        case cbor::Kind::integer:
            if (value.integer >= 0)
                append_head(out, 0, static_cast<std::uint64_t>(value.integer));
            else
                append_head(out, 1, static_cast<std::uint64_t>(-1 - value.integer));
            return;
        case cbor::Kind::bytes:
        case cbor::Kind::text:
            append_head(out, value.kind == cbor::Kind::bytes ? 2 : 3, value.bytes.size());
            out += value.bytes;
            return;
        case cbor::Kind::array:
            append_head(out, 4, value.items.size());
            return items();
        case cbor::Kind::map:
            append_head(out, 5, value.pairs());
            return items();
        case cbor::Kind::boolean:
            out += value.integer != 0 ? '\xF5' : '\xF4';
            return;
        case cbor::Kind::null:
            out += '\xF6';
            return;
    }
}

/// What is read is canonical: written again it is the same bytes.
void check_cbor(std::string_view bytes) {
    const auto value = cbor::parse(bytes);
    const auto first = cbor::parse_first(bytes);
    if (value) must(first && first->length == bytes.size());
    if (!first) return must_be_a_reason(first.error(), bytes);
    std::string again;
    append(again, first->value);
    must(again == bytes.substr(0, first->length));
}

void check_key(std::string_view bytes) {
    const auto key = CoseKey::parse(bytes);
    if (!key) return must_be_a_reason(key.error(), bytes);
    must(std::find(kCoseAlgorithms.begin(), kCoseAlgorithms.end(), key->algorithm()) !=
         kCoseAlgorithms.end());
    must(!key->verifies("message", "signature"));
}

void check_authenticator_data(std::string_view bytes) {
    const auto data = parse_authenticator_data(bytes);
    if (!data) return must_be_a_reason(data.error(), bytes);
    must(is_inside(data->rp_id_hash, bytes) && data->rp_id_hash.size() == 32);
    if (!data->credential) return;
    must(data->credential->aaguid.size() == 16 && !data->credential->id.empty());
    must(data->credential->id.size() <= kCredentialIdBytesMost);
    must(is_inside(data->credential->public_key, bytes));
}

const PasskeyExpectation& expected() {
    static const PasskeyExpectation kExpected{"challenge", "ward.test", {"https://ward.test"}};
    return kExpected;
}

std::string client_data(std::string_view type) {
    return R"({"type":")" + std::string(type) +
           R"(","challenge":"Y2hhbGxlbmdl","origin":"https://ward.test"})";
}

void check_ceremonies(std::string_view bytes) {
    // Right in everything but what is tried.
    const auto made =
        check_registration({client_data("webauthn.create"), std::string(bytes)}, expected());
    if (made)
        must(!made->credential_id.empty() && CoseKey::parse(made->public_key));
    else
        must_be_a_reason(made.error(), bytes);
    const auto by_client_data = check_registration({std::string(bytes), "\xA0"}, expected());
    must(!by_client_data);
    must_be_a_reason(by_client_data.error(), bytes);
    // The P-256 base point: nobody has signed with it here.
    static const std::string kKey = *from_base64(
        "pQECAyYgASFYIGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWIlggT-NC4v4af5uO5-tKfA-eFi"
        "vOM1drMV7Oy7ZAaDe_UfU");
    const std::size_t half = bytes.size() / 2;
    const auto used = check_assertion({client_data("webauthn.get"), std::string(bytes.substr(half)),
                                       std::string(bytes.substr(0, half))},
                                      {kKey, 0, false}, expected());
    must(!used);
    must_be_a_reason(used.error(), bytes);
    const auto challenge = challenge_of(bytes);
    must(!challenge || !challenge->empty());
}

void check_address(std::string_view text) {
    const auto party = relying_party_of(text);
    if (!party) return must_be_a_reason(party.error(), {});
    must(party->origins.size() == 1 && party->origins[0].starts_with("http"));
    must(party->id.find_first_of("/:@?# ") == std::string::npos);
    const auto again = relying_party_of(party->origins[0]);
    must(again && again->id == party->id && again->origins == party->origins);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(data, size);
    const std::string_view bytes = input.rest();
    check_cbor(bytes);
    check_key(bytes);
    check_authenticator_data(bytes);
    check_ceremonies(bytes);
    check_address(bytes);
    return 0;
}
