// A small hospital for the tests of alerts: a real store, a clock that stands still, people, a
// rota, and short ways to write what feeds would write.
#pragma once

#include <fmt/format.h>

#include "alerts/alert_table.h"
#include "alerts/detect.h"
#include "alerts/escalation.h"
#include "alerts/evaluation_table.h"
#include "alerts/rota.h"
#include "alerts/schema.h"
#include "alerts/site.h"
#include "store/test_store.h"

namespace wardlight::alerts {

class PlainDirectory final : public Directory {
 public:
    std::vector<Person> all;
    std::optional<Error> failure;  // while there is one, nobody can be named
    Result<std::vector<Person>> people(store::Snapshot&) const override {
        if (failure) return tl::unexpected(*failure);
        return all;
    }
};

inline Instant at(std::string_view text) {
    const auto parsed = parse_instant(text);
    REQUIRE(parsed);
    return *parsed;
}

inline json::Value parsed(const std::string& text) {
    auto value = json::parse(text);
    REQUIRE_MESSAGE(value, text);
    return std::move(*value);
}

class TestHospital {
 public:
    explicit TestHospital(std::string_view now = "2026-03-10T10:00:00Z")
        : data({{"alerts", kAlertSteps}}, at(now)),
          site(*TimeZone::find("Europe/London"), directory) {
        directory.all = {
            {AccountId{"nurse-7b"}, "Nurse", "ward_nurse", {"7B"}, {}},
            {AccountId{"nurse-8a"}, "Nurse", "ward_nurse", {"8A"}, {}},
            {AccountId{"renal"}, "Renal", "doctor", {}, {"renal"}},
            {AccountId{"medic"}, "Medic", "doctor", {}, {"medical"}},
            {AccountId{"outreach"}, "Outreach", "doctor", {}, {"outreach"}},
            {AccountId{"site"}, "Site", "site_coordinator", {}, {}},
        };
        site.kidney_wards = {"5C", "ICU"};
    }

    /// Everybody on duty for a month.
    void staff() {
        Rota rota = default_rota();
        const auto add = [&](const char* role, const char* person) {
            rota.shifts.push_back({new_uuid(), role, AccountId{person},
                                   data.clock.now() - std::chrono::hours(24),
                                   data.clock.now() + std::chrono::hours(24 * 30)});
        };
        add("renal_oncall", "renal");
        add("medical_oncall", "medic");
        add("outreach", "outreach");
        add("site_coordinator", "site");
        write([&](store::WriteTransaction& tx) -> Result<> {
            const auto saved = save_rota(tx, rota, 0, AccountId{"admin"}, false);
            if (!saved) return tl::unexpected(saved.error());
            return {};
        });
    }

    void write(const store::WriteFunction& function) {
        const auto done = data->write(function);
        REQUIRE_MESSAGE(done, (done ? "" : done.error().message + " at " + done.error().where));
    }

    /// As a feed does: resources and evaluation in one write.
    void put(const std::vector<json::Value>& resources) {
        write([&](store::WriteTransaction& tx) -> Result<> {
            std::vector<store::ResourceKey> keys;
            for (const json::Value& resource : resources) {
                TRY(tx.put_json(resource));
                keys.push_back(TRY(store::ResourceKey::make(resource["resourceType"].text(),
                                                            resource["id"].text())));
            }
            return evaluate(tx, site, keys);
        });
    }
    void put(const std::string& text) { put(std::vector<json::Value>{parsed(text)}); }

    void evaluate_again(std::string_view type, std::string_view id) {
        write([&](store::WriteTransaction& tx) -> Result<> {
            const std::vector keys{TRY(store::ResourceKey::make(type, id))};
            return evaluate(tx, site, keys);
        });
    }

