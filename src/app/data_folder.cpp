#include "app/data_folder.h"

#include "access/schema.h"
#include "alerts/schema.h"
#include "app/folder_lock.h"
#include "audit/audit_log.h"
#include "intake/apply.h"
#include "intake/feed_watch.h"
#include "intake/raw_message.h"
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
    TRY(make_private_folder(folder.root));
    auto engine = TRY(store::open_sqlite(folder.store_file()));
    return store::Store::open(std::move(engine), clock, all_schemas());
}

}  // namespace wardlight::app
