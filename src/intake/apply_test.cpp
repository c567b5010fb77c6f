#include "intake/apply.h"

#include <doctest/doctest.h>

#include "fhir/place.h"
#include "intake/intake_test.h"

using namespace wardlight;
using namespace wardlight::intake;

TEST_CASE("an admission becomes a patient in a bed") {
    IntakeFixture hospital;
    hospital.take(
        "MSH|^~\\&|WSHPAS|WSH|WARDLIGHT|WSH|20261120103000||ADT^A01^ADT_A01|A1|P|2.4\r"
        "EVN|A01|20261120103000\r"
        "PID|1||100001^^^WSH^MR~9434765919^^^NHS^NH||Okafor^Ada^^^Mrs||19480203|F\r"
        "PV1|1|I|7B^2^04^WSH|E|||C1^Patel^Nina^^^Dr|||MED||||7|||||V1^^^WSH^VN"
        "|||||||||||||||||||||||||20261120101500\r");
    const json::Value patient = hospital.only("Patient");
    CHECK(patient["name"][0]["family"].text() == "Okafor");
    CHECK(patient["birthDate"].text() == "1948-02-03");
    CHECK(patient["identifier"][0]["value"].text() == "100001");
    CHECK(patient["identifier"][1]["system"].text() == "https://fhir.nhs.uk/Id/nhs-number");
    CHECK(patient["meta"]["tag"].is_null());
    const json::Value encounter = hospital.only("Encounter");
    CHECK(encounter["status"].text() == "in-progress");
    CHECK(encounter["class"]["code"].text() == "IMP");
    CHECK(encounter["period"]["start"].text() == "2026-11-20T10:15:00+00:00");
    CHECK(encounter["subject"]["reference"].text() ==
          "Patient/" + std::string(patient["id"].text()));
    const fhir::Place place = fhir::place_of(encounter);
    CHECK(place.facility == "WSH");
    CHECK(place.ward == "7B");
    CHECK(place.room == "2");
    CHECK(place.bed == "04");
}
