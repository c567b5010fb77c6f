#include "intake/feed_profile.h"

#include <fmt/format.h>

#include <functional>

#include "base/toml_text.h"

namespace wardlight::intake {
namespace {

constexpr std::int64_t kRevisionMost = 999'999;

tl::unexpected<Error> refuse(std::string_view setting, const toml::node& node,
                             std::string_view what) {
    return fail(ErrorCode::invalid, std::string(what),
                fmt::format("{}, line {}", setting, node.source().begin.line));
}

Result<std::string> read_text(std::string_view setting, const toml::node& node) {
    if (const auto text = node.value_exact<std::string>()) return *text;
    return refuse(setting, node, "a text is wanted here");
}

Result<std::vector<std::string>> read_list(std::string_view setting, const toml::node& node) {
    const toml::array* items = node.as_array();
    if (items == nullptr) return refuse(setting, node, "a list of texts is wanted here");
    std::vector<std::string> out;
    for (const toml::node& item : *items) out.push_back(TRY(read_text(setting, item)));
    return out;
}

using TextMap = std::map<std::string, std::string, std::less<>>;

Result<TextMap> read_map(std::string_view setting, const toml::node& node) {
    const toml::table* table = node.as_table();
    if (table == nullptr) return refuse(setting, node, "a table of texts is wanted here");
    TextMap out;
    for (const auto& [key, value] : *table) {
        const std::string name = fmt::format("{}.{}", setting, key.str());
        out.emplace(key.str(), TRY(read_text(name, value)));
    }
    return out;
}

Result<> read_codes(FeedProfile& profile, const toml::node& node) {
    for (const auto& [code, analyte] : TRY(read_map("codes", node))) {
        if (!analyte.empty() && !fhir::standard_coding(analyte)) {
            return refuse(
                "codes." + code, node,
                "this analyte is not known (see docs/intake.md); \"\" leaves a code alone");
        }
        profile.codes[fold_code(code)] = analyte;
    }
    return {};
}

Result<> read_default_units(FeedProfile& profile, const toml::node& node) {
    for (const auto& [analyte, unit] : TRY(read_map("default_units", node))) {
        if (!fhir::standard_coding(analyte))
            return refuse("default_units." + analyte, node, "this analyte is not known");
        profile.default_units[analyte] = unit;
    }
    return {};
}

Result<> read_zone(FeedProfile& profile, const toml::node& node) {
    auto zone = TimeZone::find(TRY(read_text("zone", node)));
    if (!zone) return refuse("zone", node, "not an IANA time zone such as Europe/London");
    profile.zone = std::move(*zone);
    return {};
}

Result<> read_revision(FeedProfile& profile, const toml::node& node) {
    const auto number = node.value_exact<std::int64_t>();
    if (!number || *number < 0 || *number > kRevisionMost)
        return refuse("revision", node, "a whole number from 0 to 999999 is wanted here");
    profile.revision = *number;
    return {};
}

Result<> read_identity_rule(FeedProfile& profile, const toml::node& node) {
    const std::string text = TRY(read_text("result_identity", node));
    if (text == "filler")
        profile.result_identity = ResultIdentity::filler;
    else if (text == "filler_and_day")
        profile.result_identity = ResultIdentity::filler_and_day;
    else if (text == "filler_and_time")
        profile.result_identity = ResultIdentity::filler_and_time;
    else
        return refuse("result_identity", node, "filler, filler_and_day or filler_and_time");
    return {};
}

Result<> read_time_rule(FeedProfile& profile, const toml::node& node) {
    const std::string text = TRY(read_text("observation_time", node));
    if (text == "specimen_first")
        profile.observation_time = ObservationTime::specimen_first;
    else if (text == "observation_first")
        profile.observation_time = ObservationTime::observation_first;
    else
        return refuse("observation_time", node, "specimen_first or observation_first");
    return {};
}

Result<> read_category(FeedProfile& profile, const toml::node& node) {
    const std::string text = TRY(read_text("default_category", node));
    for (const std::string_view known : {"laboratory", "imaging", "exam", "procedure", "survey",
                                         "therapy", "activity", "social-history"}) {
        if (text == known) {
            profile.default_category = text;
            return {};
        }
    }
    return refuse("default_category", node, "a FHIR observation category other than vital-signs");
}

using ReadSetting = std::function<Result<>(FeedProfile&, const toml::node&)>;

ReadSetting text_setting(std::string_view name, std::string FeedProfile::* member) {
    return [name, member](FeedProfile& profile, const toml::node& node) -> Result<> {
        profile.*member = TRY(read_text(name, node));
        return {};
    };
}
ReadSetting list_setting(std::string_view name, std::vector<std::string> FeedProfile::* member) {
    return [name, member](FeedProfile& profile, const toml::node& node) -> Result<> {
        profile.*member = TRY(read_list(name, node));
        return {};
    };
}
ReadSetting map_setting(std::string_view name, TextMap FeedProfile::* member) {
    return [name, member](FeedProfile& profile, const toml::node& node) -> Result<> {
        profile.*member = TRY(read_map(name, node));
        return {};
    };
}

const std::map<std::string, ReadSetting, std::less<>>& settings() {
    static const std::map<std::string, ReadSetting, std::less<>> kSettings{
        {"id", text_setting("id", &FeedProfile::id)},
        {"label", text_setting("label", &FeedProfile::label)},
        {"character_set", text_setting("character_set", &FeedProfile::character_set)},
        {"revision", read_revision},
        {"zone", read_zone},
        {"patient_authority", text_setting("patient_authority", &FeedProfile::patient_authority)},
        {"visit_authority", text_setting("visit_authority", &FeedProfile::visit_authority)},
        {"patient_authorities",
         list_setting("patient_authorities", &FeedProfile::patient_authorities)},
        {"authority_aliases", map_setting("authority_aliases", &FeedProfile::authority_aliases)},
        {"identifier_systems", map_setting("identifier_systems", &FeedProfile::identifier_systems)},
        {"facility", text_setting("facility", &FeedProfile::facility)},
        {"result_source", text_setting("result_source", &FeedProfile::result_source)},
        {"result_identity", read_identity_rule},
        {"observation_time", read_time_rule},
        {"default_category", read_category},
        {"default_units", read_default_units},
        {"flags", map_setting("flags", &FeedProfile::flags)},
        {"death_dispositions",
         list_setting("death_dispositions", &FeedProfile::death_dispositions)},
        {"codes", read_codes},
    };
    return kSettings;
}

}  // namespace

Result<FeedProfile> default_profile(std::string_view zone) {
    return FeedProfile(TRY(TimeZone::find(zone)));
}

Result<FeedProfile> parse_profile(std::string_view toml_text, std::string_view zone) {
    FeedProfile profile = TRY(default_profile(zone));
    const toml::table table = TRY(parse_toml(toml_text));
    for (const auto& [key, value] : table) {
        const auto setting = settings().find(key.str());
        if (setting == settings().end())
            return refuse(key.str(), value, "this setting does not exist");
        TRY(setting->second(profile, value));
    }
    if (profile.id.empty()) return fail(ErrorCode::invalid, "a feed needs an id", "id");
    return profile;
}

}  // namespace wardlight::intake
