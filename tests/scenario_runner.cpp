// Runs the stories of tests/scenarios against the real store, intake and alerts, with a clock that
// the story sets. README.md there explains the words.
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <future>
#include <map>
#include <sstream>

#include "alerts/actions.h"
#include "alerts/alert_table.h"
#include "alerts/detect.h"
#include "alerts/inbox.h"
#include "alerts/rota.h"
#include "alerts/timer_runner.h"
#include "app/data_folder.h"
#include "base/text.h"
#include "intake/receiver.h"
#include "scenarios/messages.h"
#include "store/search.h"
#include "store/test_store.h"

using namespace wardlight;
using namespace wardlight::scenarios;

namespace {

using Words = std::vector<std::string>;

struct Staff final : alerts::Directory {
    std::vector<alerts::Person> all{
        {AccountId{"nurse"}, "Nurse", "ward_nurse", {"7B", "5C"}, {}},
        {AccountId{"doctor"}, "Doctor", "doctor", {}, {"renal", "medical"}},
        {AccountId{"medic"}, "Medic", "doctor", {}, {"medical"}},
        {AccountId{"outreach"}, "Outreach", "doctor", {}, {"outreach"}},
        {AccountId{"coordinator"}, "Coordinator", "site_coordinator", {}, {}},
    };
    Result<std::vector<alerts::Person>> people(store::Snapshot&) const override { return all; }
};

[[noreturn]] void stop(const std::string& why) {
    throw std::runtime_error(why);
}

template <class T>
T must(Result<T> result) {
    if (!result) stop(result.error().message + " at " + result.error().where);
    return std::move(*result);
}

void must(const Result<>& result) {
    if (!result) stop(result.error().message + " at " + result.error().where);
}

bool has_digit_first(const std::string& word) {
    return !word.empty() && word[0] >= '0' && word[0] <= '9';
}

class Story {
 public:
    Story()
        : data_(app::all_schemas()),
          zone_(must(TimeZone::find("Europe/London"))),
          site_(zone_, staff_),
          profile_(must(intake::default_profile())),
          lanes_(
              *data_, [this](const FeedId&) -> const intake::FeedProfile& { return profile_; },
              [this](store::WriteTransaction& tx, std::span<const store::ResourceKey> changed) {
                  return alerts::evaluate(tx, site_, changed);
              },
              2),
          receiver_(
              *data_, [this](const FeedId&) -> const intake::FeedProfile& { return profile_; },
              [this] { lanes_.wake(); }) {
        site_.kidney_wards = {"5C", "ICU"};
    }

    void line(const std::string& text) {
        std::istringstream in(text.substr(0, text.find('#')));
        Words words;
        for (std::string word; in >> word;) words.push_back(word);
        if (words.empty()) return;
        if (words[0] == "date") {
            day_ = words.at(1);
            return;
        }
        if (has_digit_first(words[0])) {
            move_clock(local(day_, words[0]));
            words.erase(words.begin());
        }
        if (!is_staffed_) staff();
        if (words.empty() || words[0] == "nothing") return;
        if (words[0] == "expect") return expect({words.begin() + 1, words.end()});
        act(words);
    }

 private:
    [[nodiscard]] Instant now() const { return data_.clock.now(); }

    Instant local(const std::string& day, const std::string& time) const {
        // Local wall time: the instant in UTC less the zone's offset then.
        const auto utc = parse_instant(day + "T" + time + ":00Z");
        if (!utc) stop("no time: " + day + " " + time);
        return *utc - zone_.offset_at(*utc);
    }

    /// What falls due on the way happens at its own moment.
    void move_clock(Instant to) {
        if (!is_staffed_) {
            data_.clock.set(to);
            return;
        }
        for (;;) {
            std::optional<Instant> due;
            {
                auto snapshot = must(data_->read());
                auto rows = must(snapshot.sql().query("SELECT MIN(due_at) FROM timer"));
                if (must(rows.next()) && !rows.is_null(0)) due = from_micros(rows.integer(0));
            }
            if (!due || *due > to) break;
            if (*due > now()) data_.clock.set(*due);
            must(alerts::TimerRunner::run_once(*data_, site_));
        }
        if (to < now()) stop("the clock does not go back");
        data_.clock.set(to);
    }

