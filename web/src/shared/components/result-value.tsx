import type { ResultValue as Value } from "../api-types.ts";
import { amount, unitText } from "../format.ts";
import { t } from "../i18n.ts";
import { flagWord, statusWord } from "../words.ts";

const kArrows: Partial<Record<Value["flag"], "▲" | "▼">> = {
  high: "▲",
  critical_high: "▲",
  low: "▼",
  critical_low: "▼",
};

const kCalm: readonly Value["flag"][] = ["normal", "unknown"];

/** The value with its flag as sign, word and weight. A withdrawn value is not shown as a value. */
export function ResultFigure({ value, unit }: { value: Value; unit?: string | null }) {
  if (value.status === "entered-in-error" || value.status === "cancelled") {
    return <span class="withdrawn">{statusWord(value.status)}</span>;
  }
  const isFlagged = !kCalm.includes(value.flag);
  return (
    <span class={isFlagged ? `figure ${value.flag.startsWith("critical") ? "critical-figure" : "flagged"}` : "figure"}>
      {kArrows[value.flag] && (
        <span class="arrow" aria-hidden="true">
          {kArrows[value.flag]}
        </span>
      )}
      <b>{value.value ? amount(value.value) : (value.text ?? t("not_recorded"))}</b>
      {unit && <span class="unit"> {unitText(unit)}</span>}
      {isFlagged && <span class="flag-word"> {flagWord(value.flag)}</span>}
    </span>
  );
}

/** Preliminary and changed results must be seen as such. */
export function StatusMark({ status }: { status: Value["status"] }) {
  const isSettled = status === "final";
  if (isSettled || status === "entered-in-error" || status === "cancelled") return null;
  return <span class="chip quiet">{statusWord(status)}</span>;
}
