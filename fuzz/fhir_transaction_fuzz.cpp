// A transaction Bundle of any content: refused with the entry's place, or read into entries that
// each know what to do on what; and entity tags.
#include "api/fhir_write.h"
#include "base/text.h"
#include "json/value.h"
#include "property.h"

using namespace wardlight;
using namespace wardlight::fuzz;

namespace {

void check_entry(const api::FhirEntry& entry) {
    using Method = api::FhirEntry::Method;
    const bool writes = entry.method == Method::create || entry.method == Method::update;
    must(entry.resource.has_value() == writes);
    must(entry.key.id.empty() || fhir::is_valid_id(entry.key.id));
    if (writes) {
        must((*entry.resource)["resourceType"].text() == fhir::type_name(entry.key.type));
        if (!entry.key.id.empty()) must((*entry.resource)["id"].text() == entry.key.id);
    }
    if (entry.method != Method::create) must(!entry.key.id.empty() || entry.condition);
    if (entry.if_match) must(*entry.if_match >= 1);
}

void check_bundle(const json::Value& bundle) {
    const auto entries = api::read_transaction(bundle);
    if (!entries) {
        must(!tells_secret(entries.error().message));
        must(entries.error().where.starts_with("Bundle.entry"));
        return;
    }
    must(entries->size() == bundle["entry"].items().size());
    for (const api::FhirEntry& entry : *entries) check_entry(entry);
}

void check_entity_tag(std::string_view text) {
    const auto version = api::parse_etag(text);
    if (!version) return;
    must(*version >= 1);
    const auto again = api::parse_etag("W/\"" + std::to_string(*version) + "\"");
    must(again && *again == *version);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_entity_tag(text);
    const auto value = json::parse(text);
    if (value) check_bundle(*value);
    return 0;
}