    /// Everybody on duty for a year.
    void staff() {
        is_staffed_ = true;
        alerts::Rota rota = alerts::default_rota();
        for (const auto& [role, person] :
             {std::pair{"renal_oncall", "doctor"}, std::pair{"medical_oncall", "medic"},
              std::pair{"outreach", "outreach"}, std::pair{"site_coordinator", "coordinator"}})
            rota.shifts.push_back(
                {new_uuid(), role, AccountId{person}, now(), now() + std::chrono::hours(24 * 365)});
        must(data_->write([&](store::WriteTransaction& tx) -> Result<> {
            TRY(alerts::save_rota(tx, rota, 0, AccountId{"admin"}, true));
            return {};
        }));
    }

    void send(std::string message) {
        std::promise<std::string> answered;
        receiver_.receive(FeedId{"story"}, std::move(message),
                          [&](std::string answer) { answered.set_value(std::move(answer)); });
        const std::string answer = answered.get_future().get();
        if (answer.find("MSA|AA") == std::string::npos) stop("not accepted: " + answer);
        lanes_.drain();
    }

    Person& person(const std::string& mrn) {
        Person& one = people_[mrn];
        one.mrn = mrn;
        return one;
    }

    void act(const Words& w) {
        if (w[0] == "admit") return admit(w);
        if (w[0] == "move") {
            person(w.at(1)).ward = w.at(3);
            return send(messages_.movement("A02", person(w[1]), now()));
        }
        if (w[0] == "discharge") return send(messages_.movement("A03", person(w.at(1)), now()));
        if (w[0] == "merge") return send(messages_.merge(person(w.at(1)), person(w.at(3)), now()));
        if (w[0] == "lab") return lab(w);
        if (w[0] == "obs") return round(w);
        if (w.size() == 5 && w[1] == "acknowledges") return acknowledge(w[0], w[2], w[4]);
        stop("not understood: " + w[0]);
    }

    void admit(const Words& w) {
        Person& one = person(w.at(1));
        for (std::size_t i = 2; i < w.size(); ++i) {
            if (w[i] == "to")
                one.ward = w.at(++i);
            else if (w[i] == "female")
                one.sex = "F";
            else if (w[i] == "male")
                one.sex = "M";
            else if (w[i] == "born") {
                one.born = w.at(++i);
                std::erase(one.born, '-');
            } else
                stop("not understood: " + w[i]);
        }
        send(messages_.movement("A01", one, now()));
    }

    /// "taken 2026-03-08 07:00" or "taken 07:00"; moves `i` to its last word.
    Instant taken(const Words& w, std::size_t& i) const {
        const std::string first = w.at(++i);
        if (first.find('-') == std::string::npos) return local(day_, first);
        return local(first, w.at(++i));
    }

    void lab(const Words& w) {
        Messages::Lab one{w.at(2), w.at(3), w.at(4), now(), {}};
        for (std::size_t i = 5; i < w.size(); ++i) {
            if (w[i] == "taken")
                one.taken = taken(w, i);
            else if (w[i] == "sample")
                one.sample = w.at(++i);
            else if (w[i] == "corrected")
                one.status = "C";
            else if (w[i] == "preliminary")
                one.status = "P";
            else if (w[i] == "withdrawn")
                one.status = "W";
            else
                stop("not understood: " + w[i]);
        }
        if (one.sample.empty()) one.sample = fmt::format("AUTO{}", ++samples_);
        send(messages_.lab(person(w[1]), one, now()));
    }

    void round(const Words& w) {
        std::vector<std::pair<std::string, std::string>> signs;
        Instant at = now();
        for (std::size_t i = 2; i < w.size(); ++i) {
            if (w[i] == "taken")
                at = taken(w, i);
            else if (w[i] == "air" || w[i] == "oxygen")
                signs.emplace_back(w[i], "");
            else {
                signs.emplace_back(w[i], w.at(i + 1));
                ++i;
            }
        }
        send(messages_.round(person(w.at(1)), signs, at, now()));
    }

