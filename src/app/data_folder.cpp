#include "app/data_folder.h"

#include "access/schema.h"
#include "alerts/schema.h"
#include "audit/schema.h"
#include "intake/feed_watch.h"
#include "intake/raw_message.h"
#include "intake/schema.h"
#include "store/sqlite/sqlite_engine.h"
#include "store/timers.h"

namespace wardlight::app {

std::vector<store::Schema> all_schemas() {
    return {
        {"timer", store::kTimerSteps},
        {"audit", audit::kAuditSteps},
        {"access", access::kAccessSteps},
        {"alerts", alerts::kAlertSteps},
        {"raw_message", intake::kRawMessageSteps},
        {"feed_watch", intake::kFeedWatchSteps},
        {"intake", intake::kIntakeMappingSteps},
    };
}

Result<std::unique_ptr<store::Store>> open_store(const DataFolder& folder, const Clock& clock) {
    std::error_code error;
    if (std::filesystem::create_directories(folder.root, error)) {
        std::filesystem::permissions(folder.root, std::filesystem::perms::owner_all, error);
    }
    if (error) {
        return fail(ErrorCode::unavailable, "cannot make the data folder: " + error.message(),
                    folder.root.string());
    }
    auto engine = TRY(store::open_sqlite(folder.store_file()));
    return store::Store::open(std::move(engine), clock, all_schemas());
}

}  // namespace wardlight::app
