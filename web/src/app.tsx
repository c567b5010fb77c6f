// Which screen belongs to which address, and what stands in front of all of them.
import type { VNode } from "preact";
import { useEffect } from "preact/hooks";
import { AlertInbox } from "./clinician/alert-inbox.tsx";
import { AlertPage } from "./clinician/alert-page.tsx";
import { Devices } from "./clinician/devices.tsx";
import { FindPatient } from "./clinician/find-patient.tsx";
import { More } from "./clinician/more.tsx";
import { MyPatients } from "./clinician/my-patients.tsx";
import { Passkeys } from "./clinician/passkeys.tsx";
import { PatientObservations } from "./clinician/patient-observations.tsx";
import { PatientResult } from "./clinician/patient-result.tsx";
import { PatientResults } from "./clinician/patient-results.tsx";
import { PatientSummary } from "./clinician/patient-summary.tsx";
import { SignIn } from "./clinician/sign-in.tsx";
import { SwitchboardScreen } from "./clinician/switchboard.tsx";
import { ScreenBar, TabBar } from "./shared/components/chrome.tsx";
import { lazy } from "./shared/components/lazy.tsx";
import { Skeleton } from "./shared/components/states.tsx";
import { t } from "./shared/i18n.ts";
import { Link, path } from "./shared/router.tsx";
import { matchPattern, type Params } from "./shared/routes.ts";
import { keptPerson, may, personSerial, session } from "./shared/session.ts";

function LoadingScreen() {
  return (
    <main class="page">
      <h1 class="visually-hidden">{t("loading")}</h1>
      <Skeleton rows={4} size="row" />
    </main>
  );
}

const loadingScreen = <LoadingScreen />;
const AdminFeeds = lazy(() => import("./admin/admin.ts").then((module) => module.AdminFeeds), loadingScreen);
const AdminQuarantine = lazy(() => import("./admin/admin.ts").then((module) => module.AdminQuarantine), loadingScreen);
const AdminMessage = lazy(() => import("./admin/admin.ts").then((module) => module.AdminMessage), loadingScreen);
const AdminRota = lazy(() => import("./admin/admin.ts").then((module) => module.AdminRota), loadingScreen);
const AdminPolicies = lazy(() => import("./admin/admin.ts").then((module) => module.AdminPolicies), loadingScreen);
const AdminAccounts = lazy(() => import("./admin/admin.ts").then((module) => module.AdminAccounts), loadingScreen);
const AuditLog = lazy(() => import("./admin/admin.ts").then((module) => module.AuditLog), loadingScreen);
const UnusualAccess = lazy(() => import("./admin/admin.ts").then((module) => module.UnusualAccess), loadingScreen);
const AdminRecoveries = lazy(() => import("./admin/admin.ts").then((module) => module.AdminRecoveries), loadingScreen);
const PrivacyCases = lazy(() => import("./admin/admin.ts").then((module) => module.PrivacyCases), loadingScreen);

/** The key makes a screen start afresh when its subject changes: never one patient's state under another. */
const kScreens: readonly [pattern: string, draw: (params: Params) => VNode][] = [
  ["/", () => <Home />],
  ["/alerts", () => <AlertInbox />],
  ["/alert/:id", ({ id = "" }) => <AlertPage key={id} id={id} />],
  ["/find", () => <FindPatient />],
  ["/more", () => <More />],
  ["/devices", () => <Devices />],
  ["/passkeys", () => <Passkeys />],
  ["/switchboard", () => <SwitchboardScreen />],
  ["/patient/:id", ({ id = "" }) => <PatientResults key={id} id={id} />],
  ["/patient/:id/observations", ({ id = "" }) => <PatientObservations key={id} id={id} />],
  ["/patient/:id/summary", ({ id = "" }) => <PatientSummary key={id} id={id} />],
  [
    "/patient/:id/result/:code",
    ({ id = "", code = "" }) => <PatientResult key={`${id} ${code}`} id={id} code={code} />,
  ],
  ["/admin/feeds", () => <AdminFeeds />],
  ["/admin/quarantine", () => <AdminQuarantine />],
  ["/admin/quarantine/:number", ({ number = "" }) => <AdminMessage key={number} number={number} />],
  ["/admin/accounts", () => <AdminAccounts />],
  ["/admin/rota", () => <AdminRota />],
  ["/admin/policies", () => <AdminPolicies />],
  ["/admin/recoveries", () => <AdminRecoveries />],
  ["/privacy", () => <PrivacyCases />],
  ["/privacy/log", () => <AuditLog />],
  ["/privacy/unusual", () => <UnusualAccess />],
];

export function App() {
  const state = session.value;
  useFocusOnNewScreen();
  if (state.phase === "starting") return <Starting />;
  const isSignedOut = state.phase === "signed_out";
  const keepsPlace = isSignedOut && keptPerson.value !== null;
  return (
    <>
      {isSignedOut && <SignIn reason={state.reason} />}
      {(!isSignedOut || keepsPlace) && (
        <div class="screen" key={personSerial.value} hidden={isSignedOut}>
          <Screen />
        </div>
      )}
      {currentDemo() && <aside class="demo-mark">{t("demo_mark")}</aside>}
    </>
  );
}

function currentDemo(): boolean {
  return session.value.phase === "signed_in" && session.value.me.site.demo;
}

function Screen(): VNode {
  for (const [pattern, draw] of kScreens) {
    const params = matchPattern(pattern, path.value);
    if (params) return draw(params);
  }
  return <NotFound />;
}

/** The first screen a person may use. */
function Home(): VNode {
  if (may("patients.read")) return <MyPatients />;
  if (may("feeds.read")) return <AdminFeeds />;
  if (may("privacy.review")) return <PrivacyCases />;
  return <More />;
}

function NotFound() {
  return (
    <>
      <ScreenBar title={t("page_not_found")} />
      <main class="page">
        <section class="card state">
          <p>{t("page_not_found_next")}</p>
          <Link to="/" class="button">
            {t("go_to_start")}
          </Link>
        </section>
      </main>
      <TabBar />
    </>
  );
}

function Starting() {
  return (
    <>
      <header class="bar">
        <h1>Wardlight</h1>
      </header>
      <main class="page">
        <Skeleton rows={6} size="row" />
      </main>
    </>
  );
}

/** Screen readers start reading a new screen at its heading. */
function useFocusOnNewScreen(): void {
  const here = path.value;
  useEffect(() => {
    const heading = document.querySelector<HTMLElement>(".screen:not([hidden]) h1");
    heading?.focus({ preventScroll: true });
  }, [here]);
}