    void admit(const std::string& patient = "p", const std::string& ward = "7B",
               const std::string& born = "1950-06-01", const std::string& gender = "male") {
        std::vector<json::Value> resources;
        resources.push_back(parsed(fmt::format(
            R"({{"resourceType":"Patient","id":"{}","birthDate":"{}","gender":"{}","identifier":[{{"type":{{"coding":[{{"code":"MR"}}]}},"value":"MRN-{}"}}]}})",
            patient, born, gender, patient)));
        resources.push_back(stay(patient, ward));
        put(resources);
    }
    static json::Value stay(const std::string& patient, const std::string& ward) {
        return parsed(fmt::format(
            R"({{"resourceType":"Encounter","id":"e-{0}","status":"in-progress","class":{{"code":"IMP"}},"subject":{{"reference":"Patient/{0}"}},"period":{{"start":"2026-03-01T08:00:00Z"}},"location":[{{"location":{{"reference":"Location/ward-{1}","display":"{1}"}},"status":"active","physicalType":{{"coding":[{{"code":"wa"}}]}}}}]}})",
            patient, ward));
    }

    struct Lab {
        std::string id;
        std::string value;
        Instant taken;
        std::string patient = "p";
        std::string code = "14682-9";  // creatinine
        std::string unit = "umol/L";
        std::string status = "final";
        std::string more = "";  // further members, each with a comma before it
    };
    static json::Value lab(const Lab& lab) {
        return parsed(fmt::format(
            R"({{"resourceType":"Observation","id":"{}","status":"{}","code":{{"coding":[{{"system":"urn:lab","code":"LOCAL"}},{{"system":"http://loinc.org","code":"{}"}}]}},"subject":{{"reference":"Patient/{}"}},"effectiveDateTime":"{}","valueQuantity":{{"value":{},"unit":"{}"}}{}}})",
            lab.id, lab.status, lab.code, lab.patient, format_instant(lab.taken), lab.value,
            lab.unit, lab.more));
    }
    void put_lab(const Lab& one) { put(std::vector<json::Value>{lab(one)}); }

    /// Hours before now.
    Instant ago(double hours) const {
        return data.clock.now() - std::chrono::duration_cast<Duration>(
                                      std::chrono::duration<double, std::ratio<3600>>(hours));
    }

    std::vector<Alert> alerts(const std::string& patient = "p") {
        auto snapshot = data->read();
        REQUIRE(snapshot);
        auto found = alerts_of_patient(*snapshot, PatientId{patient});
        REQUIRE(found);
        return std::move(*found);
    }
    Alert only_alert(const std::string& patient = "p") {
        auto found = alerts(patient);
        REQUIRE(found.size() == 1);
        return std::move(found.front());
    }
    std::vector<Subject> subjects(Rule rule, const std::string& patient = "p",
                                  const std::string& analyte = "") {
        auto snapshot = data->read();
        auto found = subjects_of(*snapshot, PatientId{patient}, rule, analyte);
        REQUIRE(found);
        return std::move(*found);
    }
    std::vector<std::string> event_names(const AlertId& id) {
        auto snapshot = data->read();
        const auto events = events_of(*snapshot, id);
        REQUIRE(events);
        std::vector<std::string> names;
        for (const Event& event : *events) names.emplace_back(name_of(event.kind));
        return names;
    }
    std::size_t count_events(const AlertId& id, EventKind kind) {
        std::size_t count = 0;
        for (const auto& name : event_names(id)) count += name == name_of(kind) ? 1U : 0U;
        return count;
    }

    /// Lets time pass and does what is due.
    void wait(Duration by) {
        data.clock.advance(by);
        write([&](store::WriteTransaction& tx) -> Result<> {
            TRY(run_due_timers(tx, site));
            return {};
        });
    }

    store::TestStore data;
    PlainDirectory directory;
    Site site;
};

/// With one alert, whose next step is due in five minutes; made often, so without syncs.
class HospitalWithAlert : public TestHospital {
 public:
    explicit HospitalWithAlert(store::Writing writing = store::Writing::own_thread) {
        data.failures.skips_sync = true;
        data.start_again(writing);
        staff();
        admit();
        put_lab({.id = "c0", .value = "100", .taken = ago(30)});
        put_lab({.id = "c1", .value = "320", .taken = ago(1)});
    }
};

}  // namespace wardlight::alerts
