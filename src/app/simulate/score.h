// Compares what a server alerted with the ground truth of the same run.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace wardlight::simulate {

/// What must stand at the end for one sample, folded from the lines of the truth file.
struct ExpectedAlert {
    std::string mrn;
    std::string rule;
    std::string level;
    std::string analyte;
    Instant taken_at;
    Instant sent_at;
    std::string control_id;
    bool is_retracted = false;
    bool is_suppressed = false;  // may stand in the export as suppressed, must not be open
};

/// One line of the server's export.
struct ServerAlert {
    std::string mrn;
    std::string rule;
    std::string level;
    std::string analyte;
    Instant taken_at;
    std::optional<Instant> opened_at;
    std::string state;
};

[[nodiscard]] Result<std::vector<ExpectedAlert>> read_truth(std::string_view ndjson);
[[nodiscard]] Result<std::vector<ServerAlert>> read_alerts(std::string_view ndjson);
/// The log of `--sent`: control id to the real time of its acknowledgement.
[[nodiscard]] Result<std::map<std::string, Instant>> read_sent(std::string_view ndjson);

struct RuleScore {
    int expected = 0;
    int right = 0;
    int missed = 0;
    int wrong_level = 0;
    int not_retracted = 0;
    int false_alerts = 0;
    int duplicates = 0;
    int late = 0;
};

struct Score {
    std::map<std::string, RuleScore> rules;
    std::vector<std::string> findings;  // one line each, in the order of the truth
    [[nodiscard]] bool is_clean() const;
};

struct ScoreOptions {
    /// From the acknowledgement of the message to the opening of the alert. Only counted with
    /// `sent`.
    std::chrono::milliseconds late_after{3'000};
    std::map<std::string, Instant> sent;
};

[[nodiscard]] Score score(const std::vector<ExpectedAlert>& expected,
                          const std::vector<ServerAlert>& alerts, const ScoreOptions& options);

/// The table that `wardlight simulate score` prints.
[[nodiscard]] std::string to_table(const Score& score);

}  // namespace wardlight::simulate
