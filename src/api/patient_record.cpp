#include "api/patient_record.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "base/text.h"
#include "fhir/search_values.h"
#include "store/search.h"

namespace wardlight::api {
namespace {

using json::Value;
using store::search_all;

constexpr std::size_t kPatientsOnWard = 500;
constexpr std::size_t kStaysOfPatient = 500;
constexpr std::size_t kMergesFollowed = 16;
constexpr std::size_t kWordsSearched = 6;
/// Some ten kilobytes each.
constexpr std::size_t kRecordsKept = 4'000;

std::string started(const Value& encounter) {
    const auto range = parse_fhir_date_range(encounter["period"]["start"].text());
    return range ? format_instant(range->from) : std::string();
}

/// Of one patient alone, so that it may be kept until something of this patient changes.
Result<PatientFacts> read_facts(store::Snapshot& snapshot, const PatientId& id) {
    PatientFacts facts;
    auto patient = TRY(snapshot.get_json(TRY(store::ResourceKey::make("Patient", id.value))));
    if (!patient) return facts;
    facts.patient = std::move(*patient);
    facts.stays =
        TRY(search_all(snapshot, "Encounter", {{"patient", id.value}, {"status", "in-progress"}},
                       kStaysOfPatient));
    std::stable_sort(facts.stays.begin(), facts.stays.end(),
                     [](const Value& a, const Value& b) { return started(a) > started(b); });
    return facts;
}

/// The patient that this one was merged into; empty for none.
PatientId replaced_by(const Value& patient) {
    PatientId next;
    for (const Value& link : patient["link"].items()) {
        if (link["type"].text() == "replaced-by")
            next = PatientId{fhir::parse_reference(link["other"]["reference"].text()).id};
    }
    return next;
}

/// `read` yields the facts of one id.
template <class Read>
Result<std::optional<PatientRecord>> follow_merges(PatientId id, const Read& read) {
    for (std::size_t i = 0; i < kMergesFollowed; ++i) {
        std::shared_ptr<const PatientFacts> facts = TRY(read(id));
        if (facts->patient.is_null()) return std::nullopt;
        PatientId next = replaced_by(facts->patient);
        if (next.empty()) return PatientRecord(std::move(id), std::move(facts));
        id = std::move(next);
    }
    return fail(ErrorCode::corrupt, "a chain of merged patients has no end");
}

/// The Location of a ward, found by its code; several sites may have a ward of one name.
Result<std::vector<std::string>> ward_references(store::Snapshot& snapshot, std::string_view ward) {
    std::vector<std::string> references;
    for (const Value& location :
         TRY(search_all(snapshot, "Location", {{"name:exact", escape_search(ward)}}, 100))) {
        if (location["physicalType"]["coding"][0]["code"].text() == "wa") {
            references.push_back("Location/" + std::string(location["id"].text()));
        }
    }
    return references;
}

constexpr std::array<std::string_view, 12> kMonths{"jan", "feb", "mar", "apr", "may", "jun",
                                                   "jul", "aug", "sep", "oct", "nov", "dec"};

/// A date of birth as people type it: 1945-07-14, 14-Jul-1945, 14/07/1945.
std::optional<std::string> as_date(std::string_view word) {
    std::string text(word);
    std::replace(text.begin(), text.end(), '/', '-');
    std::replace(text.begin(), text.end(), '.', '-');
    const auto parts = split(text, '-');
    if (parts.size() != 3) return std::nullopt;
    if (parts[0].size() == 4)
        return parse_fhir_date_range(text) ? std::optional(text) : std::nullopt;
    std::string month(parts[1]);
    for (std::size_t i = 0; i < kMonths.size(); ++i) {
        if (ascii_lower(month).starts_with(kMonths[i])) month = std::to_string(i + 1);
    }
    const auto two = [](std::string_view digits) {
        return (digits.size() == 1 ? "0" : "") + std::string(digits);
    };
    const std::string iso = std::string(parts[2]) + "-" + two(month) + "-" + two(parts[0]);
    return parts[2].size() == 4 && parse_fhir_date_range(iso) ? std::optional(iso) : std::nullopt;
}

bool is_number_like(std::string_view word) {
    return std::count_if(word.begin(), word.end(), [](char c) { return c >= '0' && c <= '9'; }) >=
           3;
}

/// "943 476 5919" is one number.
std::string join_digit_groups(std::string_view text) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool between_digits = text[i] == ' ' && i > 0 && i + 1 < text.size() &&
                                    std::isdigit(static_cast<unsigned char>(text[i - 1])) != 0 &&
                                    std::isdigit(static_cast<unsigned char>(text[i + 1])) != 0;
        if (!between_digits) out.push_back(text[i]);
    }
    return out;
}

}  // namespace

std::string escape_search(std::string_view value) {
    std::string out;
    for (const char c : value) {
        if (c == ',' || c == '|' || c == '$' || c == '\\') out.push_back('\\');
        out.push_back(c);
    }
    return out;
}

PatientRecord::PatientRecord(PatientId patient_id, std::shared_ptr<const PatientFacts> facts,
                             std::size_t stay)
    : id(std::move(patient_id)), facts_(std::move(facts)), stay_(stay) {
    place = fhir::place_of(encounter());
}

const Value& PatientRecord::encounter() const {
    static const Value kNone;
    return stay_ < facts_->stays.size() ? facts_->stays[stay_] : kNone;
}

