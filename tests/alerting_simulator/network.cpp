#include "alerting_simulator/network.h"

#include <fmt/format.h>

#include "alerting_simulator/violation.h"
#include "alerts/detect.h"
#include "alerts/patient_facts.h"

namespace wardlight::simulator {
namespace {

using namespace std::chrono_literals;

/// Two sets of one patient, or of two that may be merged, are never within the 15 minutes in which
/// one set takes values from another.
constexpr auto kBetweenSets = 60min;
constexpr auto kBetweenPatients = 20min;

constexpr std::array<std::array<int, 7>, 7> kTypicalSets = {{
    {16, 97, 0, 126, 78, 0, 369},   // well
    {22, 95, 0, 109, 104, 0, 369},  // 5
    {24, 93, 0, 104, 113, 0, 369},  // 7
    {24, 93, 1, 95, 120, 0, 392},
    {18, 96, 0, 89, 88, 0, 371},   // one red
    {16, 97, 0, 126, 78, 1, 369},  // newly confused
    {12, 96, 1, 118, 92, 0, 381},
}};

std::string describe(const Fact& fact, const Version& version) {
    const char* status = version.is_withdrawn ? "withdrawn" : "";
    return fmt::format("{} v{} {} {} taken {}", fact.id, version.number, version.amount, status,
                       format_instant(fact.taken));
}

}  // namespace

void Network::schedule() {
    for (int patient = 0; patient < run_.plan.patients; ++patient) {
        run_.hospital.patients.push_back({fmt::format("p{}", patient), "", -1, false});
        add_stays(patient);
        add_results(patient);
        add_sets(patient);
    }
    if (run_.plan.has_merge) add_merge();
}

Version Network::first_version(FactKind kind) {
    Version version;
    version.number = 1;
    if (kind == FactKind::creatinine) version.amount = run_.dice.small(70, 420);
    if (kind == FactKind::potassium)
        version.amount = run_.dice.chance(50) ? run_.dice.small(30, 60) : run_.dice.small(15, 85);
    if (kind == FactKind::vitals) {
        version.vitals = kTypicalSets[static_cast<std::size_t>(
            run_.dice.between(0, static_cast<std::int64_t>(kTypicalSets.size()) - 1))];
        if (run_.dice.chance(20))
            version.vitals[static_cast<std::size_t>(run_.dice.between(0, 6))] = -1;
    }
    return version;
}

Version Network::changed(const Version& version, FactKind kind) {
    Version next = first_version(kind);
    next.number = version.number + 1;
    for (std::size_t i = 0; i < next.vitals.size(); ++i) {
        if (version.vitals[i] < 0) next.vitals[i] = -1;
        if (version.vitals[i] >= 0 && next.vitals[i] < 0) next.vitals[i] = version.vitals[i];
    }
    next.is_withdrawn = run_.dice.chance(40);
    return next;
}

void Network::add_fact(Fact fact, std::vector<Version> versions, bool is_on_time) {
    const auto index = run_.hospital.facts.size();
    Instant sent = fact.taken;
    run_.hospital.facts.push_back(std::move(fact));
    for (const Version& version : versions) {
        const bool is_late = !is_on_time && run_.dice.chance(run_.plan.late_percent);
        sent += is_late ? run_.dice.delay(10min, 10h) : run_.dice.delay(1s, 30min);
        const Instant arrives = std::max(sent, run_.plan.start + 1s);
        const auto attempt = [this, index, version] { return deliver(index, version); };
        send(arrives, attempt);
        if (run_.dice.chance(run_.plan.doubled_percent))
            send(arrives + run_.dice.delay(1s, 6h), attempt);
    }
}

void Network::add_results(int patient) {
    const auto start = run_.plan.start;
    if (run_.dice.chance(85)) {
        Version baseline;
        baseline.number = 1;
        baseline.amount = run_.dice.small(60, 140);
        add_fact({FactKind::creatinine,
                  fmt::format("c{}-base", patient),
                  patient,
                  start - std::chrono::hours(24 * run_.dice.between(20, 60)) -
                      std::chrono::minutes(10 * patient),
                  {}},
                 {baseline}, run_.dice.chance(70));
    }
    for (int i = 0; i < run_.plan.results_per_patient; ++i) {
        const bool is_potassium = run_.dice.chance(40);
        const FactKind kind = is_potassium ? FactKind::potassium : FactKind::creatinine;
        std::vector<Version> versions = {first_version(kind)};
        while (versions.size() < 4 && run_.dice.chance(run_.plan.corrected_percent))
            versions.push_back(changed(versions.back(), kind));
        // Whole seconds, each its own: the time of taking tells specimens apart.
        const Instant taken = run_.some_time() - run_.dice.time(0s, 3h);
        const auto whole = std::chrono::floor<std::chrono::minutes>(taken) +
                           std::chrono::seconds(patient * 10 + i);
        add_fact({kind,
                  fmt::format("{}{}-{}", is_potassium ? 'k' : 'c', patient, i),
                  patient,
                  whole,
                  {}},
                 versions, false);
    }
}

void Network::add_sets(int patient) {
    const auto slots = run_.plan.length / kBetweenSets;
    std::vector<bool> is_taken(static_cast<std::size_t>(slots) + 1, false);
    for (int i = 0; i < run_.plan.sets_per_patient; ++i) {
        const auto slot = run_.dice.between(0, slots);
        if (is_taken[static_cast<std::size_t>(slot)]) continue;
        is_taken[static_cast<std::size_t>(slot)] = true;
        std::vector<Version> versions = {first_version(FactKind::vitals)};
        while (versions.size() < 3 && run_.dice.chance(run_.plan.corrected_percent))
            versions.push_back(changed(versions.back(), FactKind::vitals));
        add_fact({FactKind::vitals,
                  fmt::format("v{}-{}", patient, i),
                  patient,
                  run_.plan.start + slot * kBetweenSets + patient * kBetweenPatients,
                  {}},
                 versions, false);
    }
}

void Network::add_stays(int patient) {
    SimulatedPatient& one = run_.hospital.patient(patient);
    const std::vector<std::string> wards = {"7B", "7B", "8A", "8A", "ICU"};
    std::vector<std::string> stays = {run_.dice.pick(wards)};
    while (run_.plan.has_moves && stays.size() < 3) stays.push_back(run_.dice.pick(wards));
    if (run_.plan.has_moves && run_.dice.chance(30)) stays.emplace_back();
    Instant arrives = run_.plan.start + run_.dice.delay(0s, 2h);
    for (const std::string& ward : stays) {
        if (ward == "ICU") one.is_exempt_from_aki = true;
        send(arrives, [this, patient, ward] { return move(patient, ward); });
        arrives += run_.dice.delay(1h, 12h);
    }
    if (!run_.dice.chance(5)) return;
    one.is_exempt_from_aki = true;
    send(run_.plan.start, [this, patient] {
        return store_and_judge({dialysis_resource(run_.hospital.patient(patient).id)});
    });
}

void Network::add_merge() {
    const int from = run_.plan.patients - 1;
    const int into = run_.dice.small(0, from - 1);
    send(run_.some_time(), [this, from, into] { return merge(from, into); });
}

void Network::send(Instant at, std::function<bool()> attempt) {
    run_.agenda.at(at, [this, attempt = std::move(attempt)] {
        if (run_.can_serve() && attempt()) return;
        send(run_.machine.now() + run_.dice.time(1s, 60s), attempt);
    });
}

bool Network::store_and_judge(const std::vector<json::Value>& resources) {
    run_.tempt_fate();
    const Answer answer = run_.machine.write([&](store::WriteTransaction& tx) -> Result<> {
        std::vector<store::ResourceKey> keys;
        for (const json::Value& resource : resources) {
            TRY(tx.put_json(resource));
            keys.push_back(TRY(
                store::ResourceKey::make(resource["resourceType"].text(), resource["id"].text())));
        }
        return alerts::evaluate(tx, run_.hospital.site, keys);
    });
    if (answer.ending == Ending::refused)
        throw Violation{"a delivery is refused: " + answer.error.message};
    return answer.ending == Ending::done;
}

bool Network::deliver(std::size_t index, const Version& version) {
    Fact& fact = run_.hospital.facts[index];
    if (fact.delivered && fact.delivered->number > version.number) return true;
    const int under = run_.hospital.survivor(fact.patient);
    ++deliveries_;
    if (fact.first_tried == 0) fact.first_tried = deliveries_;
    run_.history.note("arrives: " + describe(fact, version));
    if (!store_and_judge(resources_of(fact, version, run_.hospital.patient(under).id)))
        return false;
    if (!fact.delivered) fact.first_delivered = deliveries_;
    fact.delivered = version;
    return true;
}

bool Network::move(int patient, const std::string& ward) {
    const std::string& id = run_.hospital.patient(patient).id;
    const int under = run_.hospital.survivor(patient);
    run_.history.note(fmt::format("{} is now on '{}'", id, ward));
    json::Value stay = stay_resource(run_.hospital.patient(under).id, ward, run_.plan.start);
    stay.set("id", "stay-" + id);
    std::vector<json::Value> resources;
    if (under == patient) resources.push_back(patient_resource(id));
    resources.push_back(std::move(stay));
    if (!store_and_judge(resources)) return false;
    run_.hospital.patient(patient).ward = ward;
    return true;
}

/// As intake does: the old record points to the survivor, and all that was under it moves along in
/// the same write.
bool Network::merge(int from, int into) {
    const SimulatedPatient& old = run_.hospital.patient(from);
    const SimulatedPatient& survivor = run_.hospital.patient(into);
    run_.history.note(old.id + " is merged into " + survivor.id);
    std::vector<json::Value> resources = {patient_resource(old.id, survivor.id),
                                          patient_resource(survivor.id)};
    json::Value stay = stay_resource(survivor.id, old.ward, run_.plan.start);
    stay.set("id", "stay-" + old.id);
    resources.push_back(std::move(stay));
    for (const Fact& fact : run_.hospital.facts) {
        if (fact.patient != from || !fact.delivered) continue;
        for (json::Value& resource : resources_of(fact, *fact.delivered, survivor.id))
            resources.push_back(std::move(resource));
    }
    const bool is_acknowledged = store_and_judge(resources);
    // The server may have merged them although it could not say so.
    store::Snapshot snapshot(run_.disk.sql(), nullptr);
    const auto now_under = alerts::merged_into(snapshot, PatientId{old.id});
    if (now_under && *now_under) run_.hospital.patient(from).merged_into = into;
    return is_acknowledged;
}

}  // namespace wardlight::simulator
