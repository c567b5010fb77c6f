// The facts of several records read as one. Internal to intake.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "intake/record_store.h"

namespace wardlight::intake {

class FactView {
 public:
    /// Adds what `record` says; the newer statement wins.
    void join(const StoredRecord& record);
    /// Adds what `record` says about groups of which nothing is known yet.
    void fill(const FactView& other);

    /// Null when nothing was said or it was deleted.
    [[nodiscard]] const json::Value& operator[](std::string_view group) const;
    [[nodiscard]] const StoredFact* find(std::string_view group) const;
    /// Calls with the rest of the name and the content of every undeleted "prefix/..." group.
    void each(std::string_view prefix,
              const std::function<void(std::string_view, const json::Value&)>& use) const;

 private:
    std::map<std::string_view, const StoredFact*, std::less<>> facts_;
};

}  // namespace wardlight::intake
