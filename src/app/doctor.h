// What `wardlight doctor` looks at: everything that could keep a server from starting, from taking
// messages or from alerting, as far as it can be seen from outside. Reads only; safe while the
// server runs. Findings name settings, paths and counts, never a patient's value.
#pragma once

#include <string>
#include <vector>

#include "app/configuration.h"
#include "app/data_folder.h"

namespace wardlight::app {

enum class Grade { ok, warn, fail };

struct Finding {
    Grade grade;
    std::string what;  // "free space"
    std::string detail;
};

struct DoctorRequest {
    Configuration configuration;
    /// False: only the data folder is known, so nothing can be said of ports, certificates, feeds.
    bool has_configuration = false;
    /// Reading every page of a large store takes minutes.
    bool reads_every_page = true;
};

[[nodiscard]] std::vector<Finding> examine(const DoctorRequest& request, const Clock& clock);

/// "ok    free space        41.2 GiB free"
[[nodiscard]] std::string to_line(const Finding& finding);

}  // namespace wardlight::app
