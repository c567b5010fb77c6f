// A resource of any content: it is refused or prepared for the store. Its index is in the order
// that is searched, its body comes back as it was, and every search for a value that it offers
// finds it.
#include "base/text.h"
#include "fhir/search_values.h"
#include "property.h"
#include "store/body.h"
#include "store/index.h"

using namespace wardlight;
using namespace wardlight::fuzz;

namespace {

void check_index(const json::Value& resource, const store::PreparedResource& prepared) {
    const std::string& keys = prepared.packed_keys;
    must(keys.size() % store::kPackedEntryBytes == 0);
    for (std::size_t at = store::kPackedEntryBytes; at < keys.size();
         at += store::kPackedEntryBytes) {
        const std::string_view before(keys.data() + at - store::kPackedEntryBytes,
                                      store::kPackedEntryBytes);
        must(before < std::string_view(keys.data() + at, store::kPackedEntryBytes));
    }
    for (const fhir::SearchParameter& parameter : fhir::parameters_of(prepared.key.type)) {
        const fhir::SearchValues values = fhir::search_values(resource, parameter);
        if (parameter.code == "_id" || parameter.code == "_lastUpdated") continue;
        const auto slot = store::values_in_slot(keys, store::Slot::lower(parameter.number));
        const auto holds = [&](std::int64_t wanted) {
            for (std::size_t i = 0; i < slot.size(); ++i) {
                if (slot[i] == wanted) return true;
            }
            return false;
        };
        for (const auto& token : values.tokens) {
            if (!token.code.empty()) must(holds(store::code_key(token.code)));
        }
        for (const auto& range : values.dates) must(holds(to_micros(range.from)));
        for (const auto& range : values.numbers) must(holds(store::number_key(range.low)));
        for (const auto& reference : values.references) {
            if (!reference.id.empty()) must(holds(store::reference_id_key(reference.id)));
        }
    }
}

void check_body(const json::Value& resource, const store::PreparedResource& prepared) {
    const auto content = store::unpack_content(prepared.body);
    must(content.has_value());
    const auto kept = json::parse(*content);
    must(kept.has_value());
    must(store::pack(store::canonical_text(*kept)) == prepared.body);
    for (const json::Member& member : resource.members()) {
        if (member.first != "meta") must((*kept)[member.first] == member.second);
    }
    const auto whole = store::unpack_body(prepared.body, 7, from_micros(1));
    must(whole.has_value());
    const auto read = json::parse(*whole);
    must(read && (*read)["meta"]["versionId"].text() == "7");
    must((*read)["id"].text() == prepared.key.id);
}

void check_resource(const json::Value& resource) {
    const auto prepared = store::prepare(resource);
    if (!prepared) {
        must(!tells_secret(prepared.error().message) && !tells_secret(prepared.error().where));
        return;
    }
    must(fhir::type_name(prepared->key.type) == resource["resourceType"].text());
    if (!prepared->patient.empty()) must(fhir::is_valid_id(prepared->patient.value));
    check_index(resource, *prepared);
    check_body(resource, *prepared);
}

void check_damaged_body(std::string_view bytes) {
    const auto content = store::unpack_content(bytes);
    if (!content) must(content.error().code == ErrorCode::corrupt);
    const auto whole = store::unpack_body(bytes, 1, from_micros(0));
    if (!whole) must(whole.error().code == ErrorCode::corrupt);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_damaged_body(text);
    const auto value = json::parse(text);
    if (value) check_resource(*value);
    (void)fhir::parse_reference(text);
    (void)fhir::implicit_range(text);
    return 0;
}
