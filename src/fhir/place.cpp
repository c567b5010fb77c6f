#include "fhir/place.h"

namespace wardlight::fhir {

Place place_of(const json::Value& encounter) {
    Place place;
    for (const json::Value& entry : encounter["location"].items()) {
        if (entry["status"].text() != "active") continue;
        const std::string_view level = entry["physicalType"]["coding"][0]["code"].text();
        const std::string name(entry["location"]["display"].text());
        if (level == "wa") {
            place.ward = name;
            place.ward_reference = entry["location"]["reference"].text();
        } else if (level == "ro") {
            place.room = name;
        } else if (level == "bd") {
            place.bed = name;
        } else if (level == "si") {
            place.facility = name;
        }
    }
    return place;
}

}  // namespace wardlight::fhir
