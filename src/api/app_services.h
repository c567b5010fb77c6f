// What the handlers of the app's calls stand on. Made once at start, outlives the router.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "alerts/site.h"
#include "api/authorize.h"
#include "api/patient_record.h"
#include "api/patient_summary.h"
#include "base/clock.h"
#include "intake/lanes.h"
#include "net/router.h"
#include "store/store.h"

namespace wardlight::api {

/// One feed as configured.
struct FeedInfo {
    FeedId id;
    std::string label;
    std::function<std::size_t()> connections;
};

struct AppServices {
    store::Store& store;
    const alerts::Site& site;
    intake::Lanes& lanes;
    PatientRecords& records;
    PatientSummaries& summaries;
    intake::FindProfile find_profile;
    std::vector<FeedInfo> feeds;
};

using Call = std::function<Result<json::Value>(const net::Request&)>;

/// A handler that answers with JSON, or with the error.
[[nodiscard]] net::Handler json_handler(Call call);

/// The body as a JSON object.
[[nodiscard]] Result<json::Value> json_body(const net::Request& request);

/// "AsOf": now, and per feed and kind of data when it last brought something.
[[nodiscard]] Result<json::Value> as_of(store::Snapshot& snapshot, const AppServices& services);

/// null for an empty text.
[[nodiscard]] json::Value text_or_null(std::string_view text);
[[nodiscard]] json::Value instant_or_null(const std::optional<Instant>& instant);

}  // namespace wardlight::api
