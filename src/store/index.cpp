#include "store/index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <tuple>

#include "base/text.h"

namespace wardlight::store {
namespace {

using fhir::SearchType;

/// FNV-1a with a final mix. Stored in data files: it may never change.
class Hash {
 public:
    Hash& add(std::string_view text) {
        for (const char c : text) {
            state_ ^= static_cast<unsigned char>(c);
            state_ *= 0x100000001B3ULL;
        }
        state_ ^= 0xFF;  // separates "a","bc" from "ab","c"
        state_ *= 0x100000001B3ULL;
        return *this;
    }
    [[nodiscard]] std::int64_t value() const {
        std::uint64_t x = state_;
        x ^= x >> 33;
        x *= 0xFF51AFD7ED558CCDULL;
        x ^= x >> 33;
        x *= 0xC4CEB9FE1A85EC53ULL;
        x ^= x >> 33;
        return static_cast<std::int64_t>(x);
    }

 private:
    std::uint64_t state_ = 0xCBF29CE484222325ULL;
};

std::int64_t hash(std::string_view kind, std::string_view a, std::string_view b = {}) {
    return Hash{}.add(kind).add(a).add(b).value();
}

void append_entry(std::string& out, Slot slot, std::int64_t value) {
    out.push_back(static_cast<char>(slot.value >> 8));
    out.push_back(static_cast<char>(slot.value & 0xFF));
    const auto bits = static_cast<std::uint64_t>(value) ^ (1ULL << 63);
    for (int shift = 56; shift >= 0; shift -= 8)
        out.push_back(static_cast<char>((bits >> shift) & 0xFF));
}

struct Entry {
    std::uint16_t slot;
    std::int64_t value;
    auto operator<=>(const Entry&) const = default;
};

void add_entries(std::vector<Entry>& out, const fhir::SearchParameter& parameter,
                 const fhir::SearchValues& values) {
    const Slot lower = Slot::lower(parameter.number);
    const Slot upper = Slot::upper(parameter.number);
    for (const auto& token : values.tokens) {
        if (token.code.empty() && token.system.empty()) continue;
        out.push_back({lower.value, code_key(token.code)});
        out.push_back({lower.value, token_key(token.system, token.code)});
        if (!token.system.empty()) out.push_back({lower.value, system_key(token.system)});
    }
    for (const auto& reference : values.references) {
        if (!reference.id.empty()) {
            out.push_back({lower.value, reference_key(reference.type, reference.id)});
            out.push_back({lower.value, reference_id_key(reference.id)});
        } else if (!reference.url.empty()) {
            out.push_back({lower.value, uri_key(reference.url)});
        }
        if (!reference.identifier_value.empty()) {
            out.push_back(
                {upper.value, token_key(reference.identifier_system, reference.identifier_value)});
            out.push_back({upper.value, code_key(reference.identifier_value)});
        }
    }
    for (const auto& uri : values.uris) out.push_back({lower.value, uri_key(uri)});
    for (const auto& range : values.dates) {
        out.push_back({lower.value, to_micros(range.from)});
        out.push_back({upper.value, to_micros(range.until)});
    }
    for (const auto& range : values.numbers) {
        out.push_back({lower.value, number_key(range.low)});
        out.push_back({upper.value, number_key(range.high)});
    }
}

// Across patients people look things up by who, what kind, where and whose job it is; everything
// else about a patient is found through the patient.
constexpr std::array<std::string_view, 13> kAcrossPatients{
    "identifier", "status", "location", "service-provider", "owner",  "requester", "performer",
    "recipient",  "sender", "actor",    "participant",      "intent", "focus"};

}  // namespace

std::int64_t token_key(std::string_view system, std::string_view code) {
    return hash("t", system, code);
}
std::int64_t code_key(std::string_view code) {
    return hash("c", code);
}
std::int64_t system_key(std::string_view system) {
    return hash("s", system);
}
std::int64_t reference_key(std::string_view type, std::string_view id) {
    return hash("r", type, id);
}
std::int64_t reference_id_key(std::string_view id) {
    return hash("i", id);
}
std::int64_t uri_key(std::string_view uri) {
    return hash("u", uri);
}

std::int64_t number_key(double value) {
    if (value == 0) value = 0;  // -0 and 0 are one value
    const auto bits = std::bit_cast<std::int64_t>(value);
    return bits >= 0 ? bits
                     : static_cast<std::int64_t>(~static_cast<std::uint64_t>(bits) ^ (1ULL << 63));
}

bool is_globally_indexed(fhir::TypeNumber type, const fhir::SearchParameter& parameter) {
    if (parameter.type == SearchType::composite || parameter.type == SearchType::special)
        return false;
    if (parameter.code == "_id") return false;  // the resource table is its index
    if (parameter.code.starts_with('_')) return parameter.type == SearchType::token;
    if (!fhir::is_in_patient_compartment(type) || fhir::type_name(type) == "Patient") return true;
    return std::find(kAcrossPatients.begin(), kAcrossPatients.end(), parameter.code) !=
           kAcrossPatients.end();
}

void index_resource(const json::Value& resource, PreparedResource& out) {
    std::vector<Entry> entries;
    std::vector<Entry> own;
    for (const fhir::SearchParameter& parameter : fhir::parameters_of(out.key.type)) {
        if (parameter.code == "_id" || parameter.code == "_lastUpdated") continue;
        const fhir::SearchValues values = fhir::search_values(resource, parameter);
        if (values.empty()) continue;
        const bool is_global = is_globally_indexed(out.key.type, parameter);
        const auto number = static_cast<std::uint16_t>(parameter.number);
        if (is_global) {
            for (const std::string& text : values.strings) {
                out.global_strings.push_back({number, fold_for_search(text).substr(0, 256)});
            }
        }
        own.clear();
        add_entries(own, parameter, values);
        entries.insert(entries.end(), own.begin(), own.end());
        if (is_global) {
            for (const Entry& entry : own) out.global_keys.push_back({entry.slot, entry.value});
        }
    }
    std::sort(entries.begin(), entries.end());
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
    out.packed_keys.reserve(entries.size() * kPackedEntryBytes);
    for (const Entry& entry : entries) append_entry(out.packed_keys, Slot{entry.slot}, entry.value);

    const auto key_order = [](const auto& a, const auto& b) {
        return std::tie(a.parameter, a.value) < std::tie(b.parameter, b.value);
    };
    std::sort(out.global_keys.begin(), out.global_keys.end(), key_order);
    out.global_keys.erase(std::unique(out.global_keys.begin(), out.global_keys.end(),
                                      [](const auto& a, const auto& b) {
                                          return a.parameter == b.parameter && a.value == b.value;
                                      }),
                          out.global_keys.end());
}

std::int64_t SlotValues::operator[](std::size_t index) const {
    const std::string_view entry = entries.substr(index * kPackedEntryBytes + 2, 8);
    std::uint64_t bits = 0;
    for (const char c : entry) bits = (bits << 8) | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(bits ^ (1ULL << 63));
}

SlotValues values_in_slot(std::string_view packed, Slot slot) {
    const auto slot_at = [&](std::size_t index) {
        return static_cast<std::uint16_t>(
            static_cast<unsigned char>(packed[index * kPackedEntryBytes]) << 8 |
            static_cast<unsigned char>(packed[index * kPackedEntryBytes + 1]));
    };
    std::size_t low = 0;
    std::size_t high = packed.size() / kPackedEntryBytes;
    const std::size_t count = high;
    while (low < high) {
        const std::size_t middle = (low + high) / 2;
        if (slot_at(middle) < slot.value) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    std::size_t end = low;
    while (end < count && slot_at(end) == slot.value) ++end;
    return {packed.substr(low * kPackedEntryBytes, (end - low) * kPackedEntryBytes)};
}

}  // namespace wardlight::store