    std::optional<json::Value> patient(const std::string& mrn) {
        auto snapshot = must(data_->read());
        const auto found = must(store::search_all(snapshot, "Patient", {{"identifier", mrn}}, 10));
        // The survivor of a merge carries the other's number as well: its own comes first.
        for (const json::Value& one : found)
            if (one["identifier"][0]["value"].text() == mrn) return one;
        return std::nullopt;
    }
    PatientId id_of(const std::string& mrn) {
        const auto found = patient(mrn);
        if (!found) stop("there is no patient " + mrn);
        return PatientId{std::string((*found)["id"].text())};
    }
    std::vector<alerts::Alert> alerts_of(const std::string& mrn, const std::string& rule) {
        auto snapshot = must(data_->read());
        std::vector<alerts::Alert> out;
        for (alerts::Alert& one : must(alerts::alerts_of_patient(snapshot, id_of(mrn))))
            if (rule == "alert" || alerts::name_of(one.rule) == rule) out.push_back(std::move(one));
        return out;
    }
    alerts::Alert only_alert(const std::string& mrn, const std::string& rule) {
        auto found = alerts_of(mrn, rule);
        if (found.size() != 1) stop(fmt::format("{} alerts of {}", found.size(), rule));
        return std::move(found.front());
    }

    void acknowledge(const std::string& who, const std::string& rule, const std::string& mrn) {
        const alerts::Alert alert = only_alert(mrn, rule);
        const auto* one = alerts::find_person(staff_.all, AccountId{who});
        if (one == nullptr) stop("nobody is called " + who);
        alerts::ActionRequest request;
        request.action = alerts::Action::acknowledge;
        request.version = alert.state.version;
        const alerts::Viewer viewer{one->id, one->role, one->wards, one->teams};
        must(data_->write([&](store::WriteTransaction& tx) {
            return alerts::act(tx, site_, alert.id, viewer, request);
        }));
    }

    void expect(const Words& w) {
        if (w[0] == "quarantine") return expect_quarantine(w.at(1));
        const std::string& mrn = w[0];
        if (w.at(1) == "has" || w[1] == "no") {
            const std::string& rule = w.back();
            if (!alerts_of(mrn, rule).empty()) stop("there is an alert");
            return;
        }
        if (w[1] == "is") return expect_merged(mrn, w.at(2));
        if (w[1] == "result") return expect_result(w);
        if (w[1] == "on") return expect_ward(w);
        expect_alert(only_alert(mrn, w[1]), {w.begin() + 2, w.end()});
    }

    void expect_quarantine(const std::string& number) {
        auto snapshot = must(data_->read());
        const auto kept =
            must(intake::messages_in_state(snapshot, intake::MessageState::quarantined, 100));
        if (std::to_string(kept.size()) != number) stop(fmt::format("{} there", kept.size()));
    }

    void expect_merged(const std::string& gone, const std::string& stays) {
        const auto one = patient(gone);
        if (!one) stop("there is no patient " + gone);
        const std::string wanted = "Patient/" + id_of(stays).value;
        if ((*one)["link"][0]["other"]["reference"].text() != wanted) stop("it is not merged");
    }

    void expect_result(const Words& w) {
        auto snapshot = must(data_->read());
        const auto found = must(store::search_all(
            snapshot, "Observation",
            {{"patient", id_of(w[0]).value}, {"code", std::string(analyte(w.at(2)).loinc)}}, 100));
        std::string there;
        for (const json::Value& one : found) {
            const std::string text =
                fmt::format("{} {} {}", one["valueQuantity"].is_null() ? "-" : number_in(one),
                            one["valueQuantity"]["unit"].text(), one["status"].text());
            if (text == fmt::format("{} {} {}", w.at(3), w.at(4), w.at(5))) return;
            there += text + "; ";
        }
        stop("there is only " + there);
    }
    static std::string number_in(const json::Value& observation) {
        return json::serialize(observation["valueQuantity"]["value"]);
    }

