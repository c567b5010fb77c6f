// Scores the observations on the phone with the server's own rule code and compares. They can only
// differ when one of the two is broken, and then nobody should trust either. Pure but for the rules.
import type { Observations as Answer, ObservationSet } from "../shared/api-types.ts";
import type { ClinicalRules, Consciousness, Observations } from "./clinical.ts";

type Parameter = ObservationSet["values"][number]["parameter"];

/** Times of the sets that the phone scores differently from the server. */
export function disagreements(rules: ClinicalRules, answer: Answer): string[] {
  const newest = answer.sets.at(-1);
  return answer.sets
    .filter((set) => {
      // The answer names the scale in use now; an earlier set may have been scored on the other one.
      const scales = set === newest ? [answer.scale] : ([1, 2] as const);
      return !scales.some((scale) => agrees(rules, set, scale));
    })
    .map((set) => set.at);
}

function agrees(rules: ClinicalRules, set: ObservationSet, scale: 1 | 2): boolean {
  const result = rules.news2(observationsOf(set, scale));
  if (set.incomplete || set.total === null) return result.state !== "complete";
  return result.state === "complete" && result.total === set.total && result.isRed === set.red;
}

export function observationsOf(set: ObservationSet, scale: 1 | 2): Observations {
  const text = (parameter: Parameter) => set.values.find((value) => value.parameter === parameter)?.value ?? null;
  const unit = set.values.find((value) => value.parameter === "temp")?.unit;
  const temperature = text("temp");
  const air = text("air_oxygen");
  return {
    respirations: wholeNumber(text("rr")),
    saturation: wholeNumber(text("spo2")),
    scale,
    onOxygen: air === null ? null : air.toLowerCase() !== "air",
    systolic: wholeNumber(text("sbp")),
    pulse: wholeNumber(text("pulse")),
    consciousness: text("acvpu") as Consciousness | null,
    temperature: temperature === null ? null : { value: temperature, unit: unit === "[degF]" ? "[degF]" : "Cel" },
  };
}

function wholeNumber(text: string | null): number | null {
  return text !== null && /^\d+$/.test(text) ? Number(text) : null;
}
