// What stands on top of every screen of one patient: banner, allergies, age of the data, sections.
import type { ComponentChildren } from "preact";
import { CallFailure } from "../shared/api.ts";
import type { Banner, SourceKind } from "../shared/api-types.ts";
import { at } from "../shared/calls.ts";
import { TabBar } from "../shared/components/chrome.tsx";
import { FreshBar } from "../shared/components/fresh-bar.tsx";
import { AllergyBar, BannerSkeleton, PatientBanner } from "../shared/components/patient-banner.tsx";
import { Failed, Skeleton } from "../shared/components/states.tsx";
import { freshnessOf, type Resource, useResource } from "../shared/resources.ts";
import { type Key, t } from "../shared/i18n.ts";
import { Link } from "../shared/router.tsx";
import { may } from "../shared/session.ts";
import { ClosedBanner, ClosedRecord, EmergencyBar } from "./break-glass.tsx";
import { isSamePatient } from "./patient-identity.ts";

export type Section = "results" | "observations" | "summary";

interface PatientFrameProps {
  id: string;
  section: Section;
  /** The data of the section: its age is what the bar says. */
  resource: Resource<{ patient: Banner }>;
  kinds: readonly SourceKind[];
  backTo?: string;
  children: ComponentChildren;
}

export function PatientFrame({ id, section, resource, kinds, backTo, children }: PatientFrameProps) {
  const page = useResource(at.patient(id), [`patient:${id}`, "alerts"]);
  const isTooOld = freshnessOf(page, ["adt"])?.kind === "expired";
  const loaded = isTooOld ? null : page.loaded.value;
  const failure = page.failure.value;
  const isRefused = failure && !page.loaded.value && failure.kind !== "unreachable";
  const mustNotPretend = isTooOld || (failure !== null && page.loaded.value === null);
  const patient = loaded?.data.patient;
  const answer = resource.loaded.value?.data.patient;
  const isMixedUp = patient && answer && !isSamePatient(patient, answer);
  const isWaiting = page.loaded.value === null && failure === null;
  const isClosed = failure?.kind === "no_access" && failure.where === "relationship";
  const refreshAll = () => {
    void page.refresh();
    void resource.refresh();
  };
  // All at once from skeleton to record: nothing moves under a finger while its parts arrive.
  return (
    <div key={isWaiting ? "waiting" : "there"}>
      <div class="top">
        {loaded ? (
          <PatientBanner patient={loaded.data.patient} backTo={backTo ?? "/"} />
        ) : isClosed && may("patients.find") ? (
          <ClosedBanner id={id} backTo={backTo ?? "/"} />
        ) : (
          <BannerSkeleton backTo={backTo ?? "/"} hasFailed={mustNotPretend} />
        )}
        <AllergyBar
          allergies={mustNotPretend ? { state: "unavailable", items: [] } : (loaded?.data.allergies ?? null)}
        />
        <FreshBar resource={resource} kinds={kinds} />
        <EmergencyBar id={id} access={loaded?.data.access} onEnded={refreshAll} />
      </div>
      <main class="page">
        {isClosed && <ClosedRecord id={id} onOpened={refreshAll} />}
        {isRefused && !isClosed && <Failed failure={failure} retry={() => void page.refresh()} />}
        {!isRefused && <Sections id={id} section={section} />}
        {patient?.merged_into && <Merged into={patient.merged_into} />}
        {isMixedUp && <Failed failure={new CallFailure("broken")} retry={() => void resource.refresh()} />}
        {isWaiting && <Skeleton rows={4} size="card" />}
        {!isWaiting && !isRefused && !isMixedUp && children}
      </main>
      <TabBar />
    </div>
  );
}

/** The record lives on under another id; this one is history. */
function Merged({ into }: { into: string }) {
  return (
    <section class="card state" role="alert">
      <h2>{t("record_merged")}</h2>
      <Link class="button" to={`/patient/${into}`}>
        {t("record_merged_open")}
      </Link>
    </section>
  );
}

const kSections: readonly { section: Section; path: string; label: Key & `section_${Section}` }[] = [
  { section: "results", path: "", label: "section_results" },
  { section: "observations", path: "/observations", label: "section_observations" },
  { section: "summary", path: "/summary", label: "section_summary" },
];

function Sections({ id, section }: { id: string; section: Section }) {
  return (
    <nav class="segments" aria-label={t("sections")}>
      {kSections.map((entry) => (
        <Link key={entry.section} to={`/patient/${id}${entry.path}`} isCurrent={entry.section === section}>
          {t(entry.label)}
        </Link>
      ))}
    </nav>
  );
}