    void expect_ward(const Words& w) {
        auto snapshot = must(data_->read());
        const auto found =
            must(store::search_all(snapshot, "Encounter", {{"patient", id_of(w[0]).value}}, 100));
        for (const json::Value& one : found) {
            const bool is_there =
                json::serialize(one["location"]).find("\"" + w.at(2) + "\"") != std::string::npos;
            if (is_there && one["status"].text() == w.at(3)) return;
        }
        stop("there is no such stay");
    }

    std::size_t count(const std::vector<alerts::Event>& events, alerts::EventKind kind) {
        return static_cast<std::size_t>(std::count_if(
            events.begin(), events.end(), [&](const auto& one) { return one.kind == kind; }));
    }

    void expect_alert(const alerts::Alert& alert, const Words& w) {
        auto snapshot = must(data_->read());
        const auto events = must(alerts::events_of(snapshot, alert.id));
        const bool is_denied = w.at(0) == "not";
        const std::size_t first = is_denied ? 1 : 0;
        if (w.at(first) == "told") {
            const auto told = must(alerts::audience_of(snapshot, alert.id));
            const bool is_told =
                std::find(told.begin(), told.end(), AccountId{w.at(first + 1)}) != told.end();
            if (is_told == is_denied) stop(is_told ? "was told" : "was not told");
            return;
        }
        if (w[first] == "shown") {
            const auto screen = must(alerts::switchboard(snapshot));
            const bool is_shown = std::any_of(screen.begin(), screen.end(),
                                              [&](const auto& one) { return one.id == alert.id; });
            if (is_shown == is_denied) stop(is_shown ? "it is shown" : "it is not shown");
            return;
        }
        std::size_t i = 0;
        if (alerts::state_named(w[0])) {
            const std::string_view state = alerts::name_of(alert.state.state);
            if (state != w[i++]) stop("it is " + std::string(state));
        }
        for (; i + 1 < w.size(); i += 2) expect_pair(alert, events, w[i], w[i + 1]);
        if (i != w.size()) stop("not understood: " + w[i]);
    }

    void expect_pair(const alerts::Alert& alert, const std::vector<alerts::Event>& events,
                     const std::string& what, const std::string& wanted) {
        std::string found;
        if (what == "because") {
            found = alert.state.suppressed_reason;
        } else if (const auto kind = alerts::event_named(what)) {
            found = std::to_string(count(events, *kind));
        } else {
            const json::Value& member = alert.state.label[what];
            found = member.is_string() ? std::string(member.text()) : json::serialize(member);
        }
        if (found != wanted) stop(fmt::format("{} is {}", what, found));
    }

    store::TestStore data_;
    TimeZone zone_;
    Staff staff_;
    alerts::Site site_;
    intake::FeedProfile profile_;
    intake::Lanes lanes_;
    intake::Receiver receiver_;
    Messages messages_;
    std::map<std::string, Person> people_;
    std::string day_;
    int samples_ = 0;
    bool is_staffed_ = false;
};

/// Empty, or what went wrong and where.
std::string run(const std::filesystem::path& file) {
    std::ifstream in(file);
    Story story;
    int number = 0;
    for (std::string text; std::getline(in, text);) {
        ++number;
        try {
            story.line(text);
        } catch (const std::exception& error) {
            return fmt::format("{}:{}: {}: {}", file.filename().string(), number, trim(text),
                               error.what());
        }
    }
    return number == 0 ? "nothing in " + file.string() : "";
}

}  // namespace

TEST_CASE("every scenario ends as it says") {
    const char* root = std::getenv("WARDLIGHT_SOURCE_DIR");
    REQUIRE(root != nullptr);
    std::size_t stories = 0;
    for (const auto& entry :
         std::filesystem::directory_iterator(std::filesystem::path(root) / "tests/scenarios")) {
        if (entry.path().extension() != ".case") continue;
        ++stories;
        const std::string failure = run(entry.path());
        CHECK_MESSAGE(failure.empty(), failure);
    }
    CHECK(stories >= 11);
}
