// Results of one patient: the alerted test as a trend, then every test with its latest and previous value.
import type { Analyte, Results, TextResult } from "../shared/api-types.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { AlertChip } from "../shared/components/severity.tsx";
import { ResultFigure, StatusMark } from "../shared/components/result-value.tsx";
import { Empty, Loadable, Skeleton } from "../shared/components/states.tsx";
import { Trend } from "../shared/components/trend.tsx";
import { periodWindow, plottable, usefulPeriod } from "../shared/components/trend-data.ts";
import { amount, date, time, unitText, whenShort } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { useResource } from "../shared/resources.ts";
import { Link } from "../shared/router.tsx";
import { statusWord } from "../shared/words.ts";
import { resultAddress } from "./addresses.ts";
import { PatientFrame } from "./patient-frame.tsx";

const kSources = ["lab"] as const;

export function PatientResults({ id }: { id: string }) {
  const results = useResource(at.results(id), [`patient:${id}`]);
  return (
    <PatientFrame id={id} section="results" resource={results} kinds={kSources}>
      <OpenAlerts id={id} />
      <Loadable resource={results} kinds={kSources} skeleton={<ResultsSkeleton />}>
        {(data) => <ResultList id={id} data={data} />}
      </Loadable>
    </PatientFrame>
  );
}

function ResultsSkeleton() {
  return (
    <>
      <div class="skeleton-hero" aria-hidden="true" />
      <Skeleton rows={5} size="row" />
    </>
  );
}

/** Alerts that still wait, one line each, leading to where they can be acted on. */
export function OpenAlerts({ id }: { id: string }) {
  const page = useResource(at.patient(id), [`patient:${id}`, "alerts"]).loaded.value?.data;
  const open =
    page?.alerts.filter(
      (alert) => alert.state !== "closed" && alert.state !== "suppressed" && alert.state !== "triaged",
    ) ?? [];
  if (open.length === 0) return null;
  return (
    <ul class="alert-lines">
      {open.map((alert) => (
        <li key={alert.id}>
          <Link to={`/alert/${alert.id}`} class={`alert-line ${alert.severity}`}>
            <AlertChip severity={alert.severity} label={alert.label} />
            <span class="note">{alert.owner ? t("with_person", { name: alert.owner.name }) : t("nobody_yet")}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}

function ResultList({ id, data }: { id: string; data: Results }) {
  const hero = data.analytes.find((analyte) => analyte.hero);
  if (data.analytes.length === 0 && data.texts.length === 0)
    return (
      <Empty title={t("no_results")}>
        <p>{t("no_results_next")}</p>
      </Empty>
    );
  return (
    <>
      {hero && <Hero id={id} analyte={hero} />}
      {data.analytes.length > 0 && <LatestTable id={id} analytes={data.analytes} />}
      {data.texts.length > 0 && <Reports texts={data.texts} />}
    </>
  );
}

function Hero({ id, analyte }: { id: string; analyte: Analyte }) {
  const seriesResource = useResource(at.result(id, analyte.code), [`patient:${id}`]);
  const series = seriesResource.loaded.value?.data;
  const { latest, previous } = analyte;
  const window = series ? periodWindow(usefulPeriod(plottable(series.points), now.value), now.value) : null;
  return (
    <section class="card hero" aria-labelledby="hero-title">
      <h2 id="hero-title">
        <Link to={resultAddress(id, analyte.code)}>{analyte.name}</Link>
      </h2>
      <p class="hero-value">
        <ResultFigure value={latest} unit={latest.value?.unit ?? analyte.unit} />
        <StatusMark status={latest.status} />
      </p>
      <p class="note">
        {latest.taken_at && t("taken_at", { time: whenShort(latest.taken_at, now.value) })}
        {previous?.value && ` · ${t("previous_value", { value: amount(previous.value) })}`}
        {latest.reference && ` · ${t("reference_value", { range: latest.reference })}`}
      </p>
      {series && window ? (
        <Trend
          name={series.name}
          unit={series.unit}
          points={series.points}
          low={series.reference_low}
          high={series.reference_high}
          from={window.from}
          to={window.to}
        />
      ) : (
        <div class="trend-placeholder" />
      )}
      <p class="note band-label">{series && bandSentence(series.reference, series.reference_for)}</p>
    </section>
  );
}

/** The band is nothing without the people it was measured in (GTAB-183). */
export function bandSentence(reference: string | null, whom: string | null): string {
  if (!reference) return t("range_none");
  return whom ? t("range_band_for", { range: reference, whom }) : t("range_band", { range: reference });
}

function LatestTable({ id, analytes }: { id: string; analytes: readonly Analyte[] }) {
  return (
    <section class="card" aria-labelledby="latest-title">
      <h2 id="latest-title" class="card-title">
        {t("latest_results")}
      </h2>
      <table class="results">
        <thead>
          <tr>
            <th scope="col">{t("test")}</th>
            <th scope="col" class="number">
              {t("latest")}
            </th>
            <th scope="col" class="number">
              {t("previous")}
            </th>
          </tr>
        </thead>
        <tbody>
          {analytes.map((analyte) => (
            <AnalyteRow key={analyte.code} id={id} analyte={analyte} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function AnalyteRow({ id, analyte }: { id: string; analyte: Analyte }) {
  const { latest, previous } = analyte;
  return (
    <tr>
      <th scope="row">
        <Link class="row-link" to={resultAddress(id, analyte.code)}>
          {analyte.name}
        </Link>
        <span class="note block">
          {unitText(latest.value?.unit ?? analyte.unit ?? "")}{" "}
          {latest.reference && <span class="reference">{t("reference_short", { range: latest.reference })}</span>}
        </span>
      </th>
      <td class="number">
        <ResultFigure value={latest} />
        <When at={latest.taken_at} />
        <StatusMark status={latest.status} />
      </td>
      <td class="number">
        {previous ? (
          <>
            <span class="previous-value">{previous.value ? amount(previous.value) : (previous.text ?? "–")}</span>
            <When at={previous.taken_at} />
          </>
        ) : (
          <span class="note">{t("first_result")}</span>
        )}
      </td>
    </tr>
  );
}

/** Time alone today; else the date on a line of its own, so that the column stays narrow. */
function When({ at }: { at: string | null }) {
  if (!at) return <span class="note block">{t("time_not_recorded")}</span>;
  const isToday = date(at) === date(now.value);
  return (
    <span class="note when">
      {!isToday && <span>{date(at)} </span>}
      <span>{time(at)}</span>
    </span>
  );
}

function Reports({ texts }: { texts: readonly TextResult[] }) {
  return (
    <section class="card" aria-labelledby="reports-title">
      <h2 id="reports-title" class="card-title">
        {t("reports")}
      </h2>
      {texts.map((text) => (
        <details key={text.id} class="report">
          <summary>
            {text.name}
            <span class="note block">
              {text.reported_at ? whenShort(text.reported_at, now.value) : t("time_not_recorded")} ·{" "}
              {statusWord(text.status)}
            </span>
          </summary>
          <p class="report-text">{text.text}</p>
        </details>
      ))}
    </section>
  );
}
