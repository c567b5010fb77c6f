// What the administrator's chunk offers to the router.
export { AdminAccounts } from "./accounts.tsx";
export { AuditLog } from "./audit-log.tsx";
export { AdminFeeds } from "./feeds.tsx";
export { AdminPolicies } from "./policies.tsx";
export { AdminMessage } from "./quarantine-message.tsx";
export { AdminRecoveries } from "./recoveries.tsx";
export { AdminQuarantine } from "./quarantine.tsx";
export { PrivacyCases } from "./privacy.tsx";
export { AdminRota } from "./rota.tsx";
export { UnusualAccess } from "./unusual-access.tsx";
