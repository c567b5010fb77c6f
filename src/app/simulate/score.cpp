#include "app/simulate/score.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <tuple>

#include "base/text.h"
#include "json/value.h"

namespace wardlight::simulate {
namespace {

// A field as text; a number gives its digits ("level": 2).
std::string text_of(const json::Value& object, std::string_view name) {
    return std::string(object[name].text());
}

Result<> for_each_line(std::string_view ndjson,
                       const std::function<Result<>(const json::Value&)>& use) {
    int number = 0;
    for (const auto line : split(ndjson, '\n')) {
        ++number;
        if (trim(line).empty()) continue;
        const auto object = json::parse(line);
        if (!object || !object->is_object()) {
            return fail(ErrorCode::invalid, "not a JSON object", fmt::format("line {}", number));
        }
        if (auto used = use(*object); !used) {
            used.error().where = fmt::format("line {}: {}", number, used.error().where);
            return used;
        }
    }
    return {};
}

Result<Instant> instant_of(const json::Value& object, std::string_view name) {
    const auto instant = parse_instant(text_of(object, name));
    if (!instant) return fail(ErrorCode::invalid, "expected a time with zone", std::string(name));
    return *instant;
}

using Key = std::tuple<std::string, std::string, std::string, Instant>;

// Times are compared to the second: HL7 messages carry no more.
template <class Alert>
Key key_of(const Alert& alert) {
    return {alert.mrn, alert.rule, alert.analyte,
            std::chrono::floor<std::chrono::seconds>(alert.taken_at)};
}

std::string describe(const std::string& mrn, const std::string& rule, const std::string& analyte,
                     const std::string& level, Instant taken) {
    return fmt::format("{} {} {}{} taken {}", mrn, rule, analyte.empty() ? "" : analyte + " ",
                       level, format_instant(taken));
}

}  // namespace

Result<std::vector<ExpectedAlert>> read_truth(std::string_view ndjson) {
    std::vector<ExpectedAlert> all;
    std::map<Key, std::size_t> index;
    TRY(for_each_line(ndjson, [&](const json::Value& object) -> Result<> {
        ExpectedAlert line;
        line.mrn = text_of(object, "mrn");
        line.rule = text_of(object, "rule");
        line.level = text_of(object, "level");
        line.analyte = text_of(object, "analyte");
        line.control_id = text_of(object, "control_id");
        line.taken_at = TRY(instant_of(object, "taken_at"));
        line.sent_at = TRY(instant_of(object, "sent_at"));
        const std::string kind = text_of(object, "kind");
        line.is_suppressed = kind == "suppressed";
        line.is_retracted = kind == "retracted";
        const auto [found, is_new] = index.try_emplace(key_of(line), all.size());
        if (is_new) {
            all.push_back(std::move(line));
            return {};
        }
        ExpectedAlert& before = all[found->second];
        if (kind == "alert") {
            before = std::move(line);
        } else if (kind == "amended") {
            before.level = line.level;
        } else if (kind == "retracted") {
            before.is_retracted = true;
        }
        return {};
    }));
    return all;
}

Result<std::vector<ServerAlert>> read_alerts(std::string_view ndjson) {
    std::vector<ServerAlert> all;
    TRY(for_each_line(ndjson, [&](const json::Value& object) -> Result<> {
        ServerAlert alert;
        alert.mrn = text_of(object, "mrn");
        alert.rule = text_of(object, "rule");
        alert.level = text_of(object, "level");
        alert.analyte = text_of(object, "analyte");
        alert.state = text_of(object, "state");
        alert.taken_at = TRY(instant_of(object, "taken_at"));
        if (const auto opened = parse_instant(text_of(object, "opened_at")))
            alert.opened_at = *opened;
        all.push_back(std::move(alert));
        return {};
    }));
    return all;
}

Result<std::map<std::string, Instant>> read_sent(std::string_view ndjson) {
    std::map<std::string, Instant> sent;
    TRY(for_each_line(ndjson, [&](const json::Value& object) -> Result<> {
        // A message sent twice counts from its first acknowledgement.
        sent.try_emplace(text_of(object, "control_id"), TRY(instant_of(object, "acknowledged_at")));
        return {};
    }));
    return sent;
}

bool Score::is_clean() const {
    return std::ranges::all_of(rules, [](const auto& entry) {
        const RuleScore& rule = entry.second;
        return rule.missed + rule.wrong_level + rule.not_retracted + rule.false_alerts +
                   rule.duplicates ==
               0;
    });
}

Score score(const std::vector<ExpectedAlert>& expected, const std::vector<ServerAlert>& alerts,
            const ScoreOptions& options) {
    Score result;
    std::map<Key, std::vector<const ServerAlert*>> by_key;
    for (const auto& alert : alerts) {
        if (alert.state != "suppressed") by_key[key_of(alert)].push_back(&alert);
    }
    for (const auto& want : expected) {
        RuleScore& rule = result.rules[want.rule];
        const auto note = [&](std::string_view what) {
            result.findings.push_back(fmt::format(
                "{}: {}", what,
                describe(want.mrn, want.rule, want.analyte, want.level, want.taken_at)));
        };
        const auto found = by_key.find(key_of(want));
        if (want.is_suppressed) continue;  // left in by_key: an open alert is a false one
        ++rule.expected;
        if (found == by_key.end()) {
            ++rule.missed;
            note("missed");
            continue;
        }
        const ServerAlert& got = *found->second.front();
        const bool is_retracted = got.state == "retracted";
        if (found->second.size() > 1) {
            rule.duplicates += static_cast<int>(found->second.size()) - 1;
            note("duplicate");
        }
        if (want.is_retracted && !is_retracted) {
            ++rule.not_retracted;
            note("not retracted");
        } else if (!want.is_retracted && is_retracted) {
            ++rule.missed;
            note("missed (retracted by the server)");
        } else if (!want.is_retracted && got.level != want.level) {
            ++rule.wrong_level;
            note(fmt::format("level {} instead of", got.level));
        } else {
            ++rule.right;
        }
        const auto sent = options.sent.find(want.control_id);
        if (sent != options.sent.end() && got.opened_at &&
            *got.opened_at - sent->second > options.late_after) {
            ++rule.late;
            note("late");
        }
        by_key.erase(found);
    }
    for (const auto& [key, left] : by_key) {
        for (const auto* alert : left) {
            ++result.rules[alert->rule].false_alerts;
            result.findings.push_back("false: " + describe(alert->mrn, alert->rule, alert->analyte,
                                                           alert->level, alert->taken_at));
        }
    }
    return result;
}

std::string to_table(const Score& score) {
    std::string table = fmt::format("{:<16} {:>8} {:>6} {:>6} {:>11} {:>13} {:>5} {:>9} {:>4}\n",
                                    "rule", "expected", "right", "missed", "wrong level",
                                    "not retracted", "false", "duplicate", "late");
    for (const auto& [name, rule] : score.rules) {
        table += fmt::format("{:<16} {:>8} {:>6} {:>6} {:>11} {:>13} {:>5} {:>9} {:>4}\n", name,
                             rule.expected, rule.right, rule.missed, rule.wrong_level,
                             rule.not_retracted, rule.false_alerts, rule.duplicates, rule.late);
    }
    return table;
}

}  // namespace wardlight::simulate
