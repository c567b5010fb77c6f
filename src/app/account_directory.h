// The people alerts may tell: the accounts that may sign in, minus those without clinical work.
#pragma once

#include "alerts/people.h"

namespace wardlight::app {

class AccountDirectory final : public alerts::Directory {
 public:
    Result<std::vector<alerts::Person>> people(store::Snapshot& snapshot) const override;
};

}  // namespace wardlight::app
