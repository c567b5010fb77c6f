// The server's configuration and a feed's profile, both TOML: a refusal names its place, and what
// is accepted keeps to the documented limits.
#include "app/configuration.h"
#include "fhir/analyte.h"
#include "intake/feed_profile.h"
#include "property.h"

using namespace wardlight;
using namespace wardlight::fuzz;

namespace {

void check_configuration(std::string_view text) {
    app::Configuration configuration;
    const auto read = app::read_configuration_text(text, "/srv/wardlight", configuration);
    if (!read) {
        must(read.error().code == ErrorCode::invalid && !read.error().message.empty());
        return;
    }
    for (const std::size_t threads :
         {configuration.workers, configuration.io_threads, configuration.lanes}) {
        must(threads >= 1 && threads <= 64);
    }
    must(configuration.data.empty() || configuration.data.is_absolute());
    must(configuration.tls.certificate.empty() == configuration.tls.key.empty());
    for (std::size_t i = 0; i < configuration.feeds.size(); ++i) {
        const app::FeedSettings& feed = configuration.feeds[i];
        must(feed.tls.certificate.empty() == feed.tls.key.empty());
        must(feed.profile.empty() || feed.profile.is_absolute());
        for (std::size_t j = 0; j < i; ++j) must(configuration.feeds[j].id != feed.id);
    }
    app::Configuration again;
    must(app::read_configuration_text(text, "/srv/wardlight", again).has_value());
    must(again.feeds.size() == configuration.feeds.size() && again.data == configuration.data);
}

void check_profile(std::string_view text) {
    const auto profile = intake::parse_profile(text);
    if (!profile) {
        must(profile.error().code == ErrorCode::invalid);
        must(!profile.error().message.empty() && !profile.error().where.empty());
        return;
    }
    must(!profile->id.empty() && profile->revision >= 0);
    for (const auto& [code, analyte] : profile->codes) {
        must(intake::fold_code(code) == code);
        must(analyte.empty() || fhir::standard_coding(analyte).has_value());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check_configuration(text);
    check_profile(text);
    return 0;
}
