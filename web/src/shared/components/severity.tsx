import type { AlertLabel, Severity } from "../api-types.ts";
import { labelWords, severityWord } from "../words.ts";
import { SeverityShape } from "./icons.tsx";

/** Severity by shape, word and colour together. */
export function SeverityChip({ severity }: { severity: Severity }) {
  return (
    <span class={`chip ${severity}`}>
      <SeverityShape severity={severity} />
      {severityWord(severity)}
    </span>
  );
}

/** What an alert is about, small enough for a row: `▲ AKI stage 2`. */
export function AlertChip({ severity, label }: { severity: Severity; label: AlertLabel }) {
  return (
    <span class={`chip outlined ${severity}`}>
      <SeverityShape severity={severity} />
      <span class="visually-hidden">{severityWord(severity)}: </span>
      {labelWords(label)}
    </span>
  );
}
