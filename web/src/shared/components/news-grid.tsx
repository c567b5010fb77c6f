// Observations as a grid after the RCP's NEWS2 chart: newest at the right, points written under each
// value with a plus sign (as a superscript, 22 with 2 points reads as "22²"). A real table.
import { useLayoutEffect, useRef } from "preact/hooks";
import type { ObservationSet, Observations } from "../api-types.ts";
import { date, dayAndMonth, time, unitText } from "../format.ts";
import { t } from "../i18n.ts";
import { acvpuWord, airWord, bandWord, parameterWord } from "../words.ts";

type Parameter = ObservationSet["values"][number]["parameter"];

const kRows: readonly Parameter[] = ["rr", "spo2", "air_oxygen", "sbp", "pulse", "acvpu", "temp"];

export function NewsGrid({ observations }: { observations: Observations }) {
  const scroller = useRef<HTMLDivElement>(null);
  const { sets, patient } = observations;
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element) element.scrollLeft = element.scrollWidth;
  }, [patient.id, sets.length]);

  return (
    <div class="news-scroll" ref={scroller} tabIndex={0} role="region" aria-label={t("news_grid_label")}>
      <table class="news-grid">
        <thead>
          <tr>
            <th scope="col" class="row-head">
              <span class="visually-hidden">{t("parameter")}</span>
            </th>
            {sets.map((set, index) => (
              <th scope="col" key={set.at}>
                {isFirstOfDay(sets, index) && <span class="grid-day">{dayAndMonth(set.at)}</span>}
                {time(set.at)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {kRows.map((parameter) => (
            <ParameterRow key={parameter} parameter={parameter} observations={observations} />
          ))}
          <tr class="total-row">
            <th scope="row" class="row-head">
              NEWS2
            </th>
            {sets.map((set) => (
              <TotalCell key={set.at} set={set} />
            ))}
          </tr>
        </tbody>
      </table>
    </div>
  );
}

function ParameterRow({ parameter, observations }: { parameter: Parameter; observations: Observations }) {
  const unit = unitOf(parameter, observations.sets);
  return (
    <tr>
      <th scope="row" class="row-head">
        {parameterWord(parameter)}
        {unit && <span class="note block">{unit}</span>}
      </th>
      {observations.sets.map((set) => (
        <ValueCell key={set.at} parameter={parameter} set={set} />
      ))}
    </tr>
  );
}

function ValueCell({ parameter, set }: { parameter: Parameter; set: ObservationSet }) {
  const entry = set.values.find((value) => value.parameter === parameter);
  if (!entry || entry.value === null) {
    return (
      <td class="missing">
        <span aria-hidden="true">–</span>
        <span class="visually-hidden">{t("not_recorded")}</span>
      </td>
    );
  }
  const points = entry.points ?? 0;
  return (
    <td class={points > 0 ? `points-${Math.min(3, points)}` : undefined}>
      <span class="grid-value">{shownValue(parameter, entry.value)}</span>
      {entry.dbp && <span class="grid-diastolic">/{entry.dbp}</span>}
      {points > 0 && <span class="grid-points">+{points}</span>}
    </td>
  );
}

function TotalCell({ set }: { set: ObservationSet }) {
  if (set.incomplete || set.total === null) {
    return (
      <td class="total incomplete">
        <span class="grid-incomplete" aria-hidden="true">
          {t("incomplete_short")}
        </span>
        <span class="visually-hidden">{t("incomplete_word")}</span>
      </td>
    );
  }
  return (
    <td class={`total band-${set.band.replace("_", "-")}`}>
      {set.total}
      <span class="visually-hidden"> {bandWord(set.band)}</span>
    </td>
  );
}

function shownValue(parameter: Parameter, value: string): string {
  if (parameter === "acvpu") return acvpuWord(value);
  if (parameter === "air_oxygen") return airWord(value);
  return value;
}

/** Units stand beside the row's name; per cell only the number (CUI GTAB-027). */
function unitOf(parameter: Parameter, sets: readonly ObservationSet[]): string | null {
  for (const set of [...sets].reverse()) {
    const unit = set.values.find((value) => value.parameter === parameter)?.unit;
    if (unit) return unitText(unit);
  }
  return null;
}

function isFirstOfDay(sets: readonly ObservationSet[], index: number): boolean {
  const set = sets[index];
  const before = sets[index - 1];
  return set !== undefined && (before === undefined || date(before.at) !== date(set.at));
}
