// Observations of one patient with their NEWS2. Every number here is the server's; the same rule code
// on the phone scores them again, and a difference is shouted.
import type { Observations } from "../shared/api-types.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { lazy } from "../shared/components/lazy.tsx";
import { NewsGrid } from "../shared/components/news-grid.tsx";
import { Empty, Loadable, Skeleton } from "../shared/components/states.tsx";
import { duration, time, whenShort } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { useResource } from "../shared/resources.ts";
import { bandWord, monitoringWord, parameterWord } from "../shared/words.ts";
import { PatientFrame } from "./patient-frame.tsx";

const kSources = ["obs"] as const;
const Warning = lazy(() => import("../clinical/news2-warning.tsx").then((module) => module.News2Warning), <></>);

export function PatientObservations({ id }: { id: string }) {
  const resource = useResource(at.observations(id), [`patient:${id}`]);
  return (
    <PatientFrame id={id} section="observations" resource={resource} kinds={kSources}>
      <Loadable resource={resource} kinds={kSources} skeleton={<ObservationsSkeleton />}>
        {(data) => <Chart data={data} />}
      </Loadable>
    </PatientFrame>
  );
}

function ObservationsSkeleton() {
  return (
    <>
      <Skeleton rows={1} size="row" />
      <div class="skeleton-grid" aria-hidden="true" />
    </>
  );
}

function Chart({ data }: { data: Observations }) {
  const newest = data.sets.at(-1);
  if (!newest) {
    return (
      <Empty title={t("no_observations")}>
        <p>{t("no_observations_next")}</p>
        <Due data={data} />
      </Empty>
    );
  }
  return (
    <>
      <section class="card news-card" aria-labelledby="news-title">
        <div class="card-title">
          <h2 id="news-title">
            {newest.incomplete
              ? t("news2_incomplete")
              : t("news2_now", { total: newest.total ?? "–", band: bandWord(newest.band) })}
          </h2>
          <p class="note">{t("observed_at", { time: whenShort(newest.at, now.value) })}</p>
          <Due data={data} />
          {newest.incomplete && <Incomplete data={data} />}
          <Warning data={data} />
        </div>
        <NewsGrid observations={data} />
        <p class="note card-foot">
          {data.scale === 2 ? t("spo2_scale_2") : t("spo2_scale_1")}
          {data.scale_source && ` – ${sourceText(data.scale_source)}`}
          <br />
          {t("news_grid_note")}
        </p>
      </section>
    </>
  );
}

/** The server names who set the scale, or when it was last recorded. */
function sourceText(source: string): string {
  const isInstant = /^\d{4}-\d{2}-\d{2}T/.test(source);
  return isInstant ? t("recorded_at", { time: whenShort(source, now.value) }) : source;
}

function Incomplete({ data }: { data: Observations }) {
  const newest = data.sets.at(-1);
  if (!newest) return null;
  const missing = newest.values.filter((value) => value.value === null).map((value) => parameterWord(value.parameter));
  return (
    <p class="incomplete-note">
      {t("news2_partial", { points: newest.partial_minimum })}
      {missing.length > 0 && ` ${t("news2_missing", { parameters: missing.join(", ") })}`}
    </p>
  );
}

function Due({ data }: { data: Observations }) {
  const newest = data.sets.at(-1);
  const monitoring = newest ? monitoringWord(newest.min_monitoring) : null;
  const due = data.due_at ? Date.parse(data.due_at) : null;
  if (due === null) return monitoring ? <p class="due">{t("monitoring_line", { monitoring })}</p> : null;
  const late = now.value - due;
  return (
    <p class={data.overdue ? "due overdue" : "due"}>
      <b>
        {data.overdue
          ? t("obs_overdue", { duration: duration(Math.max(0, late)), time: time(due) })
          : t("obs_due", { time: whenShort(due, now.value) })}
      </b>
      {monitoring && ` · ${t("monitoring_line", { monitoring })}`}
    </p>
  );
}
