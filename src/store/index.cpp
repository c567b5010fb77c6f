#include "store/index.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

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
        if (token.code.empty()) continue;
        out.push_back({lower.value, code_key(token.code)});
        out.push_back({upper.value, token_key(token.system, token.code)});
    }
    for (const auto& reference : values.references) {
        if (!reference.id.empty()) {
            out.push_back({lower.value, reference_id_key(reference.id)});
            out.push_back({upper.value, reference_key(reference.type, reference.id)});
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

/// Nearly all of these have the same status, and they are most of all there is.
bool has_telling_status(std::string_view type) {
    return type != "Observation" && type != "DiagnosticReport" && type != "DocumentReference";
}

bool decide_globally_indexed(fhir::TypeNumber type, const fhir::SearchParameter& parameter) {
    if (parameter.type == SearchType::composite || parameter.type == SearchType::special)
        return false;
    if (parameter.code == "_id") return false;  // the resource table is its index
    if (parameter.code.starts_with('_')) return parameter.type == SearchType::token;
    const std::string_view type_name = fhir::type_name(type);
    if (!fhir::is_in_patient_compartment(type) || type_name == "Patient") return true;
    // Types that may be about several patients lie in the range of only one of them.
    if (parameter.is_patient_link && !parameter.is_owner_link) return true;
    if (parameter.code == "status") return has_telling_status(type_name);
    return std::find(kAcrossPatients.begin(), kAcrossPatients.end(), parameter.code) !=
           kAcrossPatients.end();
}

/// What is asked of every resource written, decided once.
struct TypeIndex {
    std::vector<bool> is_global;     // by place in parameters_of()
    std::vector<Slot> global_slots;  // of keys
    std::optional<fhir::ParameterNumber> code;
    std::optional<fhir::ParameterNumber> date;
};

TypeIndex decide(fhir::TypeNumber type) {
    TypeIndex out;
    for (const fhir::SearchParameter& parameter : fhir::parameters_of(type)) {
        const bool is_global = decide_globally_indexed(type, parameter);
        const bool is_key = parameter.type == SearchType::token ||
                            parameter.type == SearchType::reference ||
                            parameter.type == SearchType::uri;
        out.is_global.push_back(is_global);
        if (is_global && is_key) out.global_slots.push_back(Slot::lower(parameter.number));
        if (!fhir::is_in_patient_compartment(type)) continue;
        if (parameter.code == "code") {
            CHECK_INVARIANT(parameter.type == SearchType::token);
            out.code = parameter.number;
        }
        if (parameter.code == "date") {
            CHECK_INVARIANT(parameter.type == SearchType::date);
            out.date = parameter.number;
        }
    }
    return out;
}

const TypeIndex& index_of(fhir::TypeNumber type) {
    static const std::vector<TypeIndex> kAll = [] {
        std::vector<TypeIndex> all;
        for (std::size_t i = 0; i < fhir::type_count(); ++i)
            all.push_back(decide(fhir::TypeNumber{static_cast<std::uint16_t>(i)}));
        return all;
    }();
    return kAll[static_cast<std::size_t>(type)];
}

}  // namespace

std::int64_t token_key(std::string_view system, std::string_view code) {
    return hash("t", system, code);
}
std::int64_t code_key(std::string_view code) {
    return hash("c", code);
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

std::int64_t patient_key(const PatientId& patient) {
    return hash("p", patient.value);
}

bool is_globally_indexed(fhir::TypeNumber type, const fhir::SearchParameter& parameter) {
    return decide_globally_indexed(type, parameter);
}

void index_resource(const json::Value& resource, PreparedResource& out) {
    std::vector<Entry> entries;
    const TypeIndex& index = index_of(out.key.type);
    const auto parameters = fhir::parameters_of(out.key.type);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        const fhir::SearchParameter& parameter = parameters[i];
        if (parameter.code == "_id" || parameter.code == "_lastUpdated") continue;
        const fhir::SearchValues values = fhir::search_values(resource, parameter);
        if (values.empty()) continue;
        add_entries(entries, parameter, values);
        if (!index.is_global[i]) continue;
        for (const std::string& text : values.strings) {
            out.global_strings.push_back({static_cast<std::uint16_t>(parameter.number),
                                          fold_for_search(text).substr(0, 256)});
        }
    }
    std::sort(entries.begin(), entries.end());
    entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
    out.packed_keys.reserve(entries.size() * kPackedEntryBytes);
    for (const Entry& entry : entries) append_entry(out.packed_keys, Slot{entry.slot}, entry.value);
}

std::vector<GlobalKey> global_keys(fhir::TypeNumber type, std::string_view packed) {
    std::vector<GlobalKey> keys;
    for (const Slot slot : index_of(type).global_slots) {
        const SlotValues values = values_in_slot(packed, slot);
        for (std::size_t i = 0; i < values.size(); ++i) keys.push_back({slot.value, values[i]});
    }
    std::sort(keys.begin(), keys.end());
    return keys;
}

bool is_charted(fhir::TypeNumber type) {
    const TypeIndex& index = index_of(type);
    return index.code && index.date;
}

std::vector<ChartKey> chart_keys(fhir::TypeNumber type, std::string_view packed) {
    if (!is_charted(type)) return {};
    const TypeIndex& index = index_of(type);
    const SlotValues from = values_in_slot(packed, Slot::lower(*index.date));
    const SlotValues until = values_in_slot(packed, Slot::upper(*index.date));
    std::int64_t at = kChartAnyTime;
    if (from.size() == 1 && until.size() == 1) {
        // Open ends lie far out; their distance does not fit the type.
        constexpr std::int64_t kSpan = std::chrono::microseconds(kChartSpan).count();
        const bool is_short =
            from[0] > INT64_MIN / 2 && until[0] < INT64_MAX / 2 && until[0] - from[0] <= kSpan;
        if (is_short) at = from[0];
    }
    std::vector<ChartKey> keys;
    const SlotValues codes = values_in_slot(packed, Slot::lower(*index.code));
    for (std::size_t i = 0; i < codes.size(); ++i) keys.push_back({codes[i], at});
    return keys;
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
