// What stands on top of every screen of one patient: banner, allergies, age of the data, sections.
import type { ComponentChildren } from "preact";
import type { SourceKind } from "../shared/api-types.ts";
import { at } from "../shared/calls.ts";
import { TabBar } from "../shared/components/chrome.tsx";
import { FreshBar } from "../shared/components/fresh-bar.tsx";
import { AllergyBar, BannerSkeleton, PatientBanner } from "../shared/components/patient-banner.tsx";
import { Failed } from "../shared/components/states.tsx";
import { freshnessOf, type Resource, useResource } from "../shared/resources.ts";
import { type Key, t } from "../shared/i18n.ts";
import { Link } from "../shared/router.tsx";
import { isTooOldToShow } from "./patient-identity.ts";

export type Section = "results" | "observations" | "summary";

interface PatientFrameProps {
  id: string;
  section: Section;
  /** The data of the section: its age is what the bar says. */
  resource: Resource<unknown>;
  kinds: readonly SourceKind[];
  backTo?: string;
  children: ComponentChildren;
}

export function PatientFrame({ id, section, resource, kinds, backTo, children }: PatientFrameProps) {
  const page = useResource(at.patient(id), [`patient:${id}`, "alerts"]);
  const loaded = isTooOldToShow(freshnessOf(page, ["adt"])) ? null : page.loaded.value;
  const failure = page.failure.value;
  const isRefused = failure && !page.loaded.value && failure.kind !== "unreachable";
  const mustNotPretend = failure !== null && page.loaded.value === null;
  return (
    <>
      {loaded ? <PatientBanner patient={loaded.data.patient} backTo={backTo ?? "/"} /> : <BannerSkeleton backTo={backTo ?? "/"} />}
      <AllergyBar allergies={mustNotPretend ? { state: "unavailable", items: [] } : (loaded?.data.allergies ?? null)} />
      <FreshBar resource={resource} kinds={kinds} />
      <main class="page">
        {isRefused ? (
          <Failed failure={failure} retry={() => void page.refresh()} />
        ) : (
          <>
            <Sections id={id} section={section} />
            {children}
          </>
        )}
      </main>
      <TabBar />
    </>
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
