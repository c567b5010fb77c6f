// One test of one patient: trend over a chosen period, and the same values as a table.
import { useState } from "preact/hooks";
import type { ResultSeries, ResultValue } from "../shared/api-types.ts";
import { at } from "../shared/calls.ts";
import { now } from "../shared/clock.ts";
import { ResultFigure, StatusMark } from "../shared/components/result-value.tsx";
import { Segments } from "../shared/components/sheet.tsx";
import { Empty, Loadable, Skeleton } from "../shared/components/states.tsx";
import { Trend } from "../shared/components/trend.tsx";
import { kPeriodNames, type Period, periodWindow, plottable, usefulPeriod } from "../shared/components/trend-data.ts";
import { dateTime, unitText } from "../shared/format.ts";
import { t } from "../shared/i18n.ts";
import { useResource } from "../shared/resources.ts";
import { PatientFrame } from "./patient-frame.tsx";
import { bandSentence } from "./patient-results.tsx";

const kSources = ["lab"] as const;

export function PatientResult({ id, code }: { id: string; code: string }) {
  const resource = useResource(at.result(id, code), [`patient:${id}`]);
  return (
    <PatientFrame id={id} section="results" resource={resource} kinds={kSources} backTo={`/patient/${id}`}>
      <Loadable resource={resource} kinds={kSources} skeleton={<ResultSkeleton />}>
        {(data) => <Series key={code} data={data} />}
      </Loadable>
    </PatientFrame>
  );
}

function ResultSkeleton() {
  return (
    <>
      <div class="skeleton-hero" aria-hidden="true" />
      <Skeleton rows={5} size="line" />
    </>
  );
}

function Series({ data }: { data: ResultSeries }) {
  const points = plottable(data.points);
  const [period, setPeriod] = useState<Period>(() => usefulPeriod(points, now.value));
  const { from, to } = periodWindow(period, now.value);
  const newest = data.points.at(-1);
  const undrawn = data.points.length - points.length;
  if (!newest)
    return (
      <Empty title={t("no_results")}>
        <p>{t("no_results_next")}</p>
      </Empty>
    );
  return (
    <>
      <section class="card hero" aria-labelledby="series-title">
        <h2 id="series-title">{data.name}</h2>
        <p class="hero-value">
          <ResultFigure value={newest} unit={newest.value?.unit ?? data.unit} />
          <StatusMark status={newest.status} />
        </p>
        <Segments
          label={t("period")}
          options={kPeriodNames.map((value) => ({ value, label: t(`period_${value}`) }))}
          chosen={period}
          onChoose={setPeriod}
        />
        <Trend
          name={data.name}
          unit={data.unit}
          points={data.points}
          low={data.reference_low}
          high={data.reference_high}
          from={from}
          to={to}
        />
        <p class="note band-label">{bandSentence(data.reference, data.reference_for)}</p>
        {undrawn > 0 && <p class="note band-label">{t("not_drawn", { count: undrawn })}</p>}
      </section>
      <ValueTable data={data} />
    </>
  );
}

/** All values, newest first: the twin of the chart. */
function ValueTable({ data }: { data: ResultSeries }) {
  return (
    <section class="card" aria-labelledby="values-title">
      <h2 id="values-title" class="card-title">
        {t("all_values", { count: data.points.length })}
      </h2>
      <table class="results two-columns">
        <thead>
          <tr>
            <th scope="col">{t("taken")}</th>
            <th scope="col" class="number">
              {data.name} {data.unit && unitText(data.unit)}
            </th>
          </tr>
        </thead>
        <tbody>
          {[...data.points].reverse().map((point) => (
            <ValueRow key={point.id} point={point} seriesUnit={data.unit} />
          ))}
        </tbody>
      </table>
    </section>
  );
}

function ValueRow({ point, seriesUnit }: { point: ResultValue; seriesUnit: string | null }) {
  const unit = point.value?.unit ?? null;
  // Never two units in one column without saying so (GTAB-028).
  const otherUnit = unit !== seriesUnit ? unit : null;
  return (
    <tr>
      <th scope="row" class="plain-head">
        {point.taken_at ? dateTime(point.taken_at) : t("time_not_recorded")}
        {point.taken_quality && point.taken_quality !== "collected" && (
          <span class="note block">{t(`taken_from_${point.taken_quality}`)}</span>
        )}
        {point.comments.map((comment) => (
          <span key={comment} class="note block">
            {comment}
          </span>
        ))}
      </th>
      <td class="number">
        <ResultFigure value={point} unit={otherUnit} />
        {point.reference && <span class="note block">{t("reference_short", { range: point.reference })}</span>}
        <StatusMark status={point.status} />
      </td>
    </tr>
  );
}
