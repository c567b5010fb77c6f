#include "app/simulate/story_writer.h"

#include <fmt/format.h>

#include <algorithm>

namespace wardlight::simulate {
namespace {

// Usual values in thousandths, in the order of Analyte; creatinine and haemoglobin follow the sex.
constexpr std::array<std::int64_t, kAnalyteCount> kUsual = {
    139'000, 4'300,  5'400, 76'000,  5'600, 2'360,   1'100, 850,
    41'000,  24'000, 4'000, 136'000, 7'400, 248'000, 6'000};

}  // namespace

StoryWriter::StoryWriter(Run& run, Random random, std::size_t person)
    : run_(run), random_(random), person_(person) {
    usual_.milli = kUsual;
    const bool is_man = this->person().sex == Sex::male;
    auto& creatinine = usual_.milli[static_cast<std::size_t>(Analyte::creatinine)];
    creatinine = random_.between(is_man ? 68 : 55, is_man ? 92 : 76) * 1000;
    auto& haemoglobin = usual_.milli[static_cast<std::size_t>(Analyte::haemoglobin)];
    haemoglobin = random_.between(is_man ? 132 : 121, is_man ? 158 : 146) * 1000;
    usual_.systolic = static_cast<int>(random_.between(118, 138));
    usual_.pulse = static_cast<int>(random_.between(62, 82));
    usual_.respiratory_rate = static_cast<int>(random_.between(14, 17));
    usual_.saturation = static_cast<int>(random_.between(97, 98));
}

template <class What>
Event& StoryWriter::push(Instant at, Feed feed, What&& what) {
    Event event;
    // What happened before the run began is loaded at its beginning.
    event.sent = std::max(at, run_.options.start);
    event.stamped = event.sent;
    event.ticket = run_.tickets++;
    event.feed = feed;
    event.person = person_;
    event.identity = identity_;
    event.visit = visit_;
    event.what = std::forward<What>(what);
    run_.plan.events.push_back(std::move(event));
    return run_.plan.events.back();
}

std::string StoryWriter::number(char letter) {
    return fmt::format("{}{:04X}{:06}", letter, run_.tag, ++run_.numbers);
}

void StoryWriter::register_person(Instant at) {
    push(at, Feed::adt, Movement{.trigger = "A28", .prior = {}, .died = {}, .disposition = {}});
}

void StoryWriter::admit(Instant at, std::string_view ward, std::vector<Diagnosis> diagnoses,
                        bool is_elective) {
    const auto& wards = run_.options.wards;
    if (!wards.empty() && std::ranges::find(wards, ward) == wards.end()) {
        ward = wards[static_cast<std::size_t>(random_.between(0, std::ssize(wards) - 1))];
    }
    Visit visit;
    visit.number = number('V');
    visit.place = run_.beds.next(ward);
    visit.admitted = at;
    visit.consultant = static_cast<std::size_t>(random_.between(0, 7));
    visit.diagnoses = std::move(diagnoses);
    visit.is_elective = is_elective;
    visit_ = std::move(visit);
    push(at, Feed::adt, Movement{.trigger = "A01", .prior = {}, .died = {}, .disposition = {}});
}

void StoryWriter::update(Instant at, Instant stamped) {
    Event& event =
        push(at, Feed::adt, Movement{.trigger = "A08", .prior = {}, .died = {}, .disposition = {}});
    event.stamped = std::max(stamped, run_.options.start);
}

void StoryWriter::transfer(Instant at, std::string_view ward) {
    Movement movement{.trigger = "A02", .prior = visit_->place, .died = {}, .disposition = {}};
    visit_->place = run_.beds.next(ward);
    push(at, Feed::adt, std::move(movement));
}

void StoryWriter::discharge(Instant at) {
    visit_->discharged = at;
    push(at, Feed::adt, Movement{.trigger = "A03", .prior = {}, .died = {}, .disposition = "19"});
}

void StoryWriter::cancel_discharge(Instant at) {
    visit_->discharged.reset();
    push(at, Feed::adt, Movement{.trigger = "A13", .prior = {}, .died = {}, .disposition = {}});
}

void StoryWriter::cancel_admit(Instant at) {
    push(at, Feed::adt, Movement{.trigger = "A11", .prior = {}, .died = {}, .disposition = {}});
    visit_.reset();
}

void StoryWriter::die(Instant at) {
    visit_->discharged = at;
    push(at, Feed::adt, Movement{.trigger = "A03", .prior = {}, .died = at, .disposition = "79"});
}

void StoryWriter::merge(Instant at, std::size_t retired) {
    push(at, Feed::adt, Merge{retired});
}

std::int64_t StoryWriter::vary(Analyte analyte) {
    const std::int64_t usual = usual_.milli[static_cast<std::size_t>(analyte)];
    // Sodium and adjusted calcium are held within narrower limits by the body than the rest.
    const bool is_tight = analyte == Analyte::sodium || analyte == Analyte::calcium_adjusted;
    const std::int64_t spread = is_tight ? usual / 100 : usual / 25;
    return usual + random_.between(-spread, spread);
}

LabReport StoryWriter::make_report(Instant collected, Panel panel,
                                   std::initializer_list<Change> changes) {
    LabReport report;
    report.panel = panel;
    report.filler = number('S');
    report.placer = number('R');
    report.collected = collected;
    report.received = collected + minutes(random_.between(12, 35));
    report.reported = report.received + minutes(random_.between(20, 45));
    for (const auto& code : kAnalytes) {
        if (code.panel != panel) continue;
        LabValue value;
        value.analyte = code.analyte;
        value.milli = vary(code.analyte);
        for (const auto& change : changes) {
            if (change.analyte == code.analyte) value.milli = change.milli;
        }
        // What is printed is what counts: nobody sees more digits than the report shows.
        value.milli = *parse_milli(format_milli(value.milli, code.decimals));
        report.values.push_back(std::move(value));
    }
    return report;
}

LabReport StoryWriter::bloods(Instant collected, Panel panel,
                              std::initializer_list<Change> changes) {
    LabReport report = make_report(collected, panel, changes);
    send(report);
    return report;
}

void StoryWriter::send(const LabReport& report, Instant at) {
    push(at, Feed::lab, report);
}

void StoryWriter::history(int days_ago, std::int64_t creatinine_milli) {
    LabReport report =
        make_report(start() - hours(24 * days_ago) + minutes(random_.between(0, 300)),
                    Panel::urea_electrolytes, {{Analyte::creatinine, creatinine_milli}});
    send(report, start() + seconds(history_at_++));
}

void StoryWriter::stable_history(std::int64_t creatinine_milli) {
    for (const int days : {302, 187, 96, 33}) {
        const int later = static_cast<int>(random_.between(0, 9));
        const std::int64_t permille = random_.between(970, 1030);
        history(days + later, creatinine_milli * permille / 1000);
    }
}

VitalSigns StoryWriter::usual_signs() {
    VitalSigns signs;
    signs.respiratory_rate = usual_.respiratory_rate + static_cast<int>(random_.between(-1, 2));
    signs.saturation = usual_.saturation + static_cast<int>(random_.between(-1, 1));
    signs.on_oxygen = false;
    signs.systolic = usual_.systolic + static_cast<int>(random_.between(-5, 8));
    signs.diastolic = *signs.systolic - static_cast<int>(random_.between(44, 58));
    signs.pulse = usual_.pulse + static_cast<int>(random_.between(-4, 6));
    signs.consciousness = 'A';
    signs.temperature_milli = random_.between(363, 376) * 100;
    return signs;
}

ObservationRound StoryWriter::make_round(Instant observed, const VitalSigns& signs) {
    ObservationRound made;
    made.filler = number('N');
    made.observed = observed;
    made.signs = signs;
    return made;
}

ObservationRound StoryWriter::round(Instant observed, const VitalSigns& signs) {
    ObservationRound made = make_round(observed, signs);
    send(made, observed + seconds(random_.between(20, 150)));
    return made;
}

void StoryWriter::send(const ObservationRound& made, Instant at) {
    push(at, Feed::observations, made);
}

void StoryWriter::order(Instant at, Panel panel) {
    push(at, Feed::orders, Order{number('R'), "NW", "IP", panel});
}

void StoryWriter::document(Instant at, std::string type, std::string title,
                           std::vector<std::string> lines) {
    push(at, Feed::orders,
         Document{number('D'), std::move(type), std::move(title), std::move(lines)});
}

void StoryWriter::repeat_last(Instant at) {
    const Event& last = run_.plan.events.back();
    const std::size_t ticket = last.ticket;
    const Feed feed = last.feed;
    push(at, feed, Repeat{ticket});
}

void StoryWriter::quiet_rounds(Instant from, Instant until, hours every) {
    if (visit_ && !find_ward(visit_->place.ward)->takes_observation_rounds) return;
    for (Instant at = from; at < until; at += every + minutes(random_.between(-25, 25))) {
        round(at, usual_signs());
    }
}

void StoryWriter::quiet_stay(Instant from, Instant until) {
    quiet_rounds(from, until, hours(5));
    for (Instant at = from + hours(2); at < until; at += hours(23)) {
        bloods(at, Panel::urea_electrolytes);
        bloods(at, Panel::full_blood_count);
        if (random_.chance(50)) bloods(at, Panel::inflammation);
        if (random_.chance(30)) bloods(at, Panel::bone);
    }
}

LabValue& StoryWriter::value_in(LabReport& report, Analyte analyte) {
    const auto found = std::ranges::find(report.values, analyte, &LabValue::analyte);
    return found == report.values.end() ? report.values.front() : *found;
}

}  // namespace wardlight::simulate
