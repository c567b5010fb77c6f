#include "access/stars.h"

namespace wardlight::access {

Result<> set_star(store::WriteTransaction& tx, const AccountId& account, const PatientId& patient,
                  bool is_starred) {
    if (!is_starred) {
        return tx.sql().run("DELETE FROM star WHERE account = $1 AND patient = $2", account.value,
                            patient.value);
    }
    {
        auto rows =
            TRY(tx.sql().query("SELECT COUNT(*) FROM star WHERE account = $1 AND patient <> $2",
                               account.value, patient.value));
        TRY(rows.next());
        if (rows.integer(0) >= static_cast<std::int64_t>(kStarsMost)) {
            return fail(ErrorCode::too_large, "too many marked patients", "starred");
        }
    }
    return tx.sql().run(
        "INSERT INTO star (account, patient) VALUES ($1, $2) ON CONFLICT DO NOTHING", account.value,
        patient.value);
}

Result<bool> is_starred(store::Snapshot& snapshot, const AccountId& account,
                        const PatientId& patient) {
    auto rows = TRY(snapshot.sql().query("SELECT 1 FROM star WHERE account = $1 AND patient = $2",
                                         account.value, patient.value));
    return rows.next();
}

Result<std::vector<PatientId>> starred_patients(store::Snapshot& snapshot,
                                                const AccountId& account) {
    std::vector<PatientId> patients;
    auto rows = TRY(snapshot.sql().query(
        "SELECT patient FROM star WHERE account = $1 ORDER BY patient", account.value));
    while (TRY(rows.next())) patients.emplace_back(rows.string(0));
    return patients;
}

Result<> move_stars(store::WriteTransaction& tx, const PatientId& from, const PatientId& to) {
    TRY(tx.sql().run(
        "INSERT INTO star (account, patient) SELECT account, $2 FROM star WHERE patient = $1 "
        "ON CONFLICT DO NOTHING",
        from.value, to.value));
    return tx.sql().run("DELETE FROM star WHERE patient = $1", from.value);
}

}  // namespace wardlight::access
