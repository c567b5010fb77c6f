#include "alerts/setting_table.h"

namespace wardlight::alerts {

Result<std::optional<Setting>> load_setting(store::Snapshot& snapshot, std::string_view kind) {
    auto rows = TRY(snapshot.sql().query(
        "SELECT version, body FROM alert_setting WHERE kind = $1 ORDER BY version DESC LIMIT 1",
        kind));
    if (!TRY(rows.next())) return std::nullopt;
    return Setting{rows.integer(0), TRY(json::parse(rows.text(1)))};
}

Result<std::int64_t> save_setting(store::WriteTransaction& tx, std::string_view kind,
                                  std::int64_t expected_version, const AccountId& author,
                                  const json::Value& body) {
    const auto newest = TRY(load_setting(tx, kind));
    if ((newest ? newest->version : 0) != expected_version)
        return fail(ErrorCode::conflict, "somebody else saved it meanwhile", "version");
    const std::int64_t version = expected_version + 1;
    TRY(tx.sql().run(
        "INSERT INTO alert_setting (kind, version, at, author, body) VALUES ($1, $2, $3, $4, $5)",
        kind, version, to_micros(tx.now()), author.value, json::serialize(body)));
    return version;
}

}  // namespace wardlight::alerts
