// One alert with its reasons in full and everything that happened to it.
import { useEffect } from "preact/hooks";
import { reportSeen } from "../shared/alert-acts.ts";
import type { AlertDetail, AlertEvent } from "../shared/api-types.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { AlertCard } from "../shared/components/alert-card.tsx";
import { RuleLine } from "../shared/components/alert-reasons.tsx";
import { TabBar } from "../shared/components/chrome.tsx";
import { FreshBar } from "../shared/components/fresh-bar.tsx";
import { AllergyBar, BannerSkeleton, PatientBanner } from "../shared/components/patient-banner.tsx";
import { Loadable, Skeleton } from "../shared/components/states.tsx";
import { whenShort } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { useResource } from "../shared/resources.ts";
import { Link } from "../shared/router.tsx";
import { detailWord, eventWord, personWords, placeWords } from "../shared/words.ts";
import { EmergencyBar } from "./break-glass.tsx";

const kSources = ["lab", "obs"] as const;

export function AlertPage({ id }: { id: string }) {
  const resource = useResource(at.alert(id), ["alerts"]);
  const alert = resource.loaded.value?.data.alert;
  return (
    <>
      <div class="top">
        {alert ? (
          <PatientBanner patient={alert.patient} backTo="/alerts" />
        ) : (
          <BannerSkeleton backTo="/alerts" hasFailed={resource.failure.value !== null} />
        )}
        {alert ? (
          <AllergiesOf id={alert.patient.id} />
        ) : (
          resource.failure.value === null && <AllergyBar allergies={null} />
        )}
        <FreshBar resource={resource} kinds={kSources} />
        {alert && (
          <EmergencyBar
            id={alert.patient.id}
            access={resource.loaded.value?.data.access}
            onEnded={() => void resource.refresh()}
          />
        )}
      </div>
      <main class="page">
        <Loadable resource={resource} kinds={kSources} skeleton={<Skeleton rows={2} size="card" />}>
          {(data) => <Detail data={data} />}
        </Loadable>
      </main>
      <TabBar />
    </>
  );
}

function AllergiesOf({ id }: { id: string }) {
  const patient = useResource(at.patient(id), [`patient:${id}`]);
  const failed = patient.failure.value !== null && patient.loaded.value === null;
  if (failed) return <AllergyBar allergies={{ state: "unavailable", items: [] }} />;
  return <AllergyBar allergies={patient.loaded.value?.data.allergies ?? null} />;
}

function Detail({ data }: { data: AlertDetail }) {
  const { alert, events } = data;
  useEffect(() => reportSeen(alert), [alert.id]);
  return (
    <>
      <AlertCard alert={alert} isOwnPage />
      <section class="card padded">
        <h2>{t("alert_about")}</h2>
        <RuleLine alert={alert} />
        <p class="note">{t("team_line", { team: alert.team.name })}</p>
        <p class="note">{placeWords(alert.place)}</p>
        <Link class="button wide" to={`/patient/${alert.patient.id}`}>
          {t("open_record")}
        </Link>
      </section>
      <section class="card padded">
        <h2>{t("alert_history")}</h2>
        <ol class="timeline">
          {events.map((event) => (
            <Event key={event.sequence} event={event} />
          ))}
        </ol>
      </section>
    </>
  );
}

function Event({ event }: { event: AlertEvent }) {
  return (
    <li>
      <span class="timeline-time">{whenShort(event.at, now.value)}</span>
      <span>
        <b>{eventWord(event.kind)}</b>
        {event.by && <span class="block">{personWords(event.by)}</span>}
        {event.to && <span class="block">{t("event_to", { name: personWords(event.to) })}</span>}
        {event.recipients && event.recipients.length > 0 && (
          <span class="block">{t("event_told", { names: event.recipients.map(personWords).join(", ") })}</span>
        )}
        {event.detail && <span class="note block">{detailWord(event.detail)}</span>}
      </span>
    </li>
  );
}
