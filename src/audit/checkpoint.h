// A checkpoint says how many entries the log has and what their root is, signed: C2SP
// tlog-checkpoint in a C2SP signed-note. Kept outside, one such text shows later whether anything
// before it was changed or taken away. Pure functions.
//
//   wardlight-audit-1f0c9a7e63d24b58
//   20852163
//   CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=
//
//   — wardlight-audit-1f0c9a7e63d24b58 Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5...
#pragma once

#include <string>

#include "audit/log_key.h"

namespace wardlight::audit {

[[nodiscard]] std::string signed_checkpoint(const TreeHead& head, const LogKey& key);

/// The head that `note` states. `invalid`: no checkpoint, one of another log, or not signed with
/// this log's key; further signatures, of witnesses, are passed over.
[[nodiscard]] Result<TreeHead> read_checkpoint(std::string_view note, std::string_view name,
                                               std::string_view public_key);

}  // namespace wardlight::audit
