// Keeps the accounts of the directory as the directory says: every few seconds it asks about the
// people who have one. Who has left or was disabled is signed out everywhere; who is in other
// groups has other rights from the next request on. A directory that cannot be asked changes
// nothing. The thread ends with the object. run_round() is safe from any thread.
#pragma once

#include <condition_variable>
#include <mutex>
#include <thread>

#include "access/directory_plan.h"
#include "access/directory_status.h"
#include "access/mapping_file.h"
#include "base/time.h"
#include "directory/directory.h"

namespace wardlight::access {

struct RoundReport {
    DirectoryPlan plan;
    bool is_held = false;              ///< a mass change: nothing was applied
    std::vector<std::string> clashes;  ///< user names of ours that the directory has too
};

enum class MassChange { hold, confirmed };

/// One round: asks, plans, applies in one write. `unavailable` when no controller answers; that is
/// kept in the status as well.
Result<RoundReport> run_round(store::Store& store, const directory::Directory& directory,
                              const GroupMapping& mapping, const TimeZone& zone,
                              MassChange mass_change);

class DirectorySync {
 public:
    /// All must outlive this.
    DirectorySync(store::Store& store, const directory::Directory& directory, MappingFile& mapping,
                  const TimeZone& zone);
    ~DirectorySync();
    DirectorySync(const DirectorySync&) = delete;
    DirectorySync& operator=(const DirectorySync&) = delete;

 private:
    void loop();
    Result<> round();

    store::Store& store_;
    const directory::Directory& directory_;
    MappingFile& mapping_;
    const TimeZone& zone_;
    std::string mapping_problem_;
    std::mutex mutex_;
    std::condition_variable stop_;
    bool is_stopping_ = false;
    std::thread thread_;
};

}  // namespace wardlight::access