PatientRecords::PatientRecords(const store::Store& store) : kept_(store, kRecordsKept) {}

Result<std::shared_ptr<const PatientFacts>> PatientRecords::facts(store::Snapshot& snapshot,
                                                                  const PatientId& id) {
    return kept_.of(
        snapshot, id, [](const PatientFacts&) { return true; },
        [&] { return read_facts(snapshot, id); });
}

Result<std::optional<PatientRecord>> PatientRecords::find(store::Snapshot& snapshot,
                                                          const PatientId& id) {
    return follow_merges(id, [&](const PatientId& one) { return facts(snapshot, one); });
}

Result<std::optional<PatientRecord>> find_patient(store::WriteTransaction& tx,
                                                  const PatientId& id) {
    return follow_merges(id,
                         [&](const PatientId& one) -> Result<std::shared_ptr<const PatientFacts>> {
                             return std::make_shared<const PatientFacts>(TRY(read_facts(tx, one)));
                         });
}

Result<PatientRecord> PatientRecords::load(store::Snapshot& snapshot, const PatientId& id) {
    if (!fhir::is_valid_id(id.value)) return fail(ErrorCode::not_found, "there is no such patient");
    auto found = TRY(find(snapshot, id));
    if (!found) return fail(ErrorCode::not_found, "there is no such patient");
    return std::move(*found);
}

Result<std::vector<PatientRecord>> PatientRecords::on_ward(store::Snapshot& snapshot,
                                                           std::string_view ward) {
    std::vector<PatientRecord> records;
    const auto wards = TRY(ward_references(snapshot, ward));
    for (const std::string& reference : wards) {
        for (const PatientId& id : TRY(store::likely_patients(
                 snapshot, "Encounter", {{"location", reference}, {"status", "in-progress"}},
                 kPatientsOnWard))) {
            const auto is_same = [&](const PatientRecord& record) { return record.id == id; };
            if (std::any_of(records.begin(), records.end(), is_same)) continue;
            const auto read = TRY(facts(snapshot, id));
            if (read->patient.is_null()) continue;
            for (std::size_t stay = 0; stay < read->stays.size(); ++stay) {
                PatientRecord record(id, read, stay);
                // Others were there before, or only have the same hash.
                if (record.place.ward_reference != reference) continue;
                records.push_back(std::move(record));
                break;
            }
        }
    }
    return records;
}

Result<std::vector<std::string>> empty_beds(store::Snapshot& snapshot, std::string_view ward,
                                            const std::vector<PatientRecord>& occupied) {
    std::vector<std::string> beds;
    std::vector<std::string> parents = TRY(ward_references(snapshot, ward));
    // A bed is part of a room or of the ward itself.
    for (std::size_t i = 0; i < parents.size() && i < kPatientsOnWard; ++i) {
        for (const Value& location : TRY(search_all(
                 snapshot, "Location", {{"partof", std::string(parents[i])}}, kPatientsOnWard))) {
            const std::string_view level = location["physicalType"]["coding"][0]["code"].text();
            if (level == "ro") parents.push_back("Location/" + std::string(location["id"].text()));
            if (level == "bd") beds.emplace_back(location["name"].text());
        }
    }
    std::erase_if(beds, [&](const std::string& bed) {
        return std::any_of(occupied.begin(), occupied.end(),
                           [&](const PatientRecord& record) { return record.place.bed == bed; });
    });
    std::sort(beds.begin(), beds.end());
    beds.erase(std::unique(beds.begin(), beds.end()), beds.end());
    return beds;
}

Result<std::vector<PatientRecord>> PatientRecords::matching(store::Snapshot& snapshot,
                                                            std::string_view text,
                                                            std::size_t most) {
    store::QueryParameters query;
    std::string joined = join_digit_groups(trim(text));
    std::replace(joined.begin(), joined.end(), ',', ' ');
    std::size_t words = 0;
    for (const std::string_view word : split(joined, ' ')) {
        if (word.empty() || ++words > kWordsSearched) continue;
        if (const auto date = as_date(word)) {
            query.emplace_back("birthdate", *date);
        } else if (is_number_like(word)) {
            query.emplace_back("identifier", escape_search(word));
        } else {
            query.emplace_back("name", escape_search(word));
        }
    }
    if (query.empty())
        return fail(ErrorCode::invalid, "type a name, a number or a date of birth", "text");
    query.emplace_back("_count", std::to_string(most + 1));
    const auto request = TRY(store::parse_search(*fhir::type_number("Patient"), query));
    std::vector<PatientRecord> records;
    for (const store::StoredResource& match : TRY(store::search(snapshot, request)).matches) {
        auto record = TRY(find(snapshot, PatientId{match.key.id}));
        if (!record) continue;
        const auto is_same = [&](const PatientRecord& other) { return other.id == record->id; };
        if (std::none_of(records.begin(), records.end(), is_same))
            records.push_back(std::move(*record));
    }
    return records;
}

Value place_json(const fhir::Place& place) {
    const auto text = [](const std::string& value) {
        return value.empty() ? Value() : Value(value);
    };
    return json::Object{{"ward", text(place.ward)},
                        {"room", text(place.room)},
                        {"bed", text(place.bed)},
                        {"facility", text(place.facility)}};
}

}  // namespace wardlight::api
