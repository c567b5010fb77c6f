// Who may sign in and where they are signed in, for administrators: signing a lost phone or a
// person out, and keeping somebody out. GET /api/admin/accounts, POST
// /api/admin/accounts/{id}/sign-out, POST /api/admin/accounts/{id}/disabled. Accounts are made by
// `wardlight user` or the directory.
#pragma once

#include "access/sessions.h"
#include "net/router.h"

namespace wardlight::api {

struct AccountServices {
    store::Store& store;
    access::SessionPolicy policy;
};

/// `services` must outlive the router.
[[nodiscard]] std::vector<net::Route> account_routes(const AccountServices& services);

}  // namespace wardlight::api
