#include "intake/facts.h"

#include <algorithm>

#include "base/text.h"

namespace wardlight::intake {

std::string_view name_of(SourceKind kind) {
    switch (kind) {
        case SourceKind::adt:
            return "adt";
        case SourceKind::lab:
            return "lab";
        case SourceKind::obs:
            return "obs";
        case SourceKind::orders:
            return "orders";
        case SourceKind::documents:
            return "documents";
    }
    return "adt";
}

std::string_view resource_type(RecordKind kind) {
    switch (kind) {
        case RecordKind::patient:
            return "Patient";
        case RecordKind::encounter:
            return "Encounter";
        case RecordKind::observation:
            return "Observation";
        case RecordKind::diagnostic_report:
            return "DiagnosticReport";
        case RecordKind::service_request:
            return "ServiceRequest";
        case RecordKind::document:
            return "DocumentReference";
        case RecordKind::allergy:
            return "AllergyIntolerance";
        case RecordKind::condition:
            return "Condition";
        case RecordKind::practitioner:
            return "Practitioner";
        case RecordKind::location:
            return "Location";
    }
    return "Basic";
}

std::string Record::id() const {
    return record_id(kind, natural_id, owner);
}

void Mapped::warn(std::string_view code) {
    if (std::find(warnings.begin(), warnings.end(), code) == warnings.end()) {
        warnings.emplace_back(code);
    }
}

std::string record_id(RecordKind kind, std::string_view natural_id, std::string_view owner) {
    if (kind == RecordKind::patient || kind == RecordKind::practitioner ||
        kind == RecordKind::location) {
        return std::string(natural_id);
    }
    return deterministic_id({natural_id, owner});
}

std::string deterministic_id(std::initializer_list<std::string_view> parts) {
    std::string text;
    for (const std::string_view part : parts) {
        // Lengths keep ("a","bc") and ("ab","c") apart.
        text.append(std::to_string(part.size())).push_back(':');
        text.append(part);
    }
    std::string bytes = sha256(text).substr(0, 16);
    bytes[6] = static_cast<char>((bytes[6] & 0x0F) | 0x80);
    bytes[8] = static_cast<char>((bytes[8] & 0x3F) | 0x80);
    const std::string hex = to_hex(bytes);
    return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
           hex.substr(16, 4) + "-" + hex.substr(20);
}

}  // namespace wardlight::intake
